"""Hostile files, each made to do one kind of harm to whoever reads it."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

from foreign import parts
from foreign.parts import BOOK, HEADER, PERSON, SHEET, START, STRINGS, cell, people, save, sheet

BLOCK = 1 << 20


def _repeated(before: str, piece: str, after: str, size: int) -> Iterator[bytes]:
    """A text of about this many bytes: one piece again and again."""
    yield before.encode()
    block = piece.encode() * max(1, BLOCK // len(piece.encode()))
    for _ in range(max(1, size // len(block))):
        yield block
    yield after.encode()


def _split(body: str) -> tuple[str, str]:
    before, after = sheet("|").split("|")
    return before + body, after


def one_cell(path: Path, size: int) -> Path:
    """One cell with a text of this size."""
    before, after = _split(people() + '<row r="9"><c r="A9" t="inlineStr"><is><t>')
    return parts.stream(
        path, parts.parts(), SHEET, _repeated(before, "9", "</t></is></c></row>" + after, size)
    )


def many_rows(path: Path, size: int) -> Path:
    """Rows without end, all filled; their numbers are left out, as the format allows."""
    before, after = _split(people())
    filled = "<row>" + '<c t="inlineStr"><is><t>张三</t></is></c>' * 5 + "</row>"
    return parts.stream(path, parts.parts(), SHEET, _repeated(before, filled, after, size))


def many_empty_rows(path: Path, size: int) -> Path:
    """Rows without end and without cells."""
    before, after = _split(people())
    return parts.stream(path, parts.parts(), SHEET, _repeated(before, "<row/>", after, size))


def shared_strings(path: Path, size: int) -> Path:
    """A list of shared texts of this size that no cell uses."""
    before, after = f'{START}<sst xmlns="{parts.MAIN}">', "</sst>"
    pieces = _repeated(before, "<si><t>" + "9" * 400 + "</t></si>", after, size)
    return parts.stream(path, parts.parts(), STRINGS, pieces)


def one_shared_string(path: Path, size: int) -> Path:
    """One shared text of this size."""
    pieces = _repeated(f'{START}<sst xmlns="{parts.MAIN}"><si><t>', "9", "</t></si></sst>", size)
    return parts.stream(path, parts.parts(), STRINGS, pieces)


def many_styles(path: Path, size: int) -> Path:
    """A style sheet of this size."""
    pieces = _repeated(f'{START}<styleSheet xmlns="{parts.MAIN}"><cellXfs>', '<xf numFmtId="14"/>',
                       "</cellXfs></styleSheet>", size)  # fmt: skip
    return parts.stream(path, parts.parts(), "xl/styles.xml", pieces)


def swollen_book(path: Path, size: int) -> Path:
    """A list of sheets of this size."""
    head = f'{START}<workbook xmlns="{parts.MAIN}" xmlns:r="{parts.RELATIONS}"><sheets>'
    pieces = _repeated(head, '<sheet name="S" sheetId="1" r:id="rId1"/>', "</sheets></workbook>", size)
    return parts.stream(path, parts.parts(), BOOK, pieces)


def wide_rows(path: Path, size: int) -> Path:
    """One row with cells without end."""
    before, after = _split(people() + '<row r="9">')
    return parts.stream(
        path, parts.parts(), SHEET, _repeated(before, "<c><v>1</v></c>", "</row>" + after, size)
    )


def merged_ranges(path: Path, size: int) -> Path:
    """Merged ranges without end, each over the whole sheet."""
    before = sheet(people()).replace("</worksheet>", "") + "<mergeCells>"
    pieces = _repeated(before, '<mergeCell ref="A1:XFD1048576"/>', "</mergeCells></worksheet>", size)
    return parts.stream(path, parts.parts(), SHEET, pieces)


BOMBS: dict[str, Callable[[Path, int], Path]] = {
    maker.__name__: maker
    for maker in (one_cell, many_rows, many_empty_rows, shared_strings, one_shared_string, many_styles,
                  swollen_book, wide_rows, merged_ranges)
}  # fmt: skip
"""Unpack to as many bytes as asked for."""


def _with(path: Path, changed: dict[str, str | bytes]) -> Path:
    return save(path, {**parts.parts(), **changed})


def _entities(path: Path) -> Path:
    lines = [f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 10)]
    doctype = "<!DOCTYPE worksheet [" + '<!ENTITY e0 "0123456789">' + "".join(lines) + "]>"
    return _with(path, {SHEET: sheet(people() + f'<row r="9">{cell("A9", "&e9;")}</row>', START + doctype)})


def _entities_in_strings(path: Path) -> Path:
    doctype = '<!DOCTYPE sst [<!ENTITY a "' + "9" * 100_000 + '">]>'
    items = f"<si><t>{'&a;' * 30_000}</t></si>"
    return _with(path, {STRINGS: f'{START}{doctype}<sst xmlns="{parts.MAIN}">{items}</sst>'})


def _outside(path: Path, part: str) -> Path:
    """An entity that stands for a file of the reader's machine."""
    doctype = '<!DOCTYPE x [<!ENTITY x SYSTEM "file:///etc/hostname">]>'
    content = parts.parts()
    content[part] = content[part].replace(START, START + doctype).replace("张三", "&x;")
    return save(path, content)


