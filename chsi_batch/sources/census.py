"""What an xlsx holds, by looking at its XML: rows for the independent count, and what calamine does not tell.

Every part a reader will look at is unpacked once under the eyes of `unpacking`. Each sheet is streamed: its
last filled row and number of filled rows, its farthest cell, and the cells whose value the file does not
hold (error values, formulas saved without a result). Rows must follow each other and lie on the grid.
"""

from __future__ import annotations

import html
import itertools
import posixpath
import re
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from chsi_batch.settings import Limits
from chsi_batch.sources.model import COLUMNS, ROWS, Count
from chsi_batch.sources.refusing import UnreadableError
from chsi_batch.sources.unpacking import Archive, open_archive

_PART = 100
"""Megabytes of a part that is no sheet and no list of texts."""
_REF = re.compile(rb' r="([A-Z]{1,9})([0-9]{1,20})"')
_LAST_REF = b' r="'
_ROW = re.compile(rb'(?:^|\s)r="([0-9]{1,20})"')
_COMMENT = re.compile(rb"<!--.*?-->", re.DOTALL)
_SHOWS = re.compile(rb"t(?: [^>]*)?>[^<\s&_]")
"""A text that plainly begins with something to see."""
_ESCAPE = re.compile("_x([0-9A-Fa-f]{4})_")
_LONGEST = 1 << 26
"""Bytes of one row or one text."""
_TAG = 32
_ROOT = re.compile(rb"<[A-Za-z_]")
_WIDE = (b"\xff\xfe", b"\xfe\xff", b"<\x00", b"\x00<", b"\x00\x00")
"""How a part in UTF-16 or UTF-32 begins."""
_REL = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_REL_STRICT = "{http://purl.oclc.org/ooxml/officeDocument/relationships}id"
_READ = ("xl/", "_rels/", "[content_types]")
"""Where the parts lie that a reader looks at; others, such as customXml, may honestly be in UTF-16."""
_BOOK, _RELATIONS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
_STRINGS, _STYLES = "xl/sharedstrings.xml", "xl/styles.xml"


@dataclass
class Census:
    """One sheet as its XML tells it."""

    count: Count
    lost: dict[tuple[int, int], str] = field(default_factory=dict)


def take(path: Path, limits: Limits) -> dict[str, Census]:
    """Sheet name -> census, for every worksheet."""
    from lxml import etree

    stream, archive = open_archive(path, limits)
    with stream:
        try:
            _judge_parts(archive)
            blank = _blank_strings(archive)
            found: dict[str, Census] = {}
            for name, member in _members(archive):
                if len(found) >= limits.sheets:
                    raise UnreadableError("too-many-sheets", limit=limits.sheets)
                found[name] = _Sheet(name, blank, limits).read(archive.blocks(member))
            return found
        except (etree.XMLSyntaxError, zlib.error, KeyError, ValueError, OSError, EOFError):
            raise UnreadableError("file-damaged") from None


def _judge_parts(archive: Archive) -> None:
    """No part of XML may bring declarations of its own or hide in an encoding."""
    for name in archive.names():
        if name.endswith((".xml", ".rels")):
            _judge_start(next(archive.blocks(name), b""), inner=name.startswith(_READ))
    if _STYLES in archive:
        archive.content(_STYLES, _PART)


def _judge_start(start: bytes, *, inner: bool) -> None:
    if inner and start.startswith(_WIDE):
        raise UnreadableError("file-unsafe", text="unsafe-encoding")
    root = _ROOT.search(start)
    prolog = start[: root.start()] if root else start
    if b"<!DOCTYPE" in prolog or b"<!ENTITY" in prolog:
        raise UnreadableError("file-unsafe", text="unsafe-xml")


def _members(archive: Archive) -> Iterator[tuple[str, str]]:
    """(sheet name, member) of each worksheet, by workbook.xml and its relations."""
    relations = {}
    for relation in _parse(archive, _RELATIONS):
        if relation.get("Type", "").endswith("/worksheet"):
            target = relation.get("Target", "").replace("\\", "/")
            joined = target.lstrip("/") if target.startswith("/") else posixpath.join("xl", target)
            relations[relation.get("Id")] = posixpath.normpath(joined)
    for sheet in _parse(archive, _BOOK).iterfind("{*}sheets/{*}sheet"):
        member = relations.get(sheet.get(_REL) or sheet.get(_REL_STRICT))
        if member is not None:
            yield sheet.get("name", ""), member


def _parse(archive: Archive, member: str) -> Any:
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    return etree.fromstring(archive.content(member, _PART), parser)


class _Elements:
    """The elements of one name in a stream of XML, each as (attributes, content), without building a tree."""

    def __init__(self, blocks: Iterator[bytes], tag: bytes) -> None:
        start = next(blocks, b"")
        self._blocks: Iterable[bytes] = itertools.chain([b""], blocks)
        root = re.search(rb"<([A-Za-z_][\w.-]*:)?(?:worksheet|sst)\b", start)
        self.prefix = (root[1] or b"") if root else b""
        self._open, self._close = b"<" + self.prefix + tag, b"</" + self.prefix + tag + b">"
        self._start = re.compile(re.escape(self._open) + rb"(?=[\s/>])([^>]*)>")
        self._buffer = start

    def __iter__(self) -> Iterator[tuple[bytes, bytes]]:
        for block in self._blocks:
            self._buffer, held = _without_comments(self._buffer + block)
            *pieces, self._buffer = self._buffer.split(self._close)
            for piece in pieces:
                yield from self._in_piece(piece)
            yield from self._empty_ones()
            self._buffer += held
            if len(self._buffer) > _LONGEST:
                raise UnreadableError("file-too-large", text="part-too-large", limit=_LONGEST >> 20)
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

    def _empty_ones(self) -> Iterator[tuple[bytes, bytes]]:
        """Self-closing elements at the beginning of what is left: a sheet may hold a million of them."""
        position = 0
        while (found := self._start.search(self._buffer, position)) and found[1].endswith(b"/"):
            position = found.end()
            yield found[1], b""
        self._buffer = self._buffer[position:]


