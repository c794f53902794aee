"""A registration beside a degree, field by field, as a table for the notebook: differing characters marked.

What people wrote is escaped sign by sign; only our own marks become markup.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from chsi_batch import plain, tables
from chsi_batch.notebook.scanning import FULL
from chsi_batch.report.differences import Cell, pieces
from chsi_batch.report.differences import plain as unmarked
from chsi_batch.report.records import Record, field_value
from chsi_batch.report.shown import Shown
from chsi_batch.report.words import Words
from chsi_batch.results import RECORD_TABLES
from chsi_batch.terms import COLUMNS, FIELDS, Side
from chsi_batch.values import masking

if TYPE_CHECKING:
    from pandas.io.formats.style import Styler

    from chsi_batch.notebook.finished import FinishedRun

REFS = {Side.REGISTRATION.value: "registration_ref", Side.DEGREE.value: "degree_ref"}
MARK = '<mark style="background:#ffd6d6;color:#a00000;font-weight:bold;text-decoration:underline">{}</mark>'
"""A differing character: by colour, weight and underline, so that none of them is needed alone."""
ALONE = (
    "birth_date", "sex", "level", "major", "department", "student_no", "mobile", "activation",
    "account_status", "review_status", "source_system", "remark",
)  # fmt: skip
"""Columns one side has alone, shown below the five compared fields where they are filled in."""
_COLUMN_HEADER = ("side", "canonical", "header", "origin")
_STYLES: Any = [{"selector": "th, td", "props": [("text-align", "left"), ("white-space", "pre-wrap")]}]

Line = tuple[str, Cell, Cell, str]
"""What the line is about, what the account says, what the record says, how they stand to each other."""


def table(run: FinishedRun, row: Mapping[str, Any], unmask: bool) -> Styler:
    """The two rows that `row` names by reference; its states, if it has any, stand in the last column."""
    import pandas as pd

    words, shown = Words(run.language), Shown(unmask)
    records = {side: _record(run, side, row.get(name), unmask) for side, name in REFS.items()}
    lines = [*_compared(records, row, words, shown), *_alone(records, words, shown)]
    heads = [f"{words.known('side', side)} {row.get(name, '')}" for side, name in REFS.items()]
    frame = pd.DataFrame([line[1:] for line in lines], columns=[*heads, ""])
    frame.index = pd.Index([line[0] for line in lines])
    styler = frame.style.format(rendered).format_index(rendered).format_index(rendered, axis=1)
    name = hashlib.sha256(repr((*heads, unmask)).encode()).hexdigest()[:12]
    return styler.set_uuid(name).set_table_styles(_STYLES)


def _record(run: FinishedRun, side: str, ref: str | None, unmask: bool) -> Record:
    """One row, in full values where the run has them: only so can differences be found."""
    names = COLUMNS[Side(side)]
    if ref is None:
        return dict.fromkeys(names)
    scanner = run.scanner(unmask or (run.folder / FULL).is_dir())
    record: Record = scanner.at(RECORD_TABLES[Side(side)], [ref], names).to_pylist()[0]
    return record


def _compared(
    records: Mapping[str, Record], row: Mapping[str, Any], words: Words, shown: Shown
) -> list[Line]:
    """The five fields of the rule table."""
    left, right = records[Side.REGISTRATION], records[Side.DEGREE]
    ids = (left["id_number"], right["id_number"])
    lines: list[Line] = []
    for field in FIELDS:
        here = field_value(Side.REGISTRATION, left, field)
        there = field_value(Side.DEGREE, right, field)
        state = words.states[row[field]] if field in row else ""
        if here is None or there is None:
            said = [shown.value(field, text, own) for text, own in zip((here, there), ids, strict=True)]
            lines.append((words.states[field], said[0], said[1], state))
        else:
            lines.append(
                (words.states[field], *pieces(here, there, *shown.pair(field, here, there, ids)), state)
            )
    return lines


def _alone(records: Mapping[str, Record], words: Words, shown: Shown) -> list[Line]:
    """The other columns worth a look, where either side fills them in."""
    lines: list[Line] = []
    for column in ALONE:
        if any(record.get(column) for record in records.values()):
            account, degree = (_value(shown, column, records[side]) for side in REFS)
            lines.append((_label(column, words.language), account, degree, ""))
    return lines


def _value(shown: Shown, column: str, record: Record) -> str:
    text = record.get(column)
    if column == "mobile" and text and not shown.unmask:
        return masking.mask_mobile(text)
    return shown.value(column, text, record["id_number"])


def _label(column: str, language: str) -> str:
    """What people call a column: the ministry's word, or its name."""
    if language == "en":
        return column.replace("_", " ")
    headers = tables.rows("columns", _COLUMN_HEADER)
    return next((row["header"] for row in headers if row["canonical"] == column), column)


def rendered(cell: Any) -> str:
    """A cell as HTML: every character of it escaped, the differing ones inside `MARK`."""
    if not isinstance(cell, tuple):
        return plain.page(unmarked(cell))
    return "".join(MARK.format(plain.page(text)) if marked else plain.page(text) for text, marked in cell)
