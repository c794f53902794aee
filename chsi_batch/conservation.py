"""Nothing gets lost between the files and the ledger: counted per file and sheet before publishing.

physical = blank + heading + set aside + records, where the physical rows were counted without the reader (a
sheet on which both differ is refused while reading); each record is in its table once; each record of an
account or a degree is in the ledger once, in input order, bound or with its code. `verify` counts again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from chsi_batch.results import RECORD_TABLES
from chsi_batch.terms import Outcome, Side

if TYPE_CHECKING:
    import pyarrow as pa

NEEDED: dict[str, tuple[str, ...]] = {
    "inputs": ("side", "file", "sheet", "physical", "blank", "heading", "set_aside", "records"),
    "set_aside": ("side",),
    "ledger": ("side", "ref", "outcome", "code"),
    "bindings": ("degree_ref",),
    **dict.fromkeys(RECORD_TABLES.values(), ("ref", "file", "sheet", "row")),
}
"""The tables and columns that are counted."""
LEDGER_SIDES = (Side.REGISTRATION, Side.DEGREE)


@dataclass(frozen=True)
class Gap:
    """A place where two counts of the same rows differ."""

    place: str
    there: int
    found: int


def gaps(found: Mapping[str, pa.Table]) -> Iterator[Gap]:
    """Where the tables of a run do not close; nothing if no row is lost and none is there twice."""
    expected: Counter[tuple[str, str, str | None]] = Counter()
    aside: Counter[str] = Counter()
    for row in found["inputs"].to_pylist():
        expected[row["side"], row["file"], row["sheet"]] += row["records"]
        aside[row["side"]] += row["set_aside"]
        parts = row["blank"] + row["heading"] + row["set_aside"] + row["records"]
        yield from _gap(_place(row["file"], row["sheet"]), row["physical"], parts)
    listed = {row["values"]: row["counts"] for row in found["set_aside"]["side"].value_counts().to_pylist()}
    for side, name in RECORD_TABLES.items():
        yield from _gap(f"set_aside, {side}", aside[side], listed.get(side, 0))
        yield from _of_sheets(side, expected, found[name])
    yield from _of_ledger(found)


def _gap(place: str, there: int, found: int) -> Iterator[Gap]:
    if there != found:
        yield Gap(place, there, found)


def _place(file: str, sheet: str | None) -> str:
    return f"{file}, {sheet}" if sheet else file


def _of_sheets(
    side: str, expected: Mapping[tuple[str, str, str | None], int], records: pa.Table
) -> Iterator[Gap]:
    """Each sheet's records are in the table as often as they were counted, each row of it once."""
    sheets = records.select(["file", "sheet", "row"]).group_by(["file", "sheet"])
    counted = {
        (side, row["file"], row["sheet"]): row["row_count"]
        for row in sheets.aggregate([("row", "count")]).to_pylist()
    }
    wanted = {place: rows for place, rows in expected.items() if place[0] == side and rows}
    for place in sorted(wanted.keys() | counted.keys(), key=str):
        yield from _gap(_place(*place[1:]), wanted.get(place, 0), counted.get(place, 0))
    if records.num_rows:
        yield from _gap(RECORD_TABLES[side], len(counted), _stretches(records))


def _stretches(records: pa.Table) -> int:
    """How many stretches of rising row numbers of one sheet there are: one per sheet if no row is twice."""
    import pyarrow.compute as pc

    before, after = records.slice(0, records.num_rows - 1), records.slice(1)
    goes_on = pc.greater(after["row"], before["row"])
    for name in ("file", "sheet"):
        same = pc.equal(after[name], before[name])
        goes_on = pc.and_(goes_on, pc.fill_null(same, pc.and_(after[name].is_null(), before[name].is_null())))
    return int(records.num_rows) - _count(goes_on)


def _of_ledger(found: Mapping[str, pa.Table]) -> Iterator[Gap]:
    """The ledger names the records of both sides in their order, each bound or with its code."""
    import pyarrow.compute as pc

    ledger = found["ledger"]
    start = 0
    for side in LEDGER_SIDES:
        refs = found[RECORD_TABLES[side]]["ref"]
        part = ledger.slice(start, len(refs))
        start += len(refs)
        yield from _gap(f"ledger, {side}", len(refs), part.num_rows)
        if len(refs) == part.num_rows:
            agree = pc.and_(pc.equal(part["ref"], refs), pc.equal(part["side"], side.value))
            yield from _gap(f"ledger, {side}", len(refs), _count(agree))
    yield from _gap("ledger", start, ledger.num_rows)
    bound = pc.equal(ledger["outcome"], Outcome.BOUND.value)
    excepted = pc.equal(ledger["outcome"], Outcome.EXCEPTION.value)
    told = pc.if_else(bound, pc.is_null(ledger["code"]), pc.and_(excepted, pc.is_valid(ledger["code"])))
    yield from _gap("ledger, code", ledger.num_rows, _count(told))
    degrees = _count(pc.and_(bound, pc.equal(ledger["side"], Side.DEGREE.value)))
    yield from _gap("bindings", degrees, found["bindings"].num_rows)


def _count(mask: pa.ChunkedArray) -> int:
    import pyarrow.compute as pc

    return int(pc.sum(mask).as_py() or 0)


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
