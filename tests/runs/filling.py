"""Fills an exception report in as a registrar would, and saves it with other programs."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from io import BytesIO
from pathlib import Path

import openpyxl
import pandas as pd
from openpyxl.worksheet.worksheet import Worksheet

from chsi_batch.report.sheets import HEAD_ROWS

DECISION, REVIEWER, REMARK = "处理决定", "审核人", "备注"
REGISTRATION, DEGREE, CODE = "账号位置", "学历位置", "代码"
Answer = tuple[str | None, str | None, str | None]
"""Decision, reviewer and remark as they are typed."""


@dataclass(frozen=True)
class Line:
    """One case in a list: the sheet and row it stands in, and what it shows."""

    sheet: str
    row: int
    registration: str | None
    degree: str | None
    code: str

    @property
    def pair(self) -> tuple[str | None, str | None]:
        """Both references."""
        return self.registration, self.degree


def column(sheet: Worksheet, title: str) -> int:
    """The number of a column."""
    return [cell.value for cell in sheet[HEAD_ROWS]].index(title) + 1


def lists(book: openpyxl.Workbook) -> list[Worksheet]:
    """The sheets to decide in."""
    return [sheet for sheet in book.worksheets if DECISION in [cell.value for cell in sheet[HEAD_ROWS]]]


def lines(path: Path) -> list[Line]:
    """All cases, sheet by sheet."""
    return list(_read(path.read_bytes()))


@cache
def _read(content: bytes) -> tuple[Line, ...]:
    return tuple(_lines(openpyxl.load_workbook(BytesIO(content))))


def _lines(book: openpyxl.Workbook) -> Iterator[Line]:
    for sheet in lists(book):
        at = [column(sheet, title) for title in (REGISTRATION, DEGREE, CODE)]
        for row in range(HEAD_ROWS + 1, sheet.max_row + 1):
            registration, degree, code = (sheet.cell(row, place).value for place in at)
            yield Line(
                sheet.title,
                row,
                str(registration) if registration else None,
                str(degree) if degree else None,
                str(code),
            )


def pairs(path: Path) -> list[Line]:
    """The cases that are about two rows."""
    return [line for line in lines(path) if None not in line.pair]


def fill(source: Path, target: Path, answers: Sequence[tuple[Line, Answer]]) -> Path:
    """The workbook with these cases decided."""

    def typed(book: openpyxl.Workbook) -> None:
        for line, answer in answers:
            type_in(book, line, answer)

    return edited(source, target, typed)


def type_in(book: openpyxl.Workbook, line: Line, answer: Answer) -> None:
    """Decide one case."""
    sheet = book[line.sheet]
    for title, text in zip((DECISION, REVIEWER, REMARK), answer, strict=True):
        sheet.cell(line.row, column(sheet, title)).value = text


def edited(source: Path, target: Path, edit: Callable[[openpyxl.Workbook], None]) -> Path:
    """A copy of a workbook that somebody has worked in."""
    book = openpyxl.load_workbook(source)
    edit(book)
    book.save(target)
    return target


def converted(source: Path, folder: Path, ending: str) -> Path:
    """The file opened by LibreOffice and saved in another format."""
    folder.mkdir(exist_ok=True)
    home = f"-env:UserInstallation={(folder / 'office').as_uri()}"
    filters = {"xlsx": "xlsx:Calc MS Excel 2007 XML", "ods": "ods:calc8", "xls": "xls:MS Excel 97"}
    command = ["soffice", home, "--headless", "--convert-to", filters[ending], "--outdir", str(folder)]
    subprocess.run([*command, str(source)], check=True, capture_output=True, timeout=300)
    return folder / f"{source.stem}.{ending}"


def saved_by_pandas(source: Path, target: Path) -> Path:
    """Every sheet read and written by pandas: nothing but the cells is left."""
    with pd.ExcelWriter(target) as writer:
        for name, frame in pd.read_excel(
            source, sheet_name=None, header=None, dtype=str, engine="openpyxl"
        ).items():
            frame.to_excel(writer, sheet_name=name, header=False, index=False)
    return target
