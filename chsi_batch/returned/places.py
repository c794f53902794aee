"""The rows of a run by their references: which pairs can be decided, and the keys of the rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from chsi_batch import plain
from chsi_batch.decisions.row_keys import row_keys
from chsi_batch.results import RECORD_TABLES, Run
from chsi_batch.stages.clean import CLEANERS
from chsi_batch.terms import Side

SIDES = (Side.REGISTRATION, Side.DEGREE)
Ref = str | None


class Places:
    """The rows of a run (full values) that a workbook names; `shown` are the references as it shows them."""

    def __init__(self, run: Run, shown: Mapping[Side, set[str]]) -> None:
        self._run = run
        self._refs = {side: self._known(side, shown[side]) for side in SIDES}
        self._codes: dict[tuple[Ref, Ref], list[str]] = self._explained()
        self._rules = {
            (row["registration_ref"], row["degree_ref"]): row["rule"] for row in self._rows("candidates")
        }

    def _known(self, side: Side, shown: set[str]) -> dict[str, str]:
        """Reference as a workbook shows it -> reference, of the rows that there are."""
        refs: Iterable[str] = self._run.tables[RECORD_TABLES[side]]["ref"].to_pylist()
        return {told: ref for ref in refs if (told := plain.cell(ref).strip()) in shown}

    def _rows(self, table: str) -> list[dict[str, Any]]:
        """The candidates that touch a row named."""
        import pyarrow.compute as pc

        found = self._run.tables[table]
        left, right = (pc.is_in(found[f"{side}_ref"], value_set=self._set(side)) for side in SIDES)
        rows: list[dict[str, Any]] = found.filter(pc.or_(left, right)).to_pylist()
        return rows

    def _set(self, side: Side) -> Any:
        import pyarrow as pa

        return pa.array(sorted(self._refs[side].values()), pa.string())

    def _explained(self) -> dict[tuple[Ref, Ref], list[str]]:
        """Registration and degree, one of them None for a row alone -> the codes they have."""
        import pyarrow.compute as pc

        found: dict[tuple[Ref, Ref], list[str]] = {}
        table = self._run.tables["exceptions"]
        for side in SIDES:
            mine = pc.and_(pc.equal(table["side"], side.value), pc.is_in(table["ref"], self._set(side)))
            for row in table.filter(mine).select(["ref", "counterpart", "code"]).to_pylist():
                pair = (row["ref"], row["counterpart"])
                found.setdefault(pair if side == Side.REGISTRATION else pair[::-1], []).append(row["code"])
        return found

    def ref(self, side: Side, shown: str | None) -> str | None:
        """The reference that is shown so; None if the run has no such row."""
        return self._refs[side].get(shown or "")

    def belong(self, registration: Ref, degree: Ref) -> bool:
        """Whether the report puts these rows beside each other, or leaves one of them without a partner."""
        pair = (registration, degree)
        alone = ((registration, None), (None, degree))
        return pair in self._codes or pair in self._rules or any(one in self._codes for one in alone)

    def code(self, registration: Ref, degree: Ref, shown: str) -> str | None:
        """The code of the pair, else of one of its rows; of several the one that the workbook shows."""
        asked = ((registration, degree), (None, degree), (registration, None))
        known = [code for pair in asked for code in self._codes.get(pair, ())]
        return shown if shown in known else next(iter(known), None)

    def rule(self, registration: Ref, degree: Ref) -> str | None:
        """The rule by which the pair are candidates."""
        return self._rules.get((registration, degree))

    def keys(self, side: Side, refs: set[str], secret: bytes) -> dict[str, str]:
        """Reference -> row key, of the rows that a decision is about."""
        import pyarrow as pa
        import pyarrow.compute as pc

        table = self._run.tables[RECORD_TABLES[side]]
        asked = table.filter(pc.is_in(table["ref"], pa.array(sorted(refs), pa.string())))
        if not asked.num_rows:
            return {}
        keys = row_keys(side, CLEANERS[side](asked), secret)
        return dict(zip(asked["ref"].to_pylist(), keys.to_pylist(), strict=True))
