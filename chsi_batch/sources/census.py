"""What an xlsx holds, by looking at its XML: rows for the independent count, and what calamine does not tell.

Every part a reader will look at is unpacked once under the eyes of `unpacking`. Each sheet is streamed: its
last filled row and number of filled rows, its farthest cell, and the cells whose value the file does not
hold (error values, formulas saved without a result). Rows must follow each other and lie on the grid.
"""

from __future__ import annotations

import posixpath
import re
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from chsi_batch.settings import Limits
from chsi_batch.sources.elements import Elements, never
from chsi_batch.sources.model import COLUMNS, ROWS, Count
from chsi_batch.sources.refusing import UnreadableError
from chsi_batch.sources.sheet_xml import EDGE, GAP, LAST_REF, REF, SHOWN, Cells, place_of, plain_row, tag
from chsi_batch.sources.unpacking import Archive, open_archive

_PART = 100
"""Megabytes of a part that is no sheet and no list of texts."""
_ROW = re.compile(rb'(?:^|\s)r="([0-9]{1,20})"')
_SHOWS = re.compile(rb"t(?: [^>]*)?>[^<\s&_]")
"""A text that plainly begins with something to see."""
_ROOT = re.compile(rb"<[A-Za-z_]")
_WORKSHEET = re.compile(rb"<(?:[A-Za-z_][\w.-]*:)?worksheet[\s/>]")
_WIDE = (b"\xff\xfe", b"\xfe\xff", b"<\x00", b"\x00<", b"\x00\x00")
"""How a part in UTF-16 or UTF-32 begins."""
_REL = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_REL_STRICT = "{http://purl.oclc.org/ooxml/officeDocument/relationships}id"
_READ = ("xl/", "_rels/", "[content_types]")
"""Where the parts lie that a reader looks at; others, such as customXml, may honestly be in UTF-16."""
_BOOK, _RELATIONS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
_ROOT_RELATIONS = "_rels/.rels"
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
                if name in found:
                    raise UnreadableError("sheet-twice", sheet=name)
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
    _judge_book(archive)
    relations = {
        relation.get("Id"): (relation.get("Type", "").endswith("/worksheet"), _target(relation, "xl"))
        for relation in _parse(archive, _RELATIONS)
    }
    told: set[str] = set()
    for sheet in _parse(archive, _BOOK).iterfind("{*}sheets/{*}sheet"):
        is_worksheet, member = relations[sheet.get(_REL) or sheet.get(_REL_STRICT)]
        if member in told:
            raise UnreadableError("file-damaged")
        told.add(member)
        if is_worksheet:
            yield sheet.get("name", ""), member
        elif member in archive:
            _judge_other(next(archive.blocks(member), b""))


def _target(relation: Any, folder: str) -> str:
    target = relation.get("Target", "").replace("\\", "/")
    joined = target.lstrip("/") if target.startswith("/") else posixpath.join(folder, target)
    return posixpath.normpath(joined)


def _judge_book(archive: Archive) -> None:
    """The book that is read must be the one the package names: a spreadsheet program opens that one."""
    if _ROOT_RELATIONS not in archive:
        return
    for relation in _parse(archive, _ROOT_RELATIONS):
        is_book = relation.get("Type", "").endswith("/officeDocument")
        if is_book and _target(relation, "").lower() != _BOOK:
            raise UnreadableError("file-damaged")


def _judge_other(start: bytes) -> None:
    """What the book calls a chart, a dialog or macros is not read: it must not be a worksheet."""
    if _WORKSHEET.search(start):
        raise UnreadableError("file-damaged")


def _parse(archive: Archive, member: str) -> Any:
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    return etree.fromstring(archive.content(member, _PART), parser)


def _blank_strings(archive: Archive) -> frozenset[int]:
    """Indexes of shared strings that hold nothing but whitespace."""
    if _STRINGS not in archive:
        return frozenset()
    items = Elements(archive.blocks(_STRINGS), b"si")
    cells = Cells(items.prefix, frozenset())
    index, plain = 0, re.compile(GAP + tag(items.prefix, b"si") + tag(items.prefix, b"t") + SHOWN).match

    def quick(piece: bytes) -> bool:
        nonlocal index
        index += (shows := plain(piece) is not None)
        return shows

    items.quick = lambda block: quick  # noqa: ARG005
    blank = set()
    for _, item in items:
        if not _SHOWS.search(item) and not cells.joined(item).strip():
            blank.add(index)
        index += 1
    return frozenset(blank)


class _Sheet:
    """One sheet as it streams by."""

    def __init__(self, name: str, blank: frozenset[int], limits: Limits) -> None:
        self._name, self._blank, self._limits = name, blank, limits
        self._number = 0
        self._edges: set[bytes] = set()
        """How the reference of the last cell began in the rows so far: a sheet has rows of a few widths."""
        self._lowest = 0
        """How far down rows of these widths may go."""
        self._last = self._filled = self._width = self._height = 0
        self._lost: dict[tuple[int, int], str] = {}

    def read(self, blocks: Iterator[bytes]) -> Census:
        """The census of a sheet, or its refusal."""
        rows = Elements(blocks, b"row")
        self._cells = cells = Cells(rows.prefix, self._blank)
        self._plain = plain_row(rows.prefix)
        rows.quick = self._glance
        for attributes, row in rows:
            before, stated = self._number, _ROW.search(attributes)
            self._number = number = int(stated[1]) if stated else before + 1
            if number <= before:
                raise UnreadableError("rows-out-of-order", sheet=self._name, row=number)
            if number > ROWS:
                raise UnreadableError("beyond-grid", sheet=self._name)
            if row:
                self._row(row, number, cells)
        return Census(Count(self._last, self._filled), self._lost)

    def _glance(self, block: bytes) -> Callable[[bytes], bool]:
        return never if self._cells.begins_formula(block) or b't="e"' in block else self._quick

    def _quick(self, piece: bytes) -> bool:
        """A row as most are: it follows the others, shows something in its first cell, is as wide as some."""
        found = self._plain(piece)
        if found is None:
            return False
        at = piece.rfind(LAST_REF)
        if piece[at : at + REF].partition(found[1] + b'"')[0] not in self._edges:
            return False
        number = int(found[1])
        if not self._number < number <= self._lowest:
            return False
        if found.lastindex == 2 and int(found[2]) in self._blank:
            return False
        self._number = self._last = self._height = number
        self._filled += 1
        return True

    def _row(self, row: bytes, number: int, cells: Cells) -> None:
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
        at = row.rfind(LAST_REF)
        column, stated = place_of(row[at : at + REF]) if at >= 0 else (0, 0)
        if column > COLUMNS:
            raise UnreadableError("beyond-grid", sheet=self._name, row=number)
        if filled and stated not in (0, number):
            raise UnreadableError("rows-out-of-order", sheet=self._name, row=number)
        edge = EDGE.match(row, at) if at >= 0 else None
        if edge:
            self._edges.add(edge[0])
        self._width, self._height = max(self._width, column), max(self._height, number, stated)
        self._lowest = min(ROWS, self._limits.cells // max(1, self._width))
        if self._width * self._height > self._limits.cells:
            raise UnreadableError("sheet-too-large", sheet=self._name, cells=self._limits.cells)
