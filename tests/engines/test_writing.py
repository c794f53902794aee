"""Rows go into an engine and out to a file in pieces: nothing is lost, and threads change no byte."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from chsi_batch import pieces
from chsi_batch.engines import open_engine
from chsi_batch.engines.base import Engine

ROWS = 450_000


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    """The embedded engine, which writes one file; Spark writes a folder of parts (`tests/spark`)."""
    opened = open_engine("duckdb", 2, None, tmp_path / "spill")
    yield opened
    opened.close()


def _halves() -> list[pa.Table]:
    numbers = pa.array(range(ROWS), pa.int64())
    whole = pa.table({"n": numbers, "text": [f"行{n % 7}" for n in range(ROWS)]})
    return [whole.slice(ROWS // 2).select(["text", "n"]), whole.slice(0, ROWS // 2)]


def test_what_is_added_in_parts_comes_out_whole_and_in_order(engine: Engine, tmp_path: Path) -> None:
    for half in _halves():
        engine.append("given", half)
    path = tmp_path / "out.parquet"
    engine.write(
        ["SELECT n, text FROM given ORDER BY n", "SELECT n, 'x' AS text FROM given WHERE n < 2 ORDER BY n"],
        path,
    )
    found = pq.read_table(path)
    assert found["n"].to_pylist() == [*range(ROWS), 0, 1]
    assert found["text"][-3:].to_pylist() == [f"行{(ROWS - 1) % 7}", "x", "x"]
    assert pq.read_metadata(path).num_row_groups == -(-(ROWS + 2) // pieces.PIECE_ROWS)


def test_each_piece_goes_through_the_function(engine: Engine, tmp_path: Path) -> None:
    engine.append("given", _halves()[1])
    sizes = []

    def doubled(piece: pa.Table) -> pa.Table:
        sizes.append(piece.num_rows)
        return pa.table({"n": piece["n"], "twice": pc.multiply(piece["n"], 2)})

    path = tmp_path / "out.parquet"
    engine.write(["SELECT n FROM given ORDER BY n"], path, doubled)
    assert pq.read_table(path)["twice"].to_pylist() == list(range(0, ROWS, 2))
    assert max(sizes) <= pieces.PIECE_ROWS


def test_an_empty_result_is_a_file_with_columns(engine: Engine, tmp_path: Path) -> None:
    engine.append("given", _halves()[0].slice(0, 0))
    path = tmp_path / "out.parquet"
    engine.write(["SELECT n, text FROM given ORDER BY n"], path)
    assert pq.read_table(path).to_pydict() == {"n": [], "text": []}


def test_cut_does_not_depend_on_how_rows_came() -> None:
    whole = _halves()[1]
    singles = [whole.slice(at, 70_000) for at in range(0, whole.num_rows, 70_000)]
    one, other = (list(pieces.cut(parts, 100_000)) for parts in ([whole], singles))
    assert [piece.num_rows for piece in one] == [100_000, 100_000, 25_000]
    assert all(a.equals(b) for a, b in zip(one, other, strict=True))
