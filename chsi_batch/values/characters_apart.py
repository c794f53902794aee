"""One slip of the hand between two numbers: a character wrong, missing or extra, or two neighbours swapped.

That is an optimal string alignment distance of one (Damerau 1964 found four in five typing errors to be so).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc


def is_one_slip(a: str, b: str) -> bool:
    """Whether exactly one slip lies between two texts."""
    from rapidfuzz.distance import OSA

    return bool(OSA.distance(a, b, score_cutoff=1) == 1)


def one_slip(a: Any, b: Any) -> pa.Array:
    """The same pair by pair (bool); false where either is null."""
    from rapidfuzz.distance import OSA

    return one_apart(OSA.distance, a, b, pc.and_(pc.is_valid(a), pc.is_valid(b)))


def one_apart(distance: Callable[..., int], a: Any, b: Any, asked: Any) -> pa.Array:
    """Pair by pair where `asked` is true, whether a rapidfuzz distance of two texts is one; else false."""
    from rapidfuzz import process

    places = np.flatnonzero(pc.fill_null(asked, fill_value=False).to_numpy(zero_copy_only=False))
    found = np.zeros(len(a), dtype=bool)
    if len(places):
        taken = pa.array(places)
        distances = process.cpdist(
            a.take(taken).to_pylist(),
            b.take(taken).to_pylist(),
            scorer=distance,
            score_cutoff=1,
            dtype=np.uint8,
        )
        found[places] = distances == 1
    return pa.array(found)
