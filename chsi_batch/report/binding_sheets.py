"""Fills the sheets of the binding report: every binding, and those that still have to be verified.

There may be millions of bindings, so all is done by columns: putting in order, masking, filling.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from chsi_batch import rules
from chsi_batch.report import columnwise, decided, masked, places, records, sheets
from chsi_batch.report.cases import BINDING_NOTES
from chsi_batch.report.palette import LIGHT, PLAIN_LIGHT
from chsi_batch.report.shown import Shown
from chsi_batch.report.words import Words
from chsi_batch.results import Run
from chsi_batch.terms import Side

if TYPE_CHECKING:
    import pyarrow as pa

WAIT = timedelta(hours=24)
"""How long after binding the enrolment may stay invisible (S7)."""
_OF_DEGREE = (
    "department", "class", "name", "id_number", "record_kind", "level", "certificate_number",
)  # fmt: skip
_AS_THEY_ARE = ("school", "department", "class", "name", "level", "registration_ref", "degree_ref")
_ORDER = ("school", "department", "class", "name", "degree_ref", "registration_ref")


class BindingSheets:
    """The binding report of one run, in order."""

    def __init__(self, run: Run, language: str, unmask: bool) -> None:
        import pyarrow as pa
        import pyarrow.compute as pc

        self.words = Words(language)
        self.shown = Shown(unmask)
        self.bindings = _in_order(run, unmask)
        self.binders = decided.binders(run)
        open_states = pa.array(BINDING_NOTES)
        self.pending = self.bindings.filter(pc.is_in(self.bindings["state"], value_set=open_states))
        self.unverified: int = pc.sum(pc.equal(self.bindings["state"], "unverified")).as_py() or 0

    def lists(self) -> list[sheets.Sheet]:
        """All bindings, then those to be verified."""
        return [part for sheet in (self._all(), self._pending()) for part in sheets.split(sheet)]

    def _all(self) -> sheets.Sheet:
        words, found = self.words, self.bindings
        data = self._common(found) | self._decided(found)
        for key in ("record_kind", "graduation_year", "certificate_number", "username", "rule"):
            data[key] = _column(found, key)
        data["method"] = _each(found, "method", lambda method: words.known("method", method))
        facts = words("bindings.facts", rows=found.num_rows)
        return self._sheet("bindings", found, sheets.BINDINGS, data, PLAIN_LIGHT, facts)

    def _decided(self, found: pa.Table) -> dict[str, columnwise.Column]:
        """Reviewer and remark of the bindings that a decision made."""
        import pyarrow.compute as pc

        from chsi_batch.values import distinct

        told: dict[str, list[str | None]] = {key: [None] * found.num_rows for key in ("reviewer", "remark")}
        rows = distinct.true_rows(pc.equal(found["method"], "decision"))
        for row, binding in zip(rows.to_pylist(), found.take(rows).to_pylist(), strict=True):
            decision = self.binders.of(binding)
            for key, texts in told.items():
                texts[row] = self.shown.value(key, decision.get(key))
        return {**told}

    def _pending(self) -> sheets.Sheet:
        words, found, told = self.words, self.pending, {e.code: e for e in rules.exception_codes()}
        data = self._common(found)
        data["due_at"] = _each(found, "bound_at", _due)
        data["cause"] = _each(found, "state", lambda s: told[s].cause[words.language] if s in told else None)
        data["advice"] = _each(
            found, "state", lambda s: told[s].advice[words.language] if s in told else None
        )
        data |= {key: [None] * found.num_rows for key in ("result", "reviewer", "remark", "signature")}
        facts = words("pending.facts", rows=found.num_rows)
        if self.unverified:
            facts += words("pending.unverified", rows=self.unverified)
        return self._sheet("pending", found, sheets.PENDING, data, LIGHT["province"], facts)

    def _sheet(
        self,
        key: str,
        found: pa.Table,
        columns: Sequence[sheets.Column],
        data: dict[str, columnwise.Column],
        colour: str,
        facts: str,
    ) -> sheets.Sheet:
        return sheets.Sheet(
            name=self.words(f"sheet.{key}"),
            title=self.words(f"sheet.{key}.title"),
            facts=facts,
            columns=sheets.present(columns, data),
            data=data,
            rows=found.num_rows,
            colour=colour,
            freeze="name",
            empty=self.words(f"sheet.{key}.empty"),
            least=sheets.SIGNED
            if any(column.key == "signature" for column in columns)
            else sheets.Sheet.least,
        )

    def _common(self, found: pa.Table) -> dict[str, columnwise.Column]:
        """The columns that both lists share; the ID number is the account's."""
        import pyarrow as pa

        return {
            "number": pa.array(range(1, found.num_rows + 1)),
            **{key: _column(found, key) for key in _AS_THEY_ARE},
            "id_number": _column(found, "account_id_number"),
            "state": _each(found, "state", lambda state: self.words.known("state", state)),
            "bound_at": _each(found, "bound_at", lambda text: text.replace("T", " ") if text else None),
        }


def _in_order(run: Run, unmask: bool) -> pa.Table:
    """The bindings with what both records say, masked unless asked otherwise, in the order of the report."""
    bound = run.tables["bindings"]
    degrees, accounts = _degrees(run, bound["degree_ref"]), _accounts(run, bound["registration_ref"])
    if not unmask:
        degrees, accounts = masked.records(degrees), masked.records(accounts)
    for name in degrees.column_names:
        bound = bound.append_column(name, degrees[name])
    bound = bound.append_column("username", accounts["username"])
    bound = bound.append_column("account_id_number", accounts["id_number"]).combine_chunks()
    return bound.take(records.sorting([_column(bound, key) for key in _ORDER])).combine_chunks()


def _degrees(run: Run, refs: pa.ChunkedArray) -> pa.Table:
    """What the degrees say; school and year as people name them."""
    import pyarrow.compute as pc

    from chsi_batch.values import distinct

    found = records.at(run, Side.DEGREE, refs, (*_OF_DEGREE, *places.DEGREE_COLUMNS))
    year = pc.coalesce(
        found["graduation_year"].combine_chunks(), distinct.each(found["graduation_date"], records.year)
    )
    told = found.select(list(_OF_DEGREE)).append_column("graduation_year", year)
    return told.append_column("school", places.schools(found))


def _accounts(run: Run, refs: pa.ChunkedArray) -> pa.Table:
    return records.at(run, Side.REGISTRATION, refs, ("username", "id_number"))


def _column(found: pa.Table, key: str) -> pa.Array:
    from chsi_batch.values import distinct

    return distinct.whole(found[key])


def _each(found: pa.Table, key: str, told: Callable[[str | None], str | None]) -> pa.Array:
    """A column in words, distinct values once."""
    from chsi_batch.values import distinct

    return distinct.each(found[key], told)


def _due(text: str | None) -> str | None:
    """When the enrolment must show: a day after binding."""
    try:
        return None if text is None else (datetime.fromisoformat(text) + WAIT).isoformat(" ")
    except ValueError:
        return None
