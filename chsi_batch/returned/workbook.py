"""Reads a filled-in exception report, also one that another spreadsheet program has saved.

Rows may have been sorted, hidden, deleted or copied, columns moved: columns are found by their titles, rows
by the references they show. A cell merged over several rows speaks for all of them, but for a decision.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from chsi_batch import tables
from chsi_batch.errors import Refusal, Refused
from chsi_batch.layout.cells import text_of
from chsi_batch.layout.headers import fold, vocabulary
from chsi_batch.report import origin
from chsi_batch.settings import Limits
from chsi_batch.sources.model import InputFile, Sheet, Span
from chsi_batch.sources.opening import open_file
from chsi_batch.sources.refusing import refusal
from chsi_batch.terms import LANGUAGES, Side

COLUMNS = ("decision", "reviewer", "remark", "registration_ref", "degree_ref", "code")
REFS = {Side.REGISTRATION: "registration_ref", Side.DEGREE: "degree_ref"}
HEAD_ROWS = 30
"""The header of a list stands in one of the first rows."""
_FORMAT = "xlsx"


@dataclass(frozen=True)
class Row:
    """One row of a list; `number` as the spreadsheet program shows it, `titles` as the columns are headed.

    `spoilt`: column -> the refusal for a cell whose value cannot be known.
    """

    sheet: str
    number: int
    cells: Mapping[str, str]
    titles: Mapping[str, str]
    spoilt: Mapping[str, str]

    def ref(self, side: Side) -> str | None:
        """The reference it shows for one side."""
        return self.cells[REFS[side]] or None


@dataclass(frozen=True)
class Filled:
    """A workbook as it was given back: the run it belongs to, and the rows of all lists."""

    run: str
    rows: tuple[Row, ...]


class Teller:
    """Makes the refusals of one file."""

    def __init__(self, file: str, language: str) -> None:
        self.file, self.language = file, language

    def refused(self, code: str) -> Refused:
        """The whole file cannot be used."""
        return Refused([refusal(code, self.file, language=self.language)])

    def row(self, code: str, row: Row, column: str, **facts: Any) -> Refusal:
        """One cell is at fault."""
        title = row.titles.get(column)
        return refusal(
            code, self.file, sheet=row.sheet, row=row.number, column=title, language=self.language, **facts
        )

    def more(self, code: str, like: Refusal, **facts: Any) -> Refusal:
        """Further cells with the same fault."""
        return refusal(code, self.file, language=self.language, like=like.code, **facts)

    def sheet(self, code: str, sheet: Sheet, **facts: Any) -> Refusal:
        """A whole list is at fault."""
        return refusal(code, self.file, sheet=sheet.name, language=self.language, **facts)


def read(path: Path, teller: Teller) -> Filled:
    """The lists in the workbook at `path`; Refused if it is none of ours, or none to decide in."""
    words = vocabulary(Side.DEGREE, {})
    source = open_file(InputFile(Side.DEGREE, path, path.name), Limits(), words, teller.language)
    if source.refusal is not None:
        raise Refused([source.refusal])
    if source.format != _FORMAT:
        raise teller.refused("decisions-format")
    carried = [sheet for sheet in source.sheets if sheet.name == origin.SHEET]
    found = [origin.carried([tuple(map(_text, row)) for row in sheet.rows]) for sheet in carried]
    run = next((one for one in found if one), None)
    if run is None:
        raise teller.refused("decisions-foreign")
    lists = [(sheet, header) for sheet in source.sheets if (header := _header(sheet))]
    if not lists:
        raise teller.refused("decisions-no-column")
    twice = [
        teller.sheet("decisions-column-twice", sheet, title=title)
        for sheet, header in lists
        for title in header.twice
    ]
    if twice:
        raise Refused(twice)
    return Filled(run, tuple(row for sheet, header in lists for row in _rows(sheet, header)))


@dataclass(frozen=True)
class _Header:
    """Where the header stands, which column is where, how it is headed, and titles that stand twice."""

    row: int
    places: Mapping[str, int]
    titles: Mapping[str, str]
    twice: tuple[str, ...]


def _header(sheet: Sheet) -> _Header | None:
    """The header of a list, in either language; None if the sheet is no list to decide in."""
    for number, row in enumerate(sheet.rows[:HEAD_ROWS]):
        texts = [_text(cell) for cell in row]
        folded = [fold(text) for text in texts]
        for language in LANGUAGES:
            words = tables.texts("report_words", language)
            wanted = {name: fold(words[f"column.{name}"]) for name in COLUMNS}
            places = {name: folded.index(title) for name, title in wanted.items() if title in folded}
            if "decision" in places and any(name in places for name in REFS.values()):
                twice = tuple(
                    texts[place] for name, place in places.items() if folded.count(wanted[name]) > 1
                )
                return _Header(number, places, {name: texts[at] for name, at in places.items()}, twice)
    return None


def _rows(sheet: Sheet, header: _Header) -> Iterator[Row]:
    merged = _merged(sheet)
    for place in range(header.row + 1, len(sheet.rows)):
        cells, spoilt = {}, {}
        for name in COLUMNS:
            at = header.places.get(name)
            span = merged.get((place, at)) if at is not None else None
            top = place if span is None else span.top
            cells[name] = _cell(sheet.rows, top, at if span is None else span.left)
            if span is not None and name == "decision" and cells[name]:
                spoilt[name] = "decision-merged"
            if at is not None and (place, at) in sheet.lost:
                spoilt[name] = "decision-lost"
        if fold(cells["decision"]) != fold(header.titles["decision"]) and (spoilt or any(cells.values())):
            yield Row(sheet.name or "", sheet.number(place), cells, header.titles, spoilt)


def _merged(sheet: Sheet) -> dict[tuple[int, int], Span]:
    """Every cell of a range that spans rows -> the range; ranges over very many rows are drawn, not meant."""
    return {
        (row, column): span
        for span in sheet.merged
        if span.bottom > span.top
        for row in range(span.top, min(span.bottom + 1, len(sheet.rows)))
        for column in range(span.left, span.right + 1)
    }


def _cell(rows: Sequence[Sequence[object]], row: int, column: int | None) -> str:
    if column is None or column >= len(rows[row]):
        return ""
    return _text(rows[row][column])


def _text(cell: object) -> str:
    return (text_of(cell) or "").strip()  # type: ignore[arg-type]
