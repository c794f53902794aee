"""A labelled cohort as the matching sees it, without files: many people in one quick run."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pyarrow as pa
from oracle import identity, names
from oracle.test_engine_agrees import records

from chsi_batch import matching
from chsi_batch.engines import open_engine
from chsi_batch.labelled import sample
from chsi_batch.labelled.rows import Row
from chsi_batch.labelled.world import AS_OF, World
from chsi_batch.terms import COLUMNS, Outcome, Side

MIN_PEOPLE, KEY_CAP = 10, 20_000
Found = dict[str, list[dict[str, object]]]


@dataclass(frozen=True)
class Cohort:
    """The labelled rows of each side, in input order."""

    sides: dict[Side, list[Row]]

    @property
    def labelled(self) -> list[Row]:
        """The rows that have their place in the ledger."""
        return [*self.sides[Side.REGISTRATION], *self.sides[Side.DEGREE]]


def cohort(people: int, seed: int) -> Cohort:
    """People as `chsi-batch sample` draws them; every row has its reference."""
    world = World(seed)
    sample._populate(world, people)
    sides: dict[Side, list[Row]] = {side: [] for side in Side}
    for case in world.cases:
        for block in case.blocks:
            sides[block[0].side] += block
    sides[Side.ENROLMENT] = list(world.enrolments)
    for side, rows in sides.items():
        for place, row in enumerate(rows):
            row.ref = f"{side}s.csv#{place:06d}"
    return Cohort(sides)


def _cells(side: Side, row: Row) -> dict[str, object]:
    """Canonical texts; a number as its digits, with the mark of a numeric cell."""
    texts = {column: row.values.get(column) or None for column in COLUMNS[side]}
    numbers = {column: str(int(number)) for column, number in row.numbers.items()}
    marks = {f"{column}_numeric": True for column in numbers}
    return {"ref": row.ref, "columns": tuple(COLUMNS[side]), **texts, **numbers, **marks}


def tables(people: Cohort) -> dict[Side, pa.Table]:
    """The three sides as conforming gives them."""
    return {side: records(side, [_cells(side, row) for row in rows]) for side, rows in people.sides.items()}


def settled(people: Cohort, folder: Path) -> Found:
    """Match the cohort; the result tables as rows."""
    engine = open_engine("duckdb", 1, None, folder / "spill")
    try:
        found, _ = matching.match(
            engine,
            tables(people),
            former=matching.former_names([]),
            as_of=AS_OF,
            min_people=MIN_PEOPLE,
            key_cap=KEY_CAP,
            language="zh",
        )
    finally:
        engine.close()
    return {name: table.to_pylist() for name, table in found.items()}


def mistakes(people: Cohort, found: Found) -> list[str]:
    """Every row that did not end as its label says, every wrong binding, every wrong best candidate."""
    ledger = {line["ref"]: line for line in found["ledger"]}
    bound = {(line["registration_ref"], line["degree_ref"]) for line in found["bindings"]}
    meant = {
        (other.ref, row.ref)
        for row in people.sides[Side.DEGREE]
        if row.expect is Outcome.BOUND
        for other in row.to
    }
    wrong = [f"{row.kind} {row.ref}: {line}" for row in people.labelled if (line := _unlike(row, ledger))]
    wrong += [f"bound to somebody else: {pair}" for pair in sorted(bound - meant)]
    if len(ledger) != len(people.labelled):
        wrong.append(f"{len(people.labelled)} rows, {len(ledger)} in the ledger")
    return wrong


def _unlike(row: Row, ledger: dict[object, dict[str, object]]) -> dict[str, object] | None:
    line = ledger.get(row.ref, {})
    if row.expect is Outcome.BOUND:
        right = line.get("outcome") == "bound" and line["counterpart"] in {other.ref for other in row.to}
    else:
        right = line.get("code") in row.codes and (row.top is None or line["counterpart"] == row.top.ref)
    return None if right else {"label": row.codes, **line}


def states(people: Cohort) -> dict[str, str]:
    """By reference of a bound degree: the state of its binding, found without the package (S7)."""
    enrolled = {
        (names.clean(row["name"]), number)
        for row in people.sides[Side.ENROLMENT]
        if (number := _long(row["id_number"]))
    }
    found = {}
    for degree in people.sides[Side.DEGREE]:
        if degree.expect is Outcome.BOUND:
            found[degree.ref] = {_state(other, enrolled) for other in degree.to}.pop()
    return found


def _long(text: str) -> str | None:
    return identity.read(text, numeric=False, stated=None).long if text else None


def _state(registration: Row, enrolled: set[tuple[str | None, str | None]]) -> str:
    if not registration["bound_at"]:
        return "unverified"
    if datetime.fromisoformat(registration["bound_at"]) > AS_OF - timedelta(hours=24):
        return "verification-pending"
    person = (names.clean(registration["name"]), _long(registration["id_number"]))
    return "verified" if person in enrolled else "enrolment-missing"
