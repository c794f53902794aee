"""How high a row must be for its wrapped texts: estimated, since only some spreadsheet programs work it out.

A Chinese character is two units wide, others one; GB 18030 spends two bytes on the common ones and one on
Latin, so the length in bytes is the width.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from chsi_batch.report import columnwise
from chsi_batch.report.differences import Cell, plain

if TYPE_CHECKING:
    import pyarrow as pa

LINE = 12.8
"""Points per line of the body font."""
PADDING = 4.0
HIGHEST = 409.0
"""No spreadsheet program shows a higher row."""
SMALL = 1.12
"""How much more text a column takes in the small font."""
UNITS = 1.06
"""Units of text per unit of column width in the body font, with room to spare for other fonts."""


_LESS = 0.01
"""Units by which a text is taken for shorter, so that one which just fits takes one line."""


def lines(text: str, width: float) -> int:
    """Lines that a text takes in a column of this width."""
    room = _room(width)
    if "\n" not in text:
        return 1 + int((_units(text) - _LESS) // room) if text else 1
    return sum(lines(line, width) for line in text.split("\n"))


def _room(width: float) -> float:
    return max(width * UNITS - 0.5, 2.0)


def _units(text: str) -> int:
    return len(text.encode("gb18030", "replace"))


def cell_lines(cell: Cell, width: float) -> int:
    """Lines that a cell takes; what has room whatever its characters is not measured."""
    if cell is None or isinstance(cell, int):
        return 1
    text = plain(cell)
    if "\n" not in text and len(text) <= _room(width) // 2:
        return 1
    return lines(text, width)


def most_lines(columns: Sequence[tuple[float, columnwise.Column]], rows: int) -> Sequence[int]:
    """The most lines of any cell, per row; `columns` gives width and cells of each column."""
    import numpy as np

    highest = np.ones(rows, dtype=np.int32)
    for width, cells in columns:
        np.maximum(highest, _column_lines(cells, width), out=highest)
    found: list[int] = highest.tolist()
    return found


def _column_lines(column: columnwise.Column, width: float) -> Any:
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    if not isinstance(column, pa.Array):
        known = {cell: cell_lines(cell, width) for cell in set(column)}
        return np.fromiter((known[cell] for cell in column), np.int32, len(column))

    if not pa.types.is_string(column.type):
        return np.ones(len(column), np.int32)

    def of_plain(texts: pa.Array) -> pa.Array:
        """Plain texts are Chinese, of three bytes a character in UTF-8, and Latin: no line ends in them."""
        count = pc.utf8_length(texts).to_numpy(zero_copy_only=False)
        wide = (pc.binary_length(texts).to_numpy(zero_copy_only=False) - count) // 2
        return pa.array(1 + (count + wide - _LESS) // _room(width), pa.int32(), safe=False)

    return columnwise.through(column, of_plain, lambda cell: cell_lines(cell, width)).to_numpy()


def height(count: int, least: float) -> float:
    """Points for so many lines, at least `least`."""
    return min(max(count * LINE + PADDING, least), HIGHEST)
