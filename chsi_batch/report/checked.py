"""What `check` shows: each input sheet as it was, with the bad cells marked where they stand.

The first sheet tells what was in the files, which header became which column, and every bad cell with a link
to it. The others repeat the input at its own row numbers: a bad cell is red and carries a comment that says
what is wrong and what to do; rows that are no records are grey. Everything is text. Values are masked unless
the user asks for them. XlsxWriter, because it writes rows as they come and never holds the workbook.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from chsi_batch import plain, tables
from chsi_batch.layout.cells import text_of
from chsi_batch.report.check_overview import ASIDE, BAD, COUNTS, HEAD, PLAIN, TITLE, issue_counts, lines
from chsi_batch.report.shown import SUSPECT
from chsi_batch.sources.conformed import Conformed
from chsi_batch.sources.issuing import masked
from chsi_batch.sources.taking import Taken

MAX_ROWS = 1_048_576
COMMENTS = 20_000
"""More comments make the workbook slow to open; further bad cells are red and stand in the list."""
LINKS = 60_000
"""Excel allows 65,530 links on a sheet."""
SLICE = 20_000
PAPER_A4 = 9
OVERVIEW_WIDTHS = (12, 28, 22, 34, 24, 12, 12, 12, 12, 12, 12, 12, 40)
LINKED = 2
"""The column of the overview that carries the links."""
_PERSONAL = frozenset({"id_number", "mobile", "email"})
"""Columns whose every value is hidden; in all others only what looks like such a value."""


def check_summary(conformed: Sequence[Conformed]) -> dict[str, Any]:
    """What `check --json` prints: files with their sheets and counts, refusals, issues by code."""
    files: dict[tuple[str, str], dict[str, Any]] = {}
    for side in conformed:
        counted = issue_counts(side)
        for row in side.inputs.to_pylist():
            file = files.setdefault(
                (row["side"], row["file"]),
                {name: row[name] for name in ("side", "file", "format", "encoding", "sha256")}
                | {"sheets": []},
            )
            file["sheets"].append(
                {name: row[name] for name in ("sheet", "hidden", *COUNTS, "note")}
                | {"headers": json.loads(row["headers"]), "unmapped": json.loads(row["unmapped"])}
                | {"issues": dict(sorted(counted[row["file"], row["sheet"]].items()))}
            )
    refused = [told for side in conformed for told in side.refusals]
    totals = Counter(code for side in conformed for code in side.issues["code"].to_pylist())
    return {
        "files": list(files.values()),
        "refusals": [
            {"code": told.code, "file": told.file, "sheet": told.sheet, "line": told.line()}
            for told in refused
        ],
        "issues": dict(sorted(totals.items())),
    }


def write(path: Path, conformed: Sequence[Conformed], language: str = "zh", *, unmask: bool = False) -> None:
    """Write the workbook of marked cells."""
    from chsi_batch.report import books

    with books.Book(str(path), constant_memory=True, tmpdir=str(path.parent)) as book:
        _Checked(book, conformed, tables.texts("check_words", language), unmask).write()


class _Checked:
    """One workbook being written."""

    def __init__(
        self, book: Any, conformed: Sequence[Conformed], words: Mapping[str, str], unmask: bool
    ) -> None:
        self.book, self.conformed, self.words, self.unmask = book, conformed, words, unmask
        font = {"font_name": "等线", "font_size": 10, "valign": "top"}
        self.plain = book.add_format(font)
        self.bad = book.add_format({**font, "bg_color": "#FFC7CE", "font_color": "#9C0006"})
        self.head = book.add_format({**font, "bold": True, "bg_color": "#DDEBF7"})
        self.aside = book.add_format({**font, "font_color": "#7F7F7F", "italic": True, "bg_color": "#F2F2F2"})
        title = book.add_format({**font, "bold": True, "font_size": 14})
        self.looks = {PLAIN: self.plain, HEAD: self.head, ASIDE: self.aside, BAD: self.bad, TITLE: title}
        self.link = book.add_format({**font, "font_color": "#0563C1", "underline": 1})
        self.comments = 0
        sheets = [(side, taken) for side in conformed for taken in side.taken]
        self.letters = {id(taken): _letters_of(taken) for _, taken in sheets}
        self.titles = {id(taken): _title(number, taken) for number, (_, taken) in enumerate(sheets, 1)}

    def write(self) -> None:
        """All sheets, the overview first."""
        overview = self.book.add_worksheet(self.words["overview"])
        for side in self.conformed:
            for taken in side.taken:
                self._sheet(side, taken)
        self._overview(overview)

    def _sheet(self, side: Conformed, taken: Taken) -> None:
        sheet = self.book.add_worksheet(self.titles[id(taken)])
        columns = _columns(taken)
        for index, canonical in columns.items():
            sheet.set_column(index, index, 22 if canonical in ("id_number", "email", "username") else 14)
        faults = _faults(side, taken)
        aside = {index for index, _, _ in taken.set_aside}
        records = {int(index) for part in taken.parts for index in part.records}
        show = _shower(columns, self.unmask)
        offset = 0
        if taken.sheet.fields is not None:
            offset = 1
            sheet.freeze_panes(1, 0)
            for index, name in enumerate(taken.sheet.fields):
                sheet.write_string(0, index, name, self.head)
        elif taken.parts:
            sheet.freeze_panes(taken.number(taken.parts[0].header.bottom - 1), 0)
        for index, cells in _rows(taken):
            row = index + 1 if offset else taken.number(index) - 1
            if row >= MAX_ROWS:
                break
            style = self.plain if index in records else self.aside if index in aside else self.head
            marked = faults.get(taken.number(index), {})
            known = index in records
            for column, cell in enumerate(cells):
                messages = marked.get(column)
                if messages:
                    sheet.write_string(row, column, show(column, cell, known) if cell else "", self.bad)
                    self._comment(sheet, row, column, messages)
                elif cell:
                    sheet.write_string(row, column, show(column, cell, known), style)

    def _comment(self, sheet: Any, row: int, column: int, messages: Sequence[str]) -> None:
        if self.comments < COMMENTS:
            sheet.write_comment(row, column, "\n".join(messages), {"x_scale": 2, "font_size": 9})
            self.comments += 1

    def _overview(self, sheet: Any) -> None:
        sheet.set_landscape()
        sheet.set_paper(PAPER_A4)
        sheet.fit_to_pages(1, 0)
        for column, width in enumerate(OVERVIEW_WIDTHS):
            sheet.set_column(column, column, width)
        links = 0
        listed = lines(self.conformed, self.words, self._target, unmask=self.unmask)
        for row, line in enumerate(listed):
            if row >= MAX_ROWS:
                break
            if line.look == TITLE:
                sheet.set_row(row, 24)
            for column, cell in enumerate(line.cells):
                if column == LINKED and line.target and links < LINKS:
                    sheet.write_url(row, column, line.target, self.link, cell)
                    links += 1
                elif cell:
                    sheet.write_string(row, column, cell, self.looks[line.look])

    def _target(self, taken: Taken, column: str | None, number: int) -> str:
        """The link to a cell of a marked sheet; '' where the sheet does not reach so far."""
        row = number + 1 if column and taken.sheet.fields is not None else number
        letter = self.letters[id(taken)][column] if column else "A"
        return f"internal:'{self.titles[id(taken)]}'!{letter}{row}" if row <= MAX_ROWS else ""


def _columns(taken: Taken) -> dict[int, str]:
    """Column index -> canonical column."""
    return {
        index: canonical
        for part in reversed(taken.parts)
        for canonical, indexes in part.header.columns.items()
        for index in indexes
    }


def _faults(side: Conformed, taken: Taken) -> dict[int, dict[int, list[str]]]:
    """Row number -> column index -> what is wrong."""
    import pyarrow.compute as pc

    issues = side.issues.filter(pc.equal(side.issues["file"], taken.source.file.label))
    places = {canonical: index for index, canonical in _columns(taken).items()}
    found: dict[int, dict[int, list[str]]] = defaultdict(dict)
    columns = (issues[name].to_pylist() for name in ("sheet", "row", "column", "message"))
    for sheet, row, column, message in zip(*columns, strict=True):
        if sheet == taken.sheet.name and column in places:
            found[row].setdefault(places[column], []).append(message)
    return found


def _rows(taken: Taken) -> Iterator[tuple[int, Sequence[str | None]]]:
    """Row index and texts of every row, a slice of the columns at a time."""
    if not taken.parts:
        for index, cells in enumerate(taken.sheet.rows):
            yield index, [text_of(cell) for cell in cells]
        return
    texts = taken.parts[0].texts
    for start in range(0, min(len(texts[0]), MAX_ROWS), SLICE):
        columns = [text.slice(start, SLICE).to_pylist() for text in texts]
        for index, cells in enumerate(zip(*columns, strict=True), start):
            yield index, cells


def _shower(columns: Mapping[int, str], unmask: bool) -> Callable[[int, str, bool], str]:
    """How a cell is shown: as it is, or masked by what its column means (in records) or looks like."""

    def show(column: int, cell: str, known: bool) -> str:
        canonical = columns.get(column, "") if known else ""
        if unmask or (canonical not in _PERSONAL and not SUSPECT.search(cell)):
            return cell
        return masked(canonical, cell) or ""

    return show


def _title(number: int, taken: Taken) -> str:
    name = taken.sheet.name or Path(taken.source.file.label).stem
    return plain.sheet_name(f"{number}.{name}")


def _letters_of(taken: Taken) -> dict[str, str]:
    """Canonical column -> its letter in the marked sheet."""
    from chsi_batch.sources.tabulating import letter

    return {canonical: letter(index) for index, canonical in _columns(taken).items()}
