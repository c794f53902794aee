"""A table as a folder of Parquet parts, which several machines fill at the same time.

A part has its name only when it is whole, so a task may be broken off, tried again, or done twice at once.
"""

from __future__ import annotations

import contextlib
import secrets
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

PART = "part-{:05}.parquet"
_PATTERN, _UNDER_WAY = "part-*.parquet", ".part-*"


def parts(place: Path) -> list[Path]:
    """The parts, in the order of their rows."""
    return sorted(place.glob(_PATTERN))


@contextlib.contextmanager
def whole(path: Path) -> Iterator[Path]:
    """Where to write what becomes the file `path` when it is whole."""
    written = path.with_name(f".{path.stem}-{secrets.token_hex(4)}")
    try:
        yield written
        written.replace(path)
    finally:
        written.unlink(missing_ok=True)


def clear(place: Path) -> None:
    """Remove what tasks left that were broken off."""
    for left in place.glob(_UNDER_WAY):
        left.unlink(missing_ok=True)


def add(place: Path, turn: int, table: pa.Table) -> None:
    """Write the part `turn`."""
    with whole(place / PART.format(turn)) as path:
        pq.write_table(plain(table), path)


def plain(table: pa.Table) -> pa.Table:
    """A column without a value is of text, as everywhere in the house."""
    kinds = [(field.name, field.type) for field in table.schema]
    text = {kind for _, kind in kinds if pa.types.is_null(kind) or pa.types.is_large_string(kind)}
    return table.cast(pa.schema([(name, pa.string() if kind in text else kind) for name, kind in kinds]))


class Filling:
    """The tables of an engine, as the task that adds the part `turn` to them sees them."""

    def __init__(self, workspace: Path, turn: int) -> None:
        self._workspace, self._turn = workspace, turn

    def append(self, name: str, table: pa.Table) -> None:
        """Write the part of `name`."""
        place = self._workspace / name
        place.mkdir(mode=0o700, exist_ok=True)
        add(place, self._turn, table)
