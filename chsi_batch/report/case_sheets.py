"""Fills the sheets of the exception report: one list per acting party, and the notes of bound rows."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from chsi_batch import rules
from chsi_batch.report import beside, decided, records, sheets
from chsi_batch.report.cases import Case, cases, notes
from chsi_batch.report.differences import Cell, Marked
from chsi_batch.report.palette import LIGHT, NOTES_LIGHT
from chsi_batch.report.records import Record, field_value
from chsi_batch.report.shown import Shown
from chsi_batch.report.suggestions import Suggestions
from chsi_batch.report.words import Words, code_order, party_order
from chsi_batch.results import Run
from chsi_batch.terms import Side

_SIDES = (Side.REGISTRATION.value, Side.DEGREE.value)
_TELLING = ("id_number", "certificate_number", "graduation_year", "school")
"""Fields shown when no two values differ: what a person needs to find the row."""

Found = dict[str, dict[str, Record]]


class CaseSheets:
    """The exception report of one run, counted and put in order."""

    def __init__(self, run: Run, language: str, unmask: bool) -> None:
        self.words = Words(language)
        self.shown = Shown(unmask)
        self.cases, self.notes = cases(run), notes(run)
        self.on_hold = decided.on_hold(run)
        self.decisions = decided.sheet(run, self.words, self.shown)
        self.suggestions = Suggestions(run, self.cases)
        named = {ref for case in self.cases for ref in self.suggestions.refs(case)}
        self.records: Found = {
            side: records.wanted(
                run,
                side,
                [case.ref(side) for case in (*self.cases, *self.notes)]
                + [ref for of_side, ref in named if of_side == side],
            )
            for side in _SIDES
        }

    def lists(self) -> list[sheets.Sheet]:
        """One sheet per party that has anything to do, then the notes, then what was decided."""
        ordered = sorted(self.cases, key=lambda case: (party_order(case.acts), *self._order(case)))
        found = [
            self._party(acts, list(group)) for acts, group in groupby(ordered, key=lambda case: case.acts)
        ]
        if self.notes:
            found.append(self._notes(sorted(self.notes, key=self._order)))
        if self.decisions:
            found.append(self.decisions)
        return [part for sheet in found for part in sheets.split(sheet)]

    def _party(self, acts: str, found: Sequence[Case]) -> sheets.Sheet:
        words = self.words
        data = self._common(found)
        both = [self._values(case) for case in found]
        data |= {
            "severity": [words.known("severity", case.severity) for case in found],
            "fields": [words.comma.join(words.states[field] for field in case.fields) for case in found],
            "registration_values": [left for left, _ in both],
            "degree_values": [right for _, right in both],
            "more": [words.comma.join(words.title(code) for code in case.more) for case in found],
            "candidates": [self.suggestions.lines(case, self.records, words, self.shown) for case in found],
        }
        held = [self._held(case) for case in found]
        data |= {
            "decision": [words("decision.hold") if row else None for row in held],
            "reviewer": [self.shown.value("reviewer", row.get("reviewer")) for row in held],
            "remark": [self.shown.value("remark", row.get("remark")) for row in held],
            "signature": [None] * len(found),
        }
        rows = sum(len(case.sides) for case in found)
        return sheets.Sheet(
            name=words.party(acts),
            title=words("sheet.party.title", party=words.party(acts)),
            facts=words("sheet.party.facts", cases=len(found), rows=rows),
            columns=sheets.present(sheets.CASES, data),
            data=data,
            rows=len(found),
            colour=LIGHT.get(acts, LIGHT["nobody"]),
            freeze="name",
            least=sheets.SIGNED,
        )

    def _held(self, case: Case) -> decided.Decision:
        """The decision that holds the case: on its pair, else on one of its rows; empty if there is none."""
        asked = [(case.registration, case.degree)]
        asked += [(case.registration, None)] * (Side.REGISTRATION in case.sides)
        asked += [(None, case.degree)] * (Side.DEGREE in case.sides)
        return next((self.on_hold[pair] for pair in asked if pair in self.on_hold), {})

    def _notes(self, found: Sequence[Case]) -> sheets.Sheet:
        words = self.words
        data = self._common(found)
        data |= {"acts": [words.party(case.acts) for case in found], "remark": [None] * len(found)}
        return sheets.Sheet(
            name=words("sheet.notes"),
            title=words("sheet.notes.title"),
            facts=words("sheet.notes.facts", notes=len(found)),
            columns=sheets.present(sheets.NOTES, data),
            data=data,
            rows=len(found),
            colour=NOTES_LIGHT,
            freeze="name",
        )

    def _common(self, found: Sequence[Case]) -> dict[str, Sequence[Cell]]:
        """The columns that cases and notes share."""
        words, shown = self.words, self.shown
        degrees = [self._degree(case) for case in found]
        return {
            "number": list(range(1, len(found) + 1)),
            "school": [shown.value("school", self._school(case)) for case in found],
            "department": [shown.value("department", row.get("department")) for row in degrees],
            "class": [shown.value("class", row.get("class")) for row in degrees],
            "name": [shown.value("name", self._own(case)["name"]) for case in found],
            "title": [words.title(case.code) for case in found],
            "code": [case.code for case in found],
            "faulty": [
                words("both") if len(case.sides) > 1 else words.known("side", case.sides[0]) for case in found
            ],
            "registration_ref": [case.registration for case in found],
            "degree_ref": [case.degree for case in found],
            "cause": [case.cause for case in found],
            "advice": [case.advice for case in found],
        }

    def _own(self, case: Case) -> Record:
        """The row the case is about: the degree's if it is one of them, else the registration's."""
        side = case.sides[-1]
        return self.records[side][case.ref(side) or ""]

    def _degree(self, case: Case) -> Record:
        return self.records[Side.DEGREE].get(case.degree or "", {})

    def _school(self, case: Case) -> str | None:
        if Side.DEGREE in case.sides or case.registration is None:
            return records.school_of(self._own(case))
        degree = self._degree(case)
        return self._own(case)["claimed_school"] or (records.school_of(degree) if degree else None)

    def _order(self, case: Case) -> tuple[object, ...]:
        """By school, 院系, class, name; then by code and place, so that no two cases are equal."""
        degree = self._degree(case)
        return (
            *records.order(
                self._school(case), degree.get("department"), degree.get("class"), self._own(case)["name"]
            ),
            code_order().get(case.code, len(rules.exception_codes())),
            case.code,
            *records.order(case.degree, case.registration),
        )

    def _values(self, case: Case) -> tuple[Cell, Cell]:
        """What both rows say, one field to a line, with the differing characters marked."""
        left = self.records[Side.REGISTRATION].get(case.registration or "")
        right = self.records[Side.DEGREE].get(case.degree or "")
        if left is None or right is None:
            return self._alone(Side.REGISTRATION, left, case), self._alone(Side.DEGREE, right, case)
        return beside.lines(self._telling(case, left, right), left, right, self.words, self.shown)

    @staticmethod
    def _telling(case: Case, left: Record, right: Record) -> list[str]:
        """The fields to show: those that differ, else what identifies the rows."""
        if case.fields:
            return list(case.fields)
        given = [
            field
            for field in _TELLING[:2]
            if field_value(Side.REGISTRATION, left, field) or field_value(Side.DEGREE, right, field)
        ]
        return given or ["name"]

    def _alone(self, side: Side, record: Record | None, case: Case) -> Cell:
        """What a row without a counterpart says: the field at fault first."""
        if record is None:
            return None
        named = [
            field
            for field in dict.fromkeys((*case.fields, *_TELLING))
            if field in case.fields or field != "school"
        ]
        lines: list[Marked] = []
        for field in named:
            value = field_value(side, record, field)
            if value is None and field not in case.fields:
                continue
            text = self.shown.value(field, value, record["id_number"]) if value else self.words("blank")
            lines.append(((f"{self.words.states[field]}{self.words.colon}{text}", False),))
        return beside.stack(lines)
