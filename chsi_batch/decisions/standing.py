"""Which decision stands for each pair of rows, when several were made over time (contract, section 8).

For one reviewer the later entry wins; reviewers who disagree make it `hold`; what was undone does not count.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from chsi_batch.decisions.entries import Entry

HOLD = "hold"


@dataclass(frozen=True)
class Standing:
    """The decision on one pair: `entry` is the latest that agrees with it, `entries` all that count.

    `conflicting`: reviewers disagree; then the decision is `hold` and `entry` the latest of all.
    """

    decision: str
    entry: Entry
    entries: tuple[Entry, ...]
    conflicting: bool


def standing(entries: Iterable[Entry]) -> list[Standing]:
    """One standing decision per pair, in the order of their first entry."""
    listed = list(entries)
    undone = undone_by(listed)
    latest: dict[tuple[str | None, str | None], dict[str, Entry]] = {}
    for entry in listed:
        if entry.decision != "undo" and entry.seq not in undone:
            latest.setdefault(entry.pair, {})[entry.reviewer.strip()] = entry
    return [_stands(tuple(sorted(said.values(), key=lambda entry: entry.seq))) for said in latest.values()]


def _stands(entries: tuple[Entry, ...]) -> Standing:
    words = {entry.decision for entry in entries}
    conflicting = len(words) > 1
    return Standing(HOLD if conflicting else entries[-1].decision, entries[-1], entries, conflicting)


def undone_by(entries: Iterable[Entry]) -> dict[int, int]:
    """`seq` of each entry that was taken back → `seq` of the undo. An undo that was undone does not count."""
    found: dict[int, int] = {}
    for entry in sorted(entries, key=lambda entry: -entry.seq):
        if entry.undoes is not None and entry.seq not in found:
            found[entry.undoes] = entry.seq
    return found
