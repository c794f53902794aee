"""What a stage may ask of an engine. Names are ours, never taken from input; values never become SQL."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    import pyarrow as pa


class Growing(Protocol):
    """Where rows are added to named tables: an engine, or the part of one that a task fills."""

    def append(self, name: str, table: pa.Table) -> None:
        """Add rows to `name`, which the first call makes; several threads may add at once."""


class Engine(Growing, Protocol):
    """Named tables, made from Arrow or from one SELECT."""

    def put(self, name: str, table: pa.Table) -> None:
        """Hold `table` under `name`, replacing what stood there."""

    def make(self, name: str, select: str) -> None:
        """Hold the rows of `select` under `name`, replacing what stood there."""

    def take(self, select: str) -> pa.Table:
        """The rows of `select`; only an ORDER BY makes their order certain."""

    def batches(self, select: str) -> Iterator[pa.Table]:
        """The rows of `select` piece by piece, never all at once."""

    def write(
        self, selects: Sequence[str], path: Path, function: Callable[[pa.Table], pa.Table] | None = None
    ) -> None:
        """Write the rows of the selects, one after the other, to Parquet at `path`, piece by piece.

        Pieces of one size go through `function` first. The order is that of the ORDER BY of each select, so
        that equal rows give equal bytes, whatever the number of threads. Several threads may write at once.
        """

    def map(self, name: str, select: str, function: Callable[[pa.Table], pa.Table]) -> None:
        """Hold under `name` what `function` makes of the rows of `select`, batch by batch."""

    def together(
        self, name: str, select: str, by: Sequence[str], function: Callable[[pa.Table], pa.Table]
    ) -> None:
        """Like `map`, but rows that are alike in the columns `by` come to `function` at once.

        Others may come with them, and none in any order.
        """

    def drop(self, *names: str) -> None:
        """These tables are not needed any more, and may not be asked for."""

    def count(self, name: str) -> int:
        """How many rows stand under `name`."""

    def close(self) -> None:
        """Give everything back, spill files too."""
