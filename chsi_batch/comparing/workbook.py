"""Writes `diff.xlsx`: an overview that closes, and one list per class of rows that changed."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from chsi_batch.comparing import telling
from chsi_batch.comparing.classes import CLASSES
from chsi_batch.comparing.comparison import Comparison
from chsi_batch.comparing.rows import SIDES
from chsi_batch.report import forms, overviews, records, sheets, xlsx
from chsi_batch.report.differences import Cell
from chsi_batch.report.palette import LIGHT, PLAIN_LIGHT
from chsi_batch.report.records import Record
from chsi_batch.report.shown import Shown
from chsi_batch.report.words import Words
from chsi_batch.results import Run

_COLOURS = {"bound": LIGHT["school"], "lost": LIGHT["police"]}


def write(found: Comparison, before: Run, after: Run, path: Path, language: str) -> None:
    """The workbook, masked; `after` is the run whose facts stand on top."""
    words = Words(language)
    form = forms.Form(words, words("diff.title"))
    lists = [sheet for name in CLASSES[:-1] for sheet in _sheets(found, name, before, after, words)]
    _overview(form, found, lists, xlsx.facts(after, words, False))
    xlsx.finish(form, lists, path, words, False)


def _overview(form: forms.Form, found: Comparison, lists: Sequence[sheets.Sheet], facts: str) -> None:
    words = form.words
    page = overviews.page(form, words("sheet.overview"), words("diff.title"), facts)
    top = form.table(
        page, 3, words("diff.sides"), _header(words, "sides"), telling.sides(found, words), total=False
    )
    names = {sheet.name for sheet in lists}
    links = [words(f"diff.{name}") if words(f"diff.{name}") in names else None for name in CLASSES]
    top = form.table(
        page, top, words("diff.classes"), _header(words, "classes"), telling.classes(found, words), links
    )
    for column in ("state", "code"):
        if moved := telling.steps(found, column, words):
            header = _header(words, "steps")
            top = form.table(page, top, words(f"diff.{column}s"), header, moved, total=False)
    overviews.close(form, page, top, 0)


def _header(words: Words, table: str) -> list[str]:
    return words(f"diff.{table}.header").split("|")


def _sheets(found: Comparison, name: str, before: Run, after: Run, words: Words) -> list[sheets.Sheet]:
    """The list of one class; none if no row is in it."""
    lines = found.lines[found.lines["class"] == name]
    if not len(lines):
        return []
    data = _data(lines, before, after, words)
    return sheets.split(
        sheets.Sheet(
            name=words(f"diff.{name}"),
            title=words("diff.list.title", name=words(f"diff.{name}")),
            facts=words("diff.list.facts", rows=len(lines)),
            columns=sheets.present(sheets.DIFF, data),
            data=data,
            rows=len(lines),
            colour=_COLOURS.get(name, PLAIN_LIGHT),
            freeze="name",
        )
    )


def _data(lines: pd.DataFrame, before: Run, after: Run, words: Words) -> dict[str, Sequence[Cell]]:
    """A row is shown as the later run has it, one that has gone as the earlier one had it."""
    shown = Shown(False)
    people = _people(lines, before, after)
    ends = {when: _ends(lines, when, words) for when in ("before", "after")}
    refs = ("before_ref", "after_ref", "before_counterpart", "after_counterpart")
    return {
        "number": list(range(1, len(lines) + 1)),
        "side": [words.known("side", side) for side in lines["side"]],
        "school": [shown.value("school", _school(row)) for row in people],
        "name": [shown.value("name", row["name"]) for row in people],
        "id_number": [shown.value("id_number", row["id_number"]) for row in people],
        **ends,
        **{name: lines[name].tolist() for name in refs},
    }


def _ends(lines: pd.DataFrame, when: str, words: Words) -> list[str]:
    columns = (lines[f"{when}_{name}"] for name in ("outcome", "code", "rule", "state", "method"))
    return [
        telling.end(outcome, code, rule, state, method, words)
        for outcome, code, rule, state, method in zip(*columns, strict=True)
    ]


def _people(lines: pd.DataFrame, before: Run, after: Run) -> list[Record]:
    known: dict[tuple[str, bool, str], Record] = {}
    for side in SIDES:
        mine = lines[lines["side"] == side.value]
        for gone, run, column in ((False, after, "after_ref"), (True, before, "before_ref")):
            for ref, row in records.wanted(run, side, (ref for ref in mine[column] if ref)).items():
                known[side.value, gone, ref] = row
    columns = (lines["side"], lines["after_ref"], lines["before_ref"])
    return [known[side, not new, new or old] for side, new, old in zip(*columns, strict=True)]


def _school(row: Record) -> str | None:
    return row["claimed_school"] if "claimed_school" in row else records.school_of(row)
