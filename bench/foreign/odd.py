"""Odd but honest files, by every writer at hand: each is what some program really saves."""

from __future__ import annotations

import datetime as dt
import io
import shutil
import subprocess
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from foreign import parts
from foreign.parts import BOOK, HEADER, PERSON, SHEET, STRINGS, people, row, save, sheet

ROWS = 5
LINES = [HEADER, *[PERSON] * ROWS]


def _parts(path: Path, **changed: str) -> Path:
    names = {"sheet": SHEET, "book": BOOK, "strings": STRINGS, "relations": "xl/_rels/workbook.xml.rels"}
    return save(path, {**parts.parts(people(ROWS)), **{names.get(k, k): v for k, v in changed.items()}})


def _prefixed(path: Path) -> Path:
    body = sheet(people(ROWS))
    for tag in ("worksheet", "sheetData", "row", "c", "is", "t"):
        for mark, end in (("<", " "), ("<", ">"), ("</", ">")):
            body = body.replace(f"{mark}{tag}{end}", f"{mark}x:{tag}{end}")
    return _parts(path, sheet=body.replace("xmlns=", "xmlns:x="))


def _strict(path: Path) -> Path:
    office, strict = "http://schemas.openxmlformats.org/", "http://purl.oclc.org/ooxml/"
    new = {
        f"{office}spreadsheetml/2006/main": f"{strict}spreadsheetml/main",
        f"{office}officeDocument/2006/": f"{strict}officeDocument/",
    }
    content = parts.parts(people(ROWS))
    for old, replaced in new.items():
        content = {name: part.replace(old, replaced) for name, part in content.items()}
    return save(path, content)


def _absolute(path: Path) -> Path:
    relations = parts.parts()["xl/_rels/workbook.xml.rels"]
    return _parts(path, relations=relations.replace('Target="', 'Target="/xl/'))


def _shared(path: Path, item: str) -> Path:
    rows = row(1, HEADER) + "".join(
        f'<row r="{n}"><c r="A{n}" t="s"><v>0</v></c>' + row(n, PERSON).split("</c>", 1)[1]
        for n in range(2, ROWS + 2)
    )
    strings = f'{parts.START}<sst xmlns="{parts.MAIN}"><si>{item}</si></sst>'
    return _parts(path, sheet=sheet(rows), strings=strings)


def _numberless(path: Path) -> Path:
    import re

    return _parts(path, sheet=re.sub(r' r="[A-Z0-9]+"', "", sheet(people(ROWS))))


def _openpyxl(path: Path, change: Callable[[Any], None]) -> Path:
    import openpyxl

    book = openpyxl.Workbook()
    for line in LINES:
        book.active.append(line)
    change(book)
    book.save(path)
    return path


def _xlsxwriter(path: Path, change: Callable[[Any, Any], None], **options: bool) -> Path:
    import xlsxwriter

    with xlsxwriter.Workbook(path, options) as book:
        page = book.add_worksheet("名单")
        for number, line in enumerate(LINES):
            page.write_row(number, 0, line)
        change(book, page)
    return path


def _frame() -> Any:
    import pandas as pd

    return pd.DataFrame([PERSON] * ROWS, columns=list(HEADER))


def _parquet(path: Path, **how: Any) -> Path:
    _frame().to_parquet(path, **how)
    return path


def _typed(path: Path) -> Path:
    import pyarrow as pa
    import pyarrow.parquet as pq

    kinds = (
        pa.large_string(),
        pa.string_view(),
        pa.dictionary(pa.int8(), pa.string()),
        pa.string(),
        pa.binary(),
    )
    table = {
        name: pa.array([cell] * ROWS).cast(kind)
        for name, cell, kind in zip(HEADER, PERSON, kinds, strict=True)
    }
    table["d"] = pa.array([dt.date(2019, 7, 1)] * ROWS)
    table["t"] = pa.array([dt.datetime(2019, 7, 1, 8)] * ROWS, pa.timestamp("ns", "Asia/Shanghai"))
    table["l"] = pa.array([["a", "b"]] * ROWS)
    table["n"] = pa.nulls(ROWS)
    pq.write_table(pa.table(table), path, row_group_size=2)
    return path


def _xls(path: Path) -> Path:
    import xlwt

    book = xlwt.Workbook()
    page = book.add_sheet("名单")
    for number, line in enumerate(LINES):
        for column, cell in enumerate(line):
            page.write(number, column, cell)
    page.write(2, 6, dt.date(2019, 7, 1), xlwt.easyxf(num_format_str="YYYY-MM-DD"))
    page.write(3, 6, xlwt.Formula("1+1"))
    book.add_sheet("空")
    book.save(str(path))
    return path


def _text(path: Path, encoding: str, delimiter: str = ",", end: str = "\r\n") -> Path:
    path.write_bytes(end.join(delimiter.join(line) for line in LINES).encode(encoding))
    return path


def _rezipped(path: Path) -> Path:
    """With folders of their own and a comment, as archive programs do."""
    made = io.BytesIO(_openpyxl(path, lambda _: None).read_bytes())
    with zipfile.ZipFile(made) as old, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        new.writestr("xl/", b"")
        for name in reversed(old.namelist()):
            new.writestr(name, old.read(name))
        new.comment = "压缩".encode()
    return path


def _backslashes(path: Path) -> Path:
    return save(path, {name.replace("/", "\\"): part for name, part in parts.parts(people(ROWS)).items()})


