"""One side after conforming: its records, what became of every sheet, and what could not be used."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from chsi_batch.errors import Refusal
from chsi_batch.sources.taking import Taken
from chsi_batch.terms import Side

if TYPE_CHECKING:
    import pyarrow as pa


@dataclass
class Conformed:
    """One side. `refusals` is empty unless the caller asked to see them (`check`)."""

    side: Side
    records: pa.Table
    inputs: pa.Table
    set_aside: pa.Table
    issues: pa.Table
    refusals: list[Refusal] = field(default_factory=list)
    taken: Sequence[Taken] = ()
    """The sheets as they were laid out, for showing them again with their faults marked."""
