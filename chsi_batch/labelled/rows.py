"""A planted row and its label: what is written into a file, and how it must end.

`traits` are what the sheet must offer so that the label holds: canonical columns, or one of the
words of `layouts` (`typed` cells, a `name8` field …). Rows of one block stand together, in order.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from chsi_batch.terms import Outcome, Side


@dataclass(eq=False)
class Row:
    """One physical row. `numbers` are cells to be written as numbers in place of the text."""

    side: Side
    values: dict[str, str]
    numbers: dict[str, float] = field(default_factory=dict)
    traits: set[str] = field(default_factory=set)
    day_form: str = ""
    """How this row alone writes its dates; empty: as its sheet does."""
    kind: str = ""
    expect: Outcome = Outcome.EXCEPTION
    codes: tuple[str, ...] = ()
    to: tuple[Row, ...] = ()
    top: Row | None = None
    ref: str = ""

    def __getitem__(self, column: str) -> str:
        return self.values.get(column, "")

    def copy(self, **changes: str) -> Row:
        """The same row once more, as another physical row without a label."""
        return Row(self.side, self.values | changes, dict(self.numbers), set(self.traits))


@dataclass
class Case:
    """What one situation plants: blocks of rows, and repeated rows as (row, its repetition)."""

    blocks: list[list[Row]]
    repeats: list[tuple[Row, Row]] = field(default_factory=list)

    def rows(self) -> list[Row]:
        """Every row of the case."""
        return [row for block in self.blocks for row in block]


def case(*blocks: Row | Sequence[Row], repeats: Sequence[tuple[Row, Row]] = ()) -> Case:
    """A case of single rows and of blocks that stay together."""
    return Case([[b] if isinstance(b, Row) else list(b) for b in blocks], list(repeats))


def bind(registration: Row, *degrees: Row) -> None:
    """The registration and all these degrees are bound to each other."""
    registration.expect, registration.to, registration.codes = Outcome.BOUND, degrees, ()
    registration.top = degrees[0] if len(degrees) == 1 else None
    for degree in degrees:
        degree.expect, degree.to, degree.codes, degree.top = Outcome.BOUND, (registration,), (), registration


def both(code: str, registration: Row, degree: Row, *others: str) -> None:
    """The pair carries `code` on both rows (`others` are as right), each the other's best candidate."""
    for row, counterpart in ((registration, degree), (degree, registration)):
        row.expect, row.to, row.codes, row.top = Outcome.EXCEPTION, (), (code, *others), counterpart


def leave(row: Row, *codes: str, top: Row | None = None) -> None:
    """The row ends as an exception with one of these codes, the first preferred."""
    row.expect, row.to, row.codes, row.top = Outcome.EXCEPTION, (), codes, top
