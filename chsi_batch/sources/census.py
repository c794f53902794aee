"""What an xlsx holds, by looking at its XML: rows for the independent count, and what calamine does not tell.

The zip directory is judged before anything is unpacked (number and size of members, ratio). Then each sheet
is streamed once: its last filled row and number of filled rows, its farthest cell, and the cells whose value
the file does not hold (error values, formulas saved without a result).
"""

from __future__ import annotations

import html
import posixpath
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from chsi_batch.settings import Limits
from chsi_batch.sources.model import Count
from chsi_batch.sources.refusing import UnreadableError

_MEGABYTE = 1_000_000
_SMALL = 50 * _MEGABYTE
_MEMBERS = 20_000
_REF = re.compile(rb' r="([A-Z]{1,3})([0-9]{1,7})"')
_LAST_REF = b' r="'
_ROW = re.compile(rb'(?:^|\s)r="([0-9]{1,7})"')
_COMMENT = re.compile(rb"<!--.*?-->", re.DOTALL)
_SHOWS = re.compile(rb"t(?: [^>]*)?>[^<\s&_]")
"""A text that plainly begins with something to see."""
_ESCAPE = re.compile("_x([0-9A-Fa-f]{4})_")
_BLOCK = 1 << 22
_LONGEST_ROW = 1 << 26
_REL = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_REL_STRICT = "{http://purl.oclc.org/ooxml/officeDocument/relationships}id"


@dataclass
class Census:
    """One sheet as its XML tells it."""

    count: Count
    width: int = 0
    lost: dict[tuple[int, int], str] = field(default_factory=dict)


def guard(path: Path, limits: Limits) -> None:
    """Refuse a zip whose directory already says that it must not be unpacked."""
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        raise UnreadableError("file-damaged") from None
    if any(member.flag_bits & 1 for member in members):
        raise UnreadableError("file-encrypted")
    total = sum(member.file_size for member in members)
    swollen = any(
        member.file_size > _SMALL and member.file_size > limits.ratio * max(member.compress_size, 1)
        for member in members
    )
    if len(members) > _MEMBERS or total > limits.unpacked_megabytes * _MEGABYTE or swollen:
        raise UnreadableError("file-too-large", limit=limits.unpacked_megabytes)


def take(path: Path, limits: Limits) -> dict[str, Census]:
    """Sheet name -> census, for every worksheet."""
    from lxml import etree

    try:
        with zipfile.ZipFile(path) as archive:
            blank = _blank_strings(archive)
            found: dict[str, Census] = {}
            for name, member in _members(archive):
                with archive.open(member) as stream:
                    found[name] = _sheet(stream, blank)
                _judge(name, found[name], limits)
            return found
    except (etree.XMLSyntaxError, zipfile.BadZipFile, zlib.error, KeyError, ValueError, OSError, EOFError):
        raise UnreadableError("file-damaged") from None
    except (NotImplementedError, RuntimeError):  # unknown compression, or a member with a password
        raise UnreadableError("file-damaged") from None


def _judge(name: str, census: Census, limits: Limits) -> None:
    if census.count.physical * census.width > limits.cells:
        raise UnreadableError("sheet-too-large", sheet=name, cells=limits.cells)


def _members(archive: zipfile.ZipFile) -> Iterator[tuple[str, str]]:
    """(sheet name, member) of each worksheet, by workbook.xml and its relations."""
    names = {name.lower(): name for name in archive.namelist()}
    book = _parse(archive, names["xl/workbook.xml"])
    relations = {}
    for relation in _parse(archive, names["xl/_rels/workbook.xml.rels"]):
        if relation.get("Type", "").endswith("/worksheet"):
            target = relation.get("Target", "")
            joined = target.lstrip("/") if target.startswith("/") else posixpath.join("xl", target)
            relations[relation.get("Id")] = posixpath.normpath(joined)
    for sheet in book.iterfind("{*}sheets/{*}sheet"):
        member = relations.get(sheet.get(_REL) or sheet.get(_REL_STRICT))
        if member is not None:
            yield sheet.get("name", ""), names[member.lower()]


def _parse(archive: zipfile.ZipFile, member: str) -> Any:
    from lxml import etree

    with archive.open(member) as stream:
        return etree.parse(stream, etree.XMLParser(resolve_entities=False, no_network=True)).getroot()


