"""Odd but honest files are read, every row of them: refusing everything is no defence."""

from __future__ import annotations

from pathlib import Path

import pytest
from foreign import odd
from foreign.reading import outcome

from chsi_batch.settings import Settings
from chsi_batch.stages import conform, read
from chsi_batch.terms import Side


@pytest.mark.parametrize("name", odd.MAKERS)
def test_an_odd_file_is_read(name: str, tmp_path: Path) -> None:
    path = odd.MAKERS[name](tmp_path / name)
    files = read.collect({Side.DEGREE: [str(path)]})[Side.DEGREE]
    found = conform.examine(Side.DEGREE, read.read(files, Settings()), Settings())
    assert [told.line() for told in found.refusals] == []
    assert found.records["name"].to_pylist() == ["张三"] * odd.ROWS
    assert found.records["id_number"].to_pylist() == [odd.PERSON[1]] * odd.ROWS


@pytest.mark.libreoffice
def test_what_libreoffice_saves_is_read(tmp_path: Path) -> None:
    told = [
        (name, outcome(path, name)) for name, path in odd.files(tmp_path) if name.startswith("LibreOffice")
    ]
    assert [(name, found.code) for name, found in told] == [(name, "") for name, _ in told]
    assert len(told) == 4


@pytest.mark.parametrize(
    "name", ["pandas.csv", "openpyxl.xlsx", "xlwt.xls", "snappy.parquet", "pandas.html.xls", "types.parquet"]
)
def test_rows_are_told_even_when_columns_are_missing(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    header = (*odd.HEADER[:4], "无关")
    monkeypatch.setattr(odd, "HEADER", header)
    monkeypatch.setattr(odd, "LINES", [header, *odd.LINES[1:]])
    found = outcome(odd.MAKERS[name](tmp_path / name))
    assert found.code == "column-missing"
    assert found.rows == odd.ROWS + (0 if name.endswith("parquet") else 1)
