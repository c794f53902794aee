"""Which row goes into which file: every layout gets its share, and no row a sheet that spoils its label."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

from chsi_batch.labelled.catalogue import LAYOUTS
from chsi_batch.labelled.grids import Book, books
from chsi_batch.labelled.layouts import Layout
from chsi_batch.labelled.rows import Row
from chsi_batch.terms import Side

FOLDERS = {Side.REGISTRATION: "registrations", Side.DEGREE: "degrees", Side.ENROLMENT: "enrolments"}


def spread(side: Side, blocks: Sequence[Sequence[Row]], rng: Random) -> list[Book]:
    """All files of one side, filled; rows have their references afterwards."""
    layouts = [layout for layout in LAYOUTS if layout.side == side]
    shares: dict[str, list[Sequence[Row]]] = {layout.stem: [] for layout in layouts}
    counts = dict.fromkeys(shares, 0)
    shuffled = list(blocks)
    rng.shuffle(shuffled)
    shuffled.sort(key=_freedom(layouts))
    for block in shuffled:
        layout = _neediest(block, layouts, counts)
        shares[layout.stem].append(block)
        counts[layout.stem] += len(block)
    found = []
    for layout in layouts:
        rng.shuffle(shares[layout.stem])
        if shares[layout.stem]:
            found += books(layout, FOLDERS[side], shares[layout.stem], rng)
    for book in found:
        book.refer()
    return found


def _fitting(block: Sequence[Row], layouts: Sequence[Layout]) -> list[Layout]:
    return [layout for layout in layouts if all(layout.fits(row) for row in block)]


def _freedom(layouts: Sequence[Layout]):  # type: ignore[no-untyped-def]
    """Rows with few places to go are placed first, so that the others even the files out."""
    return lambda block: len(_fitting(block, layouts))


def _neediest(block: Sequence[Row], layouts: Sequence[Layout], counts: dict[str, int]) -> Layout:
    """Of the layouts that can hold the block, the one furthest behind its share."""
    fitting = _fitting(block, layouts)
    if not fitting:
        kinds = {row.kind for row in block}
        raise ValueError(
            f"no layout offers {sorted(set().union(*(row.traits for row in block)))} for {kinds}"
        )
    return min(fitting, key=lambda layout: (counts[layout.stem] / layout.weight, layout.stem))
