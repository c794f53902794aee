"""The header of a DBF: where its fields and records lie, and whether it is one at all.

There is no signature. The header is believed if its fields add up to the length of a record and its records
fit into the file. A program that died may have written records that the header does not count yet.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

VERSIONS = frozenset(b"\x02\x03\x04\x05\x30\x31\x32\x43\x63\x83\x8b\x8c\x8e\xcb\xf5\xfb")
_SEVEN = b"\x04\x8c"
_VISUAL = b"\x30\x31\x32"
_KINDS = "CNFDLMIBYTGPVQWO@+0"
_NAME = "gb18030"
_END = 0x0D
_SYSTEM, _NULLABLE = 1, 2
_MARKS = b" *"


@dataclass(frozen=True)
class Field:
    """One field of the record layout."""

    name: str
    kind: str
    start: int
    length: int
    nullable: bool = False


@dataclass(frozen=True)
class Layout:
    """How the file is laid out."""

    fields: tuple[Field, ...]
    """Those that a person sees."""
    header: int
    record: int
    stated: int
    """Records, as the header says."""
    seven: bool
    visual: bool
    flags: Field | None
    """Which fields are empty or shorter than their room (Visual FoxPro)."""

    def records(self, content: bytes) -> int:
        """Records that are there: at least those stated, and whole ones behind them that are no end mark."""
        count, position = self.stated, self.header + self.stated * self.record
        while position + self.record <= len(content) and content[position] in _MARKS:
            count, position = count + 1, position + self.record
        return count


def fits(head: bytes, size: int) -> bool:
    """Does a file of this size that begins so look like a DBF?"""
    layout = layout_of(head)
    if layout is None or layout.header > size:
        return False
    return layout.stated == 0 or layout.header + layout.record <= size + 1


def layout_of(content: bytes) -> Layout | None:
    """The layout that the header describes; None if its fields do not add up."""
    if len(content) < 65 or content[0] not in VERSIONS:
        return None
    stated, header, record = struct.unpack_from("<IHH", content, 4)
    if header < 65 or record < 2:
        return None
    visual = content[0] in _VISUAL
    for seven in (True, False) if content[0] in _SEVEN else (False,):
        for wide in (False,) if visual or seven else (True, False):
            fields = _fields(content, header, seven=seven, wide=wide)
            if fields and fields[-1].start + fields[-1].length == record:
                flags = next((entry for entry in fields if entry.kind == "0"), None)
                shown = tuple(entry for entry in fields if entry.kind != "0")
                return Layout(shown, header, record, stated, seven, visual, flags)
    return None


def _fields(content: bytes, header: int, *, seven: bool, wide: bool) -> list[Field]:
    """The fields one after the other; `wide`: Clipper keeps the high byte of long texts with the decimals."""
    first, size, name_length = (68, 48, 32) if seven else (32, 32, 11)
    found: list[Field] = []
    start = 1
    for position in range(first, header - 1, size):
        entry = content[position : position + size]
        if len(entry) < size or entry[0] == _END:
            break
        kind = chr(entry[name_length])
        at = name_length + 1 if seven else 16
        length, decimals = entry[at], entry[at + 1]
        if kind not in _KINDS or not entry[:name_length].strip(b"\x00 "):
            return []
        if kind == "C" and wide:
            length += decimals << 8
        name = entry[:name_length].split(b"\x00")[0].strip().decode(_NAME, "replace")
        found.append(Field(name, kind, start, length, not seven and bool(entry[18] & _NULLABLE)))
        start += length
    return found
