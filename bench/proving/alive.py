"""What has come alive in an output: formulas, links, elements, control characters, broken parts."""

from __future__ import annotations

import base64
import csv
import json
import re
import shutil
import subprocess
import unicodedata
import zipfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import openpyxl
from lxml import etree, html

ELEMENTS = frozenset(
    (
        "html", "head", "meta", "title", "style", "body", "main", "h1", "h2", "h3", "p", "div", "b",
        "section",
        "figure", "figcaption", "img", "details", "summary", "table", "tbody", "tr", "th", "td", "ol", "li",
        "code", "span", "thead", "caption", "br", "pre",
    )
)  # fmt: skip
"""Those of our own page."""
NO_MARKUP = frozenset({"image/png", "application/vnd.jupyter.widget-view+json"})
"""Kinds of outputs that hold pictures, or name a widget, which sets texts as texts."""
_SPREADSHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_LOCATION = re.compile(r"'[^']+'![A-Z]+[0-9]+")
_PARTS = re.compile(
    r"\[Content_Types\]\.xml|_rels/\.rels|docProps/(app|core)\.xml"
    r"|xl/(workbook|styles|sharedStrings|metadata)\.xml"
    r"|xl/_rels/workbook\.xml\.rels|xl/theme/theme1\.xml|xl/worksheets/(_rels/)?sheet[0-9]+\.xml(\.rels)?"
    r"|xl/drawings/(_rels/)?(drawing|vmlDrawing)[0-9]+\.(xml|vml)(\.rels)?"
    r"|xl/media/image[0-9]+\.png|xl/comments[0-9]+\.xml"
)
_LEADING = ("href", "action", "formaction", "xlink:href", "srcset")
"""Attributes that lead somewhere."""
_FORMULA = re.compile('[\t\r]|[\\s"\ufeff\u200b]*[=+@＝＋－＠-]')
_COLUMN = re.compile("[a-z][a-z0-9_]*")
UNSEEN = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})


def in_file(path: Path) -> Iterator[str]:
    """Everything alive in a file of ours; also one of a kind that nobody knows how to search."""
    search = SEARCHES.get(path.suffix)
    if search is None:
        yield f"{path.name}: nothing searches files of this kind"
    else:
        yield from search(path)


def in_list(path: Path) -> Iterator[str]:
    """Every field of a CSV file that a spreadsheet program would take for more than text."""
    with path.open(encoding="utf-8-sig", newline="") as stream:
        for number, line in enumerate(csv.reader(stream, strict=True), 1):
            for field in line:
                if _FORMULA.match(field):
                    yield f"{path.name}: line {number}: {field[:60]!r}"
                yield from (f"{path.name}: line {number}: {found}" for found in _not_in_csv(field))


def _not_in_csv(field: str) -> Iterator[str]:
    yield from (f"character U+{ord(c):04X}" for c in sorted(set(field)) if c < " " and c not in "\t\n")


def in_json(path: Path) -> Iterator[str]:
    """Lines, or a whole file, that are no JSON."""
    text = path.read_text("utf-8")
    for part in text.removesuffix("\n").split("\n") if path.suffix == ".jsonl" else [text]:
        try:
            json.loads(part)
        except ValueError as error:
            yield f"{path.name}: no JSON: {error}"


def in_table(path: Path) -> Iterator[str]:
    """A Parquet file whose columns are not ours: no name in it comes from an input."""
    import pyarrow.parquet as pq

    for name in pq.read_schema(path).names:
        if not _COLUMN.fullmatch(name):
            yield f"{path.name}: column {name[:60]!r}"


def in_key(path: Path) -> Iterator[str]:
    """A key file that holds more than its number."""
    if not re.fullmatch(rb"[0-9a-f]+\n", path.read_bytes()):
        yield f"{path.name}: no key"


def in_workbook(path: Path) -> Iterator[str]:
    """Everything in a workbook that is more than text, numbers, looks and links inside."""
    strict = etree.XMLParser(resolve_entities=False, recover=False, huge_tree=True)
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            if not _PARTS.fullmatch(name):
                yield f"{path.name}: part {name}"
            if name.endswith((".xml", ".rels", ".vml")):
                yield from (f"{path.name}: {name}: {found}" for found in _in_part(archive.read(name), strict))
    book = openpyxl.load_workbook(path)
    for page in book:
        for row in page.iter_rows():
            for cell in row:
                if cell.data_type not in "sn" or (cell.hyperlink and cell.hyperlink.target):
                    yield f"{path.name}: {page.title}!{cell.coordinate} is {cell.data_type}"


