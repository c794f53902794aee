"""Pours the rows of long lists into a workbook that XlsxWriter has drawn.

XlsxWriter draws the form: title, header, formats, filters, drop-downs, page setup, and per list two sample
rows that carry each column's format (plain, and quoted for text that begins like a formula). Here the sample
rows are replaced by the list, as inline text, some thousand rows at a time and column by column; no value
ever lies in a temporary file. Only text, marked text and our own row numbers are written: nothing can become
a formula, a link or markup. The same rows give the same bytes: members carry no date but that of 1980, which
zipfile gives to those it opens by name.
"""

from __future__ import annotations

import os
import re
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO
from xml.sax.saxutils import escape

from chsi_batch.plain import cell as cell_text
from chsi_batch.plain import formula_like, loses
from chsi_batch.report import columnwise, heights
from chsi_batch.report.differences import Cell, Marked
from chsi_batch.report.sheets import Sheet

if TYPE_CHECKING:
    import pyarrow as pa

CHUNK = 4_000
"""Rows joined before they are compressed."""
UNIX = 3
"""What a member says of the system it was made on, whichever that was."""
FILE_MODE = 0o600
COMPRESSION = 3
"""Of 9: half the time of the usual 6, and reports repeat themselves enough."""

_ESCAPE_LIKE = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")

_ROW = re.compile(r'<row r="(\d+)"[^>]*?(?:/>|>.*?</row>)', re.DOTALL)
_STYLE = re.compile(r'<c r="[A-Z]+\d+" s="(\d+)"')
_DIMENSION = re.compile(r'<dimension ref="[^"]*"/>')


def controls(column: columnwise.Column) -> int:
    """How many texts lose control characters, so that the overview can say so."""
    return sum(1 for cell in columnwise.odd(column) if isinstance(cell, str) and loses(cell))


def _xml(text: str) -> str:
    text = escape(cell_text(text))
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


def drawn(cell: Cell, styles: tuple[str, str], runs: Runs) -> str:
    """The XML of one cell behind its reference."""
    plain, quoted = styles
    if cell is None or cell == "":
        return f'" s="{plain}"/>'
    if isinstance(cell, int):
        return f'" s="{plain}"><v>{cell}</v></c>'
    if isinstance(cell, str):
        style = quoted if formula_like(cell) else plain
        return f'" s="{style}" t="inlineStr"><is><t xml:space="preserve">{_xml(cell)}</t></is></c>'
    return f'" s="{plain}" t="inlineStr"><is>{runs.xml(cell)}</is></c>'


def _drawn(column: columnwise.Column, styles: tuple[str, str], runs: Runs) -> pa.Array:
    """The XML of a column's cells behind their references."""
    import pyarrow as pa
    import pyarrow.compute as pc

    def one(cell: Cell) -> str:
        return drawn(cell, styles, runs)

    if not isinstance(column, pa.Array):
        return pa.array(map(one, column), pa.large_string())

    def of_plain(texts: pa.Array) -> pa.Array:
        return pc.binary_join_element_wise(before, texts, after, "")

    before, _, after = one("0" if pa.types.is_string(column.type) else 0).partition("0")
    return columnwise.through(
        column, lambda texts: pc.binary_join_element_wise(before, texts, after, ""), one
    )


def _rows(sheet: Sheet, styles: Sequence[tuple[str, str]], first: int, runs: Runs) -> Iterator[memoryview]:
    """The rows of a list, some thousand at a time."""
    import pyarrow as pa

    for start in range(0, sheet.rows, CHUNK):
        columns = [sheet.data[column.key][start : start + CHUNK] for column in sheet.columns]
        size = len(columns[0])
        numbers = pa.array(range(first + start, first + start + size)).cast(pa.large_string())
        room = [column.room for column in sheet.columns]
        lines = heights.most_lines(list(zip(room, columns, strict=True)), size)
        tall = pa.array([f"{heights.height(count, sheet.least):g}" for count in lines], pa.large_string())
        cells = [
            (f'<c r="{column_letters(place)}', numbers, _drawn(column, styles[place], runs))
            for place, column in enumerate(columns)
        ]
        yield _joined(
            '<row r="', numbers, '" ht="', tall, '" customHeight="1">',
            *(part for cell in cells for part in cell), "</row>",
        )  # fmt: skip


def _joined(*parts: str | pa.Array) -> memoryview:
    """The parts of every row put together, the rows one behind the other: as they lie in memory."""
    import pyarrow as pa
    import pyarrow.compute as pc

    kind = pa.large_string()
    alike = [pa.scalar(part, kind) if isinstance(part, str) else part.cast(kind) for part in parts]
    rows = pc.binary_join_element_wise(*alike, pa.scalar("", kind))
    _, offsets, data = rows.buffers()
    return memoryview(data)[: memoryview(offsets).cast("q")[len(rows)]]


def _parts(form: str, sheet: Sheet, first: int, runs: Runs) -> Iterator[bytes | memoryview]:
    """The sheet's XML with the list in place of the two sample rows."""
    samples = {int(found[1]): found for found in _ROW.finditer(form) if int(found[1]) in (first, first + 1)}
    plain, quoted = (_STYLE.findall(samples[row][0]) for row in (first, first + 1))
    end = f"{column_letters(len(sheet.columns) - 1)}{first + sheet.rows - 1}"
    begin = _DIMENSION.sub(f'<dimension ref="A1:{end}"/>', form[: samples[first].start()], count=1)
    yield begin.encode("utf-8")
    yield from _rows(sheet, list(zip(plain, quoted, strict=True)), first, runs)
    yield form[samples[first + 1].end() :].encode("utf-8")


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
            with target.open(name, "w", force_zip64=name in lists) as out:
                if name in lists:
                    sheet, first = lists[name]
                    for part in _parts(drawn.read(name).decode("utf-8"), sheet, first, runs):
                        out.write(part)
                else:
                    out.write(drawn.read(name))
            member = target.getinfo(name)
            member.create_system, member.external_attr = UNIX, FILE_MODE << 16
