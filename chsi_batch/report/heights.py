"""How high a row must be for its wrapped texts: estimated, since only some spreadsheet programs work it out.

A Chinese character is two units wide, others one; GB 18030 spends two bytes on the common ones and one on
Latin, so the length in bytes is the width.
"""

from __future__ import annotations

from collections.abc import Sequence

from chsi_batch.report.differences import Cell, plain

LINE = 12.8
"""Points per line of the body font."""
PADDING = 4.0
HIGHEST = 409.0
"""No spreadsheet program shows a higher row."""
SMALL = 1.12
"""How much more text a column takes in the small font."""
UNITS = 1.06
"""Units of text per unit of column width in the body font, with room to spare for other fonts."""


def lines(text: str, width: float) -> int:
    """Lines that a text takes in a column of this width."""
    room = _room(width)
    if "\n" not in text:
        return 1 + int((_units(text) - 0.01) // room) if text else 1
    return sum(lines(line, width) for line in text.split("\n"))


def _room(width: float) -> float:
    return max(width * UNITS - 0.5, 2.0)


def _units(text: str) -> int:
    return len(text.encode("gb18030", "replace"))


def most_lines(columns: Sequence[tuple[float, Sequence[Cell]]], rows: int) -> list[int]:
    """The most lines of any cell, per row; `columns` gives width and cells of each column."""
    highest = [1] * rows
    for width, cells in columns:
        known: dict[Cell, int] = {}
        short = _room(width) // 2
        for row, cell in enumerate(cells):
            if cell is None or isinstance(cell, int):
                continue
            if isinstance(cell, str) and len(cell) <= short and "\n" not in cell:
                continue
            needed = known.get(cell)
            if needed is None:
                needed = known[cell] = lines(plain(cell), width)
            if needed > highest[row]:
                highest[row] = needed
    return highest


def height(count: int, least: float) -> float:
    """Points for so many lines, at least `least`."""
    return min(max(count * LINE + PADDING, least), HIGHEST)
