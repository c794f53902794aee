"""Reads the parquet files of a finished run, of each only the columns and rows that are asked for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from chsi_batch import tables
from chsi_batch.errors import UsageError

if TYPE_CHECKING:
    import pyarrow as pa

MASKED, FULL = "tables", "private"


def problem(code: str, place: object, language: str, **values: object) -> UsageError:
    """A problem in the words of `problems.csv`: in a notebook nobody else puts them in."""
    words = tables.texts("problems", language)[code].format(**values)
    return UsageError(f"{code} {place}: {words}")


class Scanner:
    """The tables of one run, masked or in full values."""

    def __init__(self, folder: Path, part: str) -> None:
        self.folder = folder / part

    def take(self, name: str, columns: Sequence[str] | None = None, where: Any = None) -> pa.Table:
        """Columns of the rows that meet `where` (an expression), in the order of the file."""
        from pyarrow import dataset

        found = dataset.dataset(self.folder / f"{name}.parquet", format="parquet")
        return found.to_table(columns=None if columns is None else list(columns), filter=where)

    def count(self, name: str, where: Any = None) -> int:
        """How many rows meet `where`."""
        from pyarrow import dataset

        rows: int = dataset.dataset(self.folder / f"{name}.parquet", format="parquet").count_rows(
            filter=where
        )
        return rows

    def at(self, name: str, refs: Iterable[str], columns: Sequence[str] | None = None) -> pa.Table:
        """The records with these references, in that order; a reference that is not there is left out."""
        import pyarrow as pa
        import pyarrow.compute as pc

        asked = pa.array(list(dict.fromkeys(refs)), pa.string())
        wanted = None if columns is None else list(dict.fromkeys(["ref", *columns]))
        found = self.take(name, wanted, pc.field("ref").isin(asked))
        return found.take(pc.index_in(asked, value_set=found["ref"].combine_chunks()).drop_null())
