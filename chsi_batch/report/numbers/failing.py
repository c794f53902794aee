"""Which compared fields fail together: the numbers of the UpSet picture."""

from __future__ import annotations

from dataclasses import dataclass

from chsi_batch.report.counted import grouped
from chsi_batch.results import Run
from chsi_batch.terms import FIELDS, Outcome


@dataclass(frozen=True)
class Together:
    """Exception rows in which exactly these fields do not fit; no field: the fault lies elsewhere."""

    fields: tuple[str, ...]
    rows: int


@dataclass(frozen=True)
class Failing:
    """Sets of fields, the most frequent first, and the exception rows that have no counterpart."""

    sets: tuple[Together, ...]
    alone: int
    others: int = 0
    """Rows whose set is too rare to be shown by itself."""

    @property
    def rows(self) -> int:
        """All exception rows."""
        return self.compared + self.alone

    @property
    def compared(self) -> int:
        """Exception rows with a counterpart."""
        return sum(entry.rows for entry in self.sets) + self.others

    def of(self, field: str) -> int:
        """Rows in which this field fails, alone or with others, among the sets shown."""
        return sum(entry.rows for entry in self.sets if field in entry.fields)


def count(run: Run) -> Failing:
    """The sets of a run, from the first code of every exception row."""
    rows: dict[tuple[str, ...], int] = {}
    alone = 0
    for entry in grouped(run, "paired", "fields", outcome=Outcome.EXCEPTION.value):
        if not entry["paired"]:
            alone += entry["rows"]
            continue
        named = set((entry["fields"] or "").split(","))
        fields = tuple(field for field in FIELDS if field in named)
        rows[fields] = rows.get(fields, 0) + entry["rows"]
    order = sorted(rows, key=lambda fields: (-rows[fields], [FIELDS.index(field) for field in fields]))
    return Failing(tuple(Together(fields, rows[fields]) for fields in order), alone)


def few(found: Failing, most: int) -> Failing:
    """At most `most` sets; the rows of the others are kept as their sum."""
    rest = sum(entry.rows for entry in found.sets[most:])
    return Failing(found.sets[:most], found.alone, found.others + rest)
