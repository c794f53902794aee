"""Counts the physical rows of an input file with simple readers of other libraries."""

from __future__ import annotations

import csv
import io
import struct
from pathlib import Path

import openpyxl
import pyarrow.parquet as pq
import xlrd
from lxml import html

ENCODINGS = {
    "accounts_army.csv": "gb18030",
    "accounts_image_check.txt": "utf-16",
    "accounts_tabs.xls": "gb18030",
    "accounts_page.xls": "gb18030",
    "graduates_b.csv": "gb18030",
    "graduates_d.txt": "utf-16",
    "graduates_tabs.xls": "utf-16",
    "graduates_page.xls": "gb18030",
    "enrolments_adult.csv": "gb18030",
}
"""Text files of a cohort that are not UTF-8."""


def physical(path: Path) -> dict[str | None, int]:
    """Rows from the first to the last one that holds anything, per sheet (None where there are no sheets)."""
    start = path.read_bytes()[:8]
    if start.startswith(b"PK"):
        book = openpyxl.load_workbook(path)
        return {page.title: _last(page.iter_rows(values_only=True)) for page in book}
    if start.startswith(b"\xd0\xcf"):
        sheets = xlrd.open_workbook(path).sheets()
        return {page.name: _last(page.row_values(row) for row in range(page.nrows)) for page in sheets}
    if start.startswith(b"PAR1"):
        return {None: pq.ParquetFile(path).metadata.num_rows}
    if path.suffix == ".dbf":
        return {None: struct.unpack_from("<I", path.read_bytes(), 4)[0]}
    text = path.read_bytes().decode(ENCODINGS.get(path.name, "utf-8-sig"))
    if text.startswith("<html"):
        return {None: len(list(html.fromstring(text.replace("gb2312", "utf-8")).iter("tr")))}
    delimiter = max("\t;,", key=text.splitlines()[2].count)
    return {None: sum(1 for _ in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))}


def _last(rows: object) -> int:
    last = 0
    for number, row in enumerate(rows, 1):  # type: ignore[call-overload]
        if any(cell not in (None, "") for cell in row):
            last = number
    return last
