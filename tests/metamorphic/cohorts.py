"""The rows that the relations are about: a labelled cohort in canonical cells, every kind planted once."""

from __future__ import annotations

from functools import cache

from properties import labelled_people

from chsi_batch.labelled.rows import Row
from chsi_batch.terms import COLUMNS, Side

from .laying_out import Placed

Sides = dict[Side, list[Placed]]


@cache
def cohort(people: int, seed: int) -> Sides:
    """Rows as text; a number is written as its digits, so that every format can hold it."""
    drawn = labelled_people.cohort(people, seed).sides
    return {side: [_placed(side, row) for row in rows if _writable(row)] for side, rows in drawn.items()}


def _writable(row: Row) -> bool:
    """Old workbooks know no characters outside the basic plane."""
    return max("".join(row.values.values())) <= "\uffff"


def _placed(side: Side, row: Row) -> Placed:
    numbers = {column: str(int(number)) for column, number in row.numbers.items()}
    cells = {column: {**row.values, **numbers}.get(column, "") for column in COLUMNS[side]}
    return Placed(f"{side.value} {row.ref}", cells, row.kind, _group(side, row.ref, cells))


def _group(side: Side, ref: str, cells: dict[str, str]) -> object:
    if side is Side.REGISTRATION and cells["username"]:
        return "account", cells["username"].casefold(), cells["name"]
    if side is Side.DEGREE and cells["certificate_number"]:
        return "certificate", cells["certificate_number"]
    return ref
