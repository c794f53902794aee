"""DBF: the file of the old registration software. Text is GB18030, whatever the language byte says.

A record is a deletion mark (blank or `*`) and fields of fixed width; text fields are cut at their width,
sometimes inside a character: the half character is dropped. Numeric fields count as numbers, so an ID
number kept in one does not bind. Memo fields live in another file and are not read; that is noted.
Reference: record number from 1, deleted records included.
"""

from __future__ import annotations

import datetime as dt
import struct
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from chsi_batch.layout.cells import Cell
from chsi_batch.sources.model import Sheet
from chsi_batch.sources.refusing import UnreadableError

_GB, _UTF8 = "gb18030", "utf-8"
_LONGEST_CHARACTER = 4
_MEMO = "MGPBO"


@dataclass(frozen=True)
class Field:
    """One field of the record layout."""

    name: str
    kind: str
    start: int
    length: int
    decimals: int


def read_dbf(path: Path) -> tuple[Sheet, str]:
    """The records with their field names, and the encoding used."""
    content = path.read_bytes()
    count, header_length, record_length = struct.unpack_from("<IHH", content, 4)
    body = memoryview(content)[header_length : header_length + count * record_length]
    if len(body) < count * record_length:
        raise UnreadableError("file-damaged")
    fields = _fields(content, header_length, content[0] in b"\x30\x31\x32")
    starts = range(0, count * record_length, record_length)
    columns: list[list[Cell]] = []
    encoding = _encoding(body, starts, [entry for entry in fields if entry.kind == "C"])
    for entry in fields:
        read = _reader(entry, encoding)
        columns.append([read(bytes(body[s + entry.start : s + entry.start + entry.length])) for s in starts])
    memos = [entry.name for entry in fields if entry.kind in _MEMO]
    return Sheet(
        name=None,
        rows=list(zip(*columns, strict=True)),
        fields=tuple(entry.name for entry in fields),
        numeric_fields=frozenset(entry.name for entry in fields if entry.kind in "NFIY+"),
        deleted=frozenset(index for index, start in enumerate(starts) if body[start] == 0x2A),
        note="memo: " + ", ".join(memos) if memos else "",
    ), encoding


def _fields(content: bytes, header_length: int, foxpro: bool) -> list[Field]:
    found: list[Field] = []
    start = 1
    for position in range(32, header_length - 1, 32):
        if content[position] == 0x0D:
            break
        raw, kind = content[position : position + 11], chr(content[position + 11])
        length, decimals = content[position + 16], content[position + 17]
        if kind == "C" and not foxpro:  # Clipper keeps the high byte of long text fields here
            length, decimals = length + (decimals << 8), 0
        name = raw.split(b"\x00")[0].strip().decode(_GB, "replace")
        found.append(Field(name, kind, start, length, decimals))
        start += length
    return found


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


def _reader(entry: Field, encoding: str) -> Callable[[bytes], Cell]:
    if entry.kind == "D":
        return _date
    if entry.kind in "NF":
        return _number
    if entry.kind in "I+" and entry.length == 4:
        return lambda raw: int(struct.unpack("<i", raw)[0])
    if entry.kind == "Y" and entry.length == 8:
        return lambda raw: float(struct.unpack("<q", raw)[0]) / 10_000
    if entry.kind == "L":
        return _truth
    if entry.kind == "T" and entry.length == 8:
        return _moment
    if entry.kind in _MEMO:
        return lambda raw: None  # noqa: ARG005
    return lambda raw: _text(raw, encoding)


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
