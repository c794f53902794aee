"""The numbers of a run, counted once and frozen: what every report prints.

Counted column-wise, so that ten million rows cost seconds. In = bound + exception holds for every file;
`FileTotal.closes` says so, and the reports print it.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from chsi_batch.errors import Defect
from chsi_batch.report.words import code_order, party_order
from chsi_batch.results import RECORD_TABLES, Run
from chsi_batch.terms import Side

if TYPE_CHECKING:
    import pyarrow as pa

SIDES = (Side.REGISTRATION.value, Side.DEGREE.value)
"""The sides that stand in the ledger."""


@dataclass(frozen=True)
class FileTotal:
    """One file of one side: its record rows and where they ended."""

    side: str
    file: str
    records: int
    bound: int
    exception: int

    @property
    def closes(self) -> bool:
        """Whether every row is accounted for."""
        return self.records == self.bound + self.exception


@dataclass(frozen=True)
class CodeTotal:
    """Exception rows under one code and party."""

    code: str
    acts: str
    severity: str
    advice: str
    registrations: int
    degrees: int

    @property
    def rows(self) -> int:
        """Rows of both sides."""
        return self.registrations + self.degrees


@dataclass(frozen=True)
class SchoolTotal:
    """Exception rows of one school: rows per (code, year); `None` is a school or year not given."""

    school: str | None
    cells: dict[tuple[str, int | None], int]

    @property
    def rows(self) -> int:
        """All exception rows of the school."""
        return sum(self.cells.values())


@dataclass(frozen=True)
class Totals:
    """Everything that is counted."""

    files: tuple[FileTotal, ...]
    enrolments: int
    codes: tuple[CodeTotal, ...]
    schools: tuple[SchoolTotal, ...]
    states: dict[str, int] = field(default_factory=dict)
    rules: dict[tuple[str, str], int] = field(default_factory=dict)
    notes: dict[str, int] = field(default_factory=dict)
    """Further codes, which block nothing: how often each stands beside a row."""

    @property
    def records(self) -> int:
        """Rows in the ledger."""
        return sum(entry.records for entry in self.files)

    @property
    def bound(self) -> int:
        """Bound rows of both sides."""
        return sum(entry.bound for entry in self.files)

    @property
    def exception(self) -> int:
        """Exception rows of both sides."""
        return sum(entry.exception for entry in self.files)

    @property
    def closes(self) -> bool:
        """Whether every file closes and the codes add up to the exceptions."""
        return (
            all(entry.closes for entry in self.files)
            and sum(entry.rows for entry in self.codes) == self.exception
            and sum(entry.rows for entry in self.schools) == self.exception
        )


def count(run: Run, first: pa.Table | None = None) -> Totals:
    """All totals of a run; a run whose numbers do not add up is a defect and is not reported.

    `first` is `first_codes(run)`, where it is at hand.
    """
    first = first_codes(run) if first is None else first
    found = Totals(
        files=_files(run),
        enrolments=_enrolments(run),
        codes=_codes(first),
        schools=_schools(run, first),
        states=_value_counts(run.tables["bindings"]["state"]),
        rules=_rules(run.tables["bindings"]),
        notes=_notes(run, first),
    )
    if not found.closes:
        raise Defect("totals-open: the rows in the reports do not add up to the rows in the files")
    return found


def first_codes(run: Run) -> pa.Table:
    """The first code of every exception row, as the ledger shows it, in the ledger's order."""
    import pyarrow.compute as pc

    ledger = run.tables["ledger"]
    open_rows = ledger.filter(pc.equal(ledger["outcome"], "exception"))
    table = run.tables["exceptions"]
    others = [name for name in table.column_names if name not in ("side", "ref")]
    as_it_stands = pc.ScalarAggregateOptions(skip_nulls=False)
    grouped = table.group_by(["side", "ref"], use_threads=False).aggregate(
        [(name, "first", as_it_stands) for name in others]
    )
    grouped = grouped.rename_columns([name.removesuffix("_first") for name in grouped.column_names])
    keyed = _keys(grouped)
    places = pc.index_in(_keys(open_rows), value_set=keyed)
    found = grouped.take(places)
    if places.null_count or not found["code"].equals(open_rows["code"]):
        raise Defect("exceptions-open: a row's first exception is not the ledger's code")
    return found


