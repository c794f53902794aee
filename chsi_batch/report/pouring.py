"""Pours the rows of long lists into a workbook that XlsxWriter has drawn.

XlsxWriter draws the form: title, header, formats, filters, drop-downs, page setup, and per list two sample
rows that carry each column's format (plain, and quoted for text that begins like a formula). Here the sample
rows are replaced by the list, as inline text: ten times faster than cell by cell, and no value ever lies in
a temporary file. Only text, marked text and our own row numbers are written: nothing can become a formula,
a link or markup. The same rows give the same bytes: members carry a fixed date.
"""

from __future__ import annotations

import os
import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from itertools import count
from pathlib import Path
from typing import BinaryIO
from xml.sax.saxutils import escape

from chsi_batch.report import heights
from chsi_batch.report.differences import Cell, Marked
from chsi_batch.report.sheets import Sheet

CHUNK = 2_000
"""Rows joined before they are compressed."""
LONGEST = 32_767
"""Characters that fit a cell."""
DATE = (1980, 1, 1, 0, 0, 0)
FILE_MODE = 0o600
COMPRESSION = 3
"""Of 9: half the time of the usual 6, and reports repeat themselves enough."""

FORMULA_LIKE = tuple("=+-@\t＝＋－＠'")
"""First characters that make a spreadsheet program take an edited text for something else."""
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_ESCAPE_LIKE = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")

_ROW = re.compile(r'<row r="(\d+)"[^>]*?(?:/>|>.*?</row>)', re.DOTALL)
_STYLE = re.compile(r'<c r="[A-Z]+\d+" s="(\d+)"')
_DIMENSION = re.compile(r'<dimension ref="[^"]*"/>')


def clean(text: str) -> str:
    """Text a cell can hold: line ends unified, control characters taken out, cut at the longest."""
    if _CONTROL.search(text):
        text = _CONTROL.sub("", text)
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return text if len(text) <= LONGEST // 2 else text[: LONGEST // 2 - 1] + "…"


def controls(cells: Sequence[Cell]) -> int:
    """How many texts lose control characters, so that the overview can say so."""
    return sum(1 for cell in cells if isinstance(cell, str) and _CONTROL.search(cell))


def _xml(text: str) -> str:
    text = escape(clean(text))
    return _ESCAPE_LIKE.sub("_x005F_", text) if "_x" in text else text


class Runs:
    """Marked text as runs of a cell; `font` and `mark` are the run properties of plain and marked text."""

    def __init__(self, font: str, mark: str) -> None:
        self._open = {
            marked: f'<r><rPr>{properties}</rPr><t xml:space="preserve">'
            for marked, properties in ((False, font), (True, mark))
        }

    def xml(self, cell: Marked) -> str:
        """The runs one after another."""
        return "".join(f"{self._open[marked]}{_xml(text)}</t></r>" for text, marked in cell)


def column_letters(index: int) -> str:
    """0 -> A, 25 -> Z, 26 -> AA."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def _column(
    letters: str, styles: tuple[str, str], cells: Sequence[Cell], first: int, runs: Runs
) -> list[str]:
    """The XML of one column's cells from row `first` down."""
    plain, quoted = styles
    texts: dict[str, tuple[str, str]] = {}
    found = []
    for row, cell in enumerate(cells, start=first):
        if cell is None or cell == "":
            found.append(f'<c r="{letters}{row}" s="{plain}"/>')
        elif isinstance(cell, int):
            found.append(f'<c r="{letters}{row}" s="{plain}"><v>{cell}</v></c>')
        elif isinstance(cell, str):
            known = texts.get(cell)
            if known is None:
                style = quoted if cell.startswith(FORMULA_LIKE) else plain
                known = (style, f'<t xml:space="preserve">{_xml(cell)}</t>')
                texts[cell] = known
            found.append(f'<c r="{letters}{row}" s="{known[0]}" t="inlineStr"><is>{known[1]}</is></c>')
        else:
            found.append(f'<c r="{letters}{row}" s="{plain}" t="inlineStr"><is>{runs.xml(cell)}</is></c>')
    return found


def _rows(sheet: Sheet, styles: Sequence[tuple[str, str]], first: int, runs: Runs) -> Iterator[str]:
    """The rows of a list, some thousand at a time."""
    for start in range(0, sheet.rows, CHUNK):
        columns = [
            _column(
                column_letters(place),
                styles[place],
                sheet.data[column.key][start : start + CHUNK],
                first + start,
                runs,
            )
            for place, column in enumerate(sheet.columns)
        ]
        cells = [(column.room, sheet.data[column.key][start : start + CHUNK]) for column in sheet.columns]
        tall = heights.most_lines(cells, len(columns[0]))
        yield "".join(
            f'<row r="{row}" ht="{heights.height(lines, sheet.least):g}" customHeight="1">'
            f"{''.join(parts)}</row>"
            for row, lines, parts in zip(count(first + start), tall, zip(*columns, strict=True), strict=False)
        )


def _parts(form: str, sheet: Sheet, first: int, runs: Runs) -> Iterator[str]:
    """The sheet's XML with the list in place of the two sample rows."""
    samples = {int(found[1]): found for found in _ROW.finditer(form) if int(found[1]) in (first, first + 1)}
    plain, quoted = (_STYLE.findall(samples[row][0]) for row in (first, first + 1))
    end = f"{column_letters(len(sheet.columns) - 1)}{first + sheet.rows - 1}"
    yield _DIMENSION.sub(f'<dimension ref="A1:{end}"/>', form[: samples[first].start()], count=1)
    yield from _rows(sheet, list(zip(plain, quoted, strict=True)), first, runs)
    yield form[samples[first + 1].end() :]


def pour(form: BinaryIO, lists: Mapping[str, tuple[Sheet, int]], runs: Runs, path: Path) -> None:
    """Write the drawn workbook `form` to `path`, each list in its member (`xl/worksheets/sheet2.xml`).

    `lists` gives the list and the number of its first row. The file can be read by its owner alone.
    """
    with (
        zipfile.ZipFile(form) as drawn,
        open(path, "wb", opener=lambda name, flags: os.open(name, flags, FILE_MODE)) as handle,
        zipfile.ZipFile(handle, "w", zipfile.ZIP_DEFLATED, compresslevel=COMPRESSION) as target,
    ):
        for name in drawn.namelist():
            member = zipfile.ZipInfo(name, DATE)
            member.compress_type, member.create_system, member.external_attr = (
                zipfile.ZIP_DEFLATED,
                3,
                FILE_MODE << 16,
            )
            with target.open(member, "w", force_zip64=name in lists) as out:
                if name not in lists:
                    out.write(drawn.read(name))
                    continue
                sheet, first = lists[name]
                for part in _parts(drawn.read(name).decode("utf-8"), sheet, first, runs):
                    out.write(part.encode("utf-8"))
