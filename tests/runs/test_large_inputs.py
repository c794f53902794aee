"""What grows with the input stays in proportion: crowds of one name or number, and too little memory."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import cohort
import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from racing import judging

from chsi_batch import pipeline
from chsi_batch.engines.duckdb import DuckDB
from chsi_batch.settings import Engine, Matching, Settings
from chsi_batch.terms import Side

PEOPLE = 6000
MANY_PAIRS = 10
"""No step may make more rows than so many times the rows that came in."""
PLENTY, LITTLE = 20_000, "64MB"
"""People, and less memory than their matching takes."""


@pytest.fixture(scope="module")
def skewed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A cohort in which 1,740 people bear one name, 600 come from one school, and stand-ins are numbers."""
    folder = tmp_path_factory.mktemp("skewed")
    cohort.write(cohort.make(PEOPLE, 3, skew=True), folder, "parquet")
    return folder


def _run(folder: Path, out: Path, settings: Settings) -> dict[str, object]:
    patterns = {
        Side.REGISTRATION: (str(folder / "registrations.parquet"),),
        Side.DEGREE: (str(folder / "degrees.parquet"),),
    }
    job = pipeline.Job(patterns, out, settings=settings, workbooks=False)
    return dict(pipeline.run(job).facts)


def _tables(out: Path) -> dict[str, pa.Table]:
    return {path.name: pq.read_table(path) for path in (out / "private").glob("*.parquet")}


@pytest.fixture
def sizes(monkeypatch: pytest.MonkeyPatch) -> dict[str, int]:
    """The rows of every table that the engine makes."""
    made: dict[str, int] = {}
    make = DuckDB.make

    def watched(engine: DuckDB, name: str, select: str) -> None:
        make(engine, name, select)
        made[name] = max(engine.count(name), made.get(name, 0))

    monkeypatch.setattr(DuckDB, "make", watched)
    return made


def test_a_crowd_of_one_name_binds_rightly_and_in_proportion(
    skewed: Path, tmp_path: Path, sizes: dict[str, int]
) -> None:
    facts = _run(skewed, tmp_path / "out", Settings(matching=Matching(key_cap=200)))
    with duckdb.connect() as connection:
        truth = connection.sql(f"SELECT * FROM '{skewed}/truth.parquet'").to_arrow_table()
        bound = connection.sql(judging.OWN_BOUND.format(head=0, out=tmp_path).replace("/result/", "/out/"))
        pairs = {tuple(row) for row in bound.fetchall()}
    true = {(row["registration"], row["degree"]) for row in truth.to_pylist() if row["degree"]}
    numbers = pq.read_table(skewed / "registrations.parquet")["身份证号"].to_pylist()
    shared = {number for number, times in Counter(numbers).items() if times > 1}  # twins may get one number
    must = {
        (row["registration"], row["degree"])
        for row in truth.to_pylist()
        if row["binds"] and numbers[row["registration"] - 1] not in shared
    }
    assert pairs <= true
    assert must <= pairs
    assert {"route": "ids-crossed", "keys": 1} in facts["capped_routes"]  # type: ignore[operator]
    assert sizes["steps"] < PEOPLE
    assert max(sizes.values()) <= MANY_PAIRS * PEOPLE


def test_without_the_cap_the_crowd_would_make_a_flood(
    skewed: Path, tmp_path: Path, sizes: dict[str, int]
) -> None:
    facts = _run(skewed, tmp_path / "out", Settings(matching=Matching(key_cap=10_000_000)))
    assert not facts["capped_routes"]
    assert sizes["steps"] > 200


def test_what_does_not_fit_into_memory_goes_to_the_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cohort.write(cohort.make(PLENTY, 3), tmp_path, "parquet")
    spilled: list[int] = []
    make = DuckDB.make

    def watched(engine: DuckDB, name: str, select: str) -> None:
        make(engine, name, select)
        spilled.append(sum(path.stat().st_size for path in engine._spill.rglob("*") if path.is_file()))

    monkeypatch.setattr(DuckDB, "make", watched)
    _run(tmp_path, tmp_path / "roomy", Settings(engine=Engine(threads=2)))
    assert not any(spilled)
    _run(tmp_path, tmp_path / "narrow", Settings(engine=Engine(threads=2, memory_limit=LITTLE)))
    assert any(spilled)
    roomy, narrow = _tables(tmp_path / "roomy"), _tables(tmp_path / "narrow")
    assert roomy.keys() == narrow.keys()
    assert all(roomy[name].equals(narrow[name]) for name in roomy)
    assert not (tmp_path / "narrow" / ".spill").exists()
