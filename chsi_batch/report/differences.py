"""Where two values differ, character by character, as pieces that a cell can show in two styles.

pieces("张伟", "张玮") -> (("张", False), ("伟", True)), (("张", False), ("玮", True))
"""

from __future__ import annotations

from typing import TypeAlias

FEW = 4
"""Values of one length that differ in no more places are compared place by place, as masking does."""
Piece: TypeAlias = tuple[str, bool]
"""A run of text and whether it is marked."""
Marked: TypeAlias = tuple[Piece, ...]
Cell: TypeAlias = str | int | Marked | None

TOO_DIFFERENT = {True: 0.5, False: 0.7}
"""Values that differ in more than this share of the longer one are marked whole: nothing lines up. Numbers
(ASCII) agree in some places by chance, names do not."""


def marks(left: str, right: str) -> tuple[list[bool], list[bool]]:
    """For each character of both values, whether it has no equal at its place in the other."""
    from rapidfuzz.distance import Levenshtein

    if len(left) == len(right):
        apart = [here != there for here, there in zip(left, right, strict=True)]
        if sum(apart) <= FEW:
            return apart, list(apart)
    of_left, of_right = [False] * len(left), [False] * len(right)
    edits = Levenshtein.opcodes(left, right)
    for edit in edits:
        if edit.tag != "equal":
            of_left[edit.src_start : edit.src_end] = [True] * (edit.src_end - edit.src_start)
            of_right[edit.dest_start : edit.dest_end] = [True] * (edit.dest_end - edit.dest_start)
    longer = max(len(left), len(right))
    most = longer * TOO_DIFFERENT[left.isascii() and right.isascii()]
    if any(of_left) and any(of_right) and max(sum(of_left), sum(of_right)) > most:
        return [True] * len(left), [True] * len(right)
    return of_left, of_right


def cut(text: str, marked: list[bool]) -> Marked:
    """The text in runs of equal marking."""
    pieces: list[Piece] = []
    start = 0
    for end in range(1, len(text) + 1):
        if end == len(text) or marked[end] != marked[start]:
            pieces.append((text[start:end], marked[start]))
            start = end
    return tuple(pieces)


def pieces(
    left: str, right: str, shown_left: str | None = None, shown_right: str | None = None
) -> tuple[Marked, Marked]:
    """Both values with their differences marked; `shown_*` are masked forms, printed in their stead.

    A masked form as long as the value takes over the value's marks; another one is compared as shown.
    """
    shown_left = left if shown_left is None else shown_left
    shown_right = right if shown_right is None else shown_right
    if len(shown_left) != len(left) or len(shown_right) != len(right):
        left, right = shown_left, shown_right
    of_left, of_right = marks(left, right)
    return cut(shown_left, of_left), cut(shown_right, of_right)


def plain(cell: Cell) -> str:
    """A cell without its styles."""
    if isinstance(cell, tuple):
        return "".join(text for text, _ in cell)
    return "" if cell is None else str(cell)
