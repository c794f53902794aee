"""Horizontal stacked bars: the form of `exceptions` and `accounts`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from chsi_batch.report import palette
from chsi_batch.report.charts import dressing

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

BAR = 0.34
"""Inches per bar."""
ROOM = 0.75
"""Inches for the legend."""
FITS = 0.05
"""Part of the longest bar from which on a number fits inside."""


@dataclass(frozen=True)
class Part:
    """One colour of the bars: its name and the value in each bar."""

    name: str
    colour: str
    values: Sequence[int]


def draw(labels: Sequence[str], parts: Sequence[Part], none: str) -> Figure:
    """The bars, the first label on top: numbers in wide parts, the sum behind; `none` if there are none."""
    with dressing.dressed(labels, [part.name for part in parts], [none]):
        figure = dressing.new(ROOM + BAR * max(len(labels), 1))
        axes = figure.add_subplot()
        if not labels:
            dressing.nothing(axes, none)
            return figure
        left, longest = [0] * len(labels), _longest(parts)
        for part in parts:
            axes.barh(
                range(len(labels)), part.values, left=left, height=0.68, color=part.colour, label=part.name,
                edgecolor="white", linewidth=0.5,
            )  # fmt: skip
            _inside(axes, part, left, longest, parts)
            left = [before + value for before, value in zip(left, part.values, strict=True)]
        for place, total in enumerate(left):
            axes.text(total + longest * 0.01, place, dressing.number(total), va="center")
        axes.set_yticks(range(len(labels)), labels)
        axes.set_ylim(len(labels) - 0.5, -0.5)
        axes.set_xlim(0, longest * 1.1)
        axes.xaxis.set_visible(False)
        dressing.bare(axes, "left")
        axes.legend(
            loc="lower left", bbox_to_anchor=(0, 1), ncols=8, frameon=False, fontsize=dressing.BODY,
            borderaxespad=0.2, handlelength=1.2, columnspacing=1.4,
        )  # fmt: skip
    return figure


def _longest(parts: Sequence[Part]) -> int:
    return max((sum(values) for values in zip(*(part.values for part in parts), strict=True)), default=0) or 1


def _inside(axes: Axes, part: Part, left: Sequence[int], longest: int, parts: Sequence[Part]) -> None:
    """The numbers of parts wide enough, in bars of several parts."""
    for place, (value, before) in enumerate(zip(part.values, left, strict=True)):
        several = sum(other.values[place] > 0 for other in parts) > 1
        if several and value >= longest * FITS:
            axes.text(
                before + value / 2, place, dressing.number(value), ha="center", va="center",
                fontsize=dressing.SMALL, color=dressing.readable_on(part.colour),
            )  # fmt: skip


def party_colour(end: str) -> str:
    """The colour of an acting party, or of bound rows."""
    return palette.BOUND if end == "bound" else palette.STRONG.get(end, palette.INK)
