"""What reviewers' decisions should do, told in a few plain rules for a small world (contract, section 8).

In this world every person has a name, an ID number and a user name of their own. So the rules bind a
registration to a degree if both numbers and both names are the same; the same number under another name is
severe; nothing else brings two rows together. It shares no code with the package.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

Values = tuple[str, ...]
"""The matching values of a row as they are meant, whatever their writing: name, ID number, and what else is
part of the row's key."""
Pair = tuple[Values | None, Values | None]


@dataclass
class Row:
    """One row: its matching values, and what does not matter."""

    values: Values
    writing: int = 0
    other: str = ""


@dataclass(frozen=True)
class Said:
    """One entry of the log."""

    decision: str
    reviewer: str
    about: Pair = (None, None)
    remark: str = ""
    undoes: int | None = None


@dataclass
class Told:
    """What a run should say: the bound pairs with their method, and per entry the reason."""

    bound: dict[tuple[Values, Values], str] = field(default_factory=dict)
    rejected: set[tuple[Values, Values]] = field(default_factory=set)
    reasons: list[str] = field(default_factory=list)


def alive(log: Sequence[Said], place: int) -> bool:
    """Is the entry at `place` (from 0) not taken back by a later one that is not taken back itself?"""
    return not any(
        log[later].undoes == place + 1 and alive(log, later) for later in range(place + 1, len(log))
    )


def standing(log: Sequence[Said]) -> dict[Pair, list[int]]:
    """By pair: the places of the last living word of each reviewer."""
    last: dict[tuple[Pair, str], int] = {}
    for place, said in enumerate(log):
        if said.decision != "undo" and alive(log, place):
            last[said.about, said.reviewer] = place
    found: dict[Pair, list[int]] = {}
    for (pair, _), place in last.items():
        found.setdefault(pair, []).append(place)
    return found


def _same_number(registration: Values, degree: Values) -> bool:
    return registration[1] == degree[1]


def _same_name(registration: Values, degree: Values) -> bool:
    return registration[0] == degree[0]


class Model:
    """One run over the rows and the log as they are."""

    def __init__(
        self, registrations: Sequence[Values], degrees: Sequence[Values], log: Sequence[Said]
    ) -> None:
        self._registrations, self._degrees, self._log = set(registrations), set(degrees), log
        self._standing = standing(log)
        self._verdicts = {pair: self._verdict(pair) for pair in self._standing}

    def _verdict(self, pair: Pair) -> str:
        """`bind`, `reject`, `hold`, or why the pair's decision does nothing."""
        gone = [
            value is not None and value not in here
            for value, here in zip(pair, (self._registrations, self._degrees), strict=True)
        ]
        if any(gone):
            return "rows-gone" if all(gone) else "registration-gone" if gone[0] else "degree-gone"
        words = {self._log[place].decision for place in self._standing[pair]}
        return words.pop() if len(words) == 1 else "reviewers-disagree"

    def told(self, *, allow_severe: bool) -> Told:
        """Everything this run should say of decisions."""
        rejected = {(r, d) for (r, d), word in self._verdicts.items() if word == "reject" and r and d}
        pairs = [(r, d) for r in self._registrations for d in self._degrees if (r, d) not in rejected]
        numbered = [pair for pair in pairs if _same_number(*pair)]
        bound = {pair: "auto" for pair in numbered if _same_name(*pair)}
        severe = {row for pair in numbered if pair not in bound for row in pair}
        severe -= {row for pair in bound for row in pair}
        outcomes = {
            pair: self._outcome(pair, word, set(bound), severe, allow_severe)
            for pair, word in self._verdicts.items()
        }
        decided = {(r, d): "decision" for (r, d), word in outcomes.items() if word == "bind" and r and d}
        return Told(
            {**bound, **decided}, rejected, [self._reason(place, outcomes) for place in range(len(self._log))]
        )

    def _outcome(
        self,
        pair: Pair,
        word: str,
        bound: set[tuple[Values, Values]],
        severe: set[Values],
        allow_severe: bool,
    ) -> str:
        if word == "hold":
            if None in pair:
                row = pair[0] or pair[1]
                return "row-is-bound" if any(row in each for each in bound) else word
            return "binds-by-itself" if pair in bound else word
        if word != "bind":
            return word
        return self._to_bind(pair, bound, severe, allow_severe)

    def _to_bind(
        self, pair: Pair, bound: set[tuple[Values, Values]], severe: set[Values], allow_severe: bool
    ) -> str:
        registration, degree = pair
        assert registration
        assert degree
        rivals = [other for other, word in self._verdicts.items() if word == "bind" and other[1] == degree]
        if len(rivals) > 1:
            return "degree-decided-twice"
        if pair in bound:
            return "binds-by-itself"
        if any(degree == taken for _, taken in bound):
            return "bound-to-another"
        if _same_number(registration, degree) or severe & {registration, degree}:
            if not allow_severe:
                return "severe-not-allowed"
            if not any(self._log[place].remark for place in self._standing[pair]):
                return "severe-without-remark"
        return "bind"

    def _reason(self, place: int, outcomes: dict[Pair, str]) -> str:
        said = self._log[place]
        if not alive(self._log, place):
            return "undone"
        if said.decision == "undo":
            first = min(
                later
                for later, other in enumerate(self._log)
                if other.undoes == said.undoes and alive(self._log, later)
            )
            return "undo" if first == place else "nothing-to-undo"
        return outcomes[said.about] if place in self._standing[said.about] else "replaced"
