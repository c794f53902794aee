"""The tables behind the pictures: the same numbers, to be read and copied."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from chsi_batch.report import shown
from chsi_batch.report.charts import by_column, by_school, by_source, dressing
from chsi_batch.report.numbers import shares
from chsi_batch.report.numbers.accounts import BOUND, Source
from chsi_batch.report.numbers.failing import Failing
from chsi_batch.report.numbers.flow import Flow
from chsi_batch.report.numbers.quality import Quality
from chsi_batch.report.numbers.residuals import Residual
from chsi_batch.report.numbers.shares import Share, Shares
from chsi_batch.report.words import Words, party_order, readings

Cell = str | int

MOST_SCHOOLS = 200
MOST_YEARS = 16
"""More schools and years than the picture has room for; what is beyond goes together, as there."""


@dataclass(frozen=True)
class Table:
    """A small table: whole numbers stand to the right, the last row is the total where `total` is set."""

    header: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    total: bool = False


def _table(words: Words, key: str, rows: Sequence[tuple[Cell, ...]], total: bool = False) -> Table:
    return Table(tuple(words(f"behind.{key}").split("|")), tuple(rows), total)


def flow(found: Flow, words: Words) -> Table:
    """Rows per side, outcome and end."""
    rows: list[tuple[Cell, ...]] = [
        (
            words.known("side", side), words(f"chart.{outcome}"), dressing.end_name(outcome, end, words),
            number,
        )
        for (side, outcome, end), number in found.per("side", "outcome", "end").items()
    ]  # fmt: skip
    return _table(words, "flow", [*rows, (words("total"), "", "", found.rows)], total=True)


def failing(found: Failing, words: Words) -> Table:
    """Rows per set of fields; rows without a counterpart belong to the total."""
    rows: list[tuple[Cell, ...]] = [
        (words.comma.join(words.states[field] for field in entry.fields) or words("chart.fits"), entry.rows)
        for entry in found.sets
    ]
    rows.append((words("behind.alone"), found.alone))
    return _table(words, "failing", [*rows, (words("total"), found.rows)], total=True)


def residuals(found: Sequence[Residual], words: Words) -> Table:
    """Bound and left per side and step, with what the rule says."""
    reading = readings(words.language)
    rows: list[tuple[Cell, ...]] = []
    for side in found:
        name = words.known("side", side.side)
        rows.append((name, words("chart.all"), "", "", side.rows))
        rows += [
            (name, dressing.end_name("bound", s.end, words), reading.get(s.end, ""), s.rows, s.left)
            for s in side.steps
        ]
    return _table(words, "residuals", rows)


def bound_share(found: Shares, words: Words) -> Table:
    """Bound of all per school and year; empty where there is no degree."""
    grid = shares.grid(found, MOST_SCHOOLS, MOST_YEARS)
    rows = [
        (shown.free(by_school.name(line, words)), *(_part(share) for share in (*line.shares, line.total)))
        for line in grid.lines
    ]
    header = (words("column.school"), *by_school.years(grid, words), words("total"))
    return Table(header, tuple(rows))


def _part(share: Share) -> str:
    return f"{share.bound:,} / {share.rows:,}" if share.rows else ""


def accounts(found: Sequence[Source], words: Words) -> Table:
    """Accounts per source system and end."""
    ends = sorted({end for s in found for end in s.ends}, key=lambda e: (e != BOUND, party_order(e)))
    rows: list[tuple[Cell, ...]] = [
        (shown.free(by_source.name(source, words)), *(source.ends.get(end, 0) for end in ends), source.rows)
        for source in found
    ]
    sums = tuple(sum(source.ends.get(end, 0) for source in found) for end in ends)
    names = [words("chart.bound") if end == BOUND else words.party(end) for end in ends]
    header = (words("behind.system"), *names, words("total"))
    return Table(header, (*rows, (words("total"), *sums, sum(sums))), total=True)


def quality(found: Quality, words: Words) -> Table:
    """Issues per file and column; only cells with issues."""
    names = dict(zip(found.columns, by_column.column_names(found.columns, words), strict=True))
    rows: list[tuple[Cell, ...]] = [
        (by_column.file_name(*place, words), names[column], number, found.records.get(place, 0))
        for (place, column), number in found.cells.items()
    ]
    return _table(words, "quality", [*rows, (words("total"), "", found.issues, "")], total=True)
