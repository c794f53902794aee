"""Parquet: all columns text."""

from __future__ import annotations

from pathlib import Path

from chsi_batch.labelled.grids import Book


def write(path: Path, book: Book) -> None:
    """Write the table; an empty cell is null."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    grid = book.grids[0]
    columns = [
        pa.array([str(cells[i]) or None for cells in grid.cells], pa.string())
        for i in range(len(grid.headers))
    ]
    pq.write_table(pa.table(columns, names=grid.headers), path)
