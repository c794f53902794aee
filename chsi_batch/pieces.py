"""Tables in pieces: cut to one size, and written to Parquet one after the other.

Rows come from an engine or a reader in pieces of any size, which differ with the number of threads. Cut
again, and each piece a row group, equal rows give equal bytes, and no more than a piece is held.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from types import TracebackType
from typing import Self

import pyarrow as pa
import pyarrow.parquet as pq

PIECE_ROWS = 100_000
"""Enough for column-wise work to be fast, few enough to be held a dozen times."""

COMPRESSION = "zstd"
"""At its first level, which costs about as much time as snappy and half the space."""
DICTIONARY_BYTES = 1 << 17
"""A column with more different texts than fit in here is written as it is: numbering them would cost more."""


def cut(tables: Iterable[pa.Table], rows: int = PIECE_ROWS) -> Iterator[pa.Table]:
    """The same rows in pieces of `rows`, each in one chunk; at least one piece, the last one shorter."""
    waiting: list[pa.Table] = []
    count, given = 0, False
    for table in tables:
        if table.num_rows or not waiting:
            waiting.append(table)
            count += table.num_rows
        while count >= rows:
            whole = pa.concat_tables(waiting)
            yield whole.slice(0, rows).combine_chunks()
            waiting, count, given = [whole.slice(rows)], count - rows, True
    if waiting and (count or not given):
        yield pa.concat_tables(waiting).combine_chunks()


class Parquet:
    """One file, a row group for each piece; the first piece, which may be empty, tells the columns."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._writer: pq.ParquetWriter | None = None

    def add(self, piece: pa.Table) -> None:
        """Write one piece."""
        piece = piece.replace_schema_metadata(None)
        if self._writer is None:
            # without Arrow's own schema: a column is text, whether it came as text or as numbers of a list;
            # readers look for references alone, so nothing else needs its least and greatest value
            self._writer = pq.ParquetWriter(
                self._path,
                piece.schema,
                compression=COMPRESSION,
                store_schema=False,
                dictionary_pagesize_limit=DICTIONARY_BYTES,
                write_statistics=[name for name in piece.column_names if name.endswith("ref")],
            )
        if piece.num_rows:
            self._writer.write_table(piece, max(PIECE_ROWS, piece.num_rows))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._writer is not None:
            self._writer.close()
