"""A workbook from its bare parts, so that each of them can be made wrong."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path

HEADER = ("姓名", "身份证号", "院校名称", "毕业年份", "证书编号")
PERSON = ("张三", "11010519491231002X", "北京大学", "2019", "100011201905000001")
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
START = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
SHEET = "xl/worksheets/sheet1.xml"
STRINGS = "xl/sharedStrings.xml"
BOOK = "xl/workbook.xml"


def cell(place: str, value: str) -> str:
    """An inline text."""
    return f'<c r="{place}" t="inlineStr"><is><t>{value}</t></is></c>'


def row(number: int, values: Iterable[str]) -> str:
    """A row of inline texts."""
    cells = "".join(cell(f"{chr(65 + column)}{number}", value) for column, value in enumerate(values))
    return f'<row r="{number}">{cells}</row>'


def people(count: int = 3) -> str:
    """The header and some rows."""
    return row(1, HEADER) + "".join(row(number, PERSON) for number in range(2, count + 2))


def sheet(rows: str, before: str = START, root: str = f'worksheet xmlns="{MAIN}"') -> str:
    """A sheet around its rows."""
    return f"{before}<{root}><sheetData>{rows}</sheetData></{root.split()[0]}>"


def parts(rows: str | None = None) -> dict[str, str]:
    """All parts of the smallest workbook; the sheet holds these rows."""
    kinds = f"{PACKAGE}/content-types"
    types = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    return {
        "[Content_Types].xml": f'{START}<Types xmlns="{kinds}">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/{BOOK}" ContentType="{types}.sheet.main+xml"/>'
        f'<Override PartName="/{SHEET}" ContentType="{types}.worksheet+xml"/></Types>',
        "_rels/.rels": f'{START}<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="rId1" '
        f'Type="{RELATIONS}/officeDocument" Target="{BOOK}"/></Relationships>',
        BOOK: f'{START}<workbook xmlns="{MAIN}" xmlns:r="{RELATIONS}"><sheets>'
        '<sheet name="S" sheetId="1" r:id="rId1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'{START}<Relationships xmlns="{PACKAGE}/relationships">'
        f'<Relationship Id="rId1" Type="{RELATIONS}/worksheet" Target="worksheets/sheet1.xml"/>'
        f'<Relationship Id="rId2" Type="{RELATIONS}/sharedStrings" Target="sharedStrings.xml"/>'
        "</Relationships>",
        SHEET: sheet(people() if rows is None else rows),
    }


def save(path: Path, content: Mapping[str, str | bytes], *, packed: bool = True) -> Path:
    """The parts as a zip, with fixed times."""
    with zipfile.ZipFile(path, "w") as archive:
        for name, part in content.items():
            entry = zipfile.ZipInfo(name, (2020, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED
            archive.writestr(entry, part)
    return path


def stream(path: Path, content: Mapping[str, str | bytes], name: str, pieces: Iterable[bytes]) -> Path:
    """The parts as a zip, and one more part that is too large to be held."""
    save(path, {other: part for other, part in content.items() if other != name})
    with (
        zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED, compresslevel=1) as archive,
        archive.open(name, "w", force_zip64=True) as member,
    ):
        for piece in pieces:
            member.write(piece)
    return path
