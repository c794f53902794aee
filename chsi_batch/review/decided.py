"""What has been decided of the cases of a run, read from the log beside it, and further decisions.

A decision belongs to a case when it is about the case's pair, or binds or holds the row the case is about.
Entries find their rows by reference if the row there still has the key, else by key among the rows of all
cases and candidates.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import cached_property
from itertools import islice

from chsi_batch.decisions.entries import Decision, Entry
from chsi_batch.decisions.log import Log
from chsi_batch.decisions.standing import Standing, standing, undone_by
from chsi_batch.review.index import Index
from chsi_batch.review.rows import Rows
from chsi_batch.terms import Side

Pair = tuple[str | None, str | None]
"""A registration and a degree, by reference; one may be missing."""

_SIDES = (Side.REGISTRATION.value, Side.DEGREE.value)


class Decided:
    """The log of a run, seen through its cases: `of_case` gives the decisions by number of the case."""

    def __init__(self, index: Index, rows: Rows) -> None:
        self._index, self._rows = index, rows
        self.log = Log.beside(index.folder)
        self.entries: list[Entry] = list(self.log.entries())
        self._refs: dict[tuple[str, str], set[str]] = defaultdict(set)
        if self.entries:
            self._find(self.entries)
        self._stand()

    @cached_property
    def secret(self) -> bytes:
        """The secret of the row keys; the file is made with the first decision."""
        return self.log.secret()

    def _find(self, entries: Iterable[Entry]) -> None:
        """Learn which rows the keys of these entries mean."""
        for side in _SIDES:
            said = {(getattr(e, f"{side}_ref"), getattr(e, f"{side}_key")) for e in entries}
            said = {(ref, key) for ref, key in said if key is not None}
            here = self._rows.keys(side, (ref for ref, _ in said), self.secret) if said else {}
            self._learn(side, here)
            if any((side, key) not in self._refs for _, key in said):
                self._learn(side, self._rows.keys(side, self._index.refs(side), self.secret))

    def _learn(self, side: str, keys: dict[str, str]) -> None:
        for ref, key in keys.items():
            self._refs[side, key].add(ref)

    def _stand(self) -> None:
        """Work out anew what stands."""
        self.of_case: dict[int, list[Standing]] = {}
        self.of_pair: dict[Pair, Standing] = {}
        self._bound: dict[str | None, list[str | None]] = defaultdict(list)
        for said in standing(self.entries):
            for pair in self._pairs(said.entry):
                self.of_pair[pair] = said
                if said.decision == "bind":
                    self._bound[pair[1]].append(pair[0])
                for number in self._cases(pair, said.decision):
                    self.of_case.setdefault(number, []).append(said)

    def _pairs(self, entry: Entry) -> list[Pair]:
        """The rows an entry is about, as they stand in this run."""
        sides = []
        for side, key in zip(_SIDES, entry.pair, strict=True):
            found: Sequence[str | None] = sorted(self._refs.get((side, key), ())) if key else [None]
            sides.append(found)
        return [(registration, degree) for registration in sides[0] for degree in sides[1]]

    def _cases(self, pair: Pair, decision: str) -> set[int]:
        found = set(self._index.of_pair.get(pair, ()))
        if decision != "reject":
            for row in zip(_SIDES, pair, strict=True):
                if row[1] is not None:
                    found.update(self._index.of_row.get((row[0], row[1]), ()))
        return found

    def seqs(self, number: int) -> set[int]:
        """The entries that count for a case."""
        return {entry.seq for said in self.of_case.get(number, ()) for entry in said.entries}

    def bound_to(self, degree: str | None, registration: str | None) -> str | None:
        """Another registration that a degree has been decided to belong to."""
        return next((other for other in self._bound.get(degree, ()) if other != registration), None)

    def stands(self, pair: Pair, decision: str, reviewer: str, remark: str) -> bool:
        """Whether this reviewer has said the same of the pair before, and it counts."""
        said = self.of_pair.get(pair)
        return said is not None and any(
            (entry.decision, entry.reviewer, entry.remark) == (decision, reviewer, remark)
            for entry in said.entries
        )

    def record(self, decisions: Sequence[Decision]) -> list[Entry]:
        """Write decisions about rows of this run to the log; each is on the disk when this returns."""
        return self._append(self._keyed(decisions))

    def take_back(self, entries: Iterable[Entry], reviewer: str) -> list[Entry]:
        """Undo these entries, the latest first."""
        return self._append(
            [
                Decision(
                    "undo",
                    reviewer,
                    registration_ref=entry.registration_ref,
                    degree_ref=entry.degree_ref,
                    source="notebook",
                    undoes=entry.seq,
                )
                for entry in sorted(entries, key=lambda entry: -entry.seq)
            ]
        )

    def _append(self, decisions: Sequence[Decision]) -> list[Entry]:
        """Write to the log; what others wrote meanwhile is read as well."""
        written = self.log.append(decisions)
        known = len(self.entries)
        if written[0].seq == known + 1:
            self.entries += written
        else:
            others = list(self.log.entries())[known:]
            self._find(others)
            self.entries += others
        self._stand()
        return written

    def _keyed(self, decisions: Sequence[Decision]) -> list[Decision]:
        """The decisions with the keys of the rows they name."""
        keys = {}
        for side in _SIDES:
            keys[side] = self._rows.keys(side, (getattr(d, f"{side}_ref") for d in decisions), self.secret)
            self._learn(side, keys[side])
        return [
            replace(
                said,
                registration_key=keys[_SIDES[0]].get(said.registration_ref or ""),
                degree_key=keys[_SIDES[1]].get(said.degree_ref or ""),
            )
            for said in decisions
        ]

    def last_of(self, reviewer: str) -> list[Entry]:
        """The reviewer's latest entry that can still be taken back, if there is one."""
        undone = undone_by(self.entries)
        mine = (
            entry
            for entry in reversed(self.entries)
            if entry.reviewer == reviewer and entry.decision != "undo" and entry.seq not in undone
        )
        return list(islice(mine, 1))
