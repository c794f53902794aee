"""`flow`: every row from its file over its outcome to the rule that bound it or the party that must act."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from chsi_batch.report import palette
from chsi_batch.report.charts import dressing
from chsi_batch.report.charts.bars import party_colour
from chsi_batch.report.numbers import flow as numbers
from chsi_batch.report.numbers.ends import end_order
from chsi_batch.report.numbers.flow import Flow
from chsi_batch.report.words import Words
from chsi_batch.results import Run

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

MOST_FILES = 12
"""Files of a side with a node of their own; the rest are one node together."""
LINE = 0.3
"""Inches per label."""
LABEL = 0.85
"""Part of a line that a label needs."""
ROOM = 0.6
GAP = 0.3
"""Part of the height that lies between the nodes."""
NODE = 0.012
"""Width of a node; the picture is one unit wide."""
COLUMNS = (0.31, 0.555, 0.83)
"""Where the nodes of each column stand."""
HEADINGS = ("chart.from_file", "chart.to_outcome", "chart.to_end")

Key = tuple[str, ...]


@dataclass
class Node:
    """A bar of one column: its place, and how far ribbons have filled it on either side."""

    top: float
    height: float
    colour: str
    text: str
    arrived: float = 0.0
    left: float = 0.0


def flow(run: Run, language: str) -> Figure:
    """Every row of the ledger: file, outcome of its side, rule or acting party."""
    return flow_of(numbers.count(run), Words(language))


def flow_of(found: Flow, words: Words, most_files: int = MOST_FILES) -> Figure:
    """`flow` from numbers already counted."""
    found = numbers.few(found, most_files, words("chart.more"))
    columns = (found.per("side", "file"), found.per("side", "outcome"), found.per("outcome", "end"))
    order = [
        list(columns[0]),
        sorted(columns[1], key=lambda key: (key[0] != "registration", key[1])),
        sorted(columns[2], key=lambda key: end_order(*key)),
    ]
    told = [[_text(turn, key, words) for key in keys] for turn, keys in enumerate(order)]
    headings = [words(heading) for heading in HEADINGS]
    most = max(len(keys) for keys in order)
    with dressing.dressed(*told, headings, [words("chart.no_rows")]):
        figure = dressing.new(ROOM + LINE * max(most, 6) if found.rows else 1)
        axes = figure.add_subplot()
        if not found.rows:
            dressing.nothing(axes, words("chart.no_rows"))
            return figure
        nodes = [
            _nodes(keys, rows, texts, turn)
            for turn, (keys, rows, texts) in enumerate(zip(order, columns, told, strict=True))
        ]
        _ribbons(axes, found, nodes)
        for turn, column in enumerate(nodes):
            _column(axes, turn, column, headings[turn], LABEL / max(most, 6))
        axes.set_xlim(0, 1)
        axes.set_ylim(1.0, -0.06)
        axes.set_axis_off()
    return figure


def _text(turn: int, key: Key, words: Words) -> str:
    if turn == 0:
        return dressing.label(f"{key[1]}")
    if turn == 1:
        return f"{words.known('side', key[0])} · {words(f'chart.{key[1]}')}"
    return dressing.label(dressing.end_name(key[0], key[1], words))


def _colour(turn: int, key: Key) -> str:
    if turn == 0:
        return palette.SOFT
    outcome = key[1] if turn == 1 else key[0]
    if outcome == "bound":
        return palette.BOUND
    return palette.EXCEPTION if turn == 1 else party_colour(key[1])


def _nodes(keys: Sequence[Key], rows: dict[Key, int], texts: Sequence[str], turn: int) -> dict[Key, Node]:
    """The nodes of a column below each other, as high as their rows, with gaps between."""
    scale, gap = (1 - GAP) / sum(rows.values()), GAP / max(len(keys), 1)
    top, nodes = gap / 2, {}
    for key, text in zip(keys, texts, strict=True):
        nodes[key] = Node(top, rows[key] * scale, _colour(turn, key), f"{text}  {dressing.number(rows[key])}")
        top += rows[key] * scale + gap
    return nodes


def _ribbons(axes: Axes, found: Flow, nodes: Sequence[dict[Key, Node]]) -> None:
    """From files to outcomes, and from outcomes to ends; each as wide as its rows."""
    files, outcomes, ends = nodes
    one = (1 - GAP) / found.rows
    for (side, file, outcome), rows in found.per("side", "file", "outcome").items():
        _ribbon(axes, 0, files[side, file], outcomes[side, outcome], rows * one)
    by_end = found.per("side", "outcome", "end")
    for side, outcome, end in sorted(by_end, key=lambda k: (k[0] != "registration", end_order(k[1], k[2]))):
        _ribbon(axes, 1, outcomes[side, outcome], ends[outcome, end], by_end[side, outcome, end] * one)


def _ribbon(axes: Axes, turn: int, source: Node, target: Node, width: float) -> None:
    from matplotlib.patches import PathPatch
    from matplotlib.path import Path

    start, end = COLUMNS[turn] + NODE, COLUMNS[turn + 1]
    upper, target_upper = source.top + source.left, target.top + target.arrived
    lower, target_lower = upper + width, target_upper + width
    source.left += width
    target.arrived += width
    middle = (start + end) / 2
    points = [
        (start, upper), (middle, upper), (middle, target_upper), (end, target_upper),
        (end, target_lower), (middle, target_lower), (middle, lower), (start, lower), (start, upper),
    ]  # fmt: skip
    curve = [Path.CURVE4] * 3
    codes = [Path.MOVETO, *curve, Path.LINETO, *curve, Path.CLOSEPOLY]
    axes.add_patch(PathPatch(Path(points, codes), facecolor=target.colour, alpha=0.32, linewidth=0))


def _column(axes: Axes, turn: int, nodes: dict[Key, Node], heading: str, least: float) -> None:
    """The bars and labels of one column: files to the left of theirs, the others to the right."""
    from matplotlib.patches import Rectangle

    at = COLUMNS[turn]
    align, edge, beside = ("right", at, at - 0.012) if turn == 0 else ("left", at + NODE, at + NODE + 0.012)
    axes.text(at + NODE / 2, -0.03, heading, ha="center", va="bottom", color=palette.SOFT)
    centres = [node.top + node.height / 2 for node in nodes.values()]
    for node, centre, place in zip(nodes.values(), centres, spread(centres, least), strict=True):
        axes.add_patch(Rectangle((at, node.top), NODE, node.height, facecolor=node.colour, linewidth=0))
        axes.plot([edge, beside - (edge - beside) * 0.1], [centre, place], color=palette.GRID, linewidth=0.6)
        box = {"boxstyle": "round,pad=0.12", "facecolor": "white", "edgecolor": "none", "alpha": 0.7}
        axes.text(beside, place, node.text, ha=align, va="center", bbox=box if turn == 1 else None)


def spread(places: Sequence[float], least: float) -> list[float]:
    """The places, in their order, moved as little as needed to lie `least` apart between 0 and 1."""
    found: list[float] = []
    for place in places:
        found.append(max(place, found[-1] + least if found else least / 2))
    limit = 1 - least / 2
    for turn in range(len(found) - 1, -1, -1):
        found[turn] = min(found[turn], limit)
        limit = found[turn] - least
    return found
