"""Cells of lines and columns, coloured by a part of one: the form of `bound_share` and `data_quality`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from chsi_batch.report import palette
from chsi_batch.report.charts import dressing

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

CELL = 0.36
"""Inches per line."""
ROOM = 0.95
EMPTY_HATCH = "////"


@dataclass(frozen=True)
class Cell:
    """What a cell says, and the part (0 to 1) that colours it; None: hatched as empty."""

    text: str
    part: float | None


def draw(
    lines: Sequence[str], columns: Sequence[str], cells: Sequence[Sequence[Cell]], dark: str, notes: str
) -> Figure:
    """The cells with their labels: the higher the part, the nearer to the colour `dark`; `notes` below."""
    with dressing.dressed(lines, columns, [notes]):
        figure = dressing.new(ROOM + CELL * max(len(lines), 1))
        axes = figure.add_subplot()
        if not lines or not columns:
            dressing.nothing(axes, notes)
            return figure
        for line, row in enumerate(cells):
            for place, cell in enumerate(row):
                _cell(axes, place, line, cell, dark)
        axes.set_xlim(0, len(columns))
        axes.set_ylim(len(lines), 0)
        axes.set_yticks([place + 0.5 for place in range(len(lines))], lines)
        axes.set_xticks([place + 0.5 for place in range(len(columns))], columns)
        axes.xaxis.tick_top()
        axes.set_xlabel(notes, fontsize=dressing.SMALL)
        axes.xaxis.set_label_position("bottom")
        dressing.bare(axes)
    return figure


def _cell(axes: Axes, place: int, line: int, cell: Cell, dark: str) -> None:
    from matplotlib.patches import Rectangle

    colour = palette.EMPTY if cell.part is None else shade(dark, cell.part)
    hatch = EMPTY_HATCH if cell.part is None else None
    box = Rectangle(
        (place, line), 1, 1, facecolor=colour, edgecolor="#DDDDDD" if hatch else "white", hatch=hatch
    )
    axes.add_patch(box)
    if cell.text:
        axes.text(
            place + 0.5, line + 0.5, cell.text, ha="center", va="center", fontsize=dressing.SMALL,
            color=dressing.readable_on(colour),
        )  # fmt: skip


def shade(dark: str, part: float) -> str:
    """Between nearly white (0) and `dark` (1)."""
    from matplotlib.colors import to_hex, to_rgb

    light = 0.96
    mixed = tuple(light + (channel - light) * part for channel in to_rgb(dark))
    return to_hex((mixed[0], mixed[1], mixed[2]))
