"""`bound_share`: which part of each school's degrees is bound, year by year."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from chsi_batch.report import palette
from chsi_batch.report.charts import heatmap
from chsi_batch.report.charts.dressing import label
from chsi_batch.report.numbers import shares as numbers
from chsi_batch.report.numbers.shares import Grid, Line, Share, Shares
from chsi_batch.report.words import Words
from chsi_batch.results import Run

if TYPE_CHECKING:
    from matplotlib.figure import Figure

MOST_SCHOOLS = 20
MOST_YEARS = 10
"""What is beyond goes together in the last line and the earliest year."""
NAME_WIDTH = 32


def bound_share(run: Run, language: str) -> Figure:
    """Bound part of the degrees by school and graduation year; cells without degrees are hatched."""
    return bound_share_of(numbers.count(run), Words(language))


def bound_share_of(found: Shares, words: Words) -> Figure:
    """`bound_share` from numbers already counted."""
    grid = numbers.grid(found, MOST_SCHOOLS, MOST_YEARS)
    if not grid.lines:
        return heatmap.draw([], [], [], palette.BOUND, words("chart.no_degrees"))
    several = len(grid.lines) > 1
    lines = [_line(line) for line in grid.lines]
    names = [label(name(line, words), NAME_WIDTH) for line in grid.lines]
    if several:
        sums = tuple(
            sum(column, Share()) for column in zip(*(line.shares for line in grid.lines), strict=True)
        )
        lines.append(_line(Line(None, 0, sums)))
        names.append(words("total"))
    columns = [*years(grid, words), words("total")]
    return heatmap.draw(names, columns, lines, palette.BOUND, words("chart.share_note"))


def _line(line: Line) -> list[heatmap.Cell]:
    return [_cell(share) for share in (*line.shares, line.total)]


def _cell(share: Share) -> heatmap.Cell:
    if share.part is None:
        return heatmap.Cell("", None)
    return heatmap.Cell(f"{percent(share)}\n({share.rows:,})", share.part)


def percent(share: Share) -> str:
    """Whole per cent, rounded down, so that 100 % means all."""
    return f"{math.floor(100 * share.bound / share.rows)}%" if share.rows else ""


def name(line: Line, words: Words) -> str:
    """The school's name, or that it is not given, or that the line stands for several."""
    if line.schools > 1:
        return words("page.schools.rest", schools=line.schools)
    return words("page.schools.unknown") if line.school is None else line.school


def years(grid: Grid, words: Words) -> list[str]:
    """The headings of the year columns."""
    return [
        words("page.year.unknown")
        if year is None
        else words("chart.until", year=year)
        if year == grid.before
        else str(year)
        for year in grid.years
    ]
