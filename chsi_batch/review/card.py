"""What the widget shows of a session, as plain values: texts in the reviewer's language, masked, marked.

Each value is a list of `[text, marked]`; the page sets them as text, so nothing in them is ever markup.
Characters that cannot be seen, or that turn the line round, are written by their code point.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from chsi_batch import plain, rules, tables
from chsi_batch.decisions.standing import Standing
from chsi_batch.report.differences import Marked, pieces
from chsi_batch.report.records import Record, field_value, order
from chsi_batch.report.shown import Shown
from chsi_batch.report.words import Words, party_order, readings
from chsi_batch.review.index import Candidate, Item
from chsi_batch.review.session import SAMPLE, Session
from chsi_batch.terms import FIELDS, Side

ORDER = ("name", *(field for field in FIELDS if field != "name"))
"""The compared fields as people look at them."""
ACCOUNT = (
    "username", "activation", "account_status", "review_status", "source_system", "registered_at", "bound_at",
    "mobile", "email",
)  # fmt: skip
RECORD = (
    "sex", "birth_date", "level", "category", "study_form", "major", "department", "class",
    "enrolment_date", "graduation_date", "conclusion", "record_kind", "student_no", "exam_no", "remark",
)  # fmt: skip
"""Columns shown below the compared fields, where they are given."""
DATES = frozenset({"birth_date", "enrolment_date", "graduation_date"})

Json = dict[str, Any]
Pieces = list[list[object]]


class Card:
    """The cases of one session in words."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._words = Words(session.language)
        self._texts = tables.texts("review_words", session.language)
        self._shown = Shown(session.unmask)
        self._readings = readings(session.language)
        self._choices = self._filters()

    def words(self) -> Json:
        """What does not change: the texts of the page, the preset remarks, what can be filtered by."""
        remarks = tables.texts("review_remarks", self._session.language)
        return {"words": self._texts, "remarks": [*remarks.values()], "choices": self._choices}

    def _filters(self) -> Json:
        """Per filter the values that occur: value, text, cases."""
        items, words = self._session.index.items, self._words
        parties = Counter(item.case.acts for item in items)
        schools = Counter(item.school for item in items)
        return {
            "code": [[code, words.title(code), count] for code, count in self._session.index.of_code.items()],
            "party": [[p, words.party(p), parties[p]] for p in sorted(parties, key=party_order)],
            "school": [
                [s, plain.line(self._shown.value("school", s)) or words("page.schools.unknown"), schools[s]]
                for s in sorted(schools, key=lambda name: order(name))
            ],
        }

    def view(self) -> Json:
        """The whole page but what `words` gave."""
        session = self._session
        chosen, notice = session.queue.chosen, session.notice
        return {
            "case": self._case(session.item) if session.item else None,
            "place": session.queue.place,
            "cases": len(session.queue.numbers),
            "alike": len(session.alike()),
            "progress": self._progress(),
            "reviewer": session.reviewer,
            "chosen": {
                "code": chosen.code, "school": chosen.school, "party": chosen.party,
                "undecided": chosen.undecided,
            },
            "notice": self.said(*notice) if notice else "",
            "needs": notice[0] if notice else "",
        }  # fmt: skip

    def said(self, key: str, values: Json) -> str:
        """A notice in words."""
        return self._texts[f"notice.{key}"].format(**values)

    def _progress(self) -> Json:
        found = self._session.progress()
        by_code = [[self._words.title(code), *counts] for code, *counts in found["by_code"]]
        return {**found, "by_code": by_code}

    def _case(self, item: Item) -> Json:
        session, words = self._session, self._words
        case = item.case
        cause, advice = self._told(item)
        registration, degree = session.pair
        return {
            "number": session.queue.number,
            "code": case.code,
            "title": words.title(case.code),
            "severity": case.severity,
            "severity_text": words.known("severity", case.severity),
            "party": words.party(case.acts),
            "cause": plain.line(cause),
            "advice": plain.line(advice),
            "more": [words.title(code) for code in case.more],
            "registration": registration,
            "degree": degree,
            "severe": None not in session.pair and session.severe,
            "beside": session.beside,
            "candidates": len(session.candidates),
            "others": words.known("side", Side.REGISTRATION if Side.DEGREE in case.sides else Side.DEGREE),
            **self._rows(session.pair, session.candidate),
            "decided": [
                self._decision(said) for said in session.decided.of_case.get(session.queue.number or 0, ())
            ],
        }

    def _told(self, item: Item) -> tuple[str, str]:
        """Cause and advice in the reviewer's language, which need not be that of the run."""
        cause, advice = self._session.index.told(item)
        for entry in rules.exception_codes():
            if entry.code == item.case.code and cause in entry.cause.values():
                return entry.cause[self._words.language], entry.advice[self._words.language]
        return cause, advice

    def _rows(self, pair: Sequence[str | None], candidate: Candidate | None) -> Json:
        """Both rows field by field, and below each what else its file says."""
        left = self._session.rows.record(Side.REGISTRATION, pair[0])
        right = self._session.rows.record(Side.DEGREE, pair[1])
        return {
            "rule": candidate["rule"] if candidate else "",
            "reading": self._readings.get(candidate["rule"], "") if candidate else "",
            "fields": [self._field(field, left, right, candidate) for field in ORDER],
            "account": self._further(ACCOUNT, left),
            "record": self._further(RECORD, right),
        }

    def _field(
        self, field: str, left: Record | None, right: Record | None, candidate: Candidate | None
    ) -> Json:
        state = candidate[field] if candidate else None
        here, there = self._values(field, left, right)
        return {
            "label": self._words.states[field],
            "left": here,
            "right": there,
            "state": state or "",
            "state_text": self._words.states[state] if state else "",
        }

    def _values(self, field: str, left: Record | None, right: Record | None) -> tuple[Pieces, Pieces]:
        """What both rows say in a field, with the differing characters marked."""
        shown = self._shown
        here = field_value(Side.REGISTRATION, left, field) if left else None
        there = field_value(Side.DEGREE, right, field) if right else None
        ids = tuple(row["id_number"] if row else None for row in (left, right))
        if here and there:
            marked = pieces(here, there, *shown.pair(field, here, there, (ids[0], ids[1])))
            return _json(marked[0]), _json(marked[1])
        return _alone(shown.value(field, here, ids[0])), _alone(shown.value(field, there, ids[1]))

    def _further(self, columns: Sequence[str], row: Record | None) -> list[list[object]]:
        """Label and value of the columns that are given."""
        if row is None:
            return []
        return [
            [self._texts[f"field.{name}"], self._further_value(name, row)] for name in columns if row[name]
        ]

    def _further_value(self, name: str, row: Record) -> str:
        from chsi_batch.values import graduation_year, masking

        text = row[name] or ""
        if name in DATES:  # a spreadsheet's number of days says nothing to a person
            text = graduation_year.clean_date(text) or text
        mask = {"mobile": masking.mask_mobile, "email": masking.mask_email}.get(name)
        if mask and not self._shown.unmask:
            return plain.line(mask(text))
        return plain.line(self._shown.value(name, text, row["id_number"]))

    def _decision(self, said: Standing) -> Json:
        entry = said.entry
        return {
            "decision": self._texts[f"decided.{said.decision}"],
            "conflicting": said.conflicting,
            "reviewer": plain.line(entry.reviewer),
            "remark": plain.line(self._shown.value("remark", entry.remark)),
            "time": entry.time[:16].replace("T", " "),
            "rows": [ref for ref in (entry.registration_ref, entry.degree_ref) if ref],
        }

    def sample(self) -> Json:
        """How many cases are of the kind that is shown, and some of them, spread over all."""
        session = self._session
        numbers = session.alike()
        step = max(1, len(numbers) // SAMPLE)
        items = [session.index.items[number] for number in numbers[::step][:SAMPLE]]
        for side in (Side.REGISTRATION.value, Side.DEGREE.value):
            session.rows.fetch(side, [item.case.ref(side) for item in items])
        return {"count": len(numbers), "cases": [self._sampled(item) for item in items]}

    def _sampled(self, item: Item) -> Json:
        left = self._session.rows.record(Side.REGISTRATION, item.case.registration)
        right = self._session.rows.record(Side.DEGREE, item.case.degree)
        states = dict(zip(FIELDS, item.pattern[1:], strict=True)) if item.pattern else {}
        told = [field for field in ORDER if field in ORDER[:2] or states.get(field, "blank") != "blank"]
        values = [(self._words.states[field], *self._values(field, left, right)) for field in told]
        return {"rows": list(item.pair), "fields": [list(value) for value in values]}


def _alone(text: str) -> Pieces:
    return [[plain.line(text), False]] if text else []


def _json(marked: Marked) -> Pieces:
    return [[plain.line(text), mark] for text, mark in marked]
