"""The entries of a log as people and programs see them: in order, each with its state, texts masked.

A state is `stands`, `conflicting` (reviewers disagree), `replaced` (the same reviewer decided again),
`undone`, or `undo` for the entries that take others back. What came of a decision in a run is told by the
run itself (table `decisions`).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from chsi_batch import tables
from chsi_batch.decisions.entries import Entry
from chsi_batch.decisions.standing import standing, undone_by
from chsi_batch.values.masking import mask_text

COLUMNS = (
    "seq", "time", "reviewer", "decision", "state", "registration_ref", "degree_ref", "code", "rule",
    "remark", "source", "undoes",
)  # fmt: skip
STANDS = "stands"
Shown = dict[str, Any]


def shown(entries: Sequence[Entry]) -> list[Shown]:
    """The entries as records with the keys `COLUMNS`; row keys are left out."""
    states = _states(entries)
    return [
        {column: states[entry.seq] if column == "state" else _value(entry, column) for column in COLUMNS}
        for entry in entries
    ]


def _value(entry: Entry, column: str) -> Any:
    value = getattr(entry, column)
    return mask_text(value) if column in ("reviewer", "remark") else value


def _states(entries: Sequence[Entry]) -> dict[int, str]:
    undone = undone_by(entries)
    held = {
        said.seq: "conflicting" if each.conflicting else STANDS
        for each in standing(entries)
        for said in each.entries
    }
    found = {}
    for entry in entries:
        own = "undo" if entry.decision == "undo" else held.get(entry.seq, "replaced")
        found[entry.seq] = "undone" if entry.seq in undone else own
    return found


def texts(found: Sequence[Shown], language: str) -> list[list[str]]:
    """The records as rows of texts for people."""
    words = tables.texts("decision_words", language)
    return [[_text(record, column, words) for column in COLUMNS] for record in found]


def _text(record: Shown, column: str, words: dict[str, str]) -> str:
    value = record[column]
    if value is None:
        return ""
    if column == "time":
        return str(value).replace("T", " ").replace("+00:00", " UTC")
    return words.get(f"{column}.{value}", str(value))


def titles(language: str) -> list[str]:
    """The heads of the columns."""
    words = tables.texts("decision_words", language)
    return [words[f"column.{column}"] for column in COLUMNS]
