"""Whole runs on both engines: the same rows and values in every table, and the same inputs refused."""

from __future__ import annotations

import shutil
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from chsi_batch.errors import Refused
from chsi_batch.pipeline import Job, run
from chsi_batch.results import TABLES
from chsi_batch.settings import from_tree
from chsi_batch.terms import Side
from chsi_batch.verifying import verify

from .making import cohort
from .test_drawn import same

pytestmark = pytest.mark.xdist_group("spark")

SAMPLES = Path(__file__).parents[2] / "data" / "samples"
PEOPLE, GROUP_ROWS, BLANK_ROWS = 200_000, 50_000, 5_000
SETTINGS = from_tree({"engine": {"threads": 2}}, "test")


def both(patterns: dict[Side, tuple[str, ...]], out: Path) -> dict[str, dict[str, pa.Table]]:
    """The tables of two runs, by their place, once they are seen to be equal."""
    for engine in ("duckdb", "spark"):
        run(Job(patterns, out / engine, engine=engine, settings=SETTINGS, workbooks=False))
    found = {}
    for place in ("tables", "private"):
        one, other = (
            {path.stem: pq.read_table(path) for path in (out / engine / place).iterdir()}
            for engine in ("duckdb", "spark")
        )
        assert set(TABLES) <= set(one)
        same(other, one)
        found[place] = one
    assert verify(out / "spark").faults == ()
    assert (out / "spark" / "tables" / "ledger.parquet").is_dir()
    return found


def test_files_of_all_formats(tmp_path: Path) -> None:
    both({side: (str(SAMPLES / f"{side}s"),) for side in Side}, tmp_path)


def test_a_cohort(tmp_path: Path) -> None:
    """200,000 people: 198,000 rows a side in several row groups, blank rows among them."""
    made = cohort(PEOPLE)
    for name in ("registrations", "degrees"):
        table = made[name]
        blank = pa.table({column: pa.nulls(BLANK_ROWS, pa.string()) for column in table.column_names})
        table = pa.concat_tables([table.slice(0, PEOPLE // 2), blank, table.slice(PEOPLE // 2)])
        pq.write_table(table, tmp_path / f"{name}.parquet", row_group_size=GROUP_ROWS)
    sides = {side: (str(tmp_path / f"{side}s.parquet"),) for side in (Side.REGISTRATION, Side.DEGREE)}
    bindings = both(sides, tmp_path)["tables"]["bindings"]
    _no_wrong_binding(bindings, made["truth"])


def _no_wrong_binding(bindings: pa.Table, truth: pa.Table) -> None:
    """Every binding is one of the truth's, and nearly all that must be there are."""
    refs = (bindings[f"{side}_ref"].to_pylist() for side in ("registration", "degree"))
    bound = {tuple(_person_row(ref) for ref in pair) for pair in zip(*refs, strict=True)}
    pairs = truth.filter(pc.is_valid(truth["degree"]))
    true = {(a, d): binds for a, d, binds in zip(*(c.to_pylist() for c in pairs.columns), strict=True)}
    assert bound <= set(true)
    assert len(bound) > 0.9 * sum(true.values()) > 0.8 * PEOPLE


def _person_row(ref: str) -> int:
    """The row that the truth knows, in which there are no blank ones."""
    row = int(ref.rpartition("#")[2])
    return row if row <= PEOPLE // 2 else row - BLANK_ROWS


def test_every_file_is_examined_before_one_is_refused(tmp_path: Path) -> None:
    """What stops a run is told in the same lines, and nothing is left of it."""
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "torn.xlsx").write_bytes(b"PK\x03\x04 no workbook")
    (tmp_path / "in" / "short.csv").write_text("姓名,学校\n王伟,甲\n", encoding="utf-8")
    nothing = pa.table({name: pa.nulls(3, pa.string()) for name in ("姓名", "身份证号", "证书编号")})
    pq.write_table(nothing, tmp_path / "in" / "nothing.parquet")
    shutil.copy(SAMPLES / "degrees" / "graduates_store.parquet", tmp_path / "in")
    patterns = {
        Side.REGISTRATION: (str(SAMPLES / "registrations" / "accounts_short.csv"),),
        Side.DEGREE: (str(tmp_path / "in"),),
    }
    told = {}
    for engine in ("duckdb", "spark"):
        with pytest.raises(Refused) as stopped:
            run(Job(patterns, tmp_path / engine, engine=engine, settings=SETTINGS))
        told[engine] = stopped.value.refusals
    assert {refusal.file for refusal in told["duckdb"]} == {"torn.xlsx", "short.csv"}
    assert told["spark"] == told["duckdb"]
    for name in ("torn.xlsx", "short.csv"):
        (tmp_path / "in" / name).unlink()
    for engine in ("duckdb", "spark"):
        with pytest.raises(Refused) as stopped:
            run(Job(patterns, tmp_path / engine, engine=engine, settings=SETTINGS))
        told[engine] = stopped.value.refusals
    assert [refusal.file for refusal in told["spark"]] == ["nothing.parquet"]
    assert told["spark"] == told["duckdb"]
    assert {path.name for path in tmp_path.iterdir()} == {"in"}
