"""The closing table says the totals, who acts, and where things are; file names are only text."""

from __future__ import annotations

import io
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pytest
from rich.console import Console

from chsi_batch.report import terminal
from chsi_batch.results import Run


def told(run: Run, out: Path, language: str = "zh") -> str:
    sink = io.StringIO()
    Console(file=sink, width=110, force_terminal=False).print(terminal.closing(run, out, language))
    return sink.getvalue()


@pytest.fixture
def out(tmp_path: Path) -> Path:
    for name in terminal.WRITTEN:
        (tmp_path / name).touch()
    return tmp_path


def test_totals_parties_and_paths_are_said(run: Run, out: Path) -> None:
    text = told(run, out)
    for wanted in ("账号导出_2026.xlsx", "66", "34", "32", "学生", "公安机关", str(out), *terminal.WRITTEN):
        assert wanted in text.replace("\n", "") or wanted in text
    assert "已脱敏" in text


def test_only_what_was_written_is_named(run: Run, out: Path) -> None:
    (out / "binding_report.xlsx").unlink()
    assert "binding_report.xlsx" not in told(run, out)


def test_english(run: Run, out: Path) -> None:
    text = told(run, out, "en")
    assert "exception report, one sheet per acting party" in text
    assert "Student" in text


def test_file_names_are_neither_markup_nor_control_sequences(run: Run, out: Path) -> None:
    odd = "[red]a[/red]\x1b[2J.xlsx"
    tables = {
        name: table.set_column(
            table.column_names.index("file"),
            "file",
            pc.if_else(pc.equal(table["file"], "XLZC2009.dbf"), pa.scalar(odd), table["file"]),
        )
        if "file" in table.column_names
        else table
        for name, table in run.tables.items()
    }
    text = told(Run(tables, run.facts), out)
    assert "[red]a[/red]‹U+001B›[2J.xlsx" in text
    assert "\x1b" not in text
