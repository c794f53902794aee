"""The numbers of a run, counted once and frozen: what every report prints.

Counted column-wise, so that ten million rows cost seconds. In = bound + exception holds for every file;
`FileTotal.closes` says so, and the reports print it.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TypeVar

from chsi_batch.errors import Defect
from chsi_batch.report.counted import SIDES, grouped, with_counts
from chsi_batch.report.words import code_order, party_order
from chsi_batch.results import Run
from chsi_batch.terms import Outcome, Side

_Key = TypeVar("_Key", str, tuple[str, str])
OUTCOMES = (Outcome.BOUND, Outcome.EXCEPTION)


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


def count(run: Run) -> Totals:
    """All totals of a run; a run whose numbers do not add up is a defect and is not reported."""
    run = with_counts(run)
    codes = _codes(run)
    bindings = run.tables["binding_counts"].to_pylist()
    found = Totals(
        files=_files(run),
        enrolments=_enrolments(run),
        codes=codes,
        schools=_schools(run),
        states=_sums((row["state"] or "", row["rows"]) for row in bindings),
        rules=_sums(((row["rule"] or "", row["method"]), row["rows"]) for row in bindings),
        notes=_notes(run, codes),
    )
    if not found.closes:
        raise Defect("totals-open: the rows in the reports do not add up to the rows in the files")
    return found


def _sums(rows: Iterable[tuple[_Key, int]]) -> dict[_Key, int]:
    """Rows per key, in the order of the keys."""
    found: Counter[_Key] = Counter()
    for key, number in rows:
        found[key] += number
    return dict(sorted(found.items()))


def _files(run: Run) -> tuple[FileTotal, ...]:
    declared: dict[tuple[str, str], int] = {}
    for row in run.tables["inputs"].select(["side", "file", "records"]).to_pylist():
        place = (row["side"], row["file"])
        declared[place] = declared.get(place, 0) + row["records"]
    ended = {
        (row["side"], row["file"], row["outcome"]): row["rows"]
        for row in grouped(run, "side", "file", "outcome")
    }
    return tuple(
        FileTotal(side, file, records, *(ended.get((side, file, outcome.value), 0) for outcome in OUTCOMES))
        for (side, file), records in declared.items()
        if side in SIDES
    )


def _enrolments(run: Run) -> int:
    """Records of enrolments: they stand in no ledger."""
    rows = run.tables["inputs"].select(["side", "records"]).to_pylist()
    return sum(row["records"] for row in rows if row["side"] == Side.ENROLMENT)


def _codes(run: Run) -> tuple[CodeTotal, ...]:
    rows: dict[tuple[str, str, str, str], dict[str, int]] = defaultdict(lambda: dict.fromkeys(SIDES, 0))
    for row in grouped(run, "code", "ending", "severity", "advice", "side", outcome=Outcome.EXCEPTION.value):
        rows[row["code"], row["ending"], row["severity"], row["advice"]][row["side"]] += row["rows"]
    order = code_order()
    found = [
        CodeTotal(*key, registrations=sides[SIDES[0]], degrees=sides[SIDES[1]]) for key, sides in rows.items()
    ]
    return tuple(
        sorted(found, key=lambda entry: (order.get(entry.code, 999), party_order(entry.acts), entry.advice))
    )


def _notes(run: Run, codes: tuple[CodeTotal, ...]) -> dict[str, int]:
    left = {row["code"]: row["rows"] for row in run.tables["code_counts"].to_pylist()}
    for entry in codes:
        left[entry.code] -= entry.rows
    order = code_order()
    return {
        code: left[code] for code in sorted(left, key=lambda code: (order.get(code, 999), code)) if left[code]
    }


def _schools(run: Run) -> tuple[SchoolTotal, ...]:
    cells: dict[str | None, dict[tuple[str, int | None], int]] = defaultdict(dict)
    for row in grouped(run, "school", "code", "year", outcome=Outcome.EXCEPTION.value):
        cells[row["school"]][row["code"], row["year"]] = row["rows"]
    found = [SchoolTotal(school, found) for school, found in cells.items()]
    return tuple(sorted(found, key=lambda entry: (entry.school is None, -entry.rows, entry.school or "")))
