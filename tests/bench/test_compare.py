"""The comparison runs, and counts no time of a result that is wrong. Never how long anything takes."""

from __future__ import annotations

import sys
from pathlib import Path

import compare
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from racing import judging, lanes, telling, timing

HERE = ("analyst", "pandas merges", "floor: decode", "floor: one join")
"""Peers that need no more than this package does."""


def test_everyone_gets_the_same_cohort_right(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out, table = tmp_path / "out", tmp_path / "told.md"
    monkeypatch.setattr(
        sys, "argv",
        ["compare.py", "--sizes", "600", "--repeat", "1", "--peers", "installed", "--out", str(out),
         "--results", str(table)],
    )  # fmt: skip
    assert compare.main() == 0
    lines = [line for line in table.read_text(encoding="utf-8").splitlines() if line.startswith("| **")]
    told = {line.split("**")[1]: [cell.strip() for cell in line.strip("|").split("|")] for line in lines}
    ours = [line for line in lines if line.startswith(f"| **{lanes.OURS}**")]
    assert len(ours) == 3, "workbooks, tables, and the stage of near matches"
    assert all("wrong 0" in line for line in ours)
    for name in HERE:
        assert float(told[name][1]) > 0, told[name]
    for lane in lanes.LANES:
        _, seconds, *_, said = told[lane.name]
        assert (seconds == "–") is said.startswith("not installed"), told[lane.name]


def truth(folder: Path, registrations: int) -> Path:
    """A truth of as many pairs, every tenth with a slip."""
    rows = list(range(1, registrations + 1))
    binds = [row % 10 != 0 for row in rows]
    pq.write_table(pa.table({"registration": rows, "degree": rows, "binds": binds}), folder / "truth.parquet")
    return folder


def judged(folder: Path, pairs: list[tuple[int, int]], kind: str) -> judging.Verdict:
    columns = zip(*pairs, strict=True)
    pq.write_table(
        pa.table(dict(zip(("registration", "degree"), map(list, columns), strict=True))),
        folder / f"{kind}.parquet",
    )
    (verdict,) = judging.verdicts((kind,), folder, folder, own=False, form="parquet")
    return verdict


def test_what_is_right_counts_and_what_is_wrong_does_not(tmp_path: Path) -> None:
    folder = truth(tmp_path, 1_000)
    right = [(row, row) for row in range(1, 1_001) if row % 10]
    assert judged(folder, right, "bound") == judging.Verdict("bound", 900, 900, 0)
    assert judged(folder, right, "bound").good
    assert not judged(folder, [*right[1:], (1, 2)], "bound").good, "one wrong pair of 900"
    assert not judged(folder, right[:800], "bound").good, "a tenth is missing"
    near = [(row, row) for row in range(10, 1_001, 10)]
    assert judged(folder, near, "near").good
    assert not judged(folder, near[:70], "near").good
    assert not judged(folder, [*near, *((row, row + 1) for row in range(1, 50))], "near").good


def test_no_time_of_a_wrong_result_is_told() -> None:
    row = telling.Row("peer", "tables", 10, seconds=[1.0, 3.0, 2.0], processor=[4.0], megabytes=[5.0])
    assert row.cells(1.0)[1:4] == ["2.00", "1.00–3.00", "4.00"]
    assert row.cells(4.0)[5] == "0.50 ×"
    row.fault = "not right: bound 1 of 2"
    assert row.cells(1.0)[1:] == ["–", "–", "–", "–", "–", "not right: bound 1 of 2"]


def test_memory_and_processor_time_are_those_of_all_processes(tmp_path: Path) -> None:
    child = "import time; held = bytearray(60_000_000); sum(range(20_000_000)); time.sleep(1)"
    parent = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {child!r}], check=True)"
    found = timing.timed([sys.executable, "-c", parent], tmp_path / "said.txt", 60)
    assert found.fault is None
    assert found.megabytes > 65
    assert found.processor > 0.1, "that of the child too"


def test_a_peer_that_fails_or_never_ends_is_told(tmp_path: Path) -> None:
    fails = timing.timed([sys.executable, "-c", "raise SystemExit('no such column')"], tmp_path / "s", 60)
    assert fails.fault == "no such column"
    hangs = timing.timed([sys.executable, "-c", "import time; time.sleep(60)"], tmp_path / "s", 0.5)
    assert hangs.fault == "took longer than 0 s"


def test_sizes() -> None:
    assert [compare.size(text) for text in ("300", "10k", "1m", "10M")] == [
        300,
        10_000,
        1_000_000,
        10_000_000,
    ]
