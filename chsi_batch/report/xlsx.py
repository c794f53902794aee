"""Writes the two workbooks: `binding_report.xlsx` and `exception_report.xlsx`.

The numbers come from `totals`, the lists from `case_sheets` and `binding_sheets`, the look from `forms`;
here they are put together. The same run gives the same bytes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from chsi_batch.report import (
    forms,
    left_behind,
    origin,
    overview_pictures,
    overviews,
    pouring,
    sheets,
    totals,
)
from chsi_batch.report.binding_sheets import BindingSheets
from chsi_batch.report.case_sheets import CaseSheets
from chsi_batch.report.numbers import flow
from chsi_batch.report.palette import LIGHT, STRONG
from chsi_batch.report.words import Words
from chsi_batch.results import Run

Drawn = Callable[[], overview_pictures.Pictures]
"""Gives the pictures when they are needed."""


def write_bindings(run: Run, path: Path, language: str, unmask: bool, drawn: Drawn | None = None) -> None:
    """Who is bound to which record, by which rule, in which state."""
    words = Words(language)
    form = forms.Form(words, words("workbook.bindings"))
    found, counted = BindingSheets(run, language, unmask).lists(), totals.count(run)
    pictures = drawn() if drawn else overview_pictures.draw(flow.count(run), counted, words)
    overviews.bindings(form, counted, pictures, found, facts(run, words, unmask), _lost(found))
    finish(form, found, path, words, unmask)


def write_exceptions(run: Run, path: Path, language: str, unmask: bool, drawn: Drawn | None = None) -> None:
    """What is wrong with everyone else, who must act, and what is to be done."""
    words = Words(language)
    form = forms.Form(words, words("workbook.exceptions"))
    filled, counted = CaseSheets(run, language, unmask), totals.count(run)
    found = [*filled.lists(), *left_behind.lists(run, language, unmask)]
    pictures = drawn() if drawn else overview_pictures.draw(flow.count(run), counted, words)
    overviews.exceptions(
        form, filled.cases, counted, pictures, found, facts(run, words, unmask), _lost(found)
    )
    origin.carry(form, run.facts)
    finish(form, found, path, words, unmask)


def facts(run: Run, words: Words, unmask: bool) -> str:
    """As of when, by which version, masked or not: never the clock."""
    as_of = run.facts.get("as_of")
    return words.comma.join(
        (
            words("facts.as_of", as_of=str(as_of).replace("T", " ")) if as_of else words("facts.no_as_of"),
            words("facts.version", version=run.facts.get("version", "")),
            words("facts.unmasked") if unmask else words("facts.masked"),
        )
    )


def _lost(found: Sequence[sheets.Sheet]) -> int:
    """Cells from which control characters were taken."""
    return sum(pouring.controls(cells) for sheet in found for cells in sheet.data.values())


def finish(form: forms.Form, found: Sequence[sheets.Sheet], path: Path, words: Words, unmask: bool) -> None:
    """Draw the lists behind what is drawn already, pour their rows in and write the workbook."""
    strong = {LIGHT[party]: colour for party, colour in STRONG.items()}
    told = "" if unmask else words("facts.masked_short")
    for sheet in found:
        form.list_sheet(sheet, told, strong.get(sheet.colour))
    pouring.pour(form.finished(), form.lists, forms.runs(words.language), path)
