"""A Parquet file that is read piece by piece gives the rows of the whole, and its oddities are found out."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from chsi_batch import pieces
from chsi_batch.errors import Refusal
from chsi_batch.settings import Settings
from chsi_batch.sources.conformed import Conformed
from chsi_batch.stages import conform, read
from chsi_batch.terms import Side

ROWS = 2 * pieces.PIECE_ROWS + 7


def _file(path: Path, **columns: list[str | None]) -> Path:
    numbers = [f"1000120200500{n:06}" for n in range(ROWS)]
    named = {"姓名": ["张三"] * ROWS, "证书编号": numbers, **columns}
    pq.write_table(pa.table({name: pa.array(cells, pa.string()) for name, cells in named.items()}), path)
    return path


def _sheets(path: Path) -> conform.Sheets:
    opened = read.read_sides(read.collect({Side.DEGREE: [str(path)]}), Settings())
    return conform.sheets(Side.DEGREE, opened[Side.DEGREE], Settings())


def _codes(told: list[Refusal]) -> list[str]:
    return [each.code for each in told]


def test_pieces_are_the_rows_of_the_file_in_order(tmp_path: Path) -> None:
    sheets = _sheets(_file(tmp_path / "d.parquet"))
    assert sheets.expected == ROWS
    assert not sheets.inputs()["physical"][0].as_py()
    found = list(sheets.pieces())
    assert [piece.records.num_rows for piece in found] == [pieces.PIECE_ROWS, pieces.PIECE_ROWS, 7]
    whole = pa.concat_tables([piece.records for piece in found])
    assert whole["rid"].to_pylist() == list(range(ROWS))
    assert whole["ref"][-1].as_py() == f"d.parquet#{ROWS}"
    assert whole["certificate_number"][-1].as_py().endswith(f"{ROWS - 1:06}")
    told = sheets.inputs().to_pylist()[0]
    assert (told["physical"], told["records"], told["blank"]) == (ROWS, ROWS, 0)
    assert not sheets.refusals


def test_two_columns_that_differ_in_the_last_row_alone_are_a_refusal(tmp_path: Path) -> None:
    names: list[str | None] = ["张三"] * (ROWS - 1)
    sheets = _sheets(_file(tmp_path / "d.parquet", **{"学生姓名": [*names, "李四"]}))
    assert not sheets.refusals
    list(sheets.pieces())
    assert _codes(sheets.refusals) == ["column-twice"]


@pytest.mark.parametrize("grown", [False, True])
def test_a_file_that_changes_before_its_rows_are_read_is_a_refusal(grown: bool, tmp_path: Path) -> None:
    path = _file(tmp_path / "d.parquet")
    sheets = _sheets(path)
    _file(path, **({"备注": ["x"] * ROWS} if grown else {"姓名": ["李四"] * ROWS}))
    list(sheets.pieces())
    assert _codes(sheets.refusals) == ["file-changed"]


def _examined(path: Path, shown: int | None) -> Conformed:
    opened = read.read_sides(read.collect({Side.DEGREE: [str(path)]}), Settings())
    return conform.examine(Side.DEGREE, opened[Side.DEGREE], Settings(), shown=shown)


def test_check_keeps_no_more_than_it_shows(tmp_path: Path) -> None:
    """Counts and issues are those of the whole file all the same."""
    path = _file(tmp_path / "d.parquet")
    found, whole = _examined(path, 10), _examined(path, None)
    assert (found.records.num_rows, whole.records.num_rows) == (0, ROWS)
    assert [len(part.texts[0]) for part in found.taken[0].parts] == [pieces.PIECE_ROWS]
    assert found.taken[0].records == ROWS
    assert found.inputs.equals(whole.inputs)
    assert found.issues.equals(whole.issues)
