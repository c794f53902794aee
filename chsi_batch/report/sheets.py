"""The sheets of both workbooks: which columns each has, how wide, and which a person fills in by hand.

Titles are texts of `report_words.csv` (`column.<key>`). To add a sheet, add its columns here and a function
that fills them (`case_sheets`, `binding_sheets`); the renderer knows neither cases nor bindings.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from chsi_batch.report import columnwise
from chsi_batch.report.heights import SMALL

ROWS_PER_SHEET = 1_048_576
"""What a spreadsheet program can show."""
HEAD_ROWS = 3
"""Title, facts and header stand above the first row of every list."""
SIGNED = 30.0
"""Points of a row in which somebody signs."""
TITLE_LENGTH = 31
"""The longest sheet name a spreadsheet program takes."""

Kind = Literal["text", "centre", "small", "number", "decision", "byhand"]


@dataclass(frozen=True)
class Column:
    """One column of a list; an optional one is left out where no row has a value."""

    key: str
    width: float
    kind: Kind = "text"
    optional: bool = False
    printed: bool = True
    """Columns that are not printed stand to the right of the others, for filters and for programs."""
    title: str = ""
    """Its head, if not the one that `report_words.csv` has for the key."""

    @property
    def room(self) -> float:
        """The width in terms of the body font."""
        return self.width * SMALL if self.kind == "small" else self.width


@dataclass(frozen=True)
class Sheet:
    """A list ready to be printed: `data` holds each column's cells by key."""

    name: str
    title: str
    facts: str
    columns: tuple[Column, ...]
    data: Mapping[str, columnwise.Column]
    rows: int
    colour: str
    freeze: str
    """The column up to which the sheet stands still when scrolled sideways."""
    empty: str = ""
    """What is said when there is no row."""
    least: float = 16.0
    """Points of the lowest row: lists to be signed leave room for a hand."""
    before: int | None = None
    """Rows of the same list on the sheets before this one; None if the list stands on one sheet."""


_WHO = (
    Column("number", 4, "number"),
    Column("school", 12, optional=True),
    Column("department", 8, optional=True),
    Column("class", 6, optional=True),
    Column("name", 8.5),
)

CASES = (
    *_WHO,
    Column("title", 9.5),
    Column("severity", 5, "centre"),
    Column("faulty", 7, "centre"),
    Column("registration_ref", 10.5, "small"),
    Column("degree_ref", 10.5, "small"),
    Column("fields", 6.5, "centre", optional=True),
    Column("registration_values", 18.5),
    Column("degree_values", 18.5),
    Column("cause", 13),
    Column("advice", 16),
    Column("more", 7, optional=True),
    Column("candidates", 17.5, "small", optional=True),
    Column("decision", 7.5, "decision"),
    Column("reviewer", 6.5, "byhand"),
    Column("remark", 8, "byhand"),
    Column("signature", 8, "byhand"),
    Column("code", 20, "small", printed=False),
)

NOTES = (
    *_WHO,
    Column("title", 14),
    Column("code", 13, "small"),
    Column("acts", 8, "centre"),
    Column("faulty", 7, "centre"),
    Column("registration_ref", 15, "small"),
    Column("degree_ref", 15, "small"),
    Column("cause", 22),
    Column("advice", 22),
    Column("remark", 10, "byhand"),
)

DECISIONS = (
    Column("number", 5, "number"),
    Column("name", 8.5),
    Column("decided", 9, "centre"),
    Column("status", 11, "centre"),
    Column("reason", 34),
    Column("reviewer", 9),
    Column("remark", 20, optional=True),
    Column("decided_at", 12, "centre"),
    Column("registration_ref", 15, "small"),
    Column("degree_ref", 15, "small"),
)

BINDINGS = (
    *_WHO,
    Column("id_number", 18, "centre"),
    Column("record_kind", 5, "centre", optional=True),
    Column("level", 7, "centre", optional=True),
    Column("graduation_year", 6, "centre", optional=True),
    Column("certificate_number", 18, "centre"),
    Column("username", 12, "small", optional=True),
    Column("rule", 5, "centre"),
    Column("method", 8, "centre"),
    Column("reviewer", 8, optional=True),
    Column("remark", 14, optional=True),
    Column("state", 9, "centre"),
    Column("bound_at", 10, "centre", optional=True),
    Column("registration_ref", 15, "small"),
    Column("degree_ref", 15, "small"),
)

PENDING = (
    *_WHO,
    Column("id_number", 18, "centre"),
    Column("level", 6, "centre", optional=True),
    Column("state", 9, "centre"),
    Column("bound_at", 10, "centre"),
    Column("due_at", 10, "centre"),
    Column("registration_ref", 13, "small"),
    Column("degree_ref", 13, "small"),
    Column("cause", 15),
    Column("advice", 18),
    Column("result", 8, "byhand"),
    Column("reviewer", 7, "byhand"),
    Column("remark", 8, "byhand"),
    Column("signature", 8, "byhand"),
)

AUDIT = (
    *_WHO,
    Column("rule", 6, "centre"),
    Column("registration_values", 27),
    Column("degree_values", 30),
    Column("registration_ref", 15, "small"),
    Column("degree_ref", 15, "small"),
    Column("answer", 10, "decision"),
    Column("reviewer", 8, "byhand"),
    Column("remark", 14, "byhand"),
    Column("signature", 9, "byhand"),
    Column("pair", 20, "small", printed=False),
)

DIFF = (
    Column("number", 4, "number"),
    Column("side", 8, "centre"),
    Column("school", 14, optional=True),
    Column("name", 9),
    Column("id_number", 18, "centre"),
    Column("before", 18, optional=True),
    Column("after", 18, optional=True),
    Column("before_ref", 16, "small", optional=True),
    Column("after_ref", 16, "small", optional=True),
    Column("before_counterpart", 16, "small", optional=True),
    Column("after_counterpart", 16, "small", optional=True),
)

LEFT_BEHIND = (
    Column("number", 4, "number"),
    Column("name", 8.5),
    Column("id_number", 18, "centre"),
    Column("username", 14, "small", optional=True),
    Column("source_system", 10, optional=True),
    Column("title", 12),
    Column("registration_ref", 14, "small"),
    Column("school", 14, optional=True),
    Column("certificate_number", 18, "centre"),
    Column("rule", 5, "centre"),
    Column("state", 9, "centre"),
    Column("bound_at", 10, "centre", optional=True),
    Column("degree_ref", 14, "small", optional=True),
    Column("previous_degree_ref", 14, "small"),
    Column("remark", 14, "byhand"),
    Column("signature", 8, "byhand"),
)


def present(columns: Sequence[Column], data: Mapping[str, columnwise.Column]) -> tuple[Column, ...]:
    """The columns without the optional ones in which no row has a value."""
    return tuple(column for column in columns if not column.optional or columnwise.filled(data[column.key]))


def split(sheet: Sheet, limit: int | None = None) -> list[Sheet]:
    """The sheet in parts that fit a spreadsheet, named `… (2)`, `… (3)`."""
    size = (ROWS_PER_SHEET if limit is None else limit) - HEAD_ROWS
    if sheet.rows <= size:
        return [sheet]
    parts = []
    for turn, start in enumerate(range(0, sheet.rows, size), start=1):
        data = {key: cells[start : start + size] for key, cells in sheet.data.items()}
        mark = "" if turn == 1 else f" ({turn})"
        name = f"{sheet.name[: TITLE_LENGTH - len(mark)]}{mark}"
        rows = min(size, sheet.rows - start)
        parts.append(replace(sheet, name=name, data=data, rows=rows, before=start))
    return parts