def _keys(table: pa.Table) -> pa.Array:
    import pyarrow.compute as pc

    return pc.binary_join_element_wise(table["side"], table["ref"], "\n").combine_chunks()


def _value_counts(column: pa.ChunkedArray) -> dict[str, int]:
    import pyarrow.compute as pc

    counts = {
        entry["values"]: entry["counts"] for entry in pc.value_counts(column.combine_chunks()).to_pylist()
    }
    return dict(sorted((key or "", number) for key, number in counts.items()))


def _files(run: Run) -> tuple[FileTotal, ...]:
    import pyarrow as pa
    import pyarrow.compute as pc

    declared: dict[tuple[str, str], int] = {}
    for row in run.tables["inputs"].select(["side", "file", "records"]).to_pylist():
        place = (row["side"], row["file"])
        declared[place] = declared.get(place, 0) + row["records"]
    ended: dict[tuple[str, str, str], int] = defaultdict(int)
    ledger = run.tables["ledger"]
    for side in SIDES:
        mine, records = ledger.filter(pc.equal(ledger["side"], side)), run.tables[RECORD_TABLES[side]]
        files = records["file"].take(pc.index_in(mine["ref"], value_set=records["ref"].combine_chunks()))
        counted = pa.table({"file": files, "outcome": mine["outcome"]}).group_by(["file", "outcome"])
        for row in counted.aggregate([([], "count_all")]).to_pylist():
            ended[side, row["file"], row["outcome"]] += row["count_all"]
    return tuple(
        FileTotal(side, file, records, ended[side, file, "bound"], ended[side, file, "exception"])
        for (side, file), records in declared.items()
        if side in SIDES
    )


def _enrolments(run: Run) -> int:
    table = run.tables.get(RECORD_TABLES[Side.ENROLMENT])
    return 0 if table is None else table.num_rows


def _codes(first: pa.Table) -> tuple[CodeTotal, ...]:
    counted = first.group_by(["code", "acts", "severity", "advice", "side"]).aggregate([([], "count_all")])
    rows: dict[tuple[str, str, str, str], dict[str, int]] = defaultdict(lambda: dict.fromkeys(SIDES, 0))
    for row in counted.to_pylist():
        rows[row["code"], row["acts"], row["severity"], row["advice"]][row["side"]] += row["count_all"]
    order = code_order()
    found = [
        CodeTotal(*key, registrations=sides[SIDES[0]], degrees=sides[SIDES[1]]) for key, sides in rows.items()
    ]
    return tuple(
        sorted(found, key=lambda entry: (order.get(entry.code, 999), party_order(entry.acts), entry.advice))
    )


def _rules(bindings: pa.Table) -> dict[tuple[str, str], int]:
    counted = bindings.group_by(["rule", "method"]).aggregate([([], "count_all")]).to_pylist()
    return dict(sorted(((row["rule"] or "", row["method"]), row["count_all"]) for row in counted))


def _notes(run: Run, first: pa.Table) -> dict[str, int]:
    every = _value_counts(run.tables["exceptions"]["code"])
    shown = _value_counts(first["code"])
    left = {code: number - shown.get(code, 0) for code, number in every.items()}
    order = code_order()
    return {
        code: left[code] for code in sorted(left, key=lambda code: (order.get(code, 999), code)) if left[code]
    }


def _schools(run: Run, first: pa.Table) -> tuple[SchoolTotal, ...]:
    from chsi_batch.report.places import school_and_year

    counted = school_and_year(run, first).group_by(["school", "code", "year"]).aggregate([([], "count_all")])
    cells: dict[str | None, dict[tuple[str, int | None], int]] = defaultdict(dict)
    for row in counted.to_pylist():
        cells[row["school"]][row["code"], row["year"]] = row["count_all"]
    found = [SchoolTotal(school, found) for school, found in cells.items()]
    return tuple(sorted(found, key=lambda entry: (entry.school is None, -entry.rows, entry.school or "")))
