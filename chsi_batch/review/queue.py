"""The order in which cases are shown: a list that filters make shorter, and a place in it."""

from __future__ import annotations

from collections.abc import Container, Sequence
from dataclasses import dataclass

from chsi_batch.review.index import Item


@dataclass(frozen=True)
class Chosen:
    """Which cases are shown; None is any."""

    code: str | None = None
    school: str | None = None
    party: str | None = None
    undecided: bool = False

    def fits(self, item: Item) -> bool:
        """Whether a case is one of them, decided or not."""
        return (
            self.code in (None, item.case.code)
            and self.school in (None, item.school)
            and self.party in (None, item.case.acts)
        )


class Queue:
    """Numbers of cases in order. A case decided on the way stays in the list, so that back finds it again."""

    def __init__(self, items: Sequence[Item]) -> None:
        self._items = items
        self.chosen = Chosen()
        self.numbers: list[int] = list(range(len(items)))
        self.place = 0

    @property
    def number(self) -> int | None:
        """The case that is shown; None if no case fits."""
        return self.numbers[self.place] if self.numbers else None

    def choose(self, chosen: Chosen, decided: Container[int]) -> None:
        """Make the list anew and go to its first undecided case."""
        self.chosen = chosen
        self.numbers = [
            number
            for number, item in enumerate(self._items)
            if chosen.fits(item) and not (chosen.undecided and number in decided)
        ]
        self.place = -1
        self.advance(decided)

    def next(self) -> bool:
        """One further; False at the end."""
        return self.jump(self.place + 1)

    def previous(self) -> bool:
        """One back; False at the beginning."""
        return self.jump(self.place - 1)

    def jump(self, place: int) -> bool:
        """To a place from 0; False if there is none."""
        if not 0 <= place < len(self.numbers):
            return False
        self.place = place
        return True

    def advance(self, decided: Container[int]) -> bool:
        """To the next undecided case, from the top if none is left below; False if all are decided."""
        here, count = self.place, len(self.numbers)
        for step in range(1, count + 1):
            if self.numbers[(here + step) % count] not in decided:
                self.place = (here + step) % count
                return True
        self.place = max(here, 0)
        return False
