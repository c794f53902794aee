"""The list of situations, filled by the decorator."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from chsi_batch.labelled.rows import Case
from chsi_batch.labelled.world import World


@dataclass(frozen=True)
class Situation:
    """One kind: how often it occurs against the others, and how it is planted."""

    kind: str
    weight: float
    plant: Callable[[World], Case]


SITUATIONS: dict[str, Situation] = {}


def situation(
    kind: str, weight: float = 1, **fixed: Any
) -> Callable[[Callable[..., Case]], Callable[..., Case]]:
    """Enter a function under this kind, to be called with the world and these arguments."""

    def enter(plant: Callable[..., Case]) -> Callable[..., Case]:
        if kind in SITUATIONS:
            raise ValueError(f"two situations are called {kind}")
        SITUATIONS[kind] = Situation(kind, weight, partial(plant, **fixed))
        return plant

    return enter
