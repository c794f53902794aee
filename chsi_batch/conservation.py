"""Nothing gets lost between the files and the ledger: counted per file and sheet before publishing.

physical = blank + heading + set aside + records, where the physical rows were counted without the reader (a
sheet on which both differ is refused while reading); each record is in its table once; each record of an
account or a degree is in the ledger once, in input order, bound or with its code. `verify` counts again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from chsi_batch.results import RECORD_TABLES
from chsi_batch.terms import Outcome, Side

if TYPE_CHECKING:
    import pyarrow as pa

    from chsi_batch.engines.base import Engine

NEEDED: dict[str, tuple[str, ...]] = {
    "inputs": ("side", "file", "sheet", "physical", "blank", "heading", "set_aside", "records"),
    "set_aside": ("side",),
    "ledger": ("side", "ref", "outcome", "code"),
    "bindings": ("degree_ref",),
    **dict.fromkeys(RECORD_TABLES.values(), ("ref", "file", "sheet", "row")),
}
"""The tables and columns that are counted."""
LEDGER_SIDES = (Side.REGISTRATION, Side.DEGREE)


WRITTEN = {
    **{name: f"{name}_read" for name in RECORD_TABLES.values()},
    **{name: f"{name}_written" for name in ("ledger", "bindings")},
}
"""What an engine calls the tables that it reads where they were written."""
_SHEETS = """
SELECT file, sheet, count(*) AS found, count(DISTINCT row) AS apart FROM {records} GROUP BY file, sheet
"""
_AGREEING = """
SELECT count(*) AS found FROM {records} AS a JOIN (
  SELECT ref FROM {ledger} WHERE side = '{side}' GROUP BY ref HAVING count(*) = 1
) AS l ON l.ref = a.ref
"""
_LEDGER = """
SELECT side, outcome, CASE WHEN code IS NULL THEN 0 ELSE 1 END AS coded, count(*) AS found
FROM {ledger} GROUP BY side, outcome, CASE WHEN code IS NULL THEN 0 ELSE 1 END
"""
_TOLD = ((Outcome.BOUND, 0), (Outcome.EXCEPTION, 1))
"""Bound without a code, or left with one."""
Place = tuple[str, str | None]
"""File and sheet."""


@dataclass(frozen=True)
class Gap:
    """A place where two counts of the same rows differ."""

    place: str
    there: int
    found: int


@dataclass(frozen=True)
class Counted:
    """What stands in the tables of a run, in numbers."""

    inputs: list[dict[str, Any]]
    """The rows of `inputs`."""
    set_aside: Mapping[str, int]
    """Rows by side."""
    sheets: Mapping[str, Mapping[Place, int]]
    """Records by side and sheet."""
    stretches: Mapping[str, int]
    """By side: one for each sheet, and more if a row of a sheet is there twice."""
    ledger: Mapping[str, int]
    """Rows by side."""
    agreeing: Mapping[str, int]
    """By side: records that have the one row of the ledger which is theirs."""
    rows: int
    """Rows of the ledger."""
    coded: int
    """Those bound without a code, or left with one."""
    bound: int
    """Those of degrees that are bound."""
    bindings: int


def gaps(found: Counted) -> Iterator[Gap]:
    """Where the tables of a run do not close; nothing if no row is lost and none is there twice."""
    expected: Counter[tuple[str, Place]] = Counter()
    aside: Counter[str] = Counter()
    for row in found.inputs:
        place = (row["file"], row["sheet"])
        expected[row["side"], place] += row["records"]
        aside[row["side"]] += row["set_aside"]
        parts = row["blank"] + row["heading"] + row["set_aside"] + row["records"]
        yield from _gap(_place(place), row["physical"], parts)
    for side, name in RECORD_TABLES.items():
        yield from _gap(f"set_aside, {side}", aside[side], found.set_aside.get(side, 0))
        counted = found.sheets[side]
        wanted = {place: rows for (of, place), rows in expected.items() if of == side and rows}
        for place in sorted(wanted.keys() | counted.keys(), key=str):
            yield from _gap(_place(place), wanted.get(place, 0), counted.get(place, 0))
        yield from _gap(name, len(counted), found.stretches[side])
    yield from _of_ledger(found)


def _of_ledger(found: Counted) -> Iterator[Gap]:
    """The ledger names the records of both sides, each bound or with its code."""
    records = {side: sum(found.sheets[side].values()) for side in LEDGER_SIDES}
    for side, rows in records.items():
        yield from _gap(f"ledger, {side}", rows, found.ledger.get(side, 0))
        yield from _gap(f"ledger, {side}", rows, found.agreeing[side])
    yield from _gap("ledger", sum(records.values()), found.rows)
    yield from _gap("ledger, code", found.rows, found.coded)
    yield from _gap("bindings", found.bound, found.bindings)


def _gap(place: str, there: int, found: int) -> Iterator[Gap]:
    if there != found:
        yield Gap(place, there, found)


def _place(place: Place) -> str:
    return ", ".join(part for part in place if part)


def counted(tables: Mapping[str, pa.Table]) -> Counted:
    """The numbers of tables in memory; here the ledger must be in the order of the records."""
    import pyarrow.compute as pc

    ledger = tables["ledger"]
    bound = pc.equal(ledger["outcome"], Outcome.BOUND.value)
    excepted = pc.equal(ledger["outcome"], Outcome.EXCEPTION.value)
    coded = pc.if_else(bound, pc.is_null(ledger["code"]), pc.and_(excepted, pc.is_valid(ledger["code"])))
    return Counted(
        inputs=tables["inputs"].to_pylist(),
        set_aside=_by_side(tables["set_aside"]),
        sheets={side: _sheets(tables[name]) for side, name in RECORD_TABLES.items()},
        stretches={side: _stretches(tables[name]) for side, name in RECORD_TABLES.items()},
        ledger=_by_side(ledger),
        agreeing=_agreeing(tables),
        rows=ledger.num_rows,
        coded=_count(coded),
        bound=_count(pc.and_(bound, pc.equal(ledger["side"], Side.DEGREE.value))),
        bindings=tables["bindings"].num_rows,
    )


def _by_side(table: pa.Table) -> dict[str, int]:
    return {row["values"]: row["counts"] for row in table["side"].value_counts().to_pylist()}


def _sheets(records: pa.Table) -> dict[Place, int]:
    """Records by file and sheet."""
    sheets = records.select(["file", "sheet", "row"]).group_by(["file", "sheet"])
    counts = sheets.aggregate([("row", "count")]).to_pylist()
    return {(row["file"], row["sheet"]): row["row_count"] for row in counts}


def _stretches(records: pa.Table) -> int:
    """How many stretches of rising row numbers of one sheet there are: one per sheet if no row is twice."""
    import pyarrow.compute as pc

    if not records.num_rows:
        return 0
    before, after = records.slice(0, records.num_rows - 1), records.slice(1)
    goes_on = pc.greater(after["row"], before["row"])
    for name in ("file", "sheet"):
        same = pc.equal(after[name], before[name])
        goes_on = pc.and_(goes_on, pc.fill_null(same, pc.and_(after[name].is_null(), before[name].is_null())))
    return int(records.num_rows) - _count(goes_on)


def _agreeing(tables: Mapping[str, pa.Table]) -> dict[str, int]:
    """By side: rows of the ledger that stand where the record stands which they name."""
    import pyarrow.compute as pc

    found, start = {}, 0
    for side in LEDGER_SIDES:
        refs = tables[RECORD_TABLES[side]]["ref"]
        part = tables["ledger"].slice(start, len(refs))
        start += len(refs)
        mine = pc.equal(part["side"], side.value)
        same = pc.and_(mine, pc.equal(part["ref"], refs.slice(0, part.num_rows)))
        found[side.value] = _count(same)
    return found


def _count(mask: pa.ChunkedArray) -> int:
    import pyarrow.compute as pc

    return int(pc.sum(mask).as_py() or 0)


def asked(engine: Engine, inputs: pa.Table, set_aside: pa.Table) -> Counted:
    """The numbers of tables that an engine reads where they were written (`WRITTEN`)."""
    sheets: dict[str, dict[Place, int]] = {}
    stretches: dict[str, int] = {}
    for side, name in RECORD_TABLES.items():
        rows = engine.take(_SHEETS.format(records=WRITTEN[name])).to_pylist()
        sheets[side] = {(row["file"], row["sheet"]): row["found"] for row in rows}
        stretches[side] = len(rows) + sum(row["found"] - row["apart"] for row in rows)
    agreeing = {
        side.value: engine.take(
            _AGREEING.format(records=WRITTEN[RECORD_TABLES[side]], ledger=WRITTEN["ledger"], side=side)
        )["found"][0].as_py()
        for side in LEDGER_SIDES
    }
    ledger = engine.take(_LEDGER.format(ledger=WRITTEN["ledger"])).to_pylist()
    by_side: Counter[str] = Counter()
    for row in ledger:
        by_side[row["side"]] += row["found"]
    bound = (Side.DEGREE, Outcome.BOUND)
    return Counted(
        inputs=inputs.to_pylist(),
        set_aside=_by_side(set_aside),
        sheets=sheets,
        stretches=stretches,
        ledger=by_side,
        agreeing=agreeing,
        rows=by_side.total(),
        coded=sum(row["found"] for row in ledger if (row["outcome"], row["coded"]) in _TOLD),
        bound=sum(row["found"] for row in ledger if (row["side"], row["outcome"]) == bound),
        bindings=engine.count(WRITTEN["bindings"]),
    )


def totals(ledger: pa.Table) -> dict[str, dict[str, int]]:
    """In, bound and exception per side."""
    import pyarrow.compute as pc

    found = {}
    for side in LEDGER_SIDES:
        outcomes = ledger.filter(pc.equal(ledger["side"], side.value))["outcome"]
        found[side.value] = {
            "in": len(outcomes),
            **{each.value: _count(pc.equal(outcomes, each.value)) for each in Outcome},
        }
    return found
