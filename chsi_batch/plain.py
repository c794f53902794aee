"""Foreign text made plain: one function for each place it can go, and nothing goes there otherwise.

Cells, headers, sheet and file names, settings and remarks are written by anybody. In a workbook they must not
become formulas or links, on a page or in a notebook no markup, in CSV no formulas, in a terminal no control
sequences. No name of a file we write is taken from them. Characters that cannot be seen, or that turn the
line round, are written by their code point wherever people read: `张‹U+202E›三`.

`cell`, `sheet_name` workbooks · `write_rows` CSV · `page` pages and notebooks · `line`, `lines` terminals ·
`json_text` JSON on a terminal and in exports
"""

import csv
import html
import json
import re
import unicodedata
from collections.abc import Iterable
from typing import IO

LONGEST_CELL = 32_767
"""What fits a cell, in units of UTF-16."""
LONGEST_SHEET_NAME = 31
FORMULA_STARTS = "=+-@＝＋－＠"

_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
"""Control and format characters, lone surrogates, line separators."""
_NOT_IN_CELLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_NOT_IN_SHEET_NAMES = re.compile("[\\[\\]:*?/\\\\'\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_FORMULA_LIKE = re.compile(
    f"[\t\r\n']|[\\s'\"\ufeff\u200b-\u200f\u2060-\u2064\u00ad]*[{re.escape(FORMULA_STARTS)}]"
)
_CAREFUL = re.compile("[^\n -~\u00a1-\u00ac\u00ae-\u02ff\u2010-\u2027\u3000-\u9fff\uff01-\uff5e]")
"""Characters of which only a table knows whether they can be seen; few texts hold one."""


def line(text: str) -> str:
    """One line in which every character is seen."""
    return lines(text).replace("\n", _code("\n"))


def lines(text: str) -> str:
    """Text in which every character but the ends of lines is seen."""
    if not _CAREFUL.search(text):
        return text
    return "".join(_code(c) if c != "\n" and unicodedata.category(c) in _UNSEEN else c for c in text)


def _code(character: str) -> str:
    return f"‹U+{ord(character):04X}›"


def page(text: str) -> str:
    """Markup that shows the text and is nothing else, between tags and in attributes alike."""
    return html.escape(lines(text))


def cell(text: str) -> str:
    """Text a cell of a workbook can hold: no control characters, cut at the longest.

    It is written as text, never as a value to be understood, and quoted where it is `formula_like`.
    """
    if _NOT_IN_CELLS.search(text):
        text = _NOT_IN_CELLS.sub("", text)
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return text if len(text) <= LONGEST_CELL // 2 else text[: LONGEST_CELL // 2 - 1] + "…"


def loses(text: str) -> bool:
    """Whether a cell holds the text without some of its characters."""
    return _NOT_IN_CELLS.search(text) is not None


def formula_like(text: str) -> bool:
    """Whether a spreadsheet program might take the text, once edited or in a CSV file, for something else."""
    return _FORMULA_LIKE.match(text) is not None


def sheet_name(text: str) -> str:
    """A name a spreadsheet program takes for a sheet."""
    return _NOT_IN_SHEET_NAMES.sub("_", text)[:LONGEST_SHEET_NAME].strip() or "_"


def row(texts: Iterable[str]) -> list[str]:
    """One row of a CSV file; an apostrophe stands before what is `formula_like`."""
    return [f"'{text}" if formula_like(text) else text for text in map(cell, texts)]


def write_rows(stream: IO[str], rows: Iterable[Iterable[str]], line_end: str = "\r\n") -> None:
    """Rows as CSV, every field quoted: a semicolon in a field must not part it where lists are parted so."""
    csv.writer(stream, lineterminator=line_end, quoting=csv.QUOTE_ALL).writerows(map(row, rows))


def json_text(value: object, indent: int | None = 1) -> str:
    """JSON that says the same and holds no character that cannot be seen; one line without `indent`."""
    written = json.dumps(value, ensure_ascii=False, indent=indent, default=str)
    if not _CAREFUL.search(written):
        return written
    return "".join(_escaped(c) if c != "\n" and unicodedata.category(c) in _UNSEEN else c for c in written)


def _escaped(character: str) -> str:
    return json.dumps(character)[1:-1]
