"""Run, decide, undo, edit, run again, in any order: decisions do what the small model says (P6)."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any, ClassVar

import pyarrow as pa
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from oracle.identity import check_digit
from oracle.test_engine_agrees import records

from chsi_batch import matching
from chsi_batch.decisions import given, listing
from chsi_batch.decisions.entries import Decision
from chsi_batch.decisions.log import Log
from chsi_batch.decisions.row_keys import row_keys
from chsi_batch.engines import open_engine
from chsi_batch.stages.clean import CLEANERS
from chsi_batch.terms import Side

from .decision_model import Model, Row, Said, Values, alive

SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜"
"""A surname for every name that occurs, so that no two names are near each other or share it."""
PEOPLE = 4
REASONS = {words: key for key, (_, words) in listing.reasons("en").items()}
REGISTRATION, DEGREE = Side.REGISTRATION, Side.DEGREE


def number(serial: int) -> str:
    """A valid ID number; no two share a birth date or are a slip apart."""
    body = f"110101{1950 + serial % 45}{serial % 12 + 1:02d}{serial % 28 + 1:02d}{(serial * 37) % 999:03d}"
    return body + check_digit(body)


def full_width(text: str) -> str:
    return "".join(chr(ord(sign) + 0xFEE0) for sign in text)


WRITINGS: tuple[Callable[[str], str], ...] = (str, full_width, lambda text: f" {text[:6]} {text[6:]}")
"""Ways to write one ID number."""


class DecisionsOverTime(RuleBasedStateMachine):
    """Rows that are edited and moved, a log that is added to, and runs that must agree with the model."""

    met: ClassVar[Counter[str]] = Counter()
    """What all runs so far have said of decisions; `runs` counts them."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        self.log = Log(self.folder / "result.decisions.jsonl", clock=lambda: "2026-01-01T00:00:00+00:00")
        self.said: list[Said] = []
        self.serial = PEOPLE
        self.rows: dict[Side, list[Row]] = {REGISTRATION: [], DEGREE: []}
        self.torn = False

    @initialize(known=st.integers(1, PEOPLE))
    def people(self, known: int) -> None:
        """`known` people have a degree under their own number, the others under none that is theirs."""
        for person in range(PEOPLE):
            own = number(person) if person < known else number(self._next())
            self.rows[REGISTRATION].append(Row((self._name(person), number(person), f"user{person}")))
            self.rows[DEGREE].append(Row((self._name(person), own, f"10001120150500{person:04d}")))

    def _next(self) -> int:
        self.serial += 1
        return self.serial

    def _name(self, serial: int) -> str:
        return SURNAMES[serial % len(SURNAMES)] + "一二三四五六七八九十"[serial % 10]

    def teardown(self) -> None:
        shutil.rmtree(self.folder)

    # what people do to the files

    @rule(side=st.sampled_from([REGISTRATION, DEGREE]), place=st.integers(0, 7), field=st.integers(0, 2))
    def edit_a_matching_value(self, side: Side, place: int, field: int) -> None:
        """Every row with these values changes with it, so that repeated rows stay repeated."""
        old = self._row(side, place).values
        serial = self._next()
        if serial >= len(SURNAMES):
            return
        new = (
            self._name(serial),
            number(serial),
            str(serial) if side is REGISTRATION else f"1000112015051{serial:05d}",
        )
        self._change(side, old, (*old[:field], new[field], *old[field + 1 :]))

    @rule(side=st.sampled_from([REGISTRATION, DEGREE]), place=st.integers(0, 7))
    def edit_back(self, side: Side, place: int) -> None:
        """The values of a decision that has lost its row return."""
        wanted = [said.about[side is DEGREE] for said in self.said if said.about[side is DEGREE]]
        here = {row.values for row in self.rows[side]}
        gone = [values for values in wanted if values not in here]
        numbers = {row.values[1] for row in self.rows[side]}
        if gone and gone[-1] and gone[-1][1] not in numbers and not self._name_in_use(side, gone[-1]):
            self._change(side, self._row(side, place).values, gone[-1])

    def _name_in_use(self, side: Side, values: Values) -> bool:
        return values[0] in {row.values[0] for row in self.rows[side]}

    def _change(self, side: Side, old: Values, new: Values) -> None:
        for row in self.rows[side]:
            if row.values == old:
                row.values = new

    @rule(side=st.sampled_from([REGISTRATION, DEGREE]), place=st.integers(0, 7), writing=st.integers(0, 2))
    def write_the_number_differently(self, side: Side, place: int, writing: int) -> None:
        self._row(side, place).writing = writing

    @rule(side=st.sampled_from([REGISTRATION, DEGREE]), place=st.integers(0, 7), text=st.sampled_from("甲乙"))
    def edit_what_does_not_matter(self, side: Side, place: int, text: str) -> None:
        values = self._row(side, place).values
        for row in self.rows[side]:
            if row.values == values:
                row.other = text

    @rule(side=st.sampled_from([REGISTRATION, DEGREE]), seed=st.randoms(use_true_random=False))
    def move_the_rows(self, side: Side, seed: Any) -> None:
        seed.shuffle(self.rows[side])

    @rule(side=st.sampled_from([REGISTRATION, DEGREE]), place=st.integers(0, 7))
    def repeat_a_row(self, side: Side, place: int) -> None:
        if len(self.rows[side]) < PEOPLE + 2:
            row = self._row(side, place)
            self.rows[side].append(Row(row.values, row.writing, row.other))

    @precondition(lambda self: len(self.rows[REGISTRATION]) > 2)
    @rule(side=st.sampled_from([REGISTRATION, DEGREE]), place=st.integers(0, 7))
    def take_a_row_out(self, side: Side, place: int) -> None:
        if len(self.rows[side]) > 2:
            self.rows[side].remove(self._row(side, place))

    def _row(self, side: Side, place: int) -> Row:
        return self.rows[side][place % len(self.rows[side])]

    # what reviewers do

    @rule(
        decision=st.sampled_from(["bind", "bind", "reject", "hold"]),
        reviewer=st.sampled_from(["张老师", "张老师", "李老师"]),
        remark=st.sampled_from(["", "已核实"]),
        places=st.tuples(st.integers(0, 7), st.integers(0, 7)),
    )
    def decide(self, decision: str, reviewer: str, remark: str, places: tuple[int, int]) -> None:
        about = (self._row(REGISTRATION, places[0]).values, self._row(DEGREE, places[1]).values)
        self._say(Said(decision, reviewer, about, remark))

    @rule(place=st.integers(0, 7))
    def decide_on_a_pair_of_one_person(self, place: int) -> None:
        """Where the rules say the same or find something severe."""
        registration = self._row(REGISTRATION, place).values
        degrees = [row.values for row in self.rows[DEGREE] if row.values[1] == registration[1]]
        if degrees:
            self._say(Said("bind", "张老师", (registration, degrees[0]), "护照和户口簿已核对"))

    @rule(side=st.sampled_from([REGISTRATION, DEGREE]), place=st.integers(0, 7))
    def hold_one_row(self, side: Side, place: int) -> None:
        values = self._row(side, place).values
        self._say(
            Said("hold", "张老师", (values, None) if side is REGISTRATION else (None, values), "问学校")
        )

    @precondition(lambda self: self.said)
    @rule(back=st.integers(0, 5))
    def undo(self, back: int) -> None:
        seq = max(1, len(self.said) - back)
        self._say(Said("undo", "张老师", undoes=seq))

    @precondition(lambda self: self.said)
    @rule(cut=st.integers(1, 40))
    def crash_while_writing(self, cut: int) -> None:
        """A line that was never confirmed stands torn at the end."""
        if not self.torn:
            whole = self.log.path.read_bytes().splitlines(keepends=True)[-1]
            with self.log.path.open("ab") as stream:
                stream.write(whole[:-1][:cut])
            self.torn = True

    def _say(self, said: Said) -> None:
        keys = [
            self._keys(side).get(values) if values else None
            for side, values in zip((REGISTRATION, DEGREE), said.about, strict=True)
        ]
        told = Decision(said.decision, said.reviewer, *keys, remark=said.remark, undoes=said.undoes)
        (entry,) = self.log.append([told])
        self.said.append(said)
        self.torn = False
        assert entry.seq == len(self.said)

    # runs

    def _table(self, side: Side) -> pa.Table:
        names = ("username", "mobile") if side is REGISTRATION else ("certificate_number", "major")
        return records(
            side,
            [
                {
                    "ref": str(place),
                    "columns": ("name", "id_number", *names),
                    "name": row.values[0],
                    "id_number": WRITINGS[row.writing](row.values[1]),
                    names[0]: row.values[2],
                    names[1]: f"1380013800{'甲乙'.index(row.other)}"
                    if row.other and side is REGISTRATION
                    else row.other or None,
                }
                for place, row in enumerate(self.rows[side])
            ],
        )

    def _keys(self, side: Side) -> dict[Values, str]:
        found = row_keys(side, CLEANERS[side](self._table(side)), self.log.secret()).to_pylist()
        return {row.values: key for row, key in zip(self.rows[side], found, strict=True)}

    @rule(allow_severe=st.booleans())
    def run(self, allow_severe: bool) -> None:
        decided = given.given(self.log.path, allow_severe=allow_severe) if self.said else None
        engine = open_engine("duckdb", 1, None, self.folder / "spill")
        try:
            tables = {side: self._table(side) for side in (REGISTRATION, DEGREE)}
            found, _ = matching.match(
                engine,
                {**tables, Side.ENROLMENT: records(Side.ENROLMENT, [])},
                former=matching.former_names([]),
                as_of=None,
                min_people=10,
                key_cap=20_000,
                language="en",
                given=decided,
            )
        finally:
            engine.close()
        self._agree({name: table.to_pylist() for name, table in found.items()}, allow_severe)

    def _agree(self, found: dict[str, list[dict[str, Any]]], allow_severe: bool) -> None:
        values = {side: [row.values for row in rows] for side, rows in self.rows.items()}
        told = Model(values[REGISTRATION], values[DEGREE], self.said).told(allow_severe=allow_severe)
        at = {
            (side, str(place)): row.values
            for side, rows in self.rows.items()
            for place, row in enumerate(rows)
        }

        def pairs(name: str) -> list[tuple[Values, Values, dict[str, Any]]]:
            return [
                (at[REGISTRATION, row["registration_ref"]], at[DEGREE, row["degree_ref"]], row)
                for row in found[name]
            ]

        bound = [(r, d, row["method"]) for r, d, row in pairs("bindings")]
        assert sorted(bound) == sorted((*pair, method) for pair, method in told.bound.items())
        assert not told.rejected & {(r, d) for r, d, _ in pairs("candidates")}
        self._first_rows_count(found)
        self.met.update(["runs", *told.bound.values()])
        if self.said:
            reasons = [_reason(row["reason"]) for row in found["decisions"]]
            self.met.update(reasons)
            assert reasons == told.reasons, json.dumps([str(said) for said in self.said], ensure_ascii=False)
            assert [row["seq"] for row in found["decisions"]] == list(range(1, len(self.said) + 1))

    def _first_rows_count(self, found: dict[str, list[dict[str, Any]]]) -> None:
        """Of repeated rows the first may be bound; every row is in the ledger once."""
        ledger = {(row["side"], row["ref"]): row for row in found["ledger"]}
        assert len(ledger) == len(found["ledger"]) == sum(map(len, self.rows.values()))
        for side, rows in self.rows.items():
            seen: set[Values] = set()
            for place, row in enumerate(rows):
                repeated = ledger[side.value, str(place)]["code"] == "duplicate-row"
                assert repeated == (row.values in seen)
                seen.add(row.values)

    @invariant()
    def the_log_holds_every_entry(self) -> None:
        """Read anew, as the next command would; nothing is lost by a torn line."""
        content = Log(self.log.path).read()
        assert [(e.decision, e.reviewer, e.remark, e.undoes) for e in content.entries] == [
            (said.decision, said.reviewer, said.remark, said.undoes) for said in self.said
        ]
        assert content.torn == self.torn


def _reason(sentence: str) -> str:
    """The key of a sentence, whatever entry it names."""
    plain = "".join("{by}" if part.isdigit() else part for part in _parts(sentence))
    return REASONS[plain]


def _parts(sentence: str) -> list[str]:
    found: list[str] = []
    for sign in sentence:
        if found and found[-1].isdigit() and sign.isdigit():
            found[-1] += sign
        else:
            found.append(sign)
    return found


def test_the_model_knows_every_way_to_take_back() -> None:
    """An undo that is taken back does not count; the decision stands again."""
    log = [Said("bind", "甲"), Said("undo", "甲", undoes=1), Said("undo", "甲", undoes=2)]
    assert [alive(log, place) for place in range(3)] == [True, False, True]


TestDecisionsOverTime = DecisionsOverTime.TestCase
TestDecisionsOverTime.settings = settings(
    max_examples=6, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
)
