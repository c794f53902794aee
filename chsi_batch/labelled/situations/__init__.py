"""What life does to rows: one function per situation, each with its kind, its weight and its labels.

To add one, write a function in the module of its family and put `@situation("its-kind", weight)` above
it; it draws from the world, labels its rows by the contract and returns them as a case. One function may
serve several kinds: the keyword arguments of the decorator are passed on.
"""

from __future__ import annotations

from chsi_batch.labelled.situations import (
    accounts,
    certificates,
    claims,
    clean,
    contacts,
    crossed,
    documents,
    faults,
    names,
    numbers,
    repeats,
    states,
    unmatched,
)
from chsi_batch.labelled.situations.registry import SITUATIONS, Situation

__all__ = [
    "SITUATIONS", "Situation", "accounts", "certificates", "claims", "clean", "contacts", "crossed",
    "documents", "faults", "names", "numbers", "repeats", "states", "unmatched",
]  # fmt: skip
