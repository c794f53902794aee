"""Pairs settled at a glance end as they would if they were weighed like all others."""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

import pyarrow as pa
import pytest

from chsi_batch import matching, pipeline, rules
from chsi_batch.engines import open_engine
from chsi_batch.terms import Side, Verdict

from . import cases
from .test_engine_agrees import records

SEEDS = range(100, 103)
SAMPLES = Path(__file__).parents[2] / "data" / "samples"
FOLDERS = {
    Side.REGISTRATION: "registrations",
    Side.DEGREE: "degrees",
    Side.ENROLMENT: "enrolments",
}


def settle(rows: Mapping[Side, pa.Table], folder: Path) -> tuple[dict[str, list[dict[str, object]]], int]:
    """The tables that come out, and how many pairs were settled at a glance."""
    engine = open_engine("duckdb", 1, None, folder / "spill")
    try:
        found, _ = matching.match(
            engine,
            rows,
            former=matching.former_names([]),
            as_of=datetime.fromisoformat(cases.AS_OF),
            min_people=10,
            key_cap=20_000,
            language="zh",
        )
        return {name: table.to_pylist() for name, table in found.items()}, engine.count("plain_pairs")
    finally:
        engine.close()


def samples() -> dict[Side, pa.Table]:
    job = pipeline.Job({side: (str(SAMPLES / folder),) for side, folder in FOLDERS.items()}, Path("unused"))
    return {
        side: pa.concat_tables([piece.records for piece in sheets.pieces()])
        for side, sheets in pipeline.conformed(job).items()
    }


def worlds() -> list[dict[Side, pa.Table]]:
    drawn = [cases.world(cases.Dice(seed)) for seed in SEEDS]
    return [
        {
            Side.REGISTRATION: records(Side.REGISTRATION, world.registrations),
            Side.DEGREE: records(Side.DEGREE, world.degrees),
            Side.ENROLMENT: records(Side.ENROLMENT, world.enrolments),
        }
        for world in drawn
    ]


def test_a_glance_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    given = [samples(), *worlds()]
    at_a_glance = [settle(rows, tmp_path / "with") for rows in given]
    monkeypatch.setattr(rules, "certain", lambda **_: None)
    weighed = [settle(rows, tmp_path / "without") for rows in given]
    assert at_a_glance[0][1] > 100
    assert sum(plain for _, plain in weighed) == 0
    assert [found for found, _ in at_a_glance] == [expected for expected, _ in weighed]


def test_only_a_rule_that_decides_alone_is_certain() -> None:
    both = rules.certain(id_number="same", name="same")
    assert both is not None
    assert (both.rule, both.verdict) == ("B1", Verdict.BIND)
    assert rules.certain(id_number="blank", name="same") is None
