"""Rows that carry each other's number: swaps, cycles, a column that slid by one row."""

from __future__ import annotations

from chsi_batch.labelled.rows import Case, Row, both, case
from chsi_batch.labelled.situations.registry import situation
from chsi_batch.labelled.world import Graduate, World


def _people(w: World, count: int) -> list[Graduate]:
    """People whose names have nothing in common."""
    found = [w.graduate()]
    while len(found) < count:
        g = w.graduate()
        if all(not set(g.person.name) & set(other.person.name) for other in found):
            found.append(g)
    return found


def _pairs(w: World, people: list[Graduate]) -> tuple[list[Row], list[Row]]:
    return [w.account(g.person) for g in people], [w.degree(g.person, g.study) for g in people]


@situation("ids-crossed-swap", 2, count=2, on="registrations")
@situation("ids-crossed-swap-degrees", 1, count=2, on="degrees")
@situation("ids-crossed-cycle", 1, count=3, on="registrations")
@situation("ids-shifted-round", 1, count=6, on="degrees")
def cycle(w: World, count: int, on: str) -> Case:
    """Each row has the number of the next one, the last that of the first."""
    people = _people(w, count)
    accounts, records = _pairs(w, people)
    wrong = accounts if on == "registrations" else records
    numbers = [g.person.id_number for g in people]
    for row, number in zip(wrong, numbers[1:] + numbers[:1], strict=True):
        row.values["id_number"] = number
    for account, record in zip(accounts, records, strict=True):
        both("ids-crossed", account, record)
    return case(*accounts, records) if on == "degrees" else case(accounts, *records)


@situation("ids-shifted-open", 1)
def shifted(w: World) -> Case:
    """The number column slid down by one row: the first got a stranger's number, the last number is gone.

    At both ends only half of the crossing can be seen, so there the plain codes are right as well.
    """
    people = _people(w, 6)
    accounts, records = _pairs(w, people)
    stranger = w.graduate().person.id_number
    for row, number in zip(records, [stranger, *(g.person.id_number for g in people[:-1])], strict=True):
        row.values["id_number"] = number
    for account, record in zip(accounts, records, strict=True):
        both("ids-crossed", account, record)
    records[0].codes += ("no-account",)
    accounts[-1].codes += ("no-degree",)
    return case(*accounts, records)
