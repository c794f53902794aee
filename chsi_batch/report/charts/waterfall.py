"""`residuals`: rule by rule, what was bound and what is left, on both sides."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chsi_batch.report import palette
from chsi_batch.report.charts import dressing
from chsi_batch.report.numbers import residuals as numbers
from chsi_batch.report.numbers.residuals import Residual
from chsi_batch.report.words import Words
from chsi_batch.results import Run

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

BAR = 0.36
"""Inches per bar."""
ROOM = 0.5


def residuals(run: Run, language: str) -> Figure:
    """A panel per side: all rows, what each rule or decision bound, what is left."""
    return residuals_of(numbers.count(run), Words(language))


def residuals_of(found: tuple[Residual, ...], words: Words) -> Figure:
    """`residuals` from numbers already counted."""
    bars = max((len(side.steps) for side in found), default=0) + 2
    told = [words("chart.all"), words("chart.left"), *(words.known("side", side.side) for side in found)]
    with dressing.dressed(told):
        figure = dressing.new(ROOM + BAR * bars)
        for panel, side in zip(figure.subplots(1, len(found), squeeze=False)[0], found, strict=True):
            _panel(panel, side, words)
    return figure


def _panel(axes: Axes, side: Residual, words: Words) -> None:
    labels = [words("chart.all"), *(dressing.end_name("bound", s.end, words) for s in side.steps)]
    labels.append(words("chart.left"))
    starts = [0, *(step.left for step in side.steps), 0]
    values = [side.rows, *(step.rows for step in side.steps), side.left]
    colours = [palette.GRID, *[palette.BOUND] * len(side.steps), palette.EXCEPTION]
    axes.barh(range(len(labels)), values, left=starts, height=0.66, color=colours)
    longest = side.rows or 1
    for place, (start, value) in enumerate(zip(starts, values, strict=True)):
        taken = 0 < place < len(labels) - 1
        said = f"–{dressing.number(value)}" if taken and value else dressing.number(value)
        axes.text(start + value + longest * 0.012, place, said, va="center")
        if place + 1 < len(labels):
            level = start if taken else start + value
            axes.plot([level, level], [place, place + 1], color=palette.GRID, linewidth=0.8, zorder=0)
    axes.set_yticks(range(len(labels)), [dressing.label(text) for text in labels])
    axes.set_ylim(len(labels) - 0.5, -0.5)
    axes.set_xlim(0, longest * 1.18)
    axes.xaxis.set_visible(False)
    axes.set_title(words.known("side", side.side), fontsize=dressing.BODY + 1, loc="left")
    dressing.bare(axes, "left")
