"""DBF: the file of the old registration software. Text is GB18030, whatever the language byte says.

A record is a deletion mark (blank or `*`) and fields of fixed width; text fields are cut at their width,
sometimes inside a character: the half character is dropped. Numeric fields count as numbers, so an ID
number kept in one does not bind. Memo fields live in another file and are not read; that is noted.
dBase III to 7, FoxPro, Visual FoxPro. Reference: record number from 1, deleted records included.
"""

from __future__ import annotations

import datetime as dt
import struct
from collections.abc import Callable, Sequence
from pathlib import Path

from chsi_batch.layout.cells import Cell
from chsi_batch.sources.dbf_layout import Field, Layout, layout_of
from chsi_batch.sources.model import Sheet
from chsi_batch.sources.refusing import UnreadableError

_GB, _UTF8 = "gb18030", "utf-8"
_LONGEST_CHARACTER = 4
_VARYING = "VQ"


def read_dbf(path: Path) -> tuple[Sheet, str]:
    """The records with their field names, and the encoding used."""
    content = path.read_bytes()
    layout = layout_of(content)
    if layout is None:
        raise UnreadableError("file-damaged")
    count = layout.records(content)
    body = memoryview(content)[layout.header : layout.header + count * layout.record]
    if len(body) < count * layout.record:
        raise UnreadableError("file-damaged")
    starts = range(0, count * layout.record, layout.record)
    encoding = _encoding(body, starts, [entry for entry in layout.fields if entry.kind in "CV"])
    columns = [_column(body, starts, layout, entry, encoding) for entry in layout.fields]
    memos = [entry.name for entry in layout.fields if _is_memo(entry, layout)]
    return Sheet(
        name=None,
        rows=list(zip(*columns, strict=True)),
        fields=tuple(entry.name for entry in layout.fields),
        numeric_fields=frozenset(entry.name for entry in layout.fields if _is_number(entry, layout)),
        deleted=frozenset(index for index, start in enumerate(starts) if body[start] == 0x2A),
        note="memo: " + ", ".join(memos) if memos else "",
    ), encoding


def _is_memo(entry: Field, layout: Layout) -> bool:
    return entry.kind in "MGPW" or (entry.kind in "BO" and not _is_number(entry, layout))


def _is_number(entry: Field, layout: Layout) -> bool:
    """`B` and `O` mean other things in other versions."""
    own = "B" if layout.visual else "O" if layout.seven else ""
    return entry.kind in "NFIY+" or (entry.kind in own and entry.length == 8)


def _column(body: memoryview, starts: range, layout: Layout, entry: Field, encoding: str) -> Sequence[Cell]:
    read = _reader(entry, layout, encoding)
    begin, end = entry.start, entry.start + entry.length
    cells = [bytes(body[start + begin : start + end]) for start in starts]
    if layout.flags is None or not (entry.nullable or entry.kind in _VARYING):
        return [read(cell) for cell in cells]
    marks = [_marks(body, start, layout, entry) for start in starts]
    return [
        None if empty else read(cell[: cell[-1]] if shorter and cell else cell)
        for cell, (shorter, empty) in zip(cells, marks, strict=True)
    ]


def _marks(body: memoryview, start: int, layout: Layout, entry: Field) -> tuple[bool, bool]:
    """Is the cell shorter than its room (its length is then its last byte), and is it empty?"""
    flags = layout.flags
    assert flags is not None
    bits = int.from_bytes(body[start + flags.start : start + flags.start + flags.length], "little")
    place = 0
    for field in layout.fields:
        if field is entry:
            varying = entry.kind in _VARYING
            shorter = varying and bool(bits >> place & 1)
            return shorter, entry.nullable and bool(bits >> (place + varying) & 1)
        place += (field.kind in _VARYING) + field.nullable
    return False, False


def _encoding(body: memoryview, starts: range, texts: list[Field]) -> str:
    """UTF-8 only if every non-ASCII text is whole UTF-8 of three-byte characters, else GB18030."""
    seen = False
    for entry in texts:
        for s in starts:
            raw = bytes(body[s + entry.start : s + entry.start + entry.length])
            if raw.isascii():
                continue
            try:
                text = raw.decode(_UTF8)
            except UnicodeDecodeError:
                return _GB
            if any("\x7f" < character < "\u0800" for character in text):
                return _GB
            seen = True
    return _UTF8 if seen else _GB


def _reader(entry: Field, layout: Layout, encoding: str) -> Callable[[bytes], Cell]:
    if entry.kind == "D":
        return _date
    if entry.kind in "NF":
        return _number
    if entry.kind in "I+" and entry.length == 4:
        return _sorted_whole if layout.seven else lambda raw: int(struct.unpack("<i", raw)[0])
    if entry.kind == "Y" and entry.length == 8:
        return lambda raw: float(struct.unpack("<q", raw)[0]) / 10_000
    if _is_number(entry, layout):
        return _sorted_number if layout.seven else lambda raw: float(struct.unpack("<d", raw)[0])
    if entry.kind == "L":
        return _truth
    if entry.kind in "T@" and entry.length == 8:
        return _moment
    if _is_memo(entry, layout):
        return lambda raw: None  # noqa: ARG005
    return lambda raw: _text(raw, encoding)


def _sorted_whole(raw: bytes) -> int:
    """dBase 7 turns the sign bit over, so that bytes sort as numbers do."""
    return int.from_bytes(raw, "big") - (1 << 31)


def _sorted_number(raw: bytes) -> float:
    bits = int.from_bytes(raw, "big")
    plain = bits ^ (1 << 63) if bits >> 63 else ~bits & (1 << 64) - 1
    return float(struct.unpack(">d", plain.to_bytes(8, "big"))[0]) if bits else 0.0


def _text(raw: bytes, encoding: str) -> str:
    raw = raw.rstrip(b" \x00")
    if raw.isascii():
        return raw.decode("ascii").replace("\x00", "")
    try:
        return raw.decode(encoding)
    except UnicodeDecodeError as error:
        if len(raw) - error.start < _LONGEST_CHARACTER:
            return raw[: error.start].decode(encoding)
        return raw.decode(encoding, "replace")


def _number(raw: bytes) -> Cell:
    text = raw.strip(b" \x00").decode("ascii", "replace")
    try:
        return int(text)
    except ValueError:
        pass
    try:
        return float(text)
    except ValueError:
        return text or None


def _date(raw: bytes) -> Cell:
    text = raw.strip(b" \x00").decode("ascii", "replace")
    try:
        return dt.datetime.strptime(text, "%Y%m%d").date()
    except ValueError:
        return text or None


def _truth(raw: bytes) -> Cell:
    mark = raw.strip().upper()
    return True if mark in (b"T", b"Y") else False if mark in (b"F", b"N") else None


def _moment(raw: bytes) -> Cell:
    day, milliseconds = struct.unpack("<ii", raw)
    if not day:
        return None
    try:
        return dt.datetime.fromordinal(day - 1_721_425) + dt.timedelta(milliseconds=milliseconds)
    except (ValueError, OverflowError):
        return None
