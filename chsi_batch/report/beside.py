"""Two rows side by side: one field to a line, masked, with the differing characters marked."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from chsi_batch.report.differences import Cell, Marked, pieces
from chsi_batch.report.records import Record, field_value
from chsi_batch.report.shown import Shown
from chsi_batch.report.words import Words
from chsi_batch.terms import Side


def lines(
    fields: Sequence[str], left: Record, right: Record, words: Words, shown: Shown
) -> tuple[Cell, Cell]:
    """What a registration and a degree say in these fields, as a cell each."""
    told = [_line(field, left, right, words, shown) for field in fields]
    return stack([line[0] for line in told]), stack([line[1] for line in told])


def _line(field: str, left: Record, right: Record, words: Words, shown: Shown) -> tuple[Marked, Marked]:
    here, there = field_value(Side.REGISTRATION, left, field), field_value(Side.DEGREE, right, field)
    label = (f"{words.states[field]}{words.colon}", False)
    ids = (left["id_number"], right["id_number"])
    if here is None or there is None:
        said = [
            shown.value(field, value, own) if value else words("blank")
            for value, own in zip((here, there), ids, strict=True)
        ]
        return (label, (said[0], False)), (label, (said[1], False))
    marked = pieces(here, there, *shown.pair(field, here, there, ids))
    return (label, *marked[0]), (label, *marked[1])


def stack(lines: Sequence[Marked]) -> Cell:
    """Lines under each other in one cell; a plain text where nothing is marked."""
    joined: list[tuple[str, bool]] = []
    for line in lines:
        if joined:
            joined.append(("\n", False))
        joined.extend(line)
    if not any(marked for _, marked in joined):
        return "".join(text for text, _ in joined)
    runs = groupby(joined, key=lambda piece: piece[1])
    return tuple(("".join(text for text, _ in run), marked) for marked, run in runs)
