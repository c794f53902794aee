"""Parquet: Arrow columns with their types; integer and float columns are numbers. The first row is 1."""

from __future__ import annotations

from pathlib import Path

from chsi_batch.sources.model import Sheet
from chsi_batch.sources.refusing import UnreadableError


def read_parquet(path: Path) -> Sheet:
    """The whole table, column by column."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        table = pq.ParquetFile(path).read()
        table.validate(full=True)  # text that is not UTF-8 would fail later, far from its file
    except MemoryError:  # Arrow's own is one of its exceptions, too
        raise
    except (pa.ArrowException, OSError, ValueError):
        raise UnreadableError("file-damaged") from None
    return Sheet(name=None, fields=tuple(table.column_names), table=table)
