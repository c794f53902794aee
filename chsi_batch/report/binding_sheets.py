"""Fills the sheets of the binding report: every binding, and those that still have to be verified."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from chsi_batch import rules
from chsi_batch.report import decided, records, sheets
from chsi_batch.report.cases import BINDING_NOTES
from chsi_batch.report.differences import Cell
from chsi_batch.report.palette import LIGHT, PLAIN_LIGHT
from chsi_batch.report.records import Record, field_value
from chsi_batch.report.shown import Shown
from chsi_batch.report.words import Words
from chsi_batch.results import Run
from chsi_batch.terms import Side

WAIT = timedelta(hours=24)
"""How long after binding the enrolment may stay invisible (S7)."""

Binding = dict[str, str | None]


class BindingSheets:
    """The binding report of one run, in order."""

    def __init__(self, run: Run, language: str, unmask: bool) -> None:
        self.words = Words(language)
        self.shown = Shown(unmask)
        bindings: list[Binding] = run.tables["bindings"].to_pylist()
        self.degrees = records.wanted(run, Side.DEGREE, (row["degree_ref"] for row in bindings))
        self.accounts = records.wanted(run, Side.REGISTRATION, (row["registration_ref"] for row in bindings))
        self.bindings = sorted(bindings, key=self._order)
        self.binders = decided.Binders(run, self.degrees)
        self.pending = [row for row in self.bindings if row["state"] in BINDING_NOTES]

    def _order(self, row: Binding) -> tuple[bytes, ...]:
        degree = self._degree(row)
        return records.order(
            records.school_of(degree), degree["department"], degree["class"], degree["name"],
            row["degree_ref"], row["registration_ref"],
        )  # fmt: skip

    def _degree(self, row: Binding) -> Record:
        return self.degrees[row["degree_ref"] or ""]

    def _account(self, row: Binding) -> Record:
        return self.accounts[row["registration_ref"] or ""]

    def lists(self) -> list[sheets.Sheet]:
        """All bindings, then those to be verified."""
        return [part for sheet in (self._all(), self._pending()) for part in sheets.split(sheet)]

    def _all(self) -> sheets.Sheet:
        words, data = self.words, self._common(self.bindings)
        degrees = [self._degree(row) for row in self.bindings]
        binders = [self.binders.of(row) for row in self.bindings]
        data |= {
            "record_kind": [row["record_kind"] for row in degrees],
            "graduation_year": [field_value(Side.DEGREE, row, "graduation_year") for row in degrees],
            "certificate_number": [
                self.shown.value("certificate_number", row["certificate_number"], row["id_number"])
                for row in degrees
            ],
            "username": [
                self.shown.value("username", self._account(row)["username"]) for row in self.bindings
            ],
            "rule": [row["rule"] for row in self.bindings],
            "method": [words.known("method", row["method"]) for row in self.bindings],
            "reviewer": [self.shown.value("reviewer", row.get("reviewer")) for row in binders],
            "remark": [self.shown.value("remark", row.get("remark")) for row in binders],
        }
        return self._sheet(
            "bindings",
            self.bindings,
            sheets.BINDINGS,
            data,
            PLAIN_LIGHT,
            words("bindings.facts", rows=len(self.bindings)),
        )

    def _pending(self) -> sheets.Sheet:
        words, found = self.words, self.pending
        data = self._common(found)
        told = {entry.code: entry for entry in rules.exception_codes()}
        texts = [told.get(row["state"] or "") for row in found]
        data |= {
            "due_at": [_due(row["bound_at"]) for row in found],
            "cause": [entry.cause[words.language] if entry else None for entry in texts],
            "advice": [entry.advice[words.language] if entry else None for entry in texts],
        }
        data |= {key: [None] * len(found) for key in ("result", "reviewer", "remark", "signature")}
        unverified = sum(row["state"] == "unverified" for row in self.bindings)
        facts = words("pending.facts", rows=len(found))
        if unverified:
            facts += words("pending.unverified", rows=unverified)
        return self._sheet("pending", found, sheets.PENDING, data, LIGHT["province"], facts)

    def _sheet(
        self,
        key: str,
        found: Sequence[Binding],
        columns: Sequence[sheets.Column],
        data: dict[str, Sequence[Cell]],
        colour: str,
        facts: str,
    ) -> sheets.Sheet:
        return sheets.Sheet(
            name=self.words(f"sheet.{key}"),
            title=self.words(f"sheet.{key}.title"),
            facts=facts,
            columns=sheets.present(columns, data),
            data=data,
            rows=len(found),
            colour=colour,
            freeze="name",
            empty=self.words(f"sheet.{key}.empty"),
            least=sheets.SIGNED
            if any(column.key == "signature" for column in columns)
            else sheets.Sheet.least,
        )

    def _common(self, found: Sequence[Binding]) -> dict[str, Sequence[Cell]]:
        """The columns that both lists share; the ID number is the account's."""
        shown, words = self.shown, self.words
        degrees = [self._degree(row) for row in found]
        return {
            "number": list(range(1, len(found) + 1)),
            "school": [shown.value("school", records.school_of(row)) for row in degrees],
            "department": [shown.value("department", row["department"]) for row in degrees],
            "class": [shown.value("class", row["class"]) for row in degrees],
            "name": [shown.value("name", row["name"]) for row in degrees],
            "id_number": [shown.value("id_number", self._account(row)["id_number"]) for row in found],
            "level": [shown.value("level", row["level"]) for row in degrees],
            "state": [words.known("state", row["state"]) for row in found],
            "bound_at": [_moment(row["bound_at"]) for row in found],
            "registration_ref": [row["registration_ref"] for row in found],
            "degree_ref": [row["degree_ref"] for row in found],
        }


def _moment(text: str | None) -> str | None:
    return text.replace("T", " ") if text else None


def _due(text: str | None) -> str | None:
    """When the enrolment must show: a day after binding."""
    try:
        return None if text is None else (datetime.fromisoformat(text) + WAIT).isoformat(" ")
    except ValueError:
        return None
