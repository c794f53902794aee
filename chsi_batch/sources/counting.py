"""How many rows a file physically holds, found without the reader: a promise is only worth its check.

xlsx: rows in the XML (`census`); xls: the records of the file by xlrd; CSV: a state machine over the text;
HTML: row tags; DBF: the record count of the header, and what stands behind those records; Parquet: the row
count of the metadata.
"""

from __future__ import annotations

import math
import re
import struct
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from chsi_batch.sources.model import Count
from chsi_batch.sources.refusing import UnreadableError

_NO_MARKS = str.maketrans("", "", "\"='")
_TOKEN = re.compile(r'"|\r\n|\r|\n')


def count_delimited(text: str, delimiter: str) -> Count:
    """Logical records: line ends outside quotes. A quote opens only at the start of a field."""
    if '"' not in text:
        lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
        if not lines[-1]:
            lines.pop()
        return Count(len(lines), sum(_filled(line, delimiter) for line in lines))
    records = filled = start = 0
    opened = 0
    """Number of the record in which a quote is open, 0 if none is."""
    skipped = -1
    for token in _TOKEN.finditer(text):
        at = token.start()
        if at == skipped:
            continue
        if token[0] != '"':
            if not opened:
                records += 1
                filled += _filled(text[start:at], delimiter)
                start = token.end()
        elif not opened:
            opened = records + 1 if at == start or text[at - 1] == delimiter else 0
        elif text.startswith('"', at + 1):
            skipped = at + 1
        else:
            opened = 0
    if opened:
        raise UnreadableError("quote-open", row=opened)
    if start < len(text):
        records += 1
        filled += _filled(text[start:], delimiter)
    return Count(records, filled)


def _filled(record: str, delimiter: str) -> bool:
    """Is there a cell that shows something? Decided at a glance, but for records of nothing but marks."""
    if record.translate(_NO_MARKS).replace(delimiter, "").strip():
        return True
    return any(_shows(cell) for cell in _cells(record, delimiter))


def _shows(cell: str) -> bool:
    protected = len(cell.strip()) >= 3 and cell.strip().startswith('="') and cell.strip().endswith('"')
    cell = cell.strip()[2:-1] if protected else cell
    bare = cell.strip()
    return bool(bare[1:].strip() if bare.startswith("'") and not bare.endswith("'") else bare)


def _cells(record: str, delimiter: str) -> list[str]:
    cells, quoted, position = [""], False, 0
    fresh = True
    while position < len(record):
        character = record[position]
        if character == '"' and quoted and record.startswith('"', position + 1):
            cells[-1] += '"'
            position += 1
        elif character == '"' and (quoted or fresh):
            quoted = not quoted
        elif character == delimiter and not quoted:
            cells.append("")
        else:
            cells[-1] += character
        fresh = character == delimiter and not quoted
        position += 1
    return cells


class _Rows(HTMLParser):
    """Counts rows per table that holds no other table."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[list[bool]] = []
        self.nested: list[bool] = []
        self.done: list[list[bool]] = []
        self.in_row = False
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002
        if tag == "table":
            if self.nested:
                self.nested[-1] = True
            self.open.append([])
            self.nested.append(False)
            self.in_row = False
        elif self.open and (tag == "tr" or (tag in ("td", "th") and not self.in_row)):
            self.open[-1].append(False)
            self.in_row = True
        elif tag in ("style", "script"):
            self._hidden += 1

    def handle_endtag(self, tag: str) -> None:
        if tag == "table" and self.open:
            rows = self.open.pop()
            if not self.nested.pop() and rows:
                self.done.append(rows)
        elif tag == "tr":
            self.in_row = False
        elif tag in ("style", "script"):
            self._hidden = max(0, self._hidden - 1)

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] and not self._hidden and data.strip():
            self.open[-1][-1] = True


def count_html(text: str) -> list[Count]:
    """Rows of each table, in the order in which the tables begin to end."""
    parser = _Rows()
    parser.feed(text)
    parser.close()
    while parser.open:
        parser.handle_endtag("table")
    return [Count(_last_filled(rows), sum(rows)) for rows in parser.done]


def _last_filled(rows: list[bool]) -> int:
    return max((index for index, filled in enumerate(rows, 1) if filled), default=0)


def count_dbf(path: Path) -> int:
    """Records, deleted ones included: those of the header, and whole ones behind them up to the end mark."""
    with path.open("rb") as stream:
        count, header, length = struct.unpack("<IHH", stream.read(12)[4:])
        stream.seek(header + count * length)
        while (record := stream.read(length)) and record[:1] in (b" ", b"*") and len(record) == length:
            count += 1
    return int(count)


def count_parquet(path: Path) -> int:
    """Rows, as the metadata says."""
    import pyarrow.parquet as pq

    return int(pq.read_metadata(path).num_rows)


def count_xls(path: Path, cells: int) -> dict[str | None, Count]:
    """Filled rows of each worksheet, by xlrd; refuses sheets that reach farther than so many cells."""
    import io

    import xlrd

    try:
        book = xlrd.open_workbook(
            str(path), logfile=io.StringIO(), on_demand=True, ignore_workbook_corruption=True
        )
        return {name: _count_xls_sheet(book, name, cells) for name in book.sheet_names()}
    except xlrd.XLRDError as error:
        raise UnreadableError(
            "file-encrypted" if "encrypt" in str(error).lower() else "file-damaged"
        ) from None
    except (MemoryError, UnreadableError):
        raise
    except Exception:  # a damaged BIFF stream fails in many ways inside the library
        raise UnreadableError("file-damaged") from None


def _count_xls_sheet(book: Any, name: str, cells: int) -> Count:
    sheet = book.sheet_by_name(name)
    if sheet.nrows * sheet.ncols > cells:
        raise UnreadableError("sheet-too-large", sheet=name, cells=cells)
    last = filled = 0
    for index in range(sheet.nrows):
        if any(map(_shown_in_xls, sheet.row_types(index), sheet.row_values(index))):
            last, filled = index + 1, filled + 1
    book.unload_sheet(name)
    return Count(last, filled)


def _shown_in_xls(kind: int, value: Any) -> bool:
    import xlrd

    if kind == xlrd.XL_CELL_TEXT:
        return bool(value.strip())
    if kind == xlrd.XL_CELL_NUMBER:
        return math.isfinite(value)
    return kind not in (xlrd.XL_CELL_EMPTY, xlrd.XL_CELL_BLANK, xlrd.XL_CELL_ERROR)