def _far(path: Path, place: str, kept: str = "<v>1</v>") -> Path:
    number = "".join(filter(str.isdigit, place))
    last = f'<row r="{number}"><c r="{place}">{kept}</c></row>'
    return _with(path, {SHEET: sheet(people() + last)})


def _styled(path: Path) -> Path:
    rows = "".join(
        f'<row r="{n}" s="1" customFormat="1"><c r="A{n}" s="1"/></row>' for n in range(5, 1_000_005)
    )
    return _with(path, {SHEET: sheet(people() + rows)})


def _sizes(path: Path, stated: int, real: int) -> Path:
    """The directory states another size than the sheet has."""
    body = sheet(people()).replace(
        "</worksheet>", " " * (real - len(sheet(people()).encode())) + "</worksheet>"
    )
    save(path, {**parts.parts(), SHEET: body})
    content = bytearray(path.read_bytes())
    old = struct.pack("<I", len(body.encode()))
    for marker, place in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        at = -1
        while (at := content.find(marker, at + 1)) >= 0:
            if content[at + place : at + place + 4] == old:
                content[at + place : at + place + 4] = struct.pack("<I", stated)
    path.write_bytes(content)
    return path


def _overlapping(path: Path) -> Path:
    """Two names for the same packed bytes, as in zips that multiply themselves."""
    save(path, parts.parts())
    content = path.read_bytes()
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        start, count = archive.start_dir, len(archive.infolist())
        first = content[start : start + 46 + len(archive.infolist()[0].filename)]
    twin = bytearray(first)
    twin[46:50] = b"copy"
    end = content.rfind(b"PK\x05\x06")
    tail = bytearray(content[end:])
    struct.pack_into("<HHI", tail, 8, count + 1, count + 1, end - start + len(twin))
    path.write_bytes(content[:end] + twin + tail)
    return path


def _twice(path: Path) -> Path:
    """Two sheets of one name: programs differ in which they read."""
    save(path, parts.parts())
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr(SHEET.upper(), sheet(people(9)))
    return path


def _nested(path: Path) -> Path:
    """Workbooks within workbooks, a hundred deep."""
    inner = b""
    for _ in range(100):
        kept = {**parts.parts(), "xl/embeddings/inner.xlsx": inner} if inner else parts.parts()
        inner = save(path, kept).read_bytes()
    return path


def _renamed(path: Path) -> Path:
    """A part that has another name where it stands than in the directory."""
    save(path, parts.parts())
    content = path.read_bytes()
    path.write_bytes(content.replace(SHEET.encode(), SHEET.replace("1", "7").encode(), 1))
    return path


def _rows(path: Path, rows: str) -> Path:
    return _with(path, {SHEET: sheet(people() + rows)})


def _deep(path: Path) -> Path:
    return _rows(path, "<a>" * 200_000)


def _wide_encoding(path: Path) -> Path:
    return _with(path, {SHEET: sheet(people()).replace("UTF-8", "UTF-16").encode("utf-16")})


