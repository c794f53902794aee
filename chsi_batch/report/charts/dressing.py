"""What all pictures share: their fonts and style, labels, numbers, and the bytes they are saved as.

Figures are made without pyplot and styled inside `dressed`, so nothing is global. `svg` and `png` draw one
to the same bytes every time; letters become paths, so that no reader needs a font.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from unicodedata import east_asian_width

from chsi_batch.report import palette, shown
from chsi_batch.report.chinese_font import families, showable
from chsi_batch.report.words import Words

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

WIDTH = 9.2
"""Inches: the text width of an A4 page in landscape, and of the page on a screen."""
NAME_WIDTH = 40
"""Wider names lose their middle; a Latin letter is one wide, a Chinese character two."""
SMALL = 8
BODY = 9.5
_SALT = "chsi-batch"


@contextmanager
def dressed(*texts: Sequence[str]) -> Iterator[None]:
    """The style of a picture that shows these texts, for as long as it is being drawn."""
    import matplotlib

    style: dict[Any, Any] = {
        "font.family": families(text for some in texts for text in some),
        "font.size": BODY,
        "text.color": palette.INK,
        "axes.edgecolor": palette.GRID,
        "axes.labelcolor": palette.SOFT,
        "xtick.color": palette.INK,
        "ytick.color": palette.INK,
        "axes.linewidth": 0.8,
        "hatch.linewidth": 0.6,
    }
    with matplotlib.rc_context(style):
        yield


def new(height: float, width: float = WIDTH) -> Figure:
    """An empty figure, sizes in inches, that finds room for its labels by itself."""
    from matplotlib.figure import Figure

    return Figure(figsize=(width, height), layout="constrained")


def label(text: str, width: int = NAME_WIDTH) -> str:
    """A text from the input as the picture shows it: masked, on one line, not too wide, no boxes."""
    text = " ".join(shown.free(text).split())
    if _width(text) > width:
        begin, end = text, text
        while _width(begin) > width // 2:
            begin = begin[:-1]
        while _width(end) > width // 2:
            end = end[1:]
        text = f"{begin}…{end}"
    return showable(text)


def _width(text: str) -> int:
    return sum(2 if east_asian_width(character) in "WF" else 1 for character in text)


def nothing(axes: Axes, text: str) -> None:
    """Say that there is nothing to draw."""
    axes.set_axis_off()
    axes.text(0.5, 0.5, text, ha="center", va="center", transform=axes.transAxes, color=palette.SOFT)


def bare(axes: Axes, *kept: str) -> None:
    """Take the frame away but for the sides `kept`."""
    for side, spine in axes.spines.items():
        spine.set_visible(side in kept)
    axes.tick_params(length=0)


def number(value: int) -> str:
    """12,345."""
    return f"{value:,}"


def readable_on(colour: str) -> str:
    """Ink or white, whichever can be read on this colour."""
    from matplotlib.colors import to_rgb

    red, green, blue = to_rgb(colour)
    return palette.INK if 0.299 * red + 0.587 * green + 0.114 * blue > 0.55 else "white"


def end_name(outcome: str, end: str, words: Words) -> str:
    """A rule, a decision or an acting party in words."""
    if outcome == "bound":
        return words.known("method", end) if end == "decision" else words("chart.rule", rule=end or "–")
    return words.party(end)


def svg(figure: Figure) -> bytes:
    """The figure as SVG: letters as paths, no date, the same bytes every time."""
    import matplotlib

    out = io.BytesIO()
    with matplotlib.rc_context({"svg.hashsalt": _SALT, "svg.fonttype": "path"}):
        figure.savefig(out, format="svg", metadata=dict.fromkeys(("Date", "Creator", "Format", "Type")))
    return out.getvalue()


def png(figure: Figure, dpi: int) -> bytes:
    """The figure as PNG: no date, no version, the same bytes every time."""
    out = io.BytesIO()
    figure.savefig(out, format="png", dpi=dpi, metadata={"Software": None})
    return out.getvalue()
