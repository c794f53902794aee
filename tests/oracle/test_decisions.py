"""Whatever reviewers decide about whatever world, what a run promises of decisions holds."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from chsi_batch import matching, rules
from chsi_batch.decisions.entries import Entry
from chsi_batch.decisions.given import Given
from chsi_batch.decisions.row_keys import row_keys
from chsi_batch.engines import open_engine
from chsi_batch.results import DECISION_STATUSES
from chsi_batch.stages.clean import CLEANERS
from chsi_batch.terms import Side

from . import cases
from .test_engine_agrees import records

SECRET = b"worlds".ljust(32, b".")
FEW = settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
SEVERE = {entry.code for entry in rules.exception_codes() if entry.severity == "severe"}

Tables = dict[str, list[dict[str, Any]]]


def run(world: cases.World, decided: Given | None, engine_name: str = "duckdb") -> Tables:
    sides = {
        Side.REGISTRATION: world.registrations,
        Side.DEGREE: world.degrees,
        Side.ENROLMENT: world.enrolments,
    }
    with TemporaryDirectory() as folder:
        engine = open_engine(engine_name, 1, None, Path(folder) / "spill")
        try:
            found, _ = matching.match(
                engine,
                {side: records(side, rows) for side, rows in sides.items()},
                former=matching.former_names([]),
                as_of=None,
                min_people=10,
                key_cap=20_000,
                language="zh",
                given=decided,
            )
        finally:
            engine.close()
    return {name: table.to_pylist() for name, table in found.items()}


def keys(side: Side, rows: Sequence[cases.Raw]) -> list[str]:
    found: list[str] = row_keys(side, CLEANERS[side](records(side, rows)), SECRET).to_pylist()
    return found


@st.composite
def decided_worlds(draw: st.DrawFn) -> tuple[cases.World, Given]:
    """A world, and up to eight decisions of two reviewers on its rows, some gone, and what they take back."""
    world = draw(cases.worlds())
    registrations = [*keys(Side.REGISTRATION, world.registrations), "gone"]
    degrees = [*keys(Side.DEGREE, world.degrees), "gone"]
    entries: list[Entry] = []
    for seq in range(1, draw(st.integers(1, 8)) + 1):
        word = draw(st.sampled_from(("bind", "bind", "bind", "reject", "reject", "hold", "undo")))
        about = {"registration_key": draw(st.sampled_from(registrations)),
                 "degree_key": draw(st.sampled_from(degrees))}  # fmt: skip
        entries.append(
            Entry(
                word,
                draw(st.sampled_from(("张老师", "张老师", "李老师"))),
                **({"undoes": draw(st.integers(1, 8))} if word == "undo" else about),  # type: ignore[arg-type]
                remark=draw(st.sampled_from(("", "核对过"))),
                seq=seq,
                time=f"2024-06-01T08:00:{seq:02d}+00:00",
            )
        )
    return world, Given(tuple(entries), SECRET, draw(st.booleans()))


def accounts(world: cases.World) -> dict[str, str]:
    """Reference of a registration -> what makes its account."""
    cleaned = CLEANERS[Side.REGISTRATION](records(Side.REGISTRATION, world.registrations)).to_pylist()
    return {
        row["ref"]: "|".join((row["username_key"], row["id_key"], row["name_key"]))
        if row["username_key"] and row["id_key"] and row["name_key"]
        else row["ref"]
        for row in cleaned
    }


def effective(tables: Tables, decision: str) -> list[dict[str, Any]]:
    return [row for row in tables["decisions"] if (row["decision"], row["status"]) == (decision, "applied")]


@pytest.mark.parametrize("engine", ["duckdb"])
@FEW
@given(drawn=decided_worlds())
def test_nothing_is_lost_and_no_record_has_two_accounts(
    drawn: tuple[cases.World, Given], engine: str
) -> None:
    world, decided = drawn
    found = run(world, decided, engine)
    assert [row["ref"] for row in found["ledger"]] == [
        row["ref"] for row in (*world.registrations, *world.degrees)
    ]
    assert all((row["outcome"] == "bound") == (row["code"] is None) for row in found["ledger"])
    bound = {row["ref"] for row in found["ledger"] if row["outcome"] == "bound"}
    assert bound >= {row[key] for row in found["bindings"] for key in ("registration_ref", "degree_ref")}
    assert {row["severity"] for row in found["exceptions"] if row["ref"] in bound} <= {"note"}
    assert [row["seq"] for row in found["decisions"]] == [entry.seq for entry in decided.entries]
    assert {row["status"] for row in found["decisions"]} <= set(DECISION_STATUSES)
    _one_account_each(world, found)


def _one_account_each(world: cases.World, found: Tables) -> None:
    """No record has two accounts, every binding by decision has its decision, no rejected pair is one."""
    degrees = [row["degree_ref"] for row in found["bindings"]]
    assert len(degrees) == len(set(degrees))
    by_decision = {
        (row["registration_ref"], row["degree_ref"])
        for row in found["bindings"]
        if row["method"] == "decision"
    }
    told = {(row["registration_ref"], row["degree_ref"]) for row in effective(found, "bind")}
    assert told <= by_decision
    assert {registration for registration, _ in by_decision} == {registration for registration, _ in told}
    account = accounts(world)
    for row in effective(found, "reject"):
        assert account[row["registration_ref"]] not in {
            account[bound["registration_ref"]]
            for bound in found["bindings"]
            if bound["degree_ref"] == row["degree_ref"]
        }
        assert (row["degree_ref"], row["registration_ref"]) not in {
            (pair["degree_ref"], pair["registration_ref"]) for pair in found["candidates"]
        }


@FEW
@given(drawn=decided_worlds())
def test_nothing_severe_is_overridden_without_permission_and_remark(
    drawn: tuple[cases.World, Given],
) -> None:
    """What is severe is judged by a run that knows the rejections alone."""
    world, decided = drawn
    found = run(world, decided)
    rejecting = {row["seq"] for row in effective(found, "reject")}
    turn = count(1)
    alone = tuple(replace(entry, seq=next(turn)) for entry in decided.entries if entry.seq in rejecting)
    before = run(world, replace(decided, entries=alone))
    severe = {row["ref"] for row in before["exceptions"] if row["code"] in SEVERE}
    refused = {
        (row["registration_ref"], row["degree_ref"])
        for row in found["candidates"]
        if row["rule"] in ("X1", "X2")
    }
    remarked = {
        (entry.registration_key, entry.degree_key) for entry in decided.entries if entry.remark.strip()
    }
    by_seq = {entry.seq: entry for entry in decided.entries}
    for row in effective(found, "bind"):
        pair = (row["registration_ref"], row["degree_ref"])
        if pair in refused or severe & set(pair):
            assert decided.allow_severe
            assert by_seq[row["seq"]].pair in remarked


@FEW
@given(drawn=decided_worlds())
def test_decisions_to_bind_leave_every_other_record_alone(drawn: tuple[cases.World, Given]) -> None:
    world, decided = drawn
    kept = [entry for entry in decided.entries if entry.decision in ("bind", "hold")]
    alone = tuple(replace(entry, seq=seq) for seq, entry in enumerate(kept, start=1))
    found, before = run(world, replace(decided, entries=alone)), run(world, None)
    meant = {entry.degree_key for entry in alone if entry.decision == "bind"}
    others = {
        row["ref"]
        for row, key in zip(world.degrees, keys(Side.DEGREE, world.degrees), strict=True)
        if key not in meant
    }
    assert [row for row in found["bindings"] if row["degree_ref"] in others] == [
        row for row in before["bindings"] if row["degree_ref"] in others
    ]


@FEW
@given(drawn=decided_worlds(), seed=st.randoms(use_true_random=False))
def test_where_rows_stand_does_not_matter(drawn: tuple[cases.World, Given], seed: Any) -> None:
    world, decided = drawn
    shuffled = replace(
        world,
        registrations=seed.sample(world.registrations, len(world.registrations)),
        degrees=seed.sample(world.degrees, len(world.degrees)),
    )
    one, other = run(world, decided), run(shuffled, decided)
    assert [(row["seq"], row["status"], row["reason"]) for row in one["decisions"]] == [
        (row["seq"], row["status"], row["reason"]) for row in other["decisions"]
    ]
    told = [
        sorted((row["side"], row["outcome"], row["code"] or "") for row in tables["ledger"])
        for tables in (one, other)
    ]
    assert told[0] == told[1]