def _broken_text(path: Path) -> Path:
    return _with(path, {SHEET: sheet(people()).encode().replace("三".encode(), b"\xff\xfe\xc3")})


def two_sheets(
    path: Path, relation: str = "worksheet", name: str = "T", target: str = "worksheets/sheet2.xml"
) -> Path:
    """A second sheet with other people, told of as asked."""
    content = parts.parts()
    entry = f'<sheet name="{name}" sheetId="2" r:id="rId9"/></sheets>'
    told = f'<Relationship Id="rId9" Type="{parts.RELATIONS}/{relation}" Target="{target}"/></Relationships>'
    book_relations = "xl/_rels/workbook.xml.rels"
    content[BOOK] = content[BOOK].replace("</sheets>", entry)
    content[book_relations] = content[book_relations].replace("</Relationships>", told)
    content.setdefault(f"xl/{target}", sheet(people().replace("张三", "李四")))
    return save(path, content)


def _other_book(path: Path) -> Path:
    """The package names another book than the one where it is looked for."""
    content = parts.parts()
    content["xl/other.xml"] = content[BOOK]
    content["_rels/.rels"] = content["_rels/.rels"].replace(BOOK, "xl/other.xml")
    return save(path, content)


def _html(path: Path, *tables: str) -> Path:
    page = "".join(f"<table>{table}</table>" for table in tables)
    return _bytes(path, f"<html><meta charset=utf-8>{page}</html>".encode())


def _html_row(values: tuple[str, ...]) -> str:
    return "<tr>" + "".join(f"<td>{value}</td>" for value in values) + "</tr>"


_HTML_PEOPLE = _html_row(HEADER) + _html_row(PERSON)

CRAFTED: dict[str, Callable[[Path], Path]] = {
    "entities in a sheet": _entities,
    "entities in shared texts": _entities_in_strings,
    "outer entity in a sheet": lambda path: _outside(path, SHEET),
    "outer entity in the book": lambda path: _outside(path, BOOK),
    "outer entity in relations": lambda path: _outside(path, "xl/_rels/workbook.xml.rels"),
    "outer entity in content types": lambda path: _outside(path, "[Content_Types].xml"),
    "corner cell": lambda path: _far(path, "XFD1048576"),
    "corner cell with an error": lambda path: _far(path, "XFD1048576", "<v>#REF!</v>"),
    "corner cell, empty": lambda path: _far(path, "XFD1048576", ""),
    "corner cell, formula": lambda path: _far(path, "XFD1048576", "<f>1</f>"),
    "row beyond the grid": lambda path: _far(path, "A1048577"),
    "row far beyond the grid": lambda path: _far(path, "A4294967295"),
    "row number too long": lambda path: _far(path, "A99999999999999999999"),
    "column beyond the grid": lambda path: _far(path, "ZZZ9"),
    "column far beyond the grid": lambda path: _far(path, "ZZZZZZZ9"),
    "a million styled empty rows": _styled,
    "size stated too small": lambda path: _sizes(path, 500, 5_000_000),
    "size stated too large": lambda path: _sizes(path, 50_000_000, 2_000_000),
    "overlapping parts": _overlapping,
    "a part twice": _twice,
    "nested workbooks": _nested,
    "a part renamed": _renamed,
    "rows repeated": lambda path: _rows(path, parts.row(2, PERSON)),
    "rows backwards": lambda path: _rows(path, parts.row(9, PERSON) + parts.row(7, PERSON)),
    "cells of another row": lambda path: _rows(
        path, parts.row(9, PERSON).replace('<row r="9"', '<row r="8"')
    ),
    "deep nesting": _deep,
    "a sheet in UTF-16": _wide_encoding,
    "a sheet that is not UTF-8": _broken_text,
    "shared text that is not there": lambda path: _rows(
        path, '<row r="9"><c r="A9" t="s"><v>77</v></c></row>'
    ),
    "no sheet part": lambda path: save(path, {n: p for n, p in parts.parts().items() if n != SHEET}),
    "a worksheet called a chart": lambda path: two_sheets(path, "chartsheet"),
    "a worksheet called a dialog": lambda path: two_sheets(path, "dialogsheet"),
    "two sheets of one name": lambda path: two_sheets(path, name="S"),
    "one sheet under two names": lambda path: two_sheets(path, target="worksheets/sheet1.xml"),
    "another book than the package names": _other_book,
    "comment never closed": lambda path: _rows(path, "<!--" * 1_000_000),
    "cells never closed": lambda path: _rows(path, '<row r="9">' + '<c r="A9">' * 1_000_000),
    "csv of commas": lambda path: _bytes(path, b"," * 20_000_000),
    "csv of line ends": lambda path: _bytes(path, b"\n" * 20_000_000 + b"x"),
    "csv of quotes": lambda path: _bytes(path, b'"' * 20_000_001),
    "csv with one long line": lambda path: _bytes(path, _line() + b"9" * 50_000_000),
    "csv with NULs": lambda path: _bytes(path, _line() + b"\0" * 5_000_000 + b"\n" + _line()),
    "csv with a quote open": lambda path: _bytes(path, _line() + b'"' + _line() * 50_000),
    "html of tables": lambda path: _bytes(path, b"<html>" + b"<table><tr><td>" * 300_000),
    "html with people in cells of no row": lambda path: _html(
        path, _HTML_PEOPLE, _html_row(PERSON).replace("<tr>", "")
    ),
    "html with people around a table": lambda path: _html(
        path, _HTML_PEOPLE + f"<tr><td><table>{_HTML_PEOPLE}</table></td></tr>"
    ),
    "html with wide cells": lambda path: _bytes(
        path, b"<html><table>" + b"<tr><td colspan=1000 rowspan=1000>x</td></tr>" * 3_000
    ),
    "dbf with too many records": lambda path: _dbf(path, 4_000_000_000),
    "dbf of tiny records": lambda path: _bytes(path, _tiny_dbf()),
    "parquet of one value": lambda path: _parquet(path),
    "xls with a lying size": lambda path: _xls(path),
}
"""Small files, or files small for what they ask of a reader."""


