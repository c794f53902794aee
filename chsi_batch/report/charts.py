"""The two charts of the page: the outcome of each file, and the exceptions by code and acting party.

Figures are made without pyplot, so nothing is global; `svg` draws one to the same bytes every time, letters
as paths, so that no reader needs a font.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from chsi_batch.report import palette, totals
from chsi_batch.report.chinese_font import families, showable
from chsi_batch.report.totals import CodeTotal, FileTotal, Totals
from chsi_batch.report.words import Words, party_order
from chsi_batch.results import Run

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

MOST_FILES = 15
"""Files with a bar of their own; the rest are one bar together."""
MOST_CODES = 20
NAME_LENGTH = 34
"""Longer names lose their middle."""
_WIDTH = 9.2
_BAR = 0.36
_ROOM = 1.15
_SALT = "chsi-batch"


def flow(run: Run, language: str) -> Figure:
    """Outcome per file: bound and exception rows, as stacked bars with their numbers."""
    return flow_of(totals.count(run), Words(language))


def exceptions(run: Run, language: str) -> Figure:
    """Exception rows per code, coloured by the party that must act."""
    return exceptions_of(totals.count(run), Words(language))


def flow_of(found: Totals, words: Words) -> Figure:
    """`flow` from totals already counted."""
    files = _few_files(found.files, words)
    labels = [showable(f"{_short(entry.file)} · {words.known('side', entry.side)}") for entry in files]
    bars = [
        (words("chart.bound"), palette.BOUND, [entry.bound for entry in files], ""),
        (words("chart.exception"), palette.EXCEPTION, [entry.exception for entry in files], "//"),
    ]
    return _bars(labels, bars)


def exceptions_of(found: Totals, words: Words) -> Figure:
    """`exceptions` from totals already counted."""
    rows: dict[tuple[str, str], int] = {}
    for entry in found.codes:
        rows[entry.code, entry.acts] = rows.get((entry.code, entry.acts), 0) + entry.rows
    codes = sorted({code for code, _ in rows}, key=lambda code: (-_rows_of(found.codes, code), code))[
        :MOST_CODES
    ]
    parties = sorted({acts for code, acts in rows if code in codes}, key=party_order)
    bars = [
        (
            words.party(acts),
            palette.STRONG.get(acts, palette.INK),
            [rows.get((code, acts), 0) for code in codes],
            "",
        )
        for acts in parties
    ]
    labels = [showable(words.title(code)) for code in codes]
    return _bars(labels, bars) if codes else _bars([words("chart.none")], [("", palette.INK, [0], "")])


def _rows_of(codes: Sequence[CodeTotal], code: str) -> int:
    return sum(entry.rows for entry in codes if entry.code == code)


def _few_files(files: Sequence[FileTotal], words: Words) -> list[FileTotal]:
    """The files, the smallest of very many put together per side."""
    kept: list[FileTotal] = []
    for side in dict.fromkeys(entry.side for entry in files):
        mine = sorted((entry for entry in files if entry.side == side), key=lambda entry: -entry.records)
        most, rest = mine[:MOST_FILES], mine[MOST_FILES:]
        kept += [entry for entry in files if entry in most]
        if rest:
            sums = [
                sum(getattr(entry, column) for entry in rest) for column in ("records", "bound", "exception")
            ]
            kept.append(FileTotal(side, words("chart.more", files=len(rest)), *sums))
    return kept


def _short(name: str) -> str:
    half = NAME_LENGTH // 2
    return name if len(name) <= NAME_LENGTH else f"{name[:half]}…{name[-half:]}"


def _bars(labels: Sequence[str], bars: Sequence[tuple[str, str, Sequence[int], str]]) -> Figure:
    """Horizontal stacked bars, the first label on top, a number in or behind every part."""
    import matplotlib
    from matplotlib.figure import Figure

    style: dict[Any, Any] = {
        "font.family": families([*labels, *(name for name, *_ in bars)]),
        "font.size": 10,
    }
    with matplotlib.rc_context(style):
        figure = Figure(figsize=(_WIDTH, _ROOM + _BAR * len(labels)), layout="constrained")
        axes = figure.add_subplot()
        places = range(len(labels))
        left = [0] * len(labels)
        longest = max((sum(values[place] for _, _, values, _ in bars) for place in places), default=0) or 1
        several = [sum(values[place] > 0 for _, _, values, _ in bars) > 1 for place in places]
        for name, colour, values, hatch in bars:
            axes.barh(
                places,
                values,
                left=left,
                color=colour,
                label=name,
                height=0.66,
                hatch=hatch,
                edgecolor="white",
                linewidth=0.5,
            )
            _numbers(axes, values, left, longest, several)
            left = [before + value for before, value in zip(left, values, strict=True)]
        for place, total in enumerate(left):
            axes.text(total + longest * 0.01, place, f"{total:,}", va="center", color=palette.INK, fontsize=9)
        _dress(axes, labels, longest, legend=any(name for name, *_ in bars))
    return figure


def _numbers(
    axes: Axes, values: Sequence[int], left: Sequence[int], longest: int, several: Sequence[bool]
) -> None:
    """The numbers inside parts that are wide enough, where a bar has several parts."""
    for place, (value, before) in enumerate(zip(values, left, strict=True)):
        if several[place] and value > longest * 0.06:
            box: dict[str, Any] = {"boxstyle": "round,pad=0.15", "fc": "white", "ec": "none", "alpha": 0.85}
            axes.text(before + value / 2, place, f"{value:,}", ha="center", va="center", fontsize=8, bbox=box)


def _dress(axes: Axes, labels: Sequence[str], longest: int, legend: bool) -> None:
    axes.set_yticks(range(len(labels)), labels)
    axes.invert_yaxis()
    axes.set_xlim(0, longest * 1.1)
    axes.xaxis.set_visible(False)
    axes.tick_params(axis="y", length=0, colors=palette.INK)
    for side in ("top", "right", "bottom"):
        axes.spines[side].set_visible(False)
    axes.spines["left"].set_color(palette.GRID)
    if legend:
        axes.legend(
            loc="lower left", bbox_to_anchor=(0, 1.0), ncols=4, frameon=False, fontsize=9, borderaxespad=0.2
        )


def svg(figure: Figure) -> bytes:
    """The figure as SVG: letters as paths, no date, the same bytes every time."""
    import matplotlib

    out = io.BytesIO()
    with matplotlib.rc_context({"svg.hashsalt": _SALT, "svg.fonttype": "path"}):
        figure.savefig(out, format="svg", metadata=dict.fromkeys(("Date", "Creator", "Format", "Type")))
    return out.getvalue()
