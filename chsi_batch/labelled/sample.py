"""`chsi-batch sample`: a labelled synthetic cohort, as nasty as life, the same bytes for the same seed.

About three quarters of the people are clean: one account, one to five records, bound. The others live
through the situations: each kind once, as far as the number of people allows, then by weight.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

from chsi_batch import publishing
from chsi_batch.errors import OutputError, UsageError
from chsi_batch.labelled import placing, truth, writers
from chsi_batch.labelled.grids import Book
from chsi_batch.labelled.rows import Case, Row
from chsi_batch.labelled.situations import SITUATIONS, clean
from chsi_batch.labelled.world import AS_OF, World
from chsi_batch.terms import Outcome, Side

PLANTED_SHARE = 0.25
"""Share of the people who live through a situation, once each kind has occurred."""

FIRST_ROUND_SHARE = 0.7
"""How much of a small cohort the first occurrence of each kind may take."""

DELETED_RECORDS = 3
TRUTH = "truth.csv"


def make(people: int, seed: int, out: Path) -> dict[str, Any]:
    """Write registrations/, degrees/, enrolments/ and truth.csv into `out`; a summary of what is there."""
    if people < 1:
        raise UsageError.of("people-too-few", f"--people {people}")
    world = World(seed)
    _populate(world, people)
    books = _lay_out(world)
    _refuse_strangers(books, out)
    labelled = [row for case in world.cases for row in case.rows()]
    with publishing.filling(out, last=TRUTH) as folder:
        for book in books:
            writers.write(book, folder)
        rows = truth.write(folder / TRUTH, labelled)
    return _summary(world, books, people, seed, rows)


def _refuse_strangers(books: list[Book], out: Path) -> None:
    """Files of another cohort in the same folders would be read with this one and have no label."""
    ours = {out / book.folder / book.file for book in books}
    for folder in placing.FOLDERS.values():
        for path in sorted((out / folder).glob("*")):
            if path not in ours:
                raise OutputError.of("sample-foreign-file", path)


def _populate(world: World, people: int) -> None:
    plantable = list(SITUATIONS.values())
    for situation in plantable:
        if world.people >= people * FIRST_ROUND_SHARE:
            break
        world.add(situation.kind, situation.plant(world))
    weights = [situation.weight for situation in plantable]
    while world.people < people * PLANTED_SHARE:
        situation = world.rng.choices(plantable, weights)[0]
        world.add(situation.kind, situation.plant(world))
    while world.people < people:
        draw = world.rng.random()
        if draw < 0.2:
            world.add("several-degrees", clean.several(world), loose=True)
        else:
            world.add("clean-claim" if draw < 0.35 else "clean", clean.plain(world, draw < 0.35), loose=True)


def _lay_out(world: World) -> list[Book]:
    blocks: dict[Side, list[list[Row]]] = {side: [] for side in Side}
    for case in world.cases:
        for block in case.blocks:
            blocks[block[0].side].append(block)
    blocks[Side.ENROLMENT] = [[row] for row in world.enrolments]
    found = [book for side in Side for book in placing.spread(side, blocks[side], world.rng)]
    for book in found:
        if book.layout.format == "dbf":
            _delete_some(world, book)
    return found


def _delete_some(world: World, book: Book) -> None:
    """Records marked as deleted at the end of a table; nobody asks for them and no reference moves."""
    from chsi_batch.labelled.forms import cell

    grid = book.grids[0]
    while len(grid.deleted) < DELETED_RECORDS:
        g = world.graduate()
        row = world.degree(g.person, g.study)
        if book.layout.fits(row):
            grid.deleted.add(grid.put(*(cell(row, column, book.layout) for column, _ in book.layout.columns)))


def _summary(world: World, books: list[Book], people: int, seed: int, rows: int) -> dict[str, Any]:
    labelled = [row for case in world.cases for row in case.rows()]
    degrees = [row for row in labelled if row.side == Side.DEGREE]
    return {
        "people": people,
        "seed": seed,
        "as_of": AS_OF.isoformat(),
        "registrations": len(labelled) - len(degrees),
        "degrees": len(degrees),
        "enrolments": len(world.enrolments),
        "must_bind": sum(row.expect == Outcome.BOUND for row in degrees),
        "rows": rows,
        "files": sorted(f"{book.folder}/{book.file}" for book in books),
        "kinds": dict(sorted(Counter(row.kind for row in labelled).items())),
    }


__all__ = ["Case", "make"]
