"""Writes the audit workbook: what was drawn and what the answers say, and the list to be filled in.

It looks like the other reports. A hidden sheet carries the plan, and each row a code, so that the filled-in
workbook can be read back and held against its run. With answers it is the same workbook, filled in.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Mapping, Sequence
from pathlib import Path

from chsi_batch import publishing
from chsi_batch.audit.plan import SHEET, Plan
from chsi_batch.audit.population import Binding
from chsi_batch.audit.telling import Telling
from chsi_batch.errors import OutputError
from chsi_batch.report import beside, forms, overviews, records, sheets, xlsx
from chsi_batch.report.differences import Cell, Marked
from chsi_batch.report.palette import PLAIN_LIGHT
from chsi_batch.report.records import Record
from chsi_batch.report.shown import Shown
from chsi_batch.report.words import Words
from chsi_batch.results import Run
from chsi_batch.terms import FIELDS, Side

MORE = {
    Side.REGISTRATION: ("username", "source_system"),
    Side.DEGREE: ("sex", "birth_date", "level", "major", "student_no"),
}
"""What only one side says, shown under the compared fields."""

Filled = Mapping[str, tuple[str, str, str]]
"""Code of a pair -> answer, reviewer, remark as they are written into the cells."""


def write(run: Run, told: Telling, path: Path, *, unmask: bool, filled: Filled) -> None:
    """The workbook at `path`, which must not exist."""
    words, title = Words(told.language), told.words["workbook"]
    form = forms.Form(words, title)
    sheet = overviews.page(form, words("sheet.summary"), title, xlsx.facts(run, words, unmask))
    top = 3
    for table in told.tables():
        top = form.table(sheet, top, table.heading, table.header, table.rows, total=table.total)
    overviews.close(form, sheet, top, 0)
    _carry(form, told.plan)
    listed = _List(run, told.plan.drawn, words, told.words, unmask).sheet(filled)
    with publishing.placing(path, taken="audit-exists", failed="audit-not-written") as fresh:
        xlsx.finish(form, sheets.split(listed), fresh, words, unmask)


def examine(path: Path) -> None:
    """Refuse a place that is taken, before anything takes long: answers are never overwritten."""
    if path.exists():
        raise OutputError.of("audit-exists", path)
    if not path.absolute().parent.is_dir():
        raise OutputError.of("audit-not-written", path, reason=os.strerror(errno.ENOENT))


def _carry(form: forms.Form, plan: Plan) -> None:
    """The plan in a sheet that nobody sees."""
    sheet = form.page(SHEET, SHEET)
    for row, line in enumerate(plan.lines()):
        for place, text in enumerate(line):
            sheet.write_string(row, place, text, form.style(num_format="@"))
    sheet.hide()


class _List:
    """The bindings drawn, in the order in which files are looked up."""

    def __init__(
        self, run: Run, drawn: Sequence[Binding], words: Words, texts: Mapping[str, str], unmask: bool
    ) -> None:
        self.words, self.texts, self.shown = words, texts, Shown(unmask)
        self.accounts = records.wanted(run, Side.REGISTRATION, (binding.registration for binding in drawn))
        self.degrees = records.wanted(run, Side.DEGREE, (binding.degree for binding in drawn))
        self.drawn = sorted(drawn, key=self._order)

    def _order(self, binding: Binding) -> tuple[bytes, ...]:
        degree = self.degrees[binding.degree]
        return records.order(
            records.school_of(degree), degree["department"], degree["class"], degree["name"], binding.degree
        )

    def sheet(self, filled: Filled) -> sheets.Sheet:
        """The list, with the answers that were given."""
        degrees = [self.degrees[binding.degree] for binding in self.drawn]
        both = [self._both(binding) for binding in self.drawn]
        given = [filled.get(binding.code, ("", "", "")) for binding in self.drawn]
        shown = self.shown
        data: dict[str, Sequence[Cell]] = {
            "number": list(range(1, len(self.drawn) + 1)),
            "school": [shown.value("school", records.school_of(row)) for row in degrees],
            "department": [shown.value("department", row["department"]) for row in degrees],
            "class": [shown.value("class", row["class"]) for row in degrees],
            "name": [shown.value("name", row["name"]) for row in degrees],
            "rule": [self.texts.get(f"lot.{binding.lot}", binding.lot) for binding in self.drawn],
            "registration_values": [left for left, _ in both],
            "degree_values": [right for _, right in both],
            "registration_ref": [binding.registration for binding in self.drawn],
            "degree_ref": [binding.degree for binding in self.drawn],
            "answer": [answer for answer, _, _ in given],
            "reviewer": [shown.value("reviewer", reviewer) for _, reviewer, _ in given],
            "remark": [shown.value("remark", remark) for _, _, remark in given],
            "signature": [None] * len(self.drawn),
            "pair": [binding.code for binding in self.drawn],
        }
        return sheets.Sheet(
            name=self.texts["sheet"],
            title=self.texts["title"],
            facts=self.texts["facts"].format(rows=len(self.drawn)),
            columns=sheets.present(sheets.AUDIT, data),
            data=data,
            rows=len(self.drawn),
            colour=PLAIN_LIGHT,
            freeze="name",
            empty=self.texts["empty"],
            least=sheets.SIGNED,
        )

    def _both(self, binding: Binding) -> tuple[Cell, Cell]:
        """What both rows say: the compared fields that either has, then what only one side says."""
        left, right = self.accounts[binding.registration], self.degrees[binding.degree]
        given = [
            field
            for field in FIELDS
            if records.field_value(Side.REGISTRATION, left, field)
            or records.field_value(Side.DEGREE, right, field)
        ]
        here, there = beside.lines(given, left, right, self.words, self.shown)
        return self._below(here, Side.REGISTRATION, left), self._below(there, Side.DEGREE, right)

    def _below(self, cell: Cell, side: Side, record: Record) -> Cell:
        """The cell with what only this side says in a line under it."""
        more = self.words.comma.join(
            self.shown.value(column, record[column], record["id_number"])
            for column in MORE[side]
            if record[column]
        )
        if not more:
            return cell
        line = f"\n{self.texts['more']}{self.words.colon}{more}"
        if isinstance(cell, tuple):
            marked: Marked = (*cell, (line, False))
            return marked
        return f"{cell}{line}"
