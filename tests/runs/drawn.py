"""A few people drawn by hand, and the files they stand in."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path

import openpyxl

from chsi_batch.layout.headers import default_header
from chsi_batch.terms import Side

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
NAMES = ("张伟", "李秀英", "王建国", "赵敏", "欧阳娜娜", "刘洋", "陈晓东", "杨帆")
Row = Mapping[str, str | int | float | None]


def id_number(place: int) -> str:
    """The valid resident ID number of the person at `place`."""
    body = f"110101199{place % 10}0307{100 + place:03d}"
    return body + "10X98765432"[sum(int(d) * w for d, w in zip(body, WEIGHTS, strict=True)) % 11]


def mobile(place: int) -> str:
    """The mobile number of the person at `place`."""
    return f"1380013{8000 + place:04d}"


def account(place: int, **changed: str | int | float | None) -> dict[str, str | int | float | None]:
    """The account of the person at `place`."""
    return {
        "username": f"user{place}@163.com",
        "name": NAMES[place % len(NAMES)],
        "id_number": id_number(place),
        "mobile": mobile(place),
        "email": f"user{place}@163.com",
        "registered_at": f"2020-01-{place + 1:02d} 10:00:00",
        "activation": "已激活",
        **changed,
    }


def degree(place: int, **changed: str | int | float | None) -> dict[str, str | int | float | None]:
    """The degree of the person at `place`."""
    return {
        "name": NAMES[place % len(NAMES)],
        "id_number": id_number(place),
        "school_code": "10001",
        "school": "北京大学",
        "graduation_date": "2015-07-01",
        "conclusion": "毕业",
        "certificate_number": f"100011201505{place:06d}",
        **changed,
    }


def headed(side: Side, rows: Sequence[Row], headers: Mapping[str, str] | None = None) -> list[list[object]]:
    """Rows below a header in the ministry's words, or in the user's own."""
    columns = list(dict.fromkeys(column for row in rows for column in row))
    own = headers or {}
    head: list[object] = [own.get(column) or default_header(side, column) for column in columns]
    return [head, *([row.get(column) for column in columns] for row in rows)]


def write_csv(path: Path, lines: Sequence[Sequence[object]]) -> Path:
    """Lines as CSV in UTF-8."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([["" if cell is None else cell for cell in line] for line in lines])
    return path


def write_xlsx(path: Path, lines: Sequence[Sequence[object]], sheet: str = "Sheet1") -> Path:
    """Lines as a workbook: text as text, numbers as numbers, nothing as a formula."""
    path.parent.mkdir(parents=True, exist_ok=True)
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    page.title = sheet
    for number, line in enumerate(lines, 1):
        for column, value in enumerate(line, 1):
            if value is not None:
                cell = page.cell(number, column, value)
                if isinstance(value, str):
                    cell.data_type = "s"
    book.save(path)
    return path


def accounts(path: Path, rows: Sequence[Row], headers: Mapping[str, str] | None = None) -> Path:
    """A file of registrations; its name tells the format."""
    write = write_xlsx if path.suffix == ".xlsx" else write_csv
    return write(path, headed(Side.REGISTRATION, rows, headers))


def degrees(path: Path, rows: Sequence[Row], headers: Mapping[str, str] | None = None) -> Path:
    """A file of degrees; its name tells the format."""
    write = write_xlsx if path.suffix == ".xlsx" else write_csv
    return write(path, headed(Side.DEGREE, rows, headers))


def job(files: Sequence[Path]) -> tuple[object, ...]:
    """A run over the accounts and degrees in two files, tables and page only: all but `--out`."""
    registrations, records = files
    return (
        "run", "--registrations", registrations, "--degrees", records, "--no-workbooks", "--progress", "none",
    )  # fmt: skip
