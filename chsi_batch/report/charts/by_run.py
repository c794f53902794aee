"""`trend_of`: the share bound of both sides from run to run."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from chsi_batch.report import palette
from chsi_batch.report.charts.dressing import SMALL, bare, dressed, label, new
from chsi_batch.report.words import Words

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_HEIGHT = 3.6
_WIDEST = 22
_STYLES = {"registration": ("o", "--", palette.SOFT), "degree": ("s", "-", palette.BOUND)}
"""Marker, line and colour of a side: told apart without colour too."""


def trend_of(runs: Sequence[str], shares: Mapping[str, Sequence[float]], words: Words) -> Figure:
    """A line per side over the runs; `shares` (0 to 1) by side, in the order of the runs."""
    places = [label(run, _WIDEST) for run in runs]
    names = {side: words.known("side", side) for side in shares}
    with dressed(places, [*names.values(), words("chart.bound")]):
        figure = new(_HEIGHT)
        axes = figure.add_subplot()
        for side, values in shares.items():
            marker, line, colour = _STYLES[side]
            percent = [value * 100 for value in values]
            axes.plot(range(len(runs)), percent, marker=marker, ls=line, color=colour, label=names[side])
            for place, value in enumerate(percent):
                axes.annotate(
                    f"{value:.1f}%", (place, value), xytext=(0, 6), textcoords="offset points", ha="center",
                    fontsize=SMALL,
                )  # fmt: skip
        axes.set_xticks(range(len(runs)), places)
        axes.set_ylabel(f"{words('chart.bound')} %")
        axes.set_ylim(0, 109)
        axes.margins(x=0.15)
        bare(axes, "left", "bottom")
        axes.legend(loc="lower left", frameon=False)
    return figure
