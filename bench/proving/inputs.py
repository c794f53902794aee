"""Inputs in which every text field of every side, header, sheet and file name is one of given texts."""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from pathlib import Path

from chsi_batch.layout.headers import default_header
from chsi_batch.terms import COLUMNS, Side
from proving import naughty

FOLDERS = {Side.REGISTRATION: "registrations", Side.DEGREE: "degrees", Side.ENROLMENT: "enrolments"}
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_STATES = {
    "activation": "已激活", "account_status": "正常", "review_status": "审核通过", "conclusion": "毕业",
}  # fmt: skip
"""Words without which an account binds nothing."""
_NOT_IN_FILE_NAMES = re.compile("[/\x00\ud800-\udfff]")
_NOT_IN_SHEET_NAMES = re.compile("[\\[\\]:*?/\\\\\x00-\x1f\x7f\ufffe\uffff]|^'|'$")

NO_HEADERS = ("numbers", "dates", "empty")
"""A row of them is no header but a record."""
HEADS = 8
"""Naughty headers in a file with a naughty name; too many would be no header any more."""
_NO_HEADER = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f]|[0-9]{6}")
"""A text file that begins with a control character is none; a row with long numbers is a record."""
Line = Sequence[str]


def id_number(place: int, region: str = "110101") -> str:
    """A valid resident ID number of nobody."""
    body = f"{region}{1970 + place % 30}{place % 12 + 1:02d}{place % 28 + 1:02d}{place % 1000:03d}"
    return body + "10X98765432"[sum(int(d) * w for d, w in zip(body, _WEIGHTS, strict=True)) % 11]


def lines(side: Side, texts: Sequence[str]) -> list[Line]:
    """A header and two rows for each text: one that may bind, and one with nothing but the text in it."""
    columns = COLUMNS[side]
    head = [default_header(side, column) for column in columns]
    rows = []
    for place, text in enumerate(texts):
        kept = {"id_number": id_number(place), **_STATES}
        rows.append([kept.get(column, text) for column in columns])
        rows.append([text] * len(columns))
    return [head, *rows]


def headed(side: Side, texts: Sequence[str]) -> list[Line]:
    """The columns a side must have, then one column for each text, headed by it; three rows."""
    needed = [column for column in COLUMNS[side] if column in ("name", "id_number", "certificate_number")]
    head = [*(default_header(side, column) for column in needed), *texts]
    people = [
        {"name": "张伟", "id_number": id_number(n), "certificate_number": f"10001120150600{n:04d}"}
        for n in range(3)
    ]
    return [head, *([*(person[column] for column in needed), *texts] for person in people)]


def file_name(text: str, extension: str) -> str | None:
    """The text as the name of a file, if there can be one of that name."""
    name = f"{text}.{extension}"
    possible = text and not _NOT_IN_FILE_NAMES.search(text) and len(name.encode()) <= 200
    return name if possible else None


def sheet_name(text: str) -> str | None:
    """The text as the name of a sheet, if a spreadsheet program takes it."""
    possible = text.strip() and len(text) <= 31 and not _NOT_IN_SHEET_NAMES.search(text)
    return text if possible else None


def write(path: Path, found: Sequence[Line], sheet: str = "Sheet1") -> Path:
    """The lines as a file of the format its name tells."""
    path.parent.mkdir(parents=True, exist_ok=True)
    {".xlsx": _xlsx, ".csv": _csv, ".parquet": _parquet}[path.suffix](path, found, sheet)
    return path


def _csv(path: Path, found: Sequence[Line], _sheet: str) -> None:
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream, quoting=csv.QUOTE_ALL).writerows(found)


def _xlsx(path: Path, found: Sequence[Line], sheet: str) -> None:
    import openpyxl
    from openpyxl.cell import WriteOnlyCell

    book = openpyxl.Workbook(write_only=True)
    page = book.create_sheet(sheet)
    for line in found:
        cells = []
        for text in line:
            cell = WriteOnlyCell(page, text)
            cell.data_type = "s"
            cells.append(cell)
        page.append(cells)
    book.save(path)


def _parquet(path: Path, found: Sequence[Line], _sheet: str) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    head, *rows = found
    columns = [pa.array(column, pa.string()) for column in zip(*rows, strict=True)]
    pq.write_table(pa.table(columns, names=list(head)), path)


def world(folder: Path, extension: str, texts: Sequence[str]) -> list[str]:
    """Files of every side with the texts as cells, headers, sheet names and file names: the arguments."""
    arguments = []
    short = [text for text in texts if len(text) < 300]
    names = list(dict.fromkeys(made for text in short if (made := file_name(text, extension))))
    sheets = [made for text in short if (made := sheet_name(text))]
    values = {text for name in NO_HEADERS for text in naughty.CATEGORIES[name]}
    stripped = dict.fromkeys(text.strip() for text in short if text not in values)
    heads = [
        text if any(map(str.isalpha, text)) else f"{text}列"
        for text in stripped
        if text and not _NO_HEADER.search(text)
    ]
    for turn, (side, name) in enumerate(FOLDERS.items()):
        write(folder / name / f"cells.{extension}", lines(side, texts))
        for number, start in enumerate(range(0, len(heads), HEADS)):
            place = (number * len(FOLDERS) + turn) * 5
            path = folder / name / names[place % len(names)]
            write(path, headed(side, heads[start : start + HEADS]), sheets[place % len(sheets)])
        arguments += [f"--{name}", str(folder / name)]
    return arguments
