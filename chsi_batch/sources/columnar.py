"""Parquet: Arrow columns with their types; integer and float columns are numbers. The first row is 1."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from chsi_batch.settings import Limits
from chsi_batch.sources.model import COLUMNS, Sheet, Stretch
from chsi_batch.sources.refusing import UnreadableError

_MEGABYTE = 1_000_000
_MANY_CELLS = 5_000_000
_CELL_BYTES = 10
"""A cell as text: so many cells in so few bytes are one value told over and over, and nobody's data."""


def read_parquet(path: Path, limits: Limits, *, rows: bool) -> Sheet:
    """The whole table, column by column, or with `rows=False` its fields alone."""
    with _opened(path, limits) as file:
        table = _valid(file.read()) if rows else file.schema_arrow.empty_table()
        return Sheet(name=None, fields=tuple(table.column_names), table=table)


def row_groups(path: Path, limits: Limits) -> tuple[int, ...]:
    """How many rows each row group has."""
    with _opened(path, limits) as file:
        return tuple(file.metadata.row_group(group).num_rows for group in range(file.num_row_groups))


def parquet_pieces(path: Path, limits: Limits, rows: int, stretch: Stretch | None = None) -> Iterator[Sheet]:
    """The table, or a stretch of it, in pieces of at most so many rows."""
    import pyarrow as pa

    with _opened(path, limits) as file:
        groups = None if stretch is None else list(range(stretch.first, stretch.end))
        for batch in file.iter_batches(rows, row_groups=groups):
            table = _valid(pa.Table.from_batches([batch]))
            yield Sheet(name=None, fields=tuple(table.column_names), table=table)


@contextmanager
def _opened(path: Path, limits: Limits) -> Iterator[Any]:
    """The file, if its footer promises no more than is allowed."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        with pq.ParquetFile(path) as file:
            _judge(file.metadata, path.stat().st_size, limits)
            yield file
    except MemoryError:  # Arrow's own is one of its exceptions, too
        raise
    except (pa.ArrowException, OSError, ValueError):
        raise UnreadableError("file-damaged") from None


def _valid(table: Any) -> Any:
    """Text that is not UTF-8 would fail later, far from its file."""
    table.validate(full=True)
    return table


def _judge(footer: Any, size: int, limits: Limits) -> None:
    """What the footer promises, before any page is unpacked."""
    groups = [footer.row_group(number) for number in range(footer.num_row_groups)]
    if (
        any(group.num_rows < 0 for group in groups)
        or sum(group.num_rows for group in groups) != footer.num_rows
    ):
        raise UnreadableError("file-damaged")
    if footer.num_rows > limits.rows:
        raise UnreadableError("too-many-rows", rows=footer.num_rows, limit=limits.rows)
    if footer.num_columns > COLUMNS:
        raise UnreadableError("too-wide", limit=COLUMNS)
    cells = footer.num_rows * footer.num_columns
    swollen = cells > _MANY_CELLS and cells * _CELL_BYTES > limits.ratio * size
    if swollen or sum(group.total_byte_size for group in groups) > limits.unpacked_megabytes * _MEGABYTE:
        raise UnreadableError("file-too-large", limit=limits.unpacked_megabytes)
