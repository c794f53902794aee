"""Reads a filled-in audit workbook back, also one that another spreadsheet program has saved.

It is refused, with one line, unless it is ours, of this very run, has every row that was drawn once, and a
known answer in each: a sample of which a part is missing says nothing certain.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from chsi_batch import tables
from chsi_batch.audit import plan as plans
from chsi_batch.audit.plan import Plan
from chsi_batch.audit.rates import Counts
from chsi_batch.audit.workbook import Filled
from chsi_batch.errors import Refusal, Refused
from chsi_batch.layout.headers import vocabulary
from chsi_batch.report.forms import ANSWERS
from chsi_batch.results import Run
from chsi_batch.settings import Limits
from chsi_batch.sources.model import InputFile, Sheet
from chsi_batch.sources.opening import open_file
from chsi_batch.sources.refusing import refusal
from chsi_batch.terms import LANGUAGES, Side

COLUMNS = ("pair", "answer", "reviewer", "remark")
SAME, OTHER, UNCLEAR = ANSWERS
HEAD_ROWS = 10
"""The header of the list stands in one of the first rows."""


@dataclass(frozen=True)
class Given:
    """What was answered: the plan, per lot how often which answer was given, and the cells as filled in."""

    plan: Plan
    lots: dict[str, Counts]
    filled: Filled


@dataclass(frozen=True)
class _Row:
    """One row of the list; `number` as the spreadsheet program shows it."""

    sheet: str | None
    number: int
    cells: dict[str, str]


def read(run: Run, path: Path, language: str) -> Given:
    """The answers in the workbook at `path`; Refused if they cannot be used for this run."""
    teller = _Teller(path.name, language)
    source = open_file(
        InputFile(Side.DEGREE, path, path.name), Limits(), vocabulary(Side.DEGREE, {}), language
    )
    if source.refusal is not None:
        raise Refused([source.refusal])
    try:
        carried = next(sheet for sheet in source.sheets if sheet.name == plans.SHEET)
        plan = plans.read(run, [tuple(_text(cell) for cell in row if cell != "") for row in carried.rows])
    except (StopIteration, ValueError, IndexError):
        raise teller.refused("audit-foreign") from None
    if plan is None:
        raise teller.refused("audit-other-run")
    rows = [row for sheet in source.sheets for row in _rows(sheet)]
    return _given(plan, rows, teller)


class _Teller:
    """Makes the refusals of one file."""

    def __init__(self, file: str, language: str) -> None:
        self._file, self._language = file, language

    def refused(self, code: str, row: _Row | None = None, **facts: int) -> Refused:
        return Refused([self.refusal(code, row, **facts)])

    def refusal(self, code: str, row: _Row | None = None, **facts: int) -> Refusal:
        place = {"sheet": row.sheet, "row": row.number} if row else {}
        return refusal(code, self._file, language=self._language, **place, **facts)  # type: ignore[arg-type]


def _given(plan: Plan, rows: Sequence[_Row], teller: _Teller) -> Given:
    drawn = {binding.code: binding for binding in plan.drawn}
    codes = [row.cells["pair"] for row in rows]
    if sorted(codes) != sorted(drawn):
        lost = len(drawn.keys() - set(codes))
        raise teller.refused("audit-rows", lost=lost, foreign=len(codes) - len(drawn) + lost)
    words = _answers()
    empty = [row for row in rows if not row.cells["answer"]]
    if empty:
        raise teller.refused("audit-unanswered", empty[0], rows=len(empty), of=len(rows))
    unknown = [row for row in rows if row.cells["answer"] not in words]
    if unknown:
        raise Refused([teller.refusal("audit-answer", row) for row in unknown])
    said = {row.cells["pair"]: words[row.cells["answer"]] for row in rows}
    lots = {
        lot: Counts(
            population, *(sum(said[c] == a for c, b in drawn.items() if b.lot == lot) for a in ANSWERS)
        )
        for lot, population in plan.population.lots.items()
    }
    filled = {
        row.cells["pair"]: (row.cells["answer"], row.cells["reviewer"], row.cells["remark"]) for row in rows
    }
    return Given(plan, lots, filled)


def _rows(sheet: Sheet) -> list[_Row]:
    """The rows of a list, if the sheet is one: its header has a column of codes and one of answers."""
    for place, row in enumerate(sheet.rows[:HEAD_ROWS]):
        header = [_text(cell) for cell in row]
        for language in LANGUAGES:
            words = tables.texts("report_words", language)
            places = {name: words[f"column.{name}"] for name in COLUMNS}
            if all(title in header for title in places.values()):
                columns = {name: header.index(title) for name, title in places.items()}
                return _listed(sheet, place + 1, columns)
    return []


def _listed(sheet: Sheet, first: int, columns: dict[str, int]) -> list[_Row]:
    found = []
    for place, row in enumerate(sheet.rows[first:], start=first):
        cells = {name: _text(row[at]) if at < len(row) else "" for name, at in columns.items()}
        if cells["pair"] or cells["answer"]:
            found.append(_Row(sheet.name, sheet.number(place), cells))
    return found


def _answers() -> dict[str, str]:
    """What may stand in an answer cell, in either language -> the answer."""
    return {
        tables.texts("report_words", language)[f"answer.{answer}"]: answer
        for language in LANGUAGES
        for answer in ANSWERS
    }


def _text(cell: object) -> str:
    return "" if cell is None else str(cell).strip()
