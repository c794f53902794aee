"""Many drawn cases in one run: each keeps to itself, because its values are written in characters of its own.

A case is prepared as always, up to the tables it puts into the engine. There every number gets other
characters (one for one, so that lengths, parts and slips stay what they are), every name a mark behind it,
every row a number and a reference of its own, and all cases are moved to one time. Then their tables are one,
and the plain SQL tells them apart.
That this changes nothing is not taken for granted: every case must come out as drawn.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pytest
from spec import decided, drawn
from spec.drawing import Case

from chsi_batch import deciding, matching
from chsi_batch.engines.base import Engine
from chsi_batch.stages import decide
from chsi_batch.terms import Side

FIRST_CHARACTER, FIRST_MARK = 0x100000, 0xF0000
"""Private characters of Unicode: those of planes 16 and 15."""
MARK = "[\U000f0000-\U000fffff]$"
BETWEEN, LEAD = "|", "^[0-9]+[|]"

NUMBERS = ("id_key", "id_long", "whole", "certificate_key", "certificate_fold", "own_certificate",
           "free_certificate")  # fmt: skip
MARKED = ("name_key", "name_fold", "fold_a", "fold_b", "username_key", "mobile_key", "email_key", "k",
          "registration_key", "degree_key")  # fmt: skip
MOMENTS = ("bound", "as_of")
REFERENCES = ("ref", "registration_ref", "degree_ref")
ROWS = {"r": Side.REGISTRATION, "d": Side.DEGREE, "e": Side.ENROLMENT}
ROWS_OF = {"registration_row_keys": Side.REGISTRATION, "degree_row_keys": Side.DEGREE}
HEADS_APART, ROWS_APART = 10**16, 1000
SALTED = {*NUMBERS, *MARKED, *MOMENTS, *REFERENCES, *ROWS, "p"}


class _EnoughError(Exception):
    """The case has put in all it has to."""


class _Prepared:
    """Takes down what a case puts into an engine before the first statement."""

    def __init__(self) -> None:
        self.tables: dict[str, pa.Table] = {}

    def put(self, name: str, table: pa.Table) -> None:
        self.tables[name] = table

    def append(self, name: str, table: pa.Table) -> None:
        before = [self.tables[name]] if name in self.tables else []
        self.tables[name] = pa.concat_tables([*before, table])

    def make(self, *_: str) -> None:
        raise _EnoughError


class Pack:
    """Cases that can run together: same time, same leave to bind against something severe."""

    def __init__(self, cases: Sequence[Case]) -> None:
        self.cases = cases
        self.given = [
            decided.given(case, drawn.records) if case.decisions is not None else None for case in cases
        ]
        moments = [datetime.fromisoformat(case.as_of) for case in cases if case.as_of]
        self._now = max(moments, default=None)
        self._later = [self._now - moment for moment in moments if self._now] or [timedelta()] * len(cases)
        self._characters: dict[tuple[int, str], str] = {}
        self._starts: dict[Side, list[int]] = {}
        self.records = {side: self._records(side) for side in Side}
        prepared = [self._prepared(number) for number in range(len(cases))]
        self._decided = [len(each.get("standing_decisions", ())) for each in prepared]
        self.tables = {
            name: pa.concat_tables(
                self._salted(number, name, each[name]) for number, each in enumerate(prepared) if name in each
            )
            for name in dict.fromkeys(name for each in prepared for name in each)
            if SALTED & {column for each in prepared if name in each for column in each[name].column_names}
        }

    def _records(self, side: Side) -> pa.Table:
        files = [drawn.records(side, case.inputs[side]) for case in self.cases]
        self._starts[side] = _starts([file.num_rows for file in files])
        whole = pa.concat_tables(files)
        return whole.set_column(0, "rid", pa.array(range(whole.num_rows), pa.int64()))

    def _prepared(self, number: int) -> dict[str, pa.Table]:
        case, taken = self.cases[number], _Prepared()
        with pytest.raises(_EnoughError):
            matching.match(
                taken,  # type: ignore[arg-type]
                {side: drawn.records(side, case.inputs[side]) for side in Side},
                former=drawn._former_names(case.former_names),
                as_of=None,
                min_people=drawn.MIN_PEOPLE,
                key_cap=drawn.KEY_CAP,
                language="zh",
                given=self.given[number],
                previous=drawn._previous(case),
            )
        return taken.tables

    def _salted(self, number: int, name: str, table: pa.Table) -> pa.Table:
        for place, column in enumerate(table.column_names):
            salted = self._column(number, name, column, table[column])
            if salted is not None:
                kind = table.schema.field(column).type
                table = table.set_column(place, column, salted.cast(kind))
        return table

    def _column(self, number: int, name: str, column: str, values: pa.ChunkedArray) -> Any:
        if column in NUMBERS:
            return pa.array([self._written(number, text) for text in values.to_pylist()], pa.string())
        if column in MARKED:
            return pc.binary_join_element_wise(values, chr(FIRST_MARK + number), "")
        if column in REFERENCES:
            return pc.binary_join_element_wise(f"{number}{BETWEEN}", values, "")
        if column in MOMENTS:
            return _moved(values, self._later[number])
        if column == "id_head":
            return pc.add(values, number * HEADS_APART)
        side = ROWS.get(column) or (ROWS_OF.get(name) if column == "n" else None)
        if side:
            return pc.add(values, self._starts[side][number])
        return pc.add(values, number * ROWS_APART) if column in ("n", "p") else None

    def _written(self, number: int, text: str | None) -> str | None:
        """The text in characters that no other case has."""
        if text is None:
            return None
        known = self._characters
        return "".join(
            known.setdefault((number, character), chr(FIRST_CHARACTER + len(known))) for character in text
        )

    def run(self, engine: Engine, monkeypatch: pytest.MonkeyPatch) -> dict[str, pa.Table]:
        """The result tables of all cases, references and keys still marked."""
        monkeypatch.setattr(deciding, "listed", lambda engine, *_: decide.outcomes(engine))
        given = next((each for each in self.given if each), None)
        previous = next((each for case in self.cases if (each := drawn._previous(case))), None)
        found, _ = matching.match(
            _Packed(engine, self.tables),  # type: ignore[arg-type]
            self.records,
            former=drawn._former_names([]),
            as_of=self._now,
            min_people=drawn.MIN_PEOPLE,
            key_cap=drawn.KEY_CAP,
            language="zh",
            given=given,
            previous=previous,
        )
        monkeypatch.undo()
        return found

    def found(self, number: int, tables: dict[str, pa.Table]) -> drawn.Found:
        """What came of one case, as if it had run alone."""
        own = {name: _of(number, table) for name, table in tables.items() if name != "decisions"}
        if (given := self.given[number]) is not None:
            start = sum(self._decided[:number])
            outcomes = _bare(tables["decisions"].slice(start, self._decided[number]))
            own["decisions"] = deciding.listed(_Answer(outcomes), given, "zh")  # type: ignore[arg-type]
        for name, table in own.items():
            if "bound_at" in table.column_names:
                place = table.column_names.index("bound_at")
                own[name] = table.set_column(
                    place, "bound_at", _moved(table["bound_at"], -self._later[number])
                )
        return {name: table.to_pylist() for name, table in own.items()}


class _Packed:
    """An engine that is given the tables of all cases for those of one."""

    def __init__(self, engine: Engine, tables: dict[str, pa.Table]) -> None:
        self._engine, self._tables = engine, tables
        self._there: set[str] = set()

    def put(self, name: str, table: pa.Table) -> None:
        self._there.add(name)
        self._engine.put(name, self._tables.get(name, table))

    def append(self, name: str, table: pa.Table) -> None:
        if name not in self._there:
            self.put(name, table)

    def map(self, name: str, select: str, function: Callable[[pa.Table], pa.Table]) -> None:
        self._engine.map(name, select, _unmarked(function))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._engine, name)


class _Answer:
    """An engine with one answer."""

    def __init__(self, table: pa.Table) -> None:
        self._table = table

    def take(self, _: str) -> pa.Table:
        return self._table


def _unmarked(function: Callable[[pa.Table], pa.Table]) -> Callable[[pa.Table], pa.Table]:
    mark, names = MARK, ("name_a", "name_b", "fold_a", "fold_b")

    def without(batch: pa.Table) -> pa.Table:
        import pyarrow.compute as compute

        for name in names:
            bare = compute.replace_substring_regex(batch[name], mark, "")
            batch = batch.set_column(batch.column_names.index(name), name, bare)
        return function(batch)

    return without


def _moved(texts: pa.ChunkedArray, by: timedelta) -> pa.Array:
    """Moments as texts, so much later."""
    moved = [text and (datetime.fromisoformat(text) + by).isoformat() for text in texts.to_pylist()]
    return pa.array(moved, pa.string())


def _starts(sizes: Sequence[int]) -> list[int]:
    return [sum(sizes[:place]) for place in range(len(sizes))]


def _of(number: int, table: pa.Table) -> pa.Table:
    """The rows of one case, without its marks."""
    lead = f"{number}{BETWEEN}"
    mine = [pc.starts_with(table[column], lead) for column in REFERENCES if column in table.column_names]
    return _bare(table.filter(pc.fill_null(pc.coalesce(*mine), False)))


def _bare(table: pa.Table) -> pa.Table:
    for place, column in enumerate(table.column_names):
        if column == "counterpart" or column.endswith("ref"):
            table = table.set_column(place, column, pc.replace_substring_regex(table[column], LEAD, ""))
        elif column in MARKED:
            table = table.set_column(place, column, pc.replace_substring_regex(table[column], MARK, ""))
    return table


def packs(cases: Sequence[Case]) -> list[list[Case]]:
    """The cases in as few groups as can be: what is a setting of the whole run is the same in a group."""
    groups: dict[tuple[object, ...], list[Case]] = {}
    for case in cases:
        verifying = case.as_of is not None and any(case.inputs[Side.ENROLMENT])
        groups.setdefault((case.as_of is None, verifying, case.allow_severe), []).append(case)
    return list(groups.values())
