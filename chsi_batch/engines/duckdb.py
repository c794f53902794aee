"""The embedded engine. DuckDB is set up once, then locked: no other file, no network, no new settings.

Facts it rests on: spill files are plaintext, so they live in an own 0700 folder that is cleared at the
end; a streamed result keeps one batch in memory; integers only in sums (float sums vary with threads).
"""

from __future__ import annotations

import contextlib
import errno
import itertools
import os
import shutil
import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import duckdb
import pyarrow as pa

from chsi_batch import pieces, system

MEMORY_SHARE = 0.4
"""Of the machine's memory, where nothing else is said: the rest is for readers, reports and other programs.
What does not fit is spilled."""
BATCH_ROWS = 200_000
OFF = (
    "autoinstall_known_extensions", "autoload_known_extensions", "allow_community_extensions",
    "allow_persistent_secrets", "python_enable_replacements",
)  # fmt: skip
"""What would fetch, load or find something by itself: extensions, secrets, variables of Python."""
OWN_FOLDERS = (
    "temp_directory", "home_directory", "secret_directory", "extension_directory",
    "custom_extension_repository", "autoinstall_extension_repository",
)  # fmt: skip
"""All of them are the spill folder; extensions are looked for there too, and not on the network."""


class DuckDB:
    """Implements `engines.base.Engine` on one in-memory DuckDB."""

    def __init__(self, threads: int | None, memory_limit: str | None, spill: Path) -> None:
        spill.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._spill = spill
        self._appending = threading.Lock()
        config: dict[str, str | bool | int | float | list[str]] = {
            **dict.fromkeys(OFF, False),
            **dict.fromkeys(OWN_FOLDERS, str(spill)),
            "preserve_insertion_order": False,
        }
        if threads:
            config["threads"] = threads
        if limit := memory_limit or _share_of_memory():
            config["memory_limit"] = limit
        self._connection = duckdb.connect(":memory:", config=config)
        self._connection.execute("SET enable_progress_bar = false").complete()  # stdout is for answers
        self._connection.execute("SET enable_external_access = false").complete()
        self._connection.execute("SET lock_configuration = true").complete()

    def put(self, name: str, table: pa.Table) -> None:
        """Copy an Arrow table in, so that it no longer depends on Python's memory."""
        self._connection.register("incoming", table)
        self.make(name, "SELECT * FROM incoming")
        self._connection.unregister("incoming")

    def append(self, name: str, table: pa.Table) -> None:
        """Insert an Arrow table by its column names."""
        with self._appending, _disk():
            self._connection.register("added", table)
            self._connection.execute(
                f"CREATE TABLE IF NOT EXISTS {name} AS SELECT * FROM added LIMIT 0"
            ).complete()
            self._connection.execute(f"INSERT INTO {name} BY NAME SELECT * FROM added").complete()
            self._connection.unregister("added")

    def make(self, name: str, select: str) -> None:
        """`CREATE OR REPLACE TABLE name AS select`."""
        with _disk():
            self._connection.execute(f"CREATE OR REPLACE TABLE {name} AS {select}").complete()

    def take(self, select: str) -> pa.Table:
        """The result as one Arrow table."""
        with _disk():
            return self._connection.sql(select).to_arrow_table()

    def batches(self, select: str) -> Iterator[pa.Table]:
        """A streamed result: one batch in memory; a cursor of its own, so that several may be under way."""
        reader = self._connection.cursor().sql(select).to_arrow_reader(BATCH_ROWS)
        yield pa.Table.from_batches([], reader.schema)
        with _disk():
            for batch in reader:
                yield pa.Table.from_batches([batch])

    def write(
        self, selects: Sequence[str], path: Path, function: Callable[[pa.Table], pa.Table] | None = None
    ) -> None:
        """One file."""
        rows = itertools.chain.from_iterable(map(self.batches, selects))
        with pieces.Parquet(path) as written:
            for piece in pieces.cut(rows):
                written.add(piece if function is None else function(piece))

    def map(self, name: str, select: str, function: Callable[[pa.Table], pa.Table]) -> None:
        """Send batches of the result through `function` and hold what comes back."""
        reader = self._connection.sql(select).to_arrow_reader(BATCH_ROWS)
        schema = function(reader.schema.empty_table()).schema

        def batches() -> Iterator[pa.RecordBatch]:
            for batch in reader:
                yield from function(pa.Table.from_batches([batch])).cast(schema).to_batches()

        self.put(name, pa.Table.from_batches(list(batches()), schema))

    def together(
        self,
        name: str,
        select: str,
        by: Sequence[str],  # noqa: ARG002
        function: Callable[[pa.Table], pa.Table],
    ) -> None:
        """All rows at once, whatever they are alike in."""
        self.put(name, function(self.take(select)))

    def drop(self, *names: str) -> None:
        """Give their memory back."""
        for name in names:
            self._connection.execute(f"DROP TABLE IF EXISTS {name}").complete()

    def count(self, name: str) -> int:
        """Rows of a table of ours."""
        return int(self.take(f"SELECT count(*) AS n FROM {name}")["n"][0].as_py())

    def close(self) -> None:
        """Close the database and remove its spill folder."""
        self._connection.close()
        shutil.rmtree(self._spill, ignore_errors=True)


@contextlib.contextmanager
def _disk() -> Iterator[None]:
    """What outgrows the memory goes to the disk; if that cannot take it, it is the system that refuses."""
    try:
        yield
    except (duckdb.IOException, duckdb.OutOfMemoryException):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)) from None


def _share_of_memory() -> str:
    """The engine's share as DuckDB writes sizes; empty, for its own default, where nothing can be known."""
    inspector = system.inspector()
    return f"{int(inspector.virtual_memory().total * MEMORY_SHARE)}B" if inspector else ""