MAKERS: dict[str, Callable[[Path], Path]] = {
    "inline texts.xlsx": _parts,
    "stored.xlsx": lambda path: save(path, parts.parts(people(ROWS)), packed=False),
    "prefixed namespaces.xlsx": _prefixed,
    "strict.xlsx": _strict,
    "absolute targets.xlsx": _absolute,
    "no numbers on rows and cells.xlsx": _numberless,
    "rich texts.xlsx": lambda path: _shared(path, "<r><t>张</t></r><r><rPr><b/></rPr><t>三</t></r>"),
    "phonetic guide.xlsx": lambda path: _shared(path, '<t>张三</t><rPh sb="0" eb="2"><t>チョウ</t></rPh>'),
    "kept spaces.xlsx": lambda path: _shared(path, '<t xml:space="preserve"> 张三 </t>'),
    "comments in the XML.xlsx": lambda path: _parts(
        path, sheet=sheet(people(ROWS)).replace("<row", "<!-- <row> --><row")
    ),
    "byte-order mark.xlsx": lambda path: _parts(path, sheet="\ufeff" + sheet(people(ROWS))),
    "line breaks between tags.xlsx": lambda path: _parts(
        path, sheet=sheet(people(ROWS)).replace("><", ">\n <")
    ),
    "dimension that lies.xlsx": lambda path: _parts(
        path, sheet=sheet(people(ROWS)).replace("<sheetData>", '<dimension ref="A1:XFD1048576"/><sheetData>')
    ),
    "rezipped.xlsx": _rezipped,
    "backslashes.xlsx": _backslashes,
    "openpyxl.xlsx": lambda path: _openpyxl(path, lambda _: None),
    "very hidden sheet.xlsx": lambda path: _openpyxl(
        path, lambda book: setattr(book.create_sheet("x"), "sheet_state", "veryHidden")
    ),
    "1904 dates.xlsx": lambda path: _openpyxl(path, _1904),
    "merged and styled.xlsx": lambda path: _openpyxl(path, _styled),
    "formulas and errors.xlsx": lambda path: _openpyxl(path, _formulas),
    "chart sheet.xlsx": lambda path: _openpyxl(path, lambda book: book.create_chartsheet("图")),
    "protected.xlsx": lambda path: _openpyxl(path, lambda book: book.active.protection.enable()),
    "xlsxwriter.xlsx": lambda path: _xlsxwriter(path, lambda *_: None),
    "constant memory.xlsx": lambda path: _xlsxwriter(path, lambda *_: None, constant_memory=True),
    "table and links.xlsx": lambda path: _xlsxwriter(path, _linked),
    "zip64.xlsx": lambda path: _xlsxwriter(path, lambda *_: None, use_zip64=True),
    "macros.xlsm": lambda path: _openpyxl(path, lambda _: None),
    "pandas.xlsx": lambda path: (_frame().to_excel(path, index=False), path)[1],
    "xlwt.xls": _xls,
    "pandas.csv": lambda path: (_frame().to_csv(path, index=False), path)[1],
    "gb18030.csv": lambda path: _text(path, "gb18030"),
    "utf-16.txt": lambda path: _text(path, "utf-16", "\t"),
    "mark.csv": lambda path: _text(path, "utf-8-sig"),
    "semicolons.csv": lambda path: _text(path, "utf-8", ";"),
    "old line ends.csv": lambda path: _text(path, "utf-8", ",", "\r"),
    "tabs that call themselves.xls": lambda path: _text(path, "gb18030", "\t"),
    "pandas.html.xls": lambda path: (path.write_text(_frame().to_html(index=False), "utf-8"), path)[1],
    **{
        f"{codec}.parquet": (lambda path, codec=codec: _parquet(path, compression=codec))
        for codec in ("snappy", "gzip", "brotli", "zstd", "lz4", None)
    },
    "types.parquet": _typed,
    "version 1.parquet": lambda path: _parquet(path, version="1.0", data_page_version="2.0"),
}
"""Name -> maker; each holds `ROWS` people below a header."""


def _1904(book: Any) -> None:
    from openpyxl.utils.datetime import CALENDAR_MAC_1904

    book.epoch = CALENDAR_MAC_1904
    book.active["F2"] = dt.datetime(2019, 7, 1)


def _styled(book: Any) -> None:
    from openpyxl.styles import Font, PatternFill

    book.active.merge_cells("G2:H4")
    for number in range(1, 40):
        book.active.cell(number, 9).fill = PatternFill("solid", fgColor="FF0000")
        book.active.cell(number, 9).font = Font(bold=True)


def _formulas(book: Any) -> None:
    book.active["F2"], book.active["F3"], book.active["F4"] = "=A2&B2", "#N/A", "=SUM(F2:F3)"


def _linked(book: Any, page: Any) -> None:
    page.write_url(2, 6, "https://example.org")
    page.write_comment(3, 1, "注")
    page.write_rich_string(4, 6, "甲", book.add_format({"bold": True}), "乙")
    page.data_validation("H2:H9", {"validate": "list", "source": ["是", "否"]})
    page.autofilter(0, 0, ROWS, 4)


def files(folder: Path) -> Iterator[tuple[str, Path]]:
    """All of them, and what LibreOffice makes of one, if it is there."""
    for name, maker in MAKERS.items():
        yield name, maker(folder / name)
    office = shutil.which("soffice")
    if office:
        home = f"-env:UserInstallation={(folder / 'office').as_uri()}"
        for kind in ("xlsx", "xls", "html", "csv:Text - txt - csv (StarCalc):44,34,76,1"):
            subprocess.run(
                [office, home, "--headless", "--convert-to", kind, "--outdir", str(folder / "made"),
                 str(folder / "openpyxl.xlsx")],
                check=True, capture_output=True, timeout=120,
            )  # fmt: skip
            ending = kind.split(":")[0]
            yield f"LibreOffice.{ending}", folder / "made" / f"openpyxl.{ending}"
