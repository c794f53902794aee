"""A figure as text: what it says and what is drawn, so that a change of either shows."""

from __future__ import annotations

from matplotlib.axes import Axes
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle


def texts(figure: Figure) -> list[str]:
    """Everything that is written in a figure."""
    return [text for axes in figure.axes for text in _texts(axes)]


def _texts(axes: Axes) -> list[str]:
    found = [text.get_text() for text in axes.texts] + [axes.get_xlabel(), axes.get_ylabel()]
    found.append(axes.get_title(loc="left"))
    if axes.axison:
        found += [label.get_text() for axis in (axes.yaxis, axes.xaxis) for label in _labels(axis)]
    legend = axes.get_legend()
    found += [text.get_text() for text in legend.get_texts()] if legend else []
    return [text for text in found if text]


def _labels(axis: object) -> list[object]:
    return axis.get_ticklabels() if axis.get_visible() else []  # type: ignore[attr-defined]


def bars(figure: Figure) -> list[tuple[str, float, float]]:
    """Every bar and cell that takes room: colour, width, height."""
    return [
        (to_hex(patch.get_facecolor()), round(patch.get_width(), 3), round(patch.get_height(), 3))
        for axes in figure.axes
        for patch in axes.patches
        if isinstance(patch, Rectangle) and patch.get_width() and patch.get_height()
    ]


def ribbons(figure: Figure) -> list[tuple[str, float, float]]:
    """Every band of a flow: colour, where it ends, how wide it is there."""
    found = []
    for axes in figure.axes:
        for patch in axes.patches:
            if not isinstance(patch, Rectangle):
                points = patch.get_path().vertices
                wide = points[4][1] - points[3][1]
                found.append((to_hex(patch.get_facecolor()), round(points[3][0], 3), round(float(wide), 4)))
    return found


def dots(figure: Figure) -> list[tuple[str, int, int]]:
    """Every dot: colour, column, line."""
    return [
        (to_hex(points.get_facecolor()[0]), int(x), int(y))
        for axes in figure.axes
        for points in axes.collections
        for x, y in points.get_offsets().tolist()
    ]


def told(figure: Figure) -> str:
    """All of it, a line each."""
    kinds = {"text": texts, "bar": bars, "ribbon": ribbons, "dot": dots}
    return "\n".join(f"{kind} {entry}" for kind, find in kinds.items() for entry in find(figure))
