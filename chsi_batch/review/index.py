"""Every case of a run as the review needs it before any is shown: code, party, school, states of its pair.

Only these columns are read; records, causes and advice are looked up when a case is shown. A hundred thousand
cases open in a second or two.
"""

from __future__ import annotations

import gc
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from chsi_batch import rules
from chsi_batch.errors import UsageError
from chsi_batch.report.cases import Case, cases
from chsi_batch.report.places import degree_places
from chsi_batch.report.words import code_order
from chsi_batch.results import Run
from chsi_batch.terms import FIELDS, Side, Verdict

if TYPE_CHECKING:
    import pyarrow as pa

Candidate = dict[str, Any]
"""One row of `candidates`: both references, rank, rule and the state of each field."""

LIGHT = ("side", "ref", "code", "severity", "acts", "counterpart", "fields")
TOLD = ("cause", "advice")
_PLACES = ("ref", "school", "school_code", "graduation_year", "graduation_date")
_CANDIDATES = ("degree_ref", "registration_ref", "rank", "rule", *FIELDS)


@dataclass(frozen=True)
class Item:
    """A case in the queue. `pattern`: rule and states of its pair, empty for a single row."""

    case: Case
    school: str
    pattern: tuple[str, ...]

    @property
    def kind(self) -> tuple[object, ...]:
        """Cases of one kind have the same fault, on the same sides, and the same states in every field."""
        return self.case.code, self.case.sides, self.pattern

    @property
    def anchor(self) -> tuple[str, str]:
        """Side and reference of the row that the case is about; its candidates are on the other side."""
        side = Side.DEGREE if Side.DEGREE in self.case.sides else Side.REGISTRATION
        return side.value, self.case.ref(side) or ""

    @property
    def pair(self) -> tuple[str | None, str | None]:
        """References of the registration and the degree."""
        return self.case.registration, self.case.degree


