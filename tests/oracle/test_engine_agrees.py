"""The engine and the slow reading of the contract say the same of small nasty worlds.

`bench/oracle.py` asks as many more as are wanted.
"""

import json
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path

import pyarrow as pa
import pytest

from chsi_batch import matching
from chsi_batch.engines import open_engine
from chsi_batch.engines.base import Engine
from chsi_batch.terms import COLUMNS, Side

from . import cases, contract

WORLDS = [*((cases.Dice, seed) for seed in range(60)), *((cases.Crowded, seed) for seed in range(30))]
FLAGS = ("id_number_numeric", "certificate_number_numeric", "claimed_certificate_number_numeric")


def records(side: Side, rows: Sequence[cases.Raw]) -> pa.Table:
    """Rows of a drawn world as conforming gives them."""
    texts = {
        column: pa.array([row.get(column) for row in rows], pa.string())
        for column in ("ref", "file", "sheet", *COLUMNS[side], "extra")
    }
    flags = {flag: pa.array([bool(row.get(flag)) for row in rows], pa.bool_()) for flag in FLAGS}
    layouts = [
        json.dumps(sorted(set(row.get("columns") or row) & set(COLUMNS[side])))  # type: ignore[call-overload]
        for row in rows
    ]
    return pa.table(
        {
            "rid": pa.array(range(len(rows)), pa.int64()),
            "row": pa.array(range(1, len(rows) + 1), pa.int64()),
            **texts,
            **flags,
            "columns": pa.array(layouts, pa.string()),
        }
    )


def settle(engine: Engine, world: cases.World) -> dict[str, pa.Table]:
    sides = {
        Side.REGISTRATION: world.registrations,
        Side.DEGREE: world.degrees,
        Side.ENROLMENT: world.enrolments,
    }
    found, _ = matching.match(
        engine,
        {side: records(side, rows) for side, rows in sides.items()},
        former=matching.former_names([]),
        as_of=datetime.fromisoformat(cases.AS_OF),
        min_people=10,
        key_cap=20_000,
        language="zh",
    )
    return found


@pytest.fixture(params=["duckdb"])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    opened = open_engine(request.param, 1, None, tmp_path / "spill")
    yield opened
    opened.close()


def outcomes(ledger: Sequence[dict[str, object]]) -> list[tuple[object, ...]]:
    return [(line["side"], line["ref"], line["outcome"], line["code"]) for line in ledger]


@pytest.mark.parametrize(("kind", "seed"), WORLDS)
def test_the_ledger_is_the_contracts(engine: Engine, kind: type[cases.Dice], seed: int) -> None:
    world = cases.world(kind(seed))
    expected = contract.settle(world.registrations, world.degrees, world.enrolments, cases.AS_OF)
    found = settle(engine, world)
    assert outcomes(found["ledger"].to_pylist()) == outcomes(expected.ledger)
    bound = {
        (row["registration_ref"], row["degree_ref"], row["rule"]) for row in found["bindings"].to_pylist()
    }
    assert bound == expected.bound()
