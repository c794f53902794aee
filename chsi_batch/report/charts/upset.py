"""`failing_together`: which compared fields do not fit, and which of them together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chsi_batch.report import palette
from chsi_batch.report.charts import dressing
from chsi_batch.report.numbers import failing as numbers
from chsi_batch.report.numbers.failing import Failing
from chsi_batch.report.words import Words
from chsi_batch.results import Run
from chsi_batch.terms import FIELDS

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

MOST_SETS = 16
"""Sets with a column of their own; the rest are one column together."""
HEIGHT = 4.2
_DOT = 70


def failing_together(run: Run, language: str) -> Figure:
    """Exception rows with a counterpart by the exact set of fields that do not fit."""
    return failing_together_of(numbers.count(run), Words(language))


def failing_together_of(found: Failing, words: Words) -> Figure:
    """`failing_together` from numbers already counted."""
    found = numbers.few(found, MOST_SETS)
    fields = [words.states[field] for field in FIELDS]
    with dressing.dressed(fields, [words("chart.no_pairs"), words("chart.rest"), words("chart.fits")]):
        figure = dressing.new(HEIGHT if found.compared else 1)
        if not found.compared:
            dressing.nothing(figure.add_subplot(), words("chart.no_pairs"))
            return figure
        grid = figure.add_gridspec(2, 2, width_ratios=(1, 3.4), height_ratios=(1.15, 1))
        bars = figure.add_subplot(grid[0, 1])
        dots = figure.add_subplot(grid[1, 1], sharex=bars)
        sizes = figure.add_subplot(grid[1, 0], sharey=dots)
        _bars(bars, found, words)
        _dots(dots, found, words)
        _sizes(sizes, found, fields)
    return figure


def _bars(axes: Axes, found: Failing, words: Words) -> None:
    """How many rows each set has."""
    rows = [entry.rows for entry in found.sets] + ([found.others] if found.others else [])
    colours = [palette.BOUND if entry.fields else palette.GRID for entry in found.sets]
    axes.bar(range(len(rows)), rows, width=0.62, color=[*colours, palette.GRID][: len(rows)])
    for place, value in enumerate(rows):
        axes.text(place, value, dressing.number(value), ha="center", va="bottom")
    axes.set_ylim(0, max(rows) * 1.15)
    axes.set_xlim(-0.6, max(len(rows), 6) - 0.4)
    axes.set_ylabel(words("chart.exception_rows"))
    axes.yaxis.set_ticks([])
    axes.xaxis.set_visible(False)
    dressing.bare(axes, "bottom")


def _dots(axes: Axes, found: Failing, words: Words) -> None:
    """Which fields each set is made of: dark dots, joined."""
    for place, entry in enumerate(found.sets):
        lines = [FIELDS.index(field) for field in entry.fields]
        off = [line for line in range(len(FIELDS)) if line not in lines]
        axes.scatter([place] * len(off), off, s=_DOT, color="#E4E4E4", zorder=2)
        axes.scatter([place] * len(lines), lines, s=_DOT, color=palette.BOUND, zorder=3)
        if lines:
            axes.plot([place, place], [min(lines), max(lines)], color=palette.BOUND, linewidth=2, zorder=2)
        else:
            _upright(axes, place, words("chart.fits"))
    if found.others:
        _upright(axes, len(found.sets), words("chart.rest"))
    axes.set_ylim(len(FIELDS) - 0.4, -0.6)
    for line in range(0, len(FIELDS), 2):
        axes.axhspan(line - 0.5, line + 0.5, color="#F6F6F6", zorder=0, linewidth=0)
    axes.set_axis_off()


def _upright(axes: Axes, place: int, text: str) -> None:
    axes.text(
        place, (len(FIELDS) - 1) / 2, text, rotation=90, ha="center", va="center", color=palette.SOFT,
        fontsize=dressing.SMALL, zorder=4,
        bbox={"boxstyle": "round,pad=0.2", "facecolor": "white", "edgecolor": palette.GRID},
    )  # fmt: skip


def _sizes(axes: Axes, found: Failing, fields: list[str]) -> None:
    """How often each field fails at all."""
    rows = [found.of(field) for field in FIELDS]
    axes.barh(range(len(FIELDS)), rows, height=0.55, color=palette.SOFT)
    longest = max(rows) or 1
    for place, value in enumerate(rows):
        axes.text(value + longest * 0.03, place, dressing.number(value), va="center", ha="right")
    axes.set_xlim(longest * 1.35, 0)
    axes.set_yticks(range(len(FIELDS)), fields)
    axes.yaxis.tick_right()
    axes.xaxis.set_visible(False)
    dressing.bare(axes, "right")