class _Elements:
    """The elements of one name in a stream of XML, each as (attributes, content), without building a tree."""

    def __init__(self, stream: IO[bytes], tag: bytes) -> None:
        self._stream = stream
        start = stream.read(_BLOCK)
        if b"<!DOCTYPE" in start or b"<!ENTITY" in start:
            raise UnreadableError("file-damaged")
        root = re.search(rb"<([A-Za-z_][\w.-]*:)?(?:worksheet|sst)\b", start)
        self.prefix = (root[1] or b"") if root else b""
        self._open, self._close = b"<" + self.prefix + tag, b"</" + self.prefix + tag + b">"
        self._start = re.compile(re.escape(self._open) + rb"(?=[\s/>])([^>]*)>")
        self._buffer = start

    def __iter__(self) -> Iterator[tuple[bytes, bytes]]:
        more = True
        while more:
            block = self._stream.read(_BLOCK)
            more = bool(block)
            self._buffer += block
            if b"<!--" in self._buffer:
                self._buffer = _COMMENT.sub(b"", self._buffer)
            *pieces, self._buffer = self._buffer.split(self._close)
            for piece in pieces:
                yield from self._in_piece(piece)
            if len(self._buffer) > _LONGEST_ROW:
                raise UnreadableError("file-damaged")
        yield from self._in_piece(self._buffer)

    def _in_piece(self, piece: bytes) -> Iterator[tuple[bytes, bytes]]:
        """Self-closing elements, then the one whose content runs to the end of the piece."""
        position = 0
        while found := self._start.search(piece, position):
            position = found.end()
            if not found[1].endswith(b"/"):
                yield found[1], piece[position:]
                return
            yield found[1], b""


class _Cells:
    """What a cell holds, for the prefix of one sheet."""

    def __init__(self, prefix: bytes, blank: frozenset[int]) -> None:
        p = re.escape(prefix)
        self._blank = blank
        self._cell = re.compile(rb"<" + p + rb"c\b([^>]*?)(?:/>|>(.*?)</" + p + rb"c\s*>)", re.DOTALL)
        self._shared = re.compile(rb' t="s"[^>]*><' + p + rb"v>([0-9]+)<")
        self._value = re.compile(rb"<" + p + rb"v\b[^>]*>(.*?)</" + p + rb"v\s*>", re.DOTALL)
        self.text = re.compile(
            rb"<" + p + rb"rPh\b.*?</" + p + rb"rPh\s*>|<" + p + rb"t\b[^>]*?(?<!/)>(.*?)</" + p + rb"t\s*>",
            re.DOTALL,
        )
        self.formula = b"<" + prefix + b"f"

    def filled(self, row: bytes) -> bool:
        """Does any cell of the row show something? The first shared string usually answers."""
        first = self._shared.search(row)
        if first and int(first[1]) not in self._blank:
            return True
        return any(self._holds(cell[1], cell[2]) for cell in self._cell.finditer(row) if cell[2])

    def _holds(self, attributes: bytes, content: bytes) -> bool:
        if b't="inlineStr"' in attributes:
            return bool(self.joined(content).strip())
        found = self._value.search(content)
        if not found or b't="e"' in attributes:
            return False
        if b't="s"' in attributes:
            return int(found[1]) not in self._blank
        return bool(_plain(found[1]).strip())

    def joined(self, item: bytes) -> str:
        """The text of a string item without its phonetic guide."""
        return _plain(b"".join(part or b"" for part in self.text.findall(item)))

    def lost(self, row: bytes, number: int) -> Iterator[tuple[tuple[int, int], str]]:
        """Cells (zero-based) that show an error, and formulas saved without a result."""
        for position, cell in enumerate(self._cell.finditer(row), 1):
            content = cell[2] or b""
            value = self._value.search(content)
            place = number - 1, (_column(cell[1]) or position) - 1
            if b't="e"' in cell[1]:
                yield place, _plain(value[1]) if value else ""
            elif self.formula in content and b't="str"' not in cell[1] and not (value and value[1]):
                yield place, "="


def _plain(text: bytes) -> str:
    shown = text.decode("utf-8", "replace")
    shown = html.unescape(shown) if "&" in shown else shown
    return _ESCAPE.sub(lambda found: chr(int(found[1], 16)), shown) if "_x" in shown else shown


def _blank_strings(archive: zipfile.ZipFile) -> frozenset[int]:
    """Indexes of shared strings that hold nothing but whitespace."""
    names = {name.lower(): name for name in archive.namelist()}
    member = names.get("xl/sharedstrings.xml")
    if member is None:
        return frozenset()
    with archive.open(member) as stream:
        items = _Elements(stream, b"si")
        cells = _Cells(items.prefix, frozenset())
        return frozenset(
            index
            for index, (_, item) in enumerate(items)
            if not _SHOWS.search(item) and not cells.joined(item).strip()
        )


def _sheet(stream: IO[bytes], blank: frozenset[int]) -> Census:
    rows = _Elements(stream, b"row")
    cells = _Cells(rows.prefix, blank)
    number = last = filled = width = 0
    lost: dict[tuple[int, int], str] = {}
    for attributes, row in rows:
        stated = _ROW.search(attributes)
        number = int(stated[1]) if stated else number + 1
        if not row:
            continue
        if cells.filled(row):
            filled += 1
            last = max(last, number)
            at = row.rfind(_LAST_REF)
            width = max(width, _column(row[at : at + 20])) if at >= 0 else width
        if b't="e"' in row or (b"f" in row and cells.formula in row):
            lost.update(cells.lost(row, number))
    return Census(Count(last, filled), width, lost)


def _column(attributes: bytes) -> int:
    """The column number (from 1) of a cell; 0 where it is not stated."""
    found = _REF.search(attributes)
    number = 0
    for letter in found[1] if found else b"":
        number = number * 26 + letter - 64
    return number
