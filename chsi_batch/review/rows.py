"""The rows of a run by reference, a page at a time: what they say, and their keys in the log of decisions.

A page is read in one pass over the file, with the rows asked for alone; the rest of the run stays on disk.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from chsi_batch.decisions.row_keys import row_keys
from chsi_batch.report.records import Record
from chsi_batch.results import RECORD_TABLES
from chsi_batch.terms import COLUMNS, Side

if TYPE_CHECKING:
    import pyarrow as pa

KEPT = 4000
"""Rows kept in memory; when there are more, all are let go."""


class Rows:
    """The conformed records of `folder`, read when they are asked for."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._kept: dict[tuple[str, str], pa.Table] = {}

    @property
    def kept(self) -> int:
        """How many rows are in memory."""
        return len(self._kept)

    def holds(self, side: str, refs: Iterable[str | None]) -> bool:
        """Whether all these rows are in memory."""
        return all(ref is None or (side, ref) in self._kept for ref in refs)

    def fetch(self, side: str, refs: Iterable[str | None]) -> None:
        """Read the rows with these references that are not in memory yet."""
        missing = sorted({ref for ref in refs if ref is not None and (side, ref) not in self._kept})
        if not missing:
            return
        if len(self._kept) + len(missing) > KEPT:
            self._kept.clear()
        table = self._read(side, missing)
        for place, ref in enumerate(table["ref"].to_pylist()):
            self._kept[side, ref] = table.slice(place, 1)

    def _read(self, side: str, refs: list[str]) -> pa.Table:
        import pyarrow as pa
        import pyarrow.compute as pc
        import pyarrow.parquet as pq

        path = self._folder / "private" / f"{RECORD_TABLES[side]}.parquet"
        return pq.read_table(path, filters=pc.field("ref").isin(pa.array(refs, pa.string())))

    def record(self, side: str, ref: str | None) -> Record | None:
        """What one row says in the canonical columns; None without a reference or such a row."""
        if ref is None:
            return None
        self.fetch(side, [ref])
        row = self._kept.get((side, ref))
        found: Record | None = (
            None if row is None else row.select(["ref", *COLUMNS[Side(side)]]).to_pylist()[0]
        )
        return found

    def keys(self, side: str, refs: Iterable[str | None], secret: bytes) -> dict[str, str]:
        """`ref -> row key`; references without a row are left out."""
        import pyarrow as pa

        from chsi_batch.stages.clean import CLEANERS

        asked = sorted({ref for ref in refs if ref is not None})
        kept = [self._kept[side, ref] for ref in asked if (side, ref) in self._kept]
        others = [ref for ref in asked if (side, ref) not in self._kept]
        parts = [*kept, *([self._read(side, others)] if others else [])]
        if not parts:
            return {}
        rows = pa.concat_tables(parts)
        keys = row_keys(Side(side), CLEANERS[Side(side)](rows), secret)
        return dict(zip(rows["ref"].to_pylist(), keys.to_pylist(), strict=True))