class Index:
    """The cases of the run in `folder`, in the order of the review."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        if not (folder / "run.json").is_file():
            raise UsageError.of("run-missing", folder)
        if not (folder / "private").is_dir():
            raise UsageError.of("run-no-private", folder)
        self.candidates = self._read("candidates", _CANDIDATES)
        exceptions = self._read("exceptions", LIGHT)
        self._severe = _severe(exceptions)
        with _uncollected():
            self._number(exceptions)

    def _number(self, exceptions: pa.Table) -> None:
        """Put the cases in order, and find them by pair, row, kind and code."""
        self.items = self._items(exceptions)
        self.of_code = Counter(item.case.code for item in self.items)
        self.of_pair: dict[tuple[str | None, str | None], list[int]] = defaultdict(list)
        self.of_row: dict[tuple[str, str], list[int]] = defaultdict(list)
        self.of_kind: dict[tuple[object, ...], list[int]] = defaultdict(list)
        for number, item in enumerate(self.items):
            self.of_kind[item.kind].append(number)
            self.of_pair[item.pair].append(number)
            self.of_row[item.anchor].append(number)

    def _read(self, name: str, columns: Sequence[str]) -> pa.Table:
        import pyarrow.parquet as pq

        return pq.read_table(self.folder / "private" / f"{name}.parquet", columns=list(columns))

    def _items(self, exceptions: pa.Table) -> tuple[Item, ...]:
        import pyarrow as pa

        for name in TOLD:
            exceptions = exceptions.append_column(name, pa.repeat("", exceptions.num_rows))
        ledger = self._read("ledger", ("side", "ref", "outcome"))
        found = cases(Run({"ledger": ledger, "exceptions": exceptions}, {}))
        listed = [
            Item(case, school, pattern)
            for case, school, pattern in zip(found, self._schools(found), self._patterns(found), strict=True)
        ]
        return tuple(sorted(listed, key=_order))

    def _schools(self, found: Sequence[Case]) -> list[str]:
        """The school of each case: of its degree, else the one the account claims."""
        import pyarrow as pa
        import pyarrow.compute as pc

        degrees, accounts = (
            self._read("degrees", _PLACES),
            self._read("registrations", ("ref", "claimed_school")),
        )
        of_degree = pc.index_in(pa.array([case.degree for case in found], pa.string()), degrees["ref"])
        of_account = pc.index_in(
            pa.array([case.registration for case in found], pa.string()), accounts["ref"]
        )
        school = degree_places(degrees.take(of_degree))["school"]
        claimed = accounts["claimed_school"].take(of_account)
        schools: list[str] = pc.fill_null(pc.coalesce(school, claimed), "").to_pylist()
        return schools

    def _patterns(self, found: Sequence[Case]) -> list[tuple[str, ...]]:
        """Rule and states of each case's own pair."""
        import pyarrow as pa
        import pyarrow.compute as pc

        between = pa.scalar("\n")
        listed = self.candidates
        known = pc.binary_join_element_wise(listed["registration_ref"], listed["degree_ref"], between)
        asked = pc.binary_join_element_wise(
            pa.array([case.registration for case in found], pa.string()),
            pa.array([case.degree for case in found], pa.string()),
            between,
        )
        told = listed.select(["rule", *FIELDS]).take(pc.index_in(asked, known))
        rows = zip(*(column.to_pylist() for column in told.columns), strict=True)
        return [row if row[0] is not None else () for row in rows]

    def candidates_of(self, item: Item) -> list[Candidate]:
        """The rows on the other side, the case's own counterpart first, then best first."""
        import pyarrow.compute as pc

        side, ref = item.anchor
        table = self.candidates
        found: list[Candidate] = table.filter(pc.equal(table[f"{side}_ref"], ref)).to_pylist()
        found.sort(
            key=lambda row: (
                (row["registration_ref"], row["degree_ref"]) != item.pair,
                row["rank"] if side == Side.DEGREE else _rule_lines().get(row["rule"], 0),
                row["rank"],
                row["registration_ref"],
                row["degree_ref"],
            )
        )
        return found

    @cached_property
    def _told(self) -> pa.Table:
        return self._read("exceptions", ("side", "ref", "code", *TOLD))

    def told(self, item: Item) -> tuple[str, str]:
        """Cause and advice of a case, in the language of the run."""
        import pyarrow.compute as pc

        side = item.case.sides[0]
        table = self._told
        row = table.filter(
            pc.and_(pc.equal(table["ref"], item.case.ref(side)), pc.equal(table["side"], side))
        )
        first = row.slice(0, 1).to_pylist()[0]
        return first["cause"], first["advice"]

    def refs(self, side: str) -> set[str | None]:
        """The rows of one side that are in a case or a candidate of one."""
        return {item.case.ref(side) for item in self.items} | set(self.candidates[f"{side}_ref"].to_pylist())

    def severe(self, registration: str | None, degree: str | None, rule: str | None) -> bool:
        """Whether binding this pair needs `--allow-severe` and a remark."""
        rows = {(Side.REGISTRATION.value, registration), (Side.DEGREE.value, degree)}
        return bool(rows & self._severe) or rule in severe_rules()


@contextmanager
def _uncollected() -> Iterator[None]:
    """No garbage collection meanwhile: many small lasting values would be looked through again and again."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()


def _order(item: Item) -> tuple[object, ...]:
    """Pairs that a person must judge, pairs with another fault, single rows; each kind together."""
    code, places = item.case.code, code_order()
    return not item.pattern, code not in _pair_codes(), places.get(code, len(places)), item.pattern


@cache
def _pair_codes() -> frozenset[str]:
    return frozenset(entry.code for entry in rules.exception_codes() if entry.group == "pair")


@cache
def severe_rules() -> frozenset[str]:
    """The rules that refuse a pair, or name a severe code."""
    codes = {entry.code for entry in rules.exception_codes() if entry.severity == "severe"}
    return frozenset(
        rule.rule for rule in rules.match_rules() if rule.verdict == Verdict.REFUSE or rule.code in codes
    )


@cache
def _rule_lines() -> dict[str, int]:
    return {rule.rule: rule.line for rule in reversed(rules.match_rules())}


def _severe(exceptions: pa.Table) -> frozenset[tuple[str, str | None]]:
    """Side and reference of the rows that carry a severe code."""
    import pyarrow.compute as pc

    found = exceptions.filter(pc.equal(exceptions["severity"], "severe"))
    return frozenset(zip(found["side"].to_pylist(), found["ref"].to_pylist(), strict=True))
