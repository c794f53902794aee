"""Fills an audit workbook in as a person would, and saves it with other programs."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from pathlib import Path

import openpyxl
from openpyxl.worksheet.worksheet import Worksheet

HEADER = 3
TITLES = {
    "rule": "规则",
    "answer": "是同一人吗",
    "pair": "核对码",
    "registration": "账号位置",
    "degree": "学历位置",
    "remark": "备注",
}
SAME, OTHER, UNCLEAR = "是同一人", "不是同一人", "看不出"
Answer = Callable[[str, str], str]
"""The answer to a binding, from the references of its account and its degree."""


def column(sheet: Worksheet, name: str) -> int:
    """The number of a column of the list."""
    titles = [cell.value for cell in sheet[HEADER]]
    return titles.index(TITLES[name]) + 1


def fill(source: Path, target: Path, answer: Answer) -> int:
    """Answer every row; the number of rows."""
    book = openpyxl.load_workbook(source)
    sheet = book["抽查"]
    places = {name: column(sheet, name) for name in TITLES}
    for row in range(HEADER + 1, sheet.max_row + 1):
        registration, degree = (
            str(sheet.cell(row, places[name]).value) for name in ("registration", "degree")
        )
        sheet.cell(row, places["answer"]).value = answer(registration, degree)
        sheet.cell(row, places["remark"]).value = f"已查 {row}"
    book.save(target)
    return sheet.max_row - HEADER


def all_same(_registration: str, _degree: str) -> str:
    return SAME


def edited(source: Path, target: Path, edit: Callable[[Worksheet], None]) -> Path:
    """A copy of a workbook whose list somebody has tampered with."""
    book = openpyxl.load_workbook(source)
    edit(book["抽查"])
    book.save(target)
    return target


def saved_by_libreoffice(source: Path, folder: Path) -> Path:
    """The workbook opened and saved by LibreOffice."""
    folder.mkdir()
    home = f"-env:UserInstallation={(folder / 'office').as_uri()}"
    command = ["soffice", home, "--headless", "--convert-to", "xlsx:Calc MS Excel 2007 XML"]
    subprocess.run(
        [*command, "--outdir", str(folder), str(source)], check=True, capture_output=True, timeout=300
    )
    return folder / source.name
