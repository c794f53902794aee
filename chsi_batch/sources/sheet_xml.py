"""What the cells of a row of XML hold, found by patterns: what shows, how far they reach, what is lost.

`plain_row` knows the row that most rows are, and answers all of this at a glance.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Iterator

LAST_REF = b' r="'
"""How the reference of a cell begins, found from the end of a row."""
REF = 20
"""Bytes in which a reference of the grid stands, from there on."""
EDGE = re.compile(rb' r="[A-Z]{1,3}')
GAP, SHOWN = rb"\s*", rb"[^<\s&_]"
_REF = re.compile(rb' r="([A-Z]{1,9})([0-9]{1,20})"')
_ESCAPE = re.compile("_x([0-9A-Fa-f]{4})_")
_REFERENCE = re.compile("&(?:#([0-9]{1,7})|#x([0-9A-Fa-f]{1,6})|(lt|gt|amp|quot|apos));")
_NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"', "apos": "'"}
_TAG = 32


class Cells:
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
        self.begins_formula = re.compile(re.escape(self.formula)).search  # twice as fast as `in` here
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
            place = number - 1, (place_of(cell[1])[0] or position) - 1
            if b't="e"' in cell[1]:
                yield place, _plain(value[1]) if value else ""
            elif self.formula in content and b't="str"' not in cell[1] and not (value and value[1]):
                yield place, "="


def _plain(text: bytes) -> str:
    shown = text.decode("utf-8", "replace")
    shown = _REFERENCE.sub(_referred, shown) if "&" in shown else shown
    return _ESCAPE.sub(lambda found: chr(int(found[1], 16)), shown) if "_x" in shown else shown


def _referred(found: re.Match[str]) -> str:
    """The character a reference of XML means; HTML reads some numbers otherwise (133 as an ellipsis)."""
    if found[3]:
        return _NAMED[found[3]]
    code = int(found[1]) if found[1] else int(found[2], 16)
    return chr(code) if code <= sys.maxunicode else ""


def plain_row(prefix: bytes) -> Callable[[bytes], re.Match[bytes] | None]:
    """Finds a row whose first cell shows an inline text, a number or (second group) a shared text."""
    p = re.escape(prefix)
    row = rb"<" + p + rb'row (?:[^>/]* )?r="([0-9]{1,7})"[^>/]*>'
    cell = rb"<" + p + rb'c r="[A-Z]{1,3}[0-9]{1,7}"(?: s="[0-9]+")?'
    inline = rb' t="inlineStr">' + tag(prefix, b"is") + tag(prefix, b"t") + SHOWN
    value = rb"<" + p + rb"v>"
    shared = rb' t="s">' + value + rb"([0-9]+)<"
    number = rb"(?: t=\"n\")?>" + value + rb"[0-9]"
    pattern = GAP + row + GAP + cell + rb"(?:" + inline + rb"|" + shared + rb"|" + number + rb")"
    return re.compile(pattern).match


def tag(prefix: bytes, name: bytes) -> bytes:
    """The beginning of an element, for a pattern."""
    return rb"<" + re.escape(prefix) + name + rb"(?: [^>/]*)?>"


def place_of(attributes: bytes) -> tuple[int, int]:
    """Column and row number (from 1) of a cell; 0 where it is not stated."""
    found = _REF.search(attributes)
    if not found:
        return 0, 0
    number = 0
    for letter in found[1]:
        number = number * 26 + letter - 64
    return number, int(found[2])
