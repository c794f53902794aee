"""One sheet as the house takes it: parts with their columns, rows left out, or why it is refused.

A sheet without any header by which persons are known is a notes sheet; if it holds rows that look like
persons all the same, it is refused, because nobody may get lost.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from chsi_batch.errors import Refusal
from chsi_batch.layout import row_kinds
from chsi_batch.layout.grid import Layout, Part, joined, lay_out
from chsi_batch.layout.header_rows import LONG_DIGITS, Header
from chsi_batch.layout.headers import Vocabulary, assign, recognised
from chsi_batch.settings import Limits
from chsi_batch.sources.model import Sheet, SourceFile
from chsi_batch.sources.refusing import UnreadableError, refusal
from chsi_batch.terms import REQUIRED, Side

if TYPE_CHECKING:
    import pyarrow as pa

_PERSONAL = re.compile(r"[0-9]{17}[0-9Xx]|[0-9]{15}")
_NAME = re.compile(r"[\u3400-\u9fff·]{2,12}")
_NEAR_ENOUGH = 50
LONGEST = 1_000_000
"""Bytes of a cell: a spreadsheet program allows a tenth of it, so what is longer was read wrongly."""
SEARCHED = 20
"""Rows in which the nearest header is looked for when none was recognised."""


@dataclass
class Taken:
    """What one sheet gave."""

    source: SourceFile
    sheet: Sheet
    physical: int = 0
    blank: int = 0
    heading: int = 0
    set_aside: list[tuple[int, str, str]] = field(default_factory=list)
    """Row index, reason, text (unmasked)."""
    parts: list[Part] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)

    passed: int = 0
    """Records of pieces that are not kept here."""

    @property
    def records(self) -> int:
        """Rows taken as records."""
        return self.passed + sum(len(part.records) for part in self.parts)

    @property
    def headed(self) -> bool:
        """Was a header found?"""
        return bool(self.parts)

    def number(self, index: int) -> int:
        """The row number a person sees."""
        return self.sheet.number(index)

    def without_header(self, words: Vocabulary, language: str) -> Refusal:
        """The refusal of a sheet in which no header was recognised."""
        lines = [[c for c in row if isinstance(c, str) and c.strip()] for row in self.sheet.rows[:SEARCHED]]
        lines = [line for line in lines if len(line) > 1 and not any(LONG_DIGITS.search(c) for c in line)]
        names = max(lines, key=lambda line: recognised(line, words), default=list(self.sheet.fields or ()))
        return _missing(self, words, list(names), REQUIRED[words.side], language)


def take(source: SourceFile, sheet: Sheet, words: Vocabulary, limits: Limits, language: str) -> Taken:
    """Lay out one sheet; problems come back as refusals, everything else as counts and parts."""
    taken = Taken(source, sheet)
    if sheet.fields is not None:
        _take_fields(taken, words)
    else:
        merged = [(span.top, span.left, span.bottom, span.right) for span in sheet.merged]
        layout = lay_out(sheet.rows, merged, words, limits.header_rows)
        _from_layout(taken, layout)
    _judge_lengths(taken)
    if not taken.parts:
        if any(personal(text) for _, _, text in taken.set_aside):
            taken.refusals.append(taken.without_header(words, language))
        return taken
    for part in taken.parts:
        taken.refusals.extend(_faults(taken, part, words, language))
    return taken


def _judge_lengths(taken: Taken) -> None:
    import pyarrow.compute as pc

    for part in taken.parts:
        for text in part.texts:
            lengths = pc.binary_length(text)
            if (pc.max(lengths).as_py() or 0) > LONGEST:
                row = taken.number(part.first + pc.index(pc.greater(lengths, LONGEST), value=True).as_py())
                raise UnreadableError("cell-too-long", sheet=taken.sheet.name, row=row, limit=LONGEST)


def _from_layout(taken: Taken, layout: Layout) -> None:
    taken.physical, taken.blank = layout.physical, layout.blank
    if taken.source.format in ("csv", "tsv"):
        taken.blank += len(taken.sheet.rows) - layout.physical
        taken.physical = len(taken.sheet.rows)
    taken.heading = len(layout.heading)
    taken.set_aside = sorted(layout.set_aside)
    taken.parts = layout.parts


def _take_fields(taken: Taken, words: Vocabulary) -> None:
    """A source that names its fields: DBF or Parquet."""
    import numpy as np

    from chsi_batch.layout.arrow import field_texts

    texts, numbers, count = field_texts(taken.sheet)
    names = taken.sheet.fields or ()
    if not names:
        taken.physical = taken.blank = count
        return
    columns, stand_ins = assign(names, words)
    header = Header(0, 0, tuple(names), columns, stand_ins)
    filled = np.zeros(count, dtype=bool)
    for text in texts:
        filled |= text.is_valid().to_numpy(zero_copy_only=False)
    deleted = np.zeros(count, dtype=bool)
    deleted[list(taken.sheet.deleted)] = True
    taken.physical = count
    taken.blank = int((~filled & ~deleted).sum())
    rows = np.nonzero(filled & ~deleted)[0]
    for index in np.nonzero(deleted)[0].tolist():
        text = joined([column[index].as_py() for column in texts])
        taken.set_aside.append((index, row_kinds.DELETED, text))
    taken.parts = [Part(header, texts, numbers, 0, rows)]


def personal(text: str) -> bool:
    """Does a row, its cells joined, name a person and a number?"""
    cells = text.split(" | ")
    return any(_PERSONAL.fullmatch(cell) for cell in cells) and any(_NAME.fullmatch(cell) for cell in cells)


def _faults(taken: Taken, part: Part, words: Vocabulary, language: str) -> list[Refusal]:
    header = part.header
    faults = []
    lacking = [column for column in REQUIRED[words.side] if column not in header.columns]
    if lacking:
        faults.append(_missing(taken, words, list(header.names), lacking, language, header))
    for canonical, indexes in header.columns.items():
        if len(indexes) > 1 and not _identical(part, indexes):
            faults.append(
                refusal(
                    "column-twice",
                    taken.source.file.label,
                    sheet=taken.sheet.name,
                    column=" / ".join(_flat(header.names[index]) for index in indexes),
                    language=language,
                    canonical=canonical,
                    first=_flat(header.names[indexes[0]]),
                    second=_flat(header.names[indexes[1]]),
                )
            )
    return faults


def _identical(part: Part, indexes: list[int]) -> bool:
    first: pa.Array = part.texts[indexes[0]].take(_positions(part))
    return all(part.texts[index].take(_positions(part)).equals(first) for index in indexes[1:])


def _positions(part: Part) -> pa.Array:
    import pyarrow as pa

    return pa.array(part.records, pa.int64())


def _missing(
    taken: Taken,
    words: Vocabulary,
    names: list[str],
    lacking: list[str] | tuple[str, ...],
    language: str,
    header: Header | None = None,
) -> Refusal:
    """The refusal for required columns that no header names; tells the nearest header that was found."""
    from rapidfuzz import fuzz, process

    used = {index for indexes in header.columns.values() for index in indexes} if header else set()
    free = [_flat(name) for index, name in enumerate(names) if name and index not in used and len(name) <= 60]
    other = _other_side(names, words.side, header)
    column = lacking[0]
    wanted = words.headers_of(column)
    nearest, best = "", 0.0
    for name in free:
        match = process.extractOne(name, wanted, scorer=fuzz.ratio)
        if match and match[1] > best:
            nearest, best = name, match[1]
    code = "column-missing"
    facts = {"canonical": column, "usual": _usual(words.side, column), "section": _section(words.side)}
    if other is not None:
        code, facts = "wrong-side", {**facts, "other": _section(other)}
    elif best >= _NEAR_ENOUGH:
        code, facts = "column-missing-near", {**facts, "nearest": nearest}
    return refusal(
        code.replace("-near", ""),
        taken.source.file.label,
        sheet=taken.sheet.name,
        row=taken.number(header.top) if header and taken.sheet.rows and not taken.sheet.fields else None,
        text=code,
        language=language,
        **facts,
    )


def _other_side(names: list[str], side: Side, header: Header | None) -> Side | None:
    """The side this sheet plainly belongs to: it has what that side requires, and more of its columns."""
    from chsi_batch.layout.headers import vocabulary

    own = len(header.columns) if header else 0
    for other in Side:
        if other is side:
            continue
        columns, _ = assign(names, vocabulary(other, {}))
        if all(column in columns for column in REQUIRED[other]) and len(columns) > own + 1:
            return other
    return None


def _usual(side: Side, canonical: str) -> str:
    from chsi_batch.layout.headers import default_header

    return default_header(side, canonical)


def _section(side: Side) -> str:
    return {"registration": "registrations", "degree": "degrees", "enrolment": "enrolments"}[side]


def _flat(name: str) -> str:
    return "".join(name.split())
