"""A review without a browser: go through the cases, decide, take back. The widget only shows it.

Every decision is in the log beside the run when the call returns. What cannot be done leaves everything as it
was and says why in `notice`, a key of `review_words.csv` and its values.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from chsi_batch.decisions.entries import Decision, Entry
from chsi_batch.errors import UsageError
from chsi_batch.review.decided import Decided, Pair
from chsi_batch.review.index import Candidate, Index, Item
from chsi_batch.review.queue import Chosen, Queue
from chsi_batch.review.rows import Rows
from chsi_batch.terms import LANGUAGES, Side

ASKING = {"ask_school": "hold", "ask_student": "hold"}
"""Decisions that are a `hold` with a remark of their own."""
CHOICES = ("bind", "reject", "hold", *ASKING)
AHEAD, FEW = 120, 20
"""Cases whose rows are read together, and when: one of so many to come is not there yet."""
SAMPLE = 5
"""Cases shown before many of one kind are decided at once."""
SOURCE = "notebook"


class Session:
    """The review of the run in `folder` by one person; UsageError if there is no run with full values."""

    def __init__(
        self, folder: Path, *, reviewer: str | None = None, language: str = "zh", unmask: bool = False
    ) -> None:
        if language not in LANGUAGES:
            raise UsageError(f"language {language!r}: must be one of {', '.join(LANGUAGES)}")
        self.language, self.unmask = language, unmask
        self.reviewer = (reviewer or "").strip()
        self.index = Index(Path(folder))
        self.rows = Rows(Path(folder))
        self.decided = Decided(self.index, self.rows)
        self.queue = Queue(self.index.items)
        self.notice: tuple[str, dict[str, object]] | None = None
        self._made: list[list[Entry]] = []
        self._candidates: list[Candidate] = []
        self._beside = 0
        self.choose()

    @property
    def item(self) -> Item | None:
        """The case that is shown; None if none fits the filter."""
        return None if self.queue.number is None else self.index.items[self.queue.number]

    @property
    def candidates(self) -> list[Candidate]:
        """The candidates of the case that is shown, its counterpart first."""
        return self._candidates

    @property
    def candidate(self) -> Candidate | None:
        """The candidate that is shown beside the case."""
        return self._candidates[self._beside] if self._candidates else None

    @property
    def beside(self) -> int:
        """Its place among the candidates."""
        return self._beside

    @property
    def pair(self) -> Pair:
        """References of the registration and the degree that are shown."""
        if self.candidate:
            return self.candidate["registration_ref"], self.candidate["degree_ref"]
        return self.item.pair if self.item else (None, None)

    @property
    def severe(self) -> bool:
        """Whether binding what is shown needs a remark and `--allow-severe`."""
        return self._severe(self.pair, self.candidate["rule"] if self.candidate else None)

    def _severe(self, pair: Pair, rule: str | None) -> bool:
        return self.index.severe(*pair, rule)

    def choose(
        self,
        *,
        code: str | None = None,
        school: str | None = None,
        party: str | None = None,
        undecided: bool = False,
    ) -> None:
        """Show only cases with this code, school and acting party; start at the first undecided one."""
        self.queue.choose(Chosen(code, school, party, undecided), self.decided.of_case)
        self._turned()

    def next(self) -> bool:
        """To the case behind; False at the end."""
        return self._turned(self.queue.next())

    def previous(self) -> bool:
        """To the case before; False at the beginning."""
        return self._turned(self.queue.previous())

    def jump(self, place: int) -> bool:
        """To a place in the list, from 0."""
        return self._turned(self.queue.jump(place))

    def flip(self, step: int) -> bool:
        """To another candidate of the same case, round and round."""
        if len(self._candidates) < 2:
            return False
        self._beside = (self._beside + step) % len(self._candidates)
        self.notice = None
        return True

    def _turned(self, moved: bool = True) -> bool:
        self.notice = None if moved else ("no_further", {})
        if moved:
            self._beside = 0
            self._candidates = self.index.candidates_of(self.item) if self.item else []
        return moved

    def prefetch(self) -> None:
        """Read the rows of the cases to come, if only few are left, so that the next one is there at once."""
        place = self.queue.place
        coming = [self.index.items[number] for number in self.queue.numbers[place : place + AHEAD]]
        for side in (Side.REGISTRATION.value, Side.DEGREE.value):
            refs = [item.case.ref(side) for item in coming]
            if not self.rows.holds(side, refs[:FEW]):
                self.rows.fetch(side, refs)

    def decide(self, choice: str, remark: str = "") -> bool:
        """Record a decision on what is shown and go on; False, with a notice, if it cannot be made."""
        item = self.item
        if item is None or not self._may(choice, [(self.pair, self.candidate)], remark):
            return False
        decision, remark = self._worded(choice, remark)
        if not self.decided.stands(self.pair, decision, self.reviewer, remark):
            made = [self._decision(decision, item, self.pair, self.candidate, remark)]
            self._made.append(self.decided.record(made))
        self.notice = None
        if decision != "reject" or not self._to_open_candidate():
            self._on()
        return True

    def _worded(self, choice: str, remark: str) -> tuple[str, str]:
        """The decision of a choice and its remark: asking somebody is a remark of its own."""
        from chsi_batch import tables

        preset = tables.texts("review_words", self.language)[f"remark.{choice}"] if choice in ASKING else ""
        return ASKING.get(choice, choice), "；".join(part for part in (preset, remark.strip()) if part)

    def _decision(
        self, decision: str, item: Item, pair: Pair, candidate: Candidate | None, remark: str
    ) -> Decision:
        registration, degree = pair
        return Decision(
            decision,
            self.reviewer,
            registration_key=registration,
            degree_key=degree,
            registration_ref=registration,
            degree_ref=degree,
            rule=candidate["rule"] if candidate else None,
            code=item.case.code,
            remark=remark,
            source=SOURCE,
        )

    def _may(self, choice: str, pairs: Sequence[tuple[Pair, Candidate | None]], remark: str) -> bool:
        """Whether a choice may be recorded of all these pairs; else the notice says why not."""
        self.notice = self._hindrance(choice, pairs, remark)
        return self.notice is None

    def _hindrance(
        self, choice: str, pairs: Sequence[tuple[Pair, Candidate | None]], remark: str
    ) -> tuple[str, dict[str, object]] | None:
        if choice not in CHOICES:
            raise ValueError(f"no such decision: {choice}")
        if not self.reviewer:
            return "need_reviewer", {}
        if choice in ("bind", "reject") and any(None in pair for pair, _ in pairs):
            return "need_pair", {}
        if choice != "bind":
            return None
        if not remark.strip() and any(
            self._severe(pair, row["rule"] if row else None) for pair, row in pairs
        ):
            return "need_remark", {}
        degrees = Counter(pair[1] for pair, _ in pairs)
        if any(count > 1 for count in degrees.values()):
            return "one_degree", {}
        for (registration, degree), _ in pairs:
            if other := self.decided.bound_to(degree, registration):
                return "already_bound", {"degree": degree, "registration": other}
        return None

    def _to_open_candidate(self) -> bool:
        """After a rejection: to the next candidate that nobody has decided on; False if there is none."""
        for place, row in enumerate(self._candidates):
            if (row["registration_ref"], row["degree_ref"]) not in self.decided.of_pair:
                self._beside = place
                return True
        return False

    def _on(self) -> None:
        """To the next undecided case."""
        more = self.queue.advance(self.decided.of_case)
        self._turned()
        if not more and self.item is not None:
            self.notice = "all_decided", {}

    def alike(self) -> list[int]:
        """Undecided cases of the kind that is shown, as far as the filter goes; this one first."""
        if self.item is None:
            return []
        items, fits, decided = self.index.items, self.queue.chosen.fits, self.decided.of_case
        found = [n for n in self.index.of_kind[self.item.kind] if n not in decided and fits(items[n])]
        return sorted(found, key=lambda number: number != self.queue.number)

    def batch(self, choice: str, remark: str, count: int) -> bool:
        """Decide all cases of the kind that is shown; `count` is how many the reviewer agreed to."""
        numbers = self.alike()
        if not numbers or len(numbers) != count:
            self.notice = "batch_changed", {"count": len(numbers)}
            return False
        asked = [(number, self.index.items[number]) for number in numbers]
        pairs = [(item.pair, self._own(item)) for _, item in asked]
        if not self._may(choice, pairs, remark):
            return False
        decision, remark = self._worded(choice, remark)
        made = [
            self._decision(decision, item, pair, row, remark)
            for (_, item), (pair, row) in zip(asked, pairs, strict=True)
        ]
        self._made.append(self.decided.record(made))
        self._on()
        self.notice = self.notice or ("batch_done", {"count": count})
        return True

    @staticmethod
    def _own(item: Item) -> Candidate | None:
        """The rule of the case's own pair."""
        return {"rule": item.pattern[0]} if item.pattern else None

    def undo(self) -> bool:
        """Take back this reviewer's last decision, or last batch, and show it again."""
        if not self.reviewer:
            self.notice = "need_reviewer", {}
            return False
        entries = self._made.pop() if self._made else self.decided.last_of(self.reviewer)
        if not entries:
            self.notice = "nothing_to_undo", {}
            return False
        seqs = {entry.seq for entry in entries}
        numbers = [number for number in self.decided.of_case if seqs & self.decided.seqs(number)]
        self.decided.take_back(entries, self.reviewer)
        places = [self.queue.numbers.index(n) for n in sorted(numbers) if n in self.queue.numbers]
        self._turned(self.queue.jump(places[0])) if places else self._turned()
        self.notice = "undone", {"count": len(entries)}
        return True

    def progress(self) -> dict[str, Any]:
        """`decided` and `all` cases, and `by_code` in the order of the list: code, decided, all."""
        everything = self.index.of_code
        done = Counter(self.index.items[number].case.code for number in self.decided.of_case)
        return {
            "decided": done.total(),
            "all": everything.total(),
            "by_code": [(code, done[code], count) for code, count in everything.items()],
        }