def _without_comments(text: bytes) -> tuple[bytes, bytes]:
    """The text without its comments, and what follows the beginning of one that has not ended yet."""
    if b"<!--" not in text:
        return text, b""
    end = text.rfind(b"-->") + 3 if b"-->" in text else 0
    rest = text[end:]
    begun = rest.find(b"<!--")
    whole = _COMMENT.sub(b"", text[:end])
    return (whole + rest, b"") if begun < 0 else (whole + rest[:begun], rest[begun:])


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
        self._end = b"</" + prefix + b"c"
        self._kept = b"<" + prefix + b"v", b"<" + prefix + b"is"

    def filled(self, row: bytes) -> bool:
        """Does any cell of the row show something? The first shared string usually answers."""
        first = self._shared.search(row)
        if first and int(first[1]) not in self._blank:
            return True
        return any(self._holds(cell[1], cell[2]) for cell in self._cells(row) if cell[2])

    def _cells(self, row: bytes) -> Iterator[re.Match[bytes]]:
        """Every cell; beginnings behind the last end are left out, each would be searched to the end."""
        return self._cell.finditer(row, 0, row.rfind(self._end) + _TAG)

    def valued(self, row: bytes) -> bool:
        """Does the row keep any value at all, be it an error or a blank text?"""
        return any(mark in row for mark in self._kept)

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
        for position, cell in enumerate(self._cells(row), 1):
            content = cell[2] or b""
            value = self._value.search(content)
            place = number - 1, (_place(cell[1])[0] or position) - 1
            if b't="e"' in cell[1]:
                yield place, _plain(value[1]) if value else ""
            elif self.formula in content and b't="str"' not in cell[1] and not (value and value[1]):
                yield place, "="


def _plain(text: bytes) -> str:
    shown = text.decode("utf-8", "replace")
    shown = html.unescape(shown) if "&" in shown else shown
    return _ESCAPE.sub(lambda found: chr(int(found[1], 16)), shown) if "_x" in shown else shown


def _blank_strings(archive: Archive) -> frozenset[int]:
    """Indexes of shared strings that hold nothing but whitespace."""
    if _STRINGS not in archive:
        return frozenset()
    items = _Elements(archive.blocks(_STRINGS), b"si")
    cells = _Cells(items.prefix, frozenset())
    return frozenset(
        index
        for index, (_, item) in enumerate(items)
        if not _SHOWS.search(item) and not cells.joined(item).strip()
    )


class _Sheet:
    """One sheet as it streams by."""

    def __init__(self, name: str, blank: frozenset[int], limits: Limits) -> None:
        self._name, self._blank, self._limits = name, blank, limits
        self._last = self._filled = self._width = self._height = 0
        self._lost: dict[tuple[int, int], str] = {}

    def read(self, blocks: Iterator[bytes]) -> Census:
        """The census of a sheet, or its refusal."""
        rows = _Elements(blocks, b"row")
        cells = _Cells(rows.prefix, self._blank)
        number = 0
        for attributes, row in rows:
            before, stated = number, _ROW.search(attributes)
            number = int(stated[1]) if stated else number + 1
            if number <= before:
                raise UnreadableError("rows-out-of-order", sheet=self._name, row=number)
            if number > ROWS:
                raise UnreadableError("beyond-grid", sheet=self._name)
            if row:
                self._row(row, number, cells)
        return Census(Count(self._last, self._filled), self._lost)

    def _row(self, row: bytes, number: int, cells: _Cells) -> None:
        filled = cells.filled(row)
        if filled:
            self._filled += 1
            self._last = number
        if cells.valued(row):
            self._reach(row, number, filled=filled)
        if b't="e"' in row or (b"f" in row and cells.formula in row):
            self._lost.update(cells.lost(row, number))

    def _reach(self, row: bytes, number: int, *, filled: bool) -> None:
        """How far the sheet reaches: a reader makes room for every cell up to there."""
        at = row.rfind(_LAST_REF)
        column, stated = _place(row[at : at + 20]) if at >= 0 else (0, 0)
        if column > COLUMNS:
            raise UnreadableError("beyond-grid", sheet=self._name, row=number)
        if filled and stated not in (0, number):
            raise UnreadableError("rows-out-of-order", sheet=self._name, row=number)
        self._width, self._height = max(self._width, column), max(self._height, number, stated)
        if self._width * self._height > self._limits.cells:
            raise UnreadableError("sheet-too-large", sheet=self._name, cells=self._limits.cells)


def _place(attributes: bytes) -> tuple[int, int]:
    """Column and row number (from 1) of a cell; 0 where it is not stated."""
    found = _REF.search(attributes)
    if not found:
        return 0, 0
    number = 0
    for letter in found[1]:
        number = number * 26 + letter - 64
    return number, int(found[2])