def _bytes(path: Path, content: bytes) -> Path:
    path.write_bytes(content)
    return path


def _line() -> bytes:
    return (",".join(HEADER) + "\n" + ",".join(PERSON) + "\n").encode()


def dbf_head(count: int, widths: tuple[int, ...]) -> bytes:
    """The header of a DBF with text fields."""
    head = struct.pack("<BBBBIHH20x", 3, 99, 1, 1, count, 33 + 32 * len(widths), 1 + sum(widths))
    names = [b"XM", b"SFZH", b"YXMC", b"BYNF", b"ZSBH", *(b"F%d" % n for n in range(len(widths)))]
    for name, width in zip(names, widths, strict=False):
        head += struct.pack("<11sc4xBB14x", name, b"C", width, 0)
    return head + b"\r"


def _dbf(path: Path, count: int) -> Path:
    return _bytes(path, dbf_head(count, (20, 18, 20, 4, 18)) + b" " * 81 * 3 + b"\x1a")


def _tiny_dbf() -> bytes:
    return dbf_head(10_000_000, (1,)) + b" x" * 10_000_000


def _parquet(path: Path) -> Path:
    """Fifteen million rows that take next to no room."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.parquet as pq

    places = pa.array(np.zeros(15_000_000, dtype=np.int8))
    columns = [pa.DictionaryArray.from_arrays(places, [value]) for value in PERSON]
    table = pa.table(columns, names=list(HEADER))
    pq.write_table(table, path, compression="zstd")
    return path


def _xls(path: Path) -> Path:
    import xlwt

    book = xlwt.Workbook()
    page = book.add_sheet("S")
    for column, value in enumerate(HEADER):
        page.write(0, column, value)
    page.write(1, 0, "x")
    book.save(str(path))
    content = bytearray(path.read_bytes())
    at = content.find(b"\x00\x02\x0e\x00")
    struct.pack_into("<IIHH", content, at + 4, 0, 0xFFFFFFFF, 0, 0xFFFF)
    path.write_bytes(content)
    return path
