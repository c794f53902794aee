"""What a source hands on: sheets of typed cells with the row numbers a person sees.

A sheet is either a grid (workbook, CSV, HTML: the header is somewhere in the rows) or a table with named
fields (DBF: rows without header; Parquet: Arrow columns). `merged` are zero-based, inclusive ranges.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from chsi_batch.errors import Refusal
from chsi_batch.layout.cells import Cell
from chsi_batch.terms import Side

if TYPE_CHECKING:
    import pyarrow as pa

    from chsi_batch.sources.taking import Taken


ROWS, COLUMNS = 1_048_576, 16_384
"""The grid of a spreadsheet. No table of persons is wider, whatever its format."""


@dataclass(frozen=True)
class InputFile:
    """One file to be read: where it is, and the label by which people and references know it."""

    side: Side
    path: Path
    label: str
    refusal: Refusal | None = None


@dataclass(frozen=True)
class Span:
    """A merged range, zero-based and inclusive."""

    top: int
    left: int
    bottom: int
    right: int


UNCOUNTED = -1


@dataclass(frozen=True)
class Count:
    """What an independent count of a sheet found."""

    physical: int
    filled: int
    """Rows that hold a non-empty cell; `UNCOUNTED` where the format does not tell."""


@dataclass
class Sheet:
    """One sheet: a grid of cells, or named fields with rows, or an Arrow table."""

    name: str | None
    rows: Sequence[Sequence[Cell]] = ()
    numbers: Sequence[int] | None = None
    """Row number of each row as shown; None: 1, 2, 3 …"""
    hidden: bool = False
    merged: Sequence[Span] = ()
    fields: tuple[str, ...] | None = None
    """Field names where the format has them; the rows then hold no header."""
    numeric_fields: frozenset[str] = frozenset()
    table: pa.Table | None = None
    deleted: frozenset[int] = frozenset()
    """Indexes of records marked as deleted."""
    lost: dict[tuple[int, int], str] = field(default_factory=dict)
    """Zero-based cells whose value the file does not hold: error values, formulas never calculated."""
    note: str = ""

    def number(self, index: int) -> int:
        """The number a person sees beside this row."""
        return index + 1 if self.numbers is None else self.numbers[index]


@dataclass(frozen=True)
class Stretch:
    """Some row groups of a Parquet file: the first, the one behind the last, and the rows before them."""

    first: int
    end: int
    before: int


@dataclass
class SourceFile:
    """An opened file: its sheets, or the reason why it cannot be used."""

    file: InputFile
    format: str = ""
    encoding: str = ""
    sha256: str = ""
    sheets: list[Sheet] = field(default_factory=list)
    counts: dict[str | None, Count] = field(default_factory=dict)
    taken: list[Taken] = field(default_factory=list)
    """The sheets laid out as tables; they stand here instead of in `sheets`."""
    later: bool = False
    """Its rows are still in the file: they come piece by piece (`opening.pieces`)."""
    groups: tuple[int, ...] = ()
    """Rows of each row group of a file that is read later."""
    refusal: Refusal | None = None
