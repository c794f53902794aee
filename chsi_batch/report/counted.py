"""The counts of a run, from which every number of the reports comes: `results.COUNTS`.

A run that is being made has them from the engine. For a finished one, of which only the tables are there,
they are counted here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from chsi_batch.report.numbers.ends import ends, first_codes
from chsi_batch.report.places import degree_places, school_and_year
from chsi_batch.results import COUNTS, RECORD_TABLES, Run
from chsi_batch.terms import Outcome, Side

if TYPE_CHECKING:
    import pyarrow as pa

SIDES = (Side.REGISTRATION.value, Side.DEGREE.value)
"""The sides that stand in the ledger."""


def with_counts(run: Run) -> Run:
    """The run with its counts."""
    if "row_counts" in run.tables:
        return run
    exceptions, bindings = run.tables["exceptions"], run.tables["bindings"]
    found = {
        "row_counts": _row_counts(run),
        "binding_counts": _counted(bindings.select(["rule", "method", "state"])),
        "code_counts": _counted(exceptions.select(["code"])),
    }
    return Run({**run.tables, **found}, run.facts)


def grouped(run: Run, *names: str, **wanted: str) -> list[dict[str, Any]]:
    """Rows of the ledger per value of the named columns of `row_counts`, of those lines that are `wanted`."""
    import pyarrow.compute as pc

    table = with_counts(run).tables["row_counts"]
    for name, value in wanted.items():
        table = table.filter(pc.equal(table[name], value))
    found = table.group_by(list(names), use_threads=False).aggregate([("rows", "sum")])
    rows: list[dict[str, Any]] = found.rename_columns([*names, "rows"]).to_pylist()
    return rows


def _counted(table: pa.Table) -> pa.Table:
    names = table.column_names
    found = table.group_by(names, use_threads=False).aggregate([([], "count_all")])
    return found.rename_columns([*names, "rows"]).select([*names, "rows"])


def _row_counts(run: Run) -> pa.Table:
    """A line for all rows of the ledger that are alike in what is counted (`stages.summarise` says what)."""
    import pyarrow as pa
    import pyarrow.compute as pc

    first = first_codes(run)
    rows = ends(run, first).rename_columns({"end": "ending"})
    is_open = pc.equal(rows["outcome"], Outcome.EXCEPTION.value).combine_chunks()

    def of_open(values: pa.Array | pa.ChunkedArray) -> pa.Array:
        whole = values.combine_chunks() if isinstance(values, pa.ChunkedArray) else values
        return pc.replace_with_mask(pa.nulls(rows.num_rows, whole.type), is_open, whole)

    for name in ("code", "severity", "advice", "fields"):
        rows = rows.append_column(name, of_open(first[name]))
    rows = rows.append_column("paired", of_open(pc.is_valid(first["counterpart"])))
    places = school_and_year(run, first.append_column("n", pa.array(range(first.num_rows))))
    places = places.sort_by("n")
    rows = rows.append_column("school", of_open(places["school"]))
    rows = rows.append_column("year", of_open(places["year"]))
    parts = [_of_side(run, rows.filter(pc.equal(rows["side"], side)), side) for side in SIDES]
    return _counted(pa.concat_tables(parts).select([name for name in COUNTS["row_counts"] if name != "rows"]))


def _of_side(run: Run, rows: pa.Table, side: str) -> pa.Table:
    """Rows of one side with their files; of registrations the systems, of degrees school and year."""
    import pyarrow as pa
    import pyarrow.compute as pc

    records = run.tables[RECORD_TABLES[side]]
    found = pc.index_in(rows["ref"], value_set=records["ref"].combine_chunks())
    rows = rows.append_column("file", records["file"].take(found))
    if side == Side.REGISTRATION:
        return rows.append_column("system", records["source_system"].take(found))
    places = degree_places(records.take(found))
    for name in ("school", "year"):
        rows = rows.set_column(rows.column_names.index(name), name, places[name])
    return rows.append_column("system", pa.nulls(rows.num_rows, pa.string()))