def _in_part(content: bytes, strict: etree.XMLParser) -> Iterator[str]:
    try:
        root = etree.fromstring(content, strict)
    except etree.XMLSyntaxError as error:
        yield f"no XML: {error}"
        return
    for element in root.iter(etree.Element):
        tag = element.tag
        if tag == f"{_SPREADSHEET}f":
            yield f"formula {element.text}"
        if tag == f"{_SPREADSHEET}hyperlink" and (
            element.get(_RELATION) or not _LOCATION.fullmatch(element.get("location", ""))
        ):
            yield f"link {dict(element.attrib)}"
        if element.get("TargetMode") == "External":
            yield f"relation out {element.get('Target')}"
        if tag in (f"{_SPREADSHEET}ddeLink", f"{_SPREADSHEET}oleObject", f"{_SPREADSHEET}externalReference"):
            yield f"element {tag}"


def in_page(path: Path) -> Iterator[str]:
    """Every element of a page that is none of ours, every handler, every address out."""
    root = html.fromstring(path.read_bytes())
    for element in root.iter(etree.Element):
        if element.tag not in ELEMENTS:
            yield f"{path.name}: element {element.tag}"
        for name, value in element.attrib.items():
            if name.startswith("on") or name in _LEADING:
                yield f"{path.name}: {element.tag} {name}={value[:60]}"
            if name == "src":
                yield from (f"{path.name}: picture: {found}" for found in _in_picture(value))
    yield from (f"{path.name}: {found}" for found in in_text(root.text_content()))


def in_output(output: Any) -> Iterator[str]:
    """What in an output of a notebook is more than text, tables and pictures."""
    if output.output_type == "error":
        yield f"error {output.ename}: {output.evalue[:200]}"
    elif output.output_type == "stream":
        yield from in_text(output.text)
    else:
        for kind, content in output.data.items():
            if kind == "text/html":
                yield from _in_fragment(content)
            elif kind == "text/plain":
                yield from in_text(content)
            elif kind not in NO_MARKUP:
                yield f"output of kind {kind}"


def _in_fragment(content: str) -> Iterator[str]:
    for element in html.fragment_fromstring(content, create_parent="div").iter(etree.Element):
        ours = element.tag == "mark" and element.get("style")  # differing characters; theirs has no style
        if not ours and (element.tag not in ELEMENTS or element.tag == "img"):
            yield f"element {element.tag}"
        for name, value in element.attrib.items():
            if name.startswith("on") or name in (*_LEADING, "src"):
                yield f"{element.tag} {name}={value[:60]}"
    yield from in_text(content)


def _in_picture(source: str) -> Iterator[str]:
    kind, _, data = source.partition(",")
    if kind != "data:image/svg+xml;base64":
        yield f"from {source[:60]}"
        return
    allowed = {
        "svg",
        "g",
        "path",
        "defs",
        "style",
        "use",
        "clipPath",
        "pattern",
        "rect",
        "metadata",
        "RDF",
        "Work",
        "image",
        "type",
        "title",
    }
    for element in etree.fromstring(base64.b64decode(data)).iter(etree.Element):
        if etree.QName(element).localname not in allowed:
            yield f"element {element.tag}"
        for name, value in element.attrib.items():
            if etree.QName(name).localname == "href" and not value.startswith(("#", "data:image/png")):
                yield f"link {value[:60]}"


def in_text(text: str) -> Iterator[str]:
    """Characters that a terminal obeys, or that cannot be seen."""
    for character in sorted({c for c in text if c != "\n" and unicodedata.category(c) in UNSEEN}):
        yield f"character U+{ord(character):04X}"


SEARCHES: dict[str, Callable[[Path], Iterator[str]]] = {
    ".xlsx": in_workbook,
    ".html": in_page,
    ".csv": in_list,
    ".json": in_json,
    ".jsonl": in_json,
    ".parquet": in_table,
    ".key": in_key,
}
"""How files of each kind are searched."""


def saved_again(paths: Sequence[Path], folder: Path) -> dict[Path, Path]:
    """Each workbook as LibreOffice opened and saved it."""
    folder.mkdir(parents=True, exist_ok=True)
    home = f"-env:UserInstallation={(folder / 'office').as_uri()}"
    out, copies = folder / "saved", {path: folder / f"{n}.xlsx" for n, path in enumerate(paths)}
    for path, copy in copies.items():
        shutil.copyfile(path, copy)
    command = [
        "soffice",
        home,
        "--headless",
        "--convert-to",
        "xlsx:Calc MS Excel 2007 XML",
        "--outdir",
        str(out),
    ]
    subprocess.run([*command, *map(str, copies.values())], check=True, capture_output=True, timeout=540)
    return {path: out / copy.name for path, copy in copies.items()}


def values(path: Path) -> dict[tuple[str, str], str]:
    """Every cell that holds something, as text, by sheet and place."""
    book = openpyxl.load_workbook(path, read_only=False)
    return {
        (page.title, cell.coordinate): _unescaped(str(cell.value))
        for page in book
        for row in page.iter_rows()
        for cell in row
        if cell.value not in (None, "")
    }


def _unescaped(text: str) -> str:
    """openpyxl leaves `_x005F_` as it is."""
    return re.sub("_x005F_(?=x[0-9A-Fa-f]{4}_)", "_", text)
