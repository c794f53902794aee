"""Cells in which something is wrong, per file and column: the numbers of the data quality picture."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from chsi_batch.results import Run
from chsi_batch.terms import COLUMNS, Side

if TYPE_CHECKING:
    import pyarrow as pa

Place = tuple[str, str]
"""Side and file."""
Column = str | None
"""A canonical column; None for an issue of a whole row."""


@dataclass(frozen=True)
class Quality:
    """Issues per file and column; a file without issues stands in `records` alone."""

    cells: dict[tuple[Place, Column], int]
    records: dict[Place, int]
    """Record rows per file, in the order of the run."""

    @property
    def issues(self) -> int:
        """All issues."""
        return sum(self.cells.values())

    @property
    def columns(self) -> tuple[Column, ...]:
        """The columns with issues, in the order in which people read them."""
        known = list(dict.fromkeys(column for side in Side for column in COLUMNS[side]))
        found = {column for _, column in self.cells}
        return tuple(sorted(found, key=lambda c: (c is None, known.index(c) if c in known else 999, c or "")))

    def of(self, place: Place) -> int:
        """Issues of one file."""
        return sum(number for (file, _), number in self.cells.items() if file == place)


def issue_counts(issues: pa.Table) -> pa.Table:
    """The table of `results.COUNTS` for some issues."""
    counted = issues.group_by(["side", "file", "column"]).aggregate([([], "count_all")])
    return counted.rename_columns({"count_all": "rows"})


def together(counts: Sequence[pa.Table]) -> pa.Table:
    """Such tables of some issues each, as one."""
    import pyarrow as pa

    names = ["side", "file", "column"]
    summed = pa.concat_tables(counts).group_by(names, use_threads=False).aggregate([("rows", "sum")])
    return summed.rename_columns({"rows_sum": "rows"})


def count(run: Run) -> Quality:
    """The issues of a run; enrolment files too."""
    records: dict[Place, int] = defaultdict(int)
    for row in run.tables["inputs"].select(["side", "file", "records"]).to_pylist():
        records[row["side"], row["file"]] += row["records"]
    table = run.tables.get("issue_counts")
    if table is None:
        table = issue_counts(run.tables["issues"])
    cells = {((r["side"], r["file"]), r["column"]): r["rows"] for r in table.to_pylist()}
    places = {place: turn for turn, place in enumerate(records)}
    order = sorted(cells, key=lambda cell: (places.get(cell[0], -1), cell[1] is None, cell[1] or ""))
    return Quality({cell: cells[cell] for cell in order}, dict(records))


def few(found: Quality, most: int, others: str) -> Quality:
    """At most `most` files, those with most issues; the others go together, last, under `others`.

    `others` is a text with a place for the number of `files`; the files together belong to no side.
    """
    if len(found.records) <= most:
        return found
    per_file = {place: found.of(place) for place in found.records}
    worst = sorted(per_file, key=lambda place: -per_file[place])[: most - 1]
    rest = [place for place in found.records if place not in worst]
    last = ("", others.format(files=len(rest)))
    records = {place: number for place, number in found.records.items() if place in worst}
    records[last] = sum(found.records[place] for place in rest)
    cells: dict[tuple[Place, Column], int] = defaultdict(int)
    for (place, column), number in found.cells.items():
        cells[place if place in worst else last, column] += number
    return Quality(dict(cells), records)
