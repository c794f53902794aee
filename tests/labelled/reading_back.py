"""Simple readers of their own, so that the truth is not checked with the code it is meant to judge."""

import csv
import io
import struct
from pathlib import Path

import openpyxl
import pyarrow.parquet as pq
import xlrd
from lxml import html
from runs.counting import ENCODINGS

NAME_HEADERS = {"姓名", "XM"}
Record = dict[str, object]


def records(path: Path) -> dict[str, Record]:
    """Reference -> record as header -> cell, for every record of a file."""
    start = path.read_bytes()[:8]
    if start.startswith(b"PK"):
        return _workbook(path)
    if start.startswith(b"\xd0\xcf"):
        return _old_workbook(path)
    if start.startswith(b"PAR1"):
        table = pq.read_table(path).to_pylist()
        return {f"{path.name}#{number}": record for number, record in enumerate(table, 1)}
    if path.suffix == ".dbf":
        return _dbf(path)
    text = path.read_bytes().decode(ENCODINGS.get(path.name, "utf-8-sig"))
    return _page(path, text) if text.startswith("<html") else _text(path, text)


def _below_header(lines: list[tuple[str, list[object]]]) -> dict[str, Record]:
    """The records below the last line that holds the header for names; lines with few cells are none."""
    places = [i for i, (_, cells) in enumerate(lines) if NAME_HEADERS & set(map(str, cells))]
    if not places:
        return {}
    above, headers = lines[places[-1] - 1][1] if places[-1] else [], lines[places[-1]][1]
    names = [
        str(header or (above[i] if i < len(above) else "")).replace("\n", "")
        for i, header in enumerate(headers)
    ]
    found = {}
    for ref, cells in lines[places[-1] + 1 :]:
        if sum(cell not in (None, "") for cell in cells) >= 5:
            found[ref] = {name: cell for name, cell in zip(names, cells, strict=False) if name}
    return found


def _workbook(path: Path) -> dict[str, Record]:
    found = {}
    for sheet in openpyxl.load_workbook(path):
        lines = [
            (f"{path.name}#{sheet.title}!{number}", list(cells))
            for number, cells in enumerate(sheet.iter_rows(values_only=True), 1)
        ]
        found |= _below_header(lines)
    return found


def _old_workbook(path: Path) -> dict[str, Record]:
    found = {}
    for sheet in xlrd.open_workbook(path).sheets():
        lines = [(f"{path.name}#{sheet.name}!{i + 1}", sheet.row_values(i)) for i in range(sheet.nrows)]
        found |= _below_header(lines)
    return found


def _page(path: Path, text: str) -> dict[str, Record]:
    rows = html.fromstring(text.replace("charset=gb2312", "charset=utf-8")).iter("tr")
    lines = [
        (f"{path.name}#{number}", [cell.text_content() for cell in row]) for number, row in enumerate(rows, 1)
    ]
    return _below_header(lines)


def _text(path: Path, text: str) -> dict[str, Record]:
    delimiter = max("\t;,", key=text.splitlines()[2].count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    lines, line = [], 1
    for cells in reader:
        lines.append((f"{path.name}#{line}", list(cells)))
        line = reader.line_num + 1
    return _below_header(lines)


def _dbf(path: Path) -> dict[str, Record]:
    data = path.read_bytes()
    count, header_size, record_size = struct.unpack_from("<IHH", data, 4)
    fields = []
    for at in range(32, header_size - 1, 32):
        fields.append((data[at : at + 11].rstrip(b"\0").decode(), data[at + 16]))
    found = {}
    for number in range(count):
        record = data[header_size + number * record_size :][:record_size]
        if record[:1] == b"*":
            continue
        at, values = 1, {}
        for name, length in fields:
            values[name] = record[at : at + length].decode("gb18030", "ignore").strip()
            at += length
        found[f"{path.name}#{number + 1}"] = values
    return found
