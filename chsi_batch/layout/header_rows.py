"""Finding the header: the row, or two or three rows, in which the most columns are recognised.

Titles stand above it, a second line may stand below (`毕业` over `年份` and `学校`), cells may be merged
across and down. The first place that has the required columns wins; if none has them, the best one does,
and the caller refuses the sheet by naming what is missing.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from chsi_batch.layout.cells import Cell, text_of
from chsi_batch.layout.headers import Vocabulary, assign, recognised
from chsi_batch.terms import REQUIRED, Side

DEPTHS = (1, 2, 3)
"""Lines a header may have."""

KEYS = ("name", "id_number", "certificate_number", "claimed_certificate_number")
"""A sheet without any of these is no list of persons."""

LONG_DIGITS = re.compile(r"[0-9]{6}")


@dataclass(frozen=True)
class Header:
    """A header that was found."""

    top: int
    depth: int
    names: tuple[str, ...]
    """One per column; '' where a column has no header."""
    columns: dict[str, list[int]]
    """Canonical column -> indexes that claim it."""
    stand_ins: dict[str, str]

    @property
    def bottom(self) -> int:
        """The first row below the header."""
        return self.top + self.depth

    def complete(self, side: Side) -> bool:
        """Are all required columns there?"""
        return all(column in self.columns for column in REQUIRED[side])

    def keyed(self) -> bool:
        """Is any column there by which a person is known?"""
        return any(column in self.columns for column in KEYS)


Merged = Sequence[tuple[int, int, int, int]]
"""Zero-based, inclusive ranges: top, left, bottom, right."""


def find(rows: Sequence[Sequence[Cell]], merged: Merged, words: Vocabulary, limit: int) -> Header | None:
    """The header within the first `limit` rows, or None if no row names two columns or a required one."""
    grid = [[_text(cell) for cell in row] for row in rows[: limit + len(DEPTHS)]]
    filled = _fill_down(grid, merged)
    best: Header | None = None
    best_score = (0, 0)
    for top in range(min(limit, len(grid))):
        if not any(grid[top]):
            continue
        header = _at(grid, filled, top, words)
        if header is None:
            continue
        if header.complete(words.side):
            lower = _at(grid, filled, top + 1, words) if header.depth > 1 else None
            if lower is not None and lower.complete(words.side) and len(lower.columns) >= len(header.columns):
                continue
            return header
        score = (len([column for column in header.columns if column in KEYS]), len(header.columns))
        if score > best_score:
            best, best_score = header, score
    return best


def _text(cell: Cell) -> str:
    return (text_of(cell) or "").strip()


def _fill_down(grid: list[list[str]], merged: Merged) -> list[list[str]]:
    """The grid with the text of each merged range in all its cells (downwards only for the header's sake)."""
    filled = [list(row) for row in grid]
    for top, left, bottom, right in merged:
        if top >= len(grid) or left >= len(grid[top]):
            continue
        for row in range(top, min(bottom + 1, len(filled))):
            line = filled[row]
            line.extend([""] * (min(right + 1, 16_384) - len(line)))
            for column in range(left, min(right + 1, len(line))):
                line[column] = grid[top][left]
    return filled


def _at(grid: list[list[str]], filled: list[list[str]], top: int, words: Vocabulary) -> Header | None:
    """The best header that begins in this row: more lines only if they name more columns."""
    best: Header | None = None
    for depth in DEPTHS:
        block = grid[top : top + depth]
        if len(block) < depth or not any(block[-1]) or not _wordy(block):
            break
        names = _names(block, filled[top : top + depth], words)
        columns, stand_ins = assign(names, words)
        if best is None or len(columns) > len(best.columns):
            if depth > 1 and recognised(block[-1], words) >= len(columns):
                continue  # the last line alone is the header; those above it are titles
            best = Header(top, depth, names, columns, stand_ins)
    if best is None or not best.columns:
        return None
    required = any(column in best.columns for column in REQUIRED[words.side])
    return best if required or len(best.columns) > 1 else None


def _wordy(block: list[list[str]]) -> bool:
    """Header cells are short words; a line with long digits is data."""
    return not any(LONG_DIGITS.search(cell) for line in block for cell in line)


def _names(block: list[list[str]], filled: list[list[str]], words: Vocabulary) -> tuple[str, ...]:
    width = max(len(line) for line in (*block, *filled))
    return tuple(_name(block, filled, column, words) for column in range(width))


def _name(block: list[list[str]], filled: list[list[str]], column: int, words: Vocabulary) -> str:
    """The name of a column from the lines above each other: whole, then from the lowest line up."""
    own = [line[column] if column < len(line) else "" for line in block]
    if len(block) == 1:
        return own[0] or (
            filled[0][column] if column < len(filled[0]) and _merged_alone(filled[0], column) else ""
        )
    stack = [
        _reach(filled[index], block[index], column, last=index == len(block) - 1)
        for index in range(len(block))
    ]
    parts = list(dict.fromkeys(part for part in stack if part))
    if own[-1] and "".join(parts) != own[-1] and words.lookup("".join(parts)):
        return "".join(parts)
    for part in reversed(own):
        if part:
            return part if words.lookup(part) or len(parts) == 1 else "".join(parts)
    return "".join(parts[:1]) if not any(own) and stack[-1] else ""


def _merged_alone(line: list[str], column: int) -> bool:
    """Is this cell covered from above by a range of one column? Then it carries that header."""
    return column == 0 or line[column - 1] != line[column]


def _reach(filled: list[str], own: list[str], column: int, *, last: bool) -> str:
    """The text over a column: its own, that of a merged range, or the nearest to the left (upper lines)."""
    if column < len(filled) and filled[column]:
        return filled[column]
    if last:
        return ""
    for left in range(min(column, len(own)) - 1, -1, -1):
        if own[left]:
            return own[left]
    return ""


def is_repeated(texts: Sequence[str | None], header: Header) -> bool:
    """Does this row repeat the header (any of its lines), as printed lists do on each page?"""
    filled = [(index, text) for index, text in enumerate(texts) if text]
    if len(filled) < min(2, len(header.columns)):
        return False
    equal = sum(1 for index, text in filled if index < len(header.names) and _same(text, header.names[index]))
    return equal * 2 > len(filled) and equal >= min(2, len(header.columns))


def _same(text: str, name: str) -> bool:
    bare = "".join(text.split())
    whole = "".join(name.split())
    return bool(bare) and (bare == whole or (whole.endswith(bare) and len(bare) > 1))
