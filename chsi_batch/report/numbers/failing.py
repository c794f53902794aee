"""Which compared fields fail together: the numbers of the UpSet picture."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from chsi_batch.report import totals
from chsi_batch.results import Run
from chsi_batch.terms import FIELDS

if TYPE_CHECKING:
    import pyarrow as pa


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


def count(run: Run, first: pa.Table | None = None) -> Failing:
    """The sets of a run, from the first code of every exception row."""
    import pyarrow.compute as pc

    first = totals.first_codes(run) if first is None else first
    paired = first.filter(pc.is_valid(first["counterpart"]))
    rows: dict[tuple[str, ...], int] = {}
    for entry in pc.value_counts(pc.fill_null(paired["fields"], "").combine_chunks()).to_pylist():
        named = set(entry["values"].split(","))
        fields = tuple(field for field in FIELDS if field in named)
        rows[fields] = rows.get(fields, 0) + entry["counts"]
    order = sorted(rows, key=lambda fields: (-rows[fields], [FIELDS.index(field) for field in fields]))
    return Failing(
        tuple(Together(fields, rows[fields]) for fields in order), first.num_rows - paired.num_rows
    )


def few(found: Failing, most: int) -> Failing:
    """At most `most` sets; the rows of the others are kept as their sum."""
    rest = sum(entry.rows for entry in found.sets[most:])
    return Failing(found.sets[:most], found.alone, found.others + rest)
