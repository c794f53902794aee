"""Exceptions as a registrar sees them: one case per fault, though two rows may carry it.

A registration and a degree that point at each other under the same code are one case. A row with several
codes is one case under its first, the ledger's; the others stand beside it. Codes of bound rows are notes.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from chsi_batch.results import Run
from chsi_batch.terms import FIELDS, Side

BINDING_NOTES = ("verification-pending", "enrolment-missing")
"""Notes of bound rows that stand in the binding report, not among the exceptions."""


@dataclass(frozen=True)
class Case:
    """One fault: the rows that carry it, their counterpart if there is one, and what is to be done.

    `registration` and `degree` are references; `sides` tells which of the two rows are exceptions of this
    case (the other, if any, is shown beside them only).
    """

    code: str
    severity: str
    acts: str
    registration: str | None
    degree: str | None
    sides: tuple[str, ...]
    fields: tuple[str, ...]
    cause: str
    advice: str
    more: tuple[str, ...]

    def ref(self, side: str) -> str | None:
        """The reference of one side."""
        return self.registration if side == Side.REGISTRATION else self.degree


@dataclass(frozen=True)
class _Row:
    """All codes of one row: the first in full, the others by name."""

    side: str
    ref: str
    code: str
    severity: str
    acts: str
    counterpart: str | None
    fields: tuple[str, ...]
    cause: str
    advice: str
    more: tuple[str, ...]

    def case(self, twin: _Row | None = None) -> Case:
        here, there = (self.ref, self.counterpart)
        return Case(
            code=self.code,
            severity=self.severity,
            acts=self.acts,
            registration=here if self.side == Side.REGISTRATION else there,
            degree=there if self.side == Side.REGISTRATION else here,
            sides=(self.side,) if twin is None else (self.side, twin.side),
            fields=self.fields,
            cause=self.cause,
            advice=self.advice,
            more=self.more if twin is None else tuple(dict.fromkeys((*self.more, *twin.more))),
        )


def cases(run: Run) -> list[Case]:
    """Every exception row of the ledger in exactly one case."""
    still_open = _open(run)
    rows = {(row.side, row.ref): row for row in _rows(run) if (row.side, row.ref) in still_open}
    found: list[Case] = []
    taken: set[tuple[str, str]] = set()
    for key, row in rows.items():
        if key in taken:
            continue
        twin = _twin(row, rows)
        found.append(row.case(twin))
        if twin is not None:
            taken.add((twin.side, twin.ref))
    return found


def notes(run: Run) -> list[Case]:
    """Every note of a bound row, but those of the binding itself; a note on both rows of a pair is one."""
    still_open = _open(run)
    found: dict[tuple[str, str | None, str | None], Case] = {}
    for row in run.tables["exceptions"].to_pylist():
        if (row["side"], row["ref"]) in still_open or row["code"] in BINDING_NOTES:
            continue
        pair = (row["ref"], row["counterpart"])
        registration, degree = pair if row["side"] == Side.REGISTRATION else pair[::-1]
        key = (row["code"], registration, degree)
        sides = (*(found[key].sides if key in found else ()), row["side"])
        found[key] = Case(
            row["code"], row["severity"], row["acts"], registration, degree, sides, _fields(row["fields"]),
            row["cause"], row["advice"], (),
        )  # fmt: skip
    return list(found.values())


def _twin(row: _Row, rows: dict[tuple[str, str], _Row]) -> _Row | None:
    """The other side's row of the same case: same code, same party, each the other's counterpart."""
    if row.counterpart is None:
        return None
    other = Side.DEGREE if row.side == Side.REGISTRATION else Side.REGISTRATION
    twin = rows.get((other.value, row.counterpart))
    if twin is None or twin.counterpart != row.ref:
        return None
    return twin if (twin.code, twin.acts) == (row.code, row.acts) else None


def _open(run: Run) -> set[tuple[str, str]]:
    """Side and reference of every exception row."""
    import pyarrow.compute as pc

    ledger = run.tables["ledger"]
    left = ledger.filter(pc.equal(ledger["outcome"], "exception"))
    return set(zip(left["side"].to_pylist(), left["ref"].to_pylist(), strict=True))


def _fields(text: str | None) -> tuple[str, ...]:
    """The differing fields, each once, in the order of the rule table."""
    named = set((text or "").split(","))
    return tuple(field for field in FIELDS if field in named)


def _rows(run: Run) -> Iterator[_Row]:
    """The exceptions by row, in the order of the table."""
    grouped: dict[tuple[str, str], list[dict[str, str]]] = {}
    for entry in run.tables["exceptions"].to_pylist():
        grouped.setdefault((entry["side"], entry["ref"]), []).append(entry)
    for (side, ref), entries in grouped.items():
        first = entries[0]
        yield _Row(
            side, ref, first["code"], first["severity"], first["acts"], first["counterpart"],
            _fields(first["fields"]), first["cause"], first["advice"],
            tuple(dict.fromkeys(entry["code"] for entry in entries[1:])),
        )  # fmt: skip
