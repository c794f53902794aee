"""Rows go into an engine and out to a file in pieces: nothing is lost, and threads change no byte."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from chsi_batch import pieces
from chsi_batch.engines import open_engine
from chsi_batch.engines.base import Engine

from .in_parts import check_doubled, check_together, check_written, doubler, halves

ROWS = 450_000


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    """The embedded engine, which writes one file; Spark writes a folder of parts (`tests/spark`)."""
    opened = open_engine("duckdb", 2, None, tmp_path / "spill")
    yield opened
    opened.close()


def test_what_is_added_in_parts_comes_out_whole_and_in_order(engine: Engine, tmp_path: Path) -> None:
    path = tmp_path / "out.parquet"
    check_written(engine, ROWS, path)
    assert pq.read_metadata(path).num_row_groups == -(-(ROWS + 2) // pieces.PIECE_ROWS)


def test_each_piece_goes_through_the_function(engine: Engine, tmp_path: Path) -> None:
    check_doubled(engine, 2 * ROWS, tmp_path / "out.parquet")
    sizes: list[int] = []

    def counted(piece: pa.Table) -> pa.Table:
        sizes.append(piece.num_rows)
        return doubler()(piece)

    engine.write(["SELECT n FROM given ORDER BY n"], tmp_path / "again.parquet", counted)
    assert len(sizes) > 1
    assert max(sizes) <= pieces.PIECE_ROWS


def test_rows_that_are_alike_come_together(engine: Engine) -> None:
    check_together(engine, ROWS)


def test_an_empty_result_is_a_file_with_columns(engine: Engine, tmp_path: Path) -> None:
    engine.append("given", halves(ROWS)[0].slice(0, 0))
    path = tmp_path / "out.parquet"
    engine.write(["SELECT n, text FROM given ORDER BY n"], path)
    assert pq.read_table(path).to_pydict() == {"n": [], "text": []}


def test_cut_does_not_depend_on_how_rows_came() -> None:
    whole = halves(ROWS)[1]
    singles = [whole.slice(at, 70_000) for at in range(0, whole.num_rows, 70_000)]
    one, other = (list(pieces.cut(parts, 100_000)) for parts in ([whole], singles))
    assert [piece.num_rows for piece in one] == [100_000, 100_000, 25_000]
    assert all(a.equals(b) for a, b in zip(one, other, strict=True))
