"""The command: reads two finished runs, compares them, and publishes the comparison whole or not at all."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from chsi_batch import previous, publishing
from chsi_batch.comparing import comparison, workbook

WORKBOOK, TABLE, SUMMARY = "diff.xlsx", "diff.parquet", "run.json"
OUTPUTS = (WORKBOOK, TABLE, SUMMARY)


@dataclass(frozen=True)
class Diff:
    """What was found, and the same as data."""

    found: comparison.Comparison
    summary: dict[str, Any]


def diff(before: Path, after: Path, out: Path | None, language: str) -> Diff:
    """Compare two run folders; with `out` write workbook, table and run.json there. All of it is masked."""
    old, new = previous.read(before), previous.read(after)
    found = comparison.compare(old, new)
    told = comparison.summary(found, old, new, (old.sha256, new.sha256))
    if out is not None:
        with publishing.locked(out), publishing.building(out, OUTPUTS) as folder:
            workbook.write(found, old, new, folder / WORKBOOK, language)
            pq.write_table(_table(found), folder / TABLE, compression="zstd")
            kept = {name: value for name, value in told.items() if name != "changes"}
            publishing.seal(folder, {"diff": kept})
    return Diff(found, told)


def _table(found: comparison.Comparison) -> pa.Table:
    """Every line, the unchanged ones too; '' becomes null."""
    columns = {
        name: pa.array([value or None for value in found.lines[name]], pa.string())
        for name in comparison.COLUMNS
    }
    return pa.table(columns)
