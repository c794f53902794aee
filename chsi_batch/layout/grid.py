"""A grid taken apart: which rows are header, record, blank or something else, and the columns as text.

Works by column: texts are converted at once, and only rows that lack a name or a number are looked at one by
one. A second header further down with other columns begins a new table on the same sheet.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import zip_longest
from typing import TYPE_CHECKING

from chsi_batch.layout import row_kinds
from chsi_batch.layout.cells import Cell, column_text
from chsi_batch.layout.header_rows import Header, Merged, find, is_repeated
from chsi_batch.layout.headers import Vocabulary

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

_ALNUM, _OTHER = "[0-9A-Za-z０-９]", "[^0-9A-Za-z０-９:：]"
_KEY_PATTERN = f"^{_OTHER}*(?:{_ALNUM}{_OTHER}*){{{row_kinds.MIN_KEY},}}$"
KEY_COLUMNS = ("id_number", "certificate_number", "claimed_certificate_number")


@dataclass
class Part:
    """One table of a sheet: a header, the texts of all columns below it, and the rows that are records."""

    header: Header
    texts: list[pa.Array]
    numbers: dict[int, pa.Array]
    first: int
    """Index in the sheet of the first row in `texts`."""
    records: np.ndarray
    """Positions within `texts`."""


def joined_parts(parts: Sequence[Part]) -> Part:
    """Parts of one table that follow each other, as one."""
    import numpy as np
    import pyarrow as pa

    texts = [pa.concat_arrays(columns) for columns in zip(*(part.texts for part in parts), strict=True)]
    numbers = {}
    for index in sorted({index for part in parts for index in part.numbers}):
        none = [pa.array(np.zeros(len(part.texts[index]), dtype=bool)) for part in parts]
        numbers[index] = pa.concat_arrays(
            [part.numbers.get(index, blank) for part, blank in zip(parts, none, strict=True)]
        )
    records = np.concatenate([part.records + part.first for part in parts])
    return Part(parts[0].header, texts, numbers, 0, records)


@dataclass
class Layout:
    """Everything that was found on a sheet, by row index."""

    parts: list[Part] = field(default_factory=list)
    heading: list[int] = field(default_factory=list)
    set_aside: list[tuple[int, str, str]] = field(default_factory=list)
    """Row index, reason, text."""
    blank: int = 0
    physical: int = 0


def lay_out(rows: Sequence[Sequence[Cell]], merged: Merged, words: Vocabulary, limit: int) -> Layout:
    """Take a grid apart. Without a header all its rows are set aside as a notes sheet."""
    layout = Layout()
    texts, numbers = _columns(rows)
    filled = _filled(texts, len(rows))
    layout.physical = int(filled.nonzero()[0].max()) + 1 if filled.any() else 0
    layout.blank = int(layout.physical - filled.sum())
    header = find(rows, merged, words, limit)
    if header is None or not header.keyed():
        layout.set_aside = [
            (int(index), row_kinds.NOTE, join(texts, int(index))) for index in filled.nonzero()[0]
        ]
        return layout
    spans = {(top, left): right - left + 1 for top, left, _, right in merged}
    _fill_body(texts, merged, header.bottom, filled)
    start: int | None = 0
    while start is not None and header is not None:
        start, header = _take(layout, header, texts, numbers, filled, spans, words, start)
    return layout


def _columns(rows: Sequence[Sequence[Cell]]) -> tuple[list[pa.Array], dict[int, pa.Array]]:
    texts: list[pa.Array] = []
    numbers: dict[int, pa.Array] = {}
    for index, cells in enumerate(zip_longest(*rows)):
        text, numeric = column_text(cells)
        texts.append(text)
        if numeric is not None:
            numbers[index] = numeric
    return texts, numbers


def _filled(texts: list[pa.Array], count: int) -> np.ndarray:
    import numpy as np

    filled = np.zeros(count, dtype=bool)
    for text in texts:
        filled |= text.is_valid().to_numpy(zero_copy_only=False)
    return filled


def _fill_body(texts: list[pa.Array], merged: Merged, bottom: int, filled: np.ndarray) -> None:
    """A cell merged downwards inside the table says the same for every row it covers."""
    import pyarrow as pa

    down: dict[int, list[tuple[int, int]]] = {}
    for top, left, last, right in merged:
        if top >= bottom and last > top and left == right and left < len(texts):
            down.setdefault(left, []).append((top, min(last, len(filled) - 1)))
    for column, ranges in down.items():
        cells = texts[column].to_pylist()
        for top, last in ranges:
            for row in range(top + 1, last + 1):
                if filled[row] and cells[row] is None:
                    cells[row] = cells[top]
        texts[column] = pa.array(cells, pa.string())


def _take(
    layout: Layout,
    header: Header,
    texts: list[pa.Array],
    numbers: dict[int, pa.Array],
    filled: np.ndarray,
    spans: dict[tuple[int, int], int],
    words: Vocabulary,
    start: int,
) -> tuple[int | None, Header | None]:
    """Take the table under this header; gives where the next one begins, if the columns change."""
    import numpy as np

    columns = {canonical: indexes[0] for canonical, indexes in header.columns.items()}
    above = [row for row in range(start, header.top) if filled[row]] if not layout.parts else []
    kept: list[int] = []
    for row in above:
        cells = _row(texts, row)
        reason = row_kinds.kind_above(cells, columns)
        if reason is None:
            kept.append(row)
        elif row == header.top - 1 and _is_group_line(cells, spans, row):
            layout.heading.append(row)
        else:
            layout.set_aside.append((row, reason, joined(cells)))
    layout.heading.extend(row for row in range(header.top, header.bottom) if filled[row])
    body = np.arange(header.bottom, len(filled))[filled[header.bottom :]]
    sure = _sure(texts, columns)[body]
    dropped: set[int] = set()
    following: tuple[int | None, Header | None] = (None, None)
    for row in body[~sure].tolist():
        cells = _row(texts, row)
        if is_repeated(cells, header):
            layout.heading.append(row)
            dropped.add(row)
            continue
        other = _other_header(cells, row, words)
        if other is not None:
            following = (row, other)
            body = body[body < row]
            break
        reason = row_kinds.kind_of(cells, columns, spans.get((row, _first(cells)), 1))
        if reason is not None:
            layout.set_aside.append((row, reason, joined(cells)))
            dropped.add(row)
    records = np.array(sorted(kept) + [row for row in body.tolist() if row not in dropped], dtype=np.int64)
    layout.parts.append(Part(header, texts, numbers, 0, records))
    return following


def _sure(texts: list[pa.Array], columns: dict[str, int]) -> np.ndarray:
    """Rows with a name and something like a number: persons, without a second look."""
    import numpy as np
    import pyarrow.compute as pc

    count = len(texts[0])
    keyed = np.zeros(count, dtype=bool)
    for column in KEY_COLUMNS:
        if column in columns:
            found = pc.fill_null(pc.match_substring_regex(texts[columns[column]], _KEY_PATTERN), False)
            keyed |= found.to_numpy(zero_copy_only=False)
    if "name" not in columns:
        return keyed
    named: np.ndarray = texts[columns["name"]].is_valid().to_numpy(zero_copy_only=False)
    sure: np.ndarray = keyed & named
    return sure


def _other_header(cells: list[str | None], row: int, words: Vocabulary) -> Header | None:
    """A header with other columns, further down on the same sheet."""
    filled = [cell for cell in cells if cell]
    if len(filled) < 2 or sum(words.lookup(cell) is not None for cell in filled) * 2 <= len(filled):
        return None
    found = find([cells], (), words, 1)
    if found is None or not found.complete(words.side):
        return None
    return Header(row, 1, found.names, found.columns, found.stand_ins)


def _is_group_line(cells: list[str | None], spans: dict[tuple[int, int], int], row: int) -> bool:
    """Is the row right above the header a line of group names (基本信息 | 学历信息)?"""
    filled = [index for index, cell in enumerate(cells) if cell]
    short = all(
        len(cell) <= 12 and not any(c.isdigit() or c in ":：" for c in cell) for cell in cells if cell
    )
    return len(filled) > 1 and short and any((row, index) in spans for index in filled)


def _row(texts: list[pa.Array], row: int) -> list[str | None]:
    return [text[row].as_py() for text in texts]


def _first(cells: list[str | None]) -> int:
    return next((index for index, cell in enumerate(cells) if cell), 0)


def join(texts: list[pa.Array], row: int) -> str:
    """The filled cells of a row, side by side."""
    return joined(_row(texts, row))


def joined(cells: Sequence[str | None]) -> str:
    """Filled cells, side by side."""
    return " | ".join(" ".join(cell.split()) for cell in cells if cell)
