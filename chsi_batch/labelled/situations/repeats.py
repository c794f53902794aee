"""The same row twice: in one sheet, in another file, with the dates written otherwise."""

from __future__ import annotations

from chsi_batch.labelled.rows import Case, bind, case, leave
from chsi_batch.labelled.situations.registry import situation
from chsi_batch.labelled.world import World


@situation("duplicate-registration", 3)
@situation("duplicate-registration-twice", 1, times=2)
def registration(w: World, times: int = 1) -> Case:
    """The account stands in the export again; the first in input order counts."""
    g = w.graduate()
    account, record = w.account(g.person, g.study if w.chance(0.5) else None), w.degree(g.person, g.study)
    bind(account, record)
    again = [account.copy() for _ in range(times)]
    for row in again:
        leave(row, "duplicate-row", top=record)
    return case([account, *again], record, repeats=[(account, row) for row in again])


@situation("duplicate-degree", 3)
@situation("duplicate-degree-dates", 2, day_form="chinese")
def degree(w: World, day_form: str = "") -> Case:
    """The record stands in the sheet again, perhaps with its dates in another form."""
    g = w.graduate()
    account, record = w.account(g.person), w.degree(g.person, g.study)
    again = record.copy()
    if day_form:
        again.day_form = day_form
        record.traits.add("days")
    bind(account, record)
    leave(again, "duplicate-row", top=account)
    return case(account, [record, again], repeats=[(record, again)])


@situation("duplicate-degree-other-file", 2)
def other_file(w: World) -> Case:
    """The record stands in two files of other layouts; all columns that both have are equal."""
    g = w.graduate()
    account, record = w.account(g.person), w.degree(g.person, g.study)
    again = record.copy()
    record.traits.add("earlier-copy")
    bind(account, record)
    leave(again, "duplicate-row", top=account)
    again.traits.add("later-copy")
    return case(account, record, again)
