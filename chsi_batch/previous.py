"""What an earlier run knew, for the run that is asked to remember it (`--previous RUN`).

Its records are cleaned again, because only the same cleaning makes two exports comparable; its bindings are
taken as they stand, since their times and states may come from a run before that one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from chsi_batch import publishing
from chsi_batch.decisions.row_keys import row_keys
from chsi_batch.errors import InputError, UsageError
from chsi_batch.results import RECORD_TABLES, Run, read_run
from chsi_batch.stages import clean, remember
from chsi_batch.terms import Side
from chsi_batch.values import codes

SECRET = bytes(32)
"""Keys are compared within one process and never written, so there is nothing to keep from anybody; a fixed
secret gives the same order in every run."""

NEEDED = ("registrations", "degrees", "bindings")


@dataclass(frozen=True)
class Previous:
    """An earlier run: accounts and bindings (schemas of `stages.remember`), and what run.json says of it."""

    accounts: pa.Table
    bindings: pa.Table
    facts: Mapping[str, Any]


def keys(side: Side, cleaned: pa.Table) -> pa.Array:
    """The row keys under which two runs are compared."""
    return row_keys(side, cleaned, SECRET)


def read(folder: Path, *, locked: bool = False) -> Run:
    """A finished run with full values; InputError, one line, if the folder holds none.

    `locked`: the caller holds the folder's lock already.
    """
    if not locked:
        publishing.tidy(folder.absolute().parent)
    try:
        run = read_run(folder)
    except UsageError as problem:
        raise InputError.of(problem.code or "run-missing", folder) from None
    except (OSError, pa.ArrowException) as error:
        raise InputError.of("run-damaged", folder, reason=type(error).__name__) from None
    if missing := [name for name in NEEDED if name not in run.tables]:
        raise InputError.of("run-damaged", folder, reason=f"private/{missing[0]}.parquet")
    return run


def remembered(run: Run, min_people: int, **facts: object) -> Previous:
    """The run as stages recall it; an ID under `min_people` names or more is a placeholder, no statement."""
    sides = (Side.REGISTRATION, Side.DEGREE)
    records = {side: run.tables[RECORD_TABLES[side]] for side in sides}
    cleaned = {side: clean.CLEANERS[side](records[side]) for side in sides}
    known = {side: keys(side, cleaned[side]) for side in sides}
    accounts = _accounts(cleaned[Side.REGISTRATION], known[Side.REGISTRATION], min_people)
    accounts = _recalled(accounts, records[Side.REGISTRATION], run.tables.get("remembered"))
    bindings = _bindings(run, records, known)
    said = {"as_of": run.facts.get("as_of"), **facts, "bindings": bindings.num_rows}
    return Previous(accounts, bindings, said)


def _accounts(cleaned: pa.Table, known: pa.Array, min_people: int) -> pa.Table:
    """One line per registration; statuses and times of earlier runs are added by `_recalled`."""
    whole = pc.coalesce(cleaned["id_long"], cleaned["id_key"])
    whole = pc.if_else(pc.is_in(whole, value_set=_shared(cleaned, min_people)), None, whole)
    return pa.table(
        {
            "p": pa.array(range(cleaned.num_rows), pa.int64()),
            "k": known,
            "username_key": cleaned["username_key"],
            "whole": whole,
            "rounded": cleaned["id_rounded"],
            **{name: cleaned[name] for name in ("name_key", "cancelled")},
            "under_review": pa.nulls(cleaned.num_rows, pa.bool_()),
            **{name: cleaned[name] for name in ("passed", "registered", "registered_width")},
        }
    ).cast(remember.ACCOUNTS)


def _shared(cleaned: pa.Table, min_people: int) -> pa.Array:
    """ID numbers borne by so many names that they stand for "unknown"."""
    people = cleaned.select(["id_key", "name_fold"]).group_by("id_key")
    counted = people.aggregate([("name_fold", "count_distinct")])
    many = pc.greater_equal(counted["name_fold_count_distinct"], min_people)
    return counted.filter(many)["id_key"].combine_chunks().drop_null()


def _recalled(accounts: pa.Table, records: pa.Table, remembered: pa.Table | None) -> pa.Table:
    """With who was under review, and with what the run itself only knew from one before it."""
    under_review = pc.or_(
        _says(records, "account_status", "待审核"), _says(records, "review_status", "审核中")
    )
    accounts = _with(accounts, "under_review", under_review)
    if remembered is None:
        return accounts
    places = pc.index_in(records["ref"], value_set=remembered["registration_ref"].combine_chunks())
    passed = pc.fill_null(remembered["passed"].take(places), False)
    accounts = _with(accounts, "passed", pc.or_(accounts["passed"], passed))
    lacking = pc.is_null(accounts["registered"])
    for name, source in (("registered", "registered_at"), ("registered_width", "registered_width")):
        known = remembered[source].take(places).cast(accounts.schema.field(name).type)
        accounts = _with(accounts, name, pc.if_else(lacking, known, accounts[name]))
    return accounts


def _says(records: pa.Table, column: str, word: str) -> pa.Array:
    return pc.fill_null(pc.equal(codes.canonical(column, records[column]), word), False)


def _with(table: pa.Table, name: str, column: pa.Array | pa.ChunkedArray) -> pa.Table:
    field = table.schema.field(name)
    return table.set_column(table.column_names.index(name), field, column.cast(field.type))


def _bindings(run: Run, records: Mapping[Side, pa.Table], known: Mapping[Side, pa.Array]) -> pa.Table:
    bindings = run.tables["bindings"]
    places = {
        side: pc.index_in(bindings[f"{side}_ref"], value_set=records[side]["ref"].combine_chunks())
        for side in records
    }
    return pa.table(
        {
            "p": pc.cast(places[Side.REGISTRATION], pa.int64()),
            "registration_key": pc.take(known[Side.REGISTRATION], places[Side.REGISTRATION]),
            "degree_key": pc.take(known[Side.DEGREE], places[Side.DEGREE]),
            **{
                name: bindings[name] for name in ("registration_ref", "degree_ref", "rule", "method", "state")
            },
            "bound": bindings["bound_at"],
            "as_of": pa.array([run.facts.get("as_of")] * bindings.num_rows, pa.string()),
        }
    ).cast(remember.BINDINGS)
