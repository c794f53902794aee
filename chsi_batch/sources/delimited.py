"""CSV, TSV and other delimited text: one grid, each record numbered by its first physical line.

Web systems protect long digits from Excel with `="…"`, a leading TAB or an apostrophe: these are taken off.
`NA`, `null` and `nan` are text like any other. The delimiter is the one under which most known headers
appear, then the one that gives the most even rows.
"""

from __future__ import annotations

import csv
import io
import re
import sys
from collections import Counter

from chsi_batch.layout.headers import Vocabulary, recognised
from chsi_batch.sources.model import COLUMNS, Sheet
from chsi_batch.sources.refusing import UnreadableError

DELIMITERS = (",", "\t", ";", "|")
_TRIAL_ROWS = 60
_FORMULA = re.compile(r'\s*="(.*)"\s*', re.DOTALL)
FIELD_LIMIT = min(sys.maxsize, 2**31 - 1)


def read_text(text: str, words: Vocabulary) -> tuple[Sheet, str]:
    """The grid of a delimited text, and the delimiter."""
    delimiter = find_delimiter(text, words)
    rows, numbers = records(text, delimiter)
    whole = numbers if numbers and numbers[-1] != len(numbers) else None
    return Sheet(name=None, rows=rows, numbers=whole), delimiter


def records(text: str, delimiter: str) -> tuple[list[list[str]], list[int]]:
    """Every record with the number of its first physical line; blank lines are empty records."""
    csv.field_size_limit(FIELD_LIMIT)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    rows: list[list[str]] = []
    numbers: list[int] = []
    line = 1
    try:
        for cells in reader:
            if len(cells) > COLUMNS:
                raise UnreadableError("too-wide", row=line, limit=COLUMNS)
            rows.append(cells)
            numbers.append(line)
            line = reader.line_num + 1
    except csv.Error:
        raise UnreadableError("text-damaged", row=line) from None
    if '="' in text or "'" in text:
        rows = [[unwrap(cell) for cell in cells] for cells in rows]
    return rows, numbers


def unwrap(cell: str) -> str:
    """`="0123"` and `'0123` without their wrapping."""
    if "=" in cell:
        found = _FORMULA.fullmatch(cell)
        if found:
            cell = found[1].replace('""', '"')
    if "'" in cell:
        bare = cell.lstrip()
        if bare.startswith("'") and len(bare) > 1 and not bare.endswith("'"):
            return bare[1:]
    return cell


def find_delimiter(text: str, words: Vocabulary) -> str:
    """The delimiter under which the text looks most like a table."""
    head = "\n".join(text[:400_000].splitlines()[:_TRIAL_ROWS])
    return max(
        DELIMITERS, key=lambda delimiter: (*_fitness(head, delimiter, words), -DELIMITERS.index(delimiter))
    )


def _fitness(head: str, delimiter: str, words: Vocabulary) -> tuple[int, int]:
    try:
        rows = list(csv.reader(io.StringIO(head, newline=""), delimiter=delimiter))
    except csv.Error:
        return 0, 0
    known = max((recognised(cells, words) for cells in rows), default=0)
    widths = Counter(len(cells) for cells in rows if len(cells) > 1)
    return known, max((count * width for width, count in widths.items()), default=0)
