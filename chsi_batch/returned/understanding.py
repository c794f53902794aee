"""From rows of a workbook to decisions: what each says, or what is wrong with it.

Nothing is taken in unless everything is understood, so every fault is told at once.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from chsi_batch.decisions.entries import Decision
from chsi_batch.errors import Refusal
from chsi_batch.returned import words
from chsi_batch.returned.places import SIDES, Places
from chsi_batch.returned.workbook import REFS, Row, Teller
from chsi_batch.terms import Side
from chsi_batch.values.masking import mask_text

MOST = 20
"""Lines about one kind of fault; the rest are counted."""
SHOWN = 20
"""Characters shown of a word that is not understood."""


@dataclass(frozen=True)
class Said:
    """What one row decides, still without the keys of its rows."""

    row: Row
    decision: str
    reviewer: str
    remark: str
    refs: Mapping[Side, str | None]


class Reading:
    """The rows of one workbook held against the run it belongs to."""

    def __init__(self, places: Places, reviewer: str | None, teller: Teller) -> None:
        self._places, self._reviewer, self._teller = places, plain(reviewer or ""), teller
        self._faults: list[Refusal] = []
        self._counted: Counter[str] = Counter()

    @property
    def faults(self) -> list[Refusal]:
        """Everything that is wrong; the first faults of each kind and how many more there are."""
        more = [(code, rows - MOST) for code, rows in self._counted.items() if rows > MOST]
        last = {fault.code: fault for fault in self._faults}
        return [
            *self._faults,
            *(self._teller.more("decision-more", last[code], rows=rows) for code, rows in more),
        ]

    def understand(self, rows: Sequence[Row]) -> list[Said]:
        """What the rows say, in order; a row that says nothing is left out."""
        return [said for row in rows if (said := self._said(row)) is not None]

    def _said(self, row: Row) -> Said | None:
        if row.spoilt:
            column, code = next(iter(row.spoilt.items()))
            self._fault(code, row, column)
            return None
        if not row.cells["decision"]:
            return None
        meaning = words.meaning(row.cells["decision"])
        if meaning is None:
            self._unknown(row)
            return None
        decision, with_it = meaning
        refs = {side: self._places.ref(side, row.ref(side)) for side in SIDES}
        reviewer = plain(row.cells["reviewer"]) or self._reviewer
        fault = self._wrong(row, decision, refs, reviewer)
        if fault:
            self._fault(*fault)
            return None
        return Said(row, decision, reviewer, words.joined(with_it, row.cells["remark"]), refs)

    def _wrong(
        self, row: Row, decision: str, refs: Mapping[Side, str | None], reviewer: str
    ) -> tuple[str, Row, str] | None:
        """The first thing wrong with a decision: which fault, where."""
        if not any(row.ref(side) for side in SIDES):
            return "decision-no-place", row, "decision"
        gone = [side for side in SIDES if row.ref(side) and refs[side] is None]
        if gone:
            return "decision-row-unknown", row, REFS[gone[0]]
        pair = refs[Side.REGISTRATION], refs[Side.DEGREE]
        if decision in ("bind", "reject") and None in pair:
            return "decision-no-counterpart", row, "decision"
        if None not in pair and not self._places.belong(*pair):
            return "decision-not-a-pair", row, REFS[Side.REGISTRATION]
        if not reviewer:
            return "decision-no-reviewer", row, "reviewer"
        return None

    def _unknown(self, row: Row) -> None:
        told = mask_text(row.cells["decision"])[:SHOWN]
        nearest = words.nearest(row.cells["decision"])
        choices = "、".join(words.choices(self._teller.language))
        if nearest:
            self._fault("decision-unknown-near", row, "decision", word=told, nearest=nearest)
        else:
            self._fault("decision-unknown", row, "decision", word=told, choices=choices)

    def contradicted(self, row: Row, other: Row) -> None:
        """One reviewer says two things about one pair."""
        self._fault("decision-contradicts", row, "decision", other=other.sheet, number=other.number)

    def _fault(self, code: str, row: Row, column: str, **facts: str | int) -> None:
        self._counted[code] += 1
        if self._counted[code] <= MOST:
            self._faults.append(self._teller.row(code, row, column, **facts))


def plain(text: str) -> str:
    """A reviewer's name on one line with single spaces: one person is not two by a space."""
    return " ".join(text.split())


def merged(told: Sequence[tuple[Said, Decision]], reading: Reading) -> list[Decision]:
    """One decision per pair and reviewer, in order; what stands several times keeps all its remarks."""
    found: dict[tuple[object, str], tuple[Said, Decision]] = {}
    for said, decision in told:
        key = (decision.pair, decision.reviewer)
        first = found.setdefault(key, (said, decision))
        if first[1].decision != decision.decision:
            reading.contradicted(said.row, first[0].row)
        elif first[1] is not decision:
            found[key] = first[0], joined(first[1], decision)
    return [decision for _, decision in found.values()]


def joined(first: Decision, second: Decision) -> Decision:
    """Two equal decisions as one, with the remarks of both."""
    return replace(first, remark=words.joined(first.remark, second.remark))
