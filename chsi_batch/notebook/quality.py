"""What the input files were like: rows taken and left, headers nobody knew, cells with a problem."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING

from chsi_batch.notebook.scanning import problem

if TYPE_CHECKING:
    import pandas as pd

    from chsi_batch.notebook.finished import FinishedRun

COUNTS = ("physical", "blank", "heading", "set_aside", "records")
KEYS = ("side", "file", "column", "code")


def sheets(run: FinishedRun) -> pd.DataFrame:
    """side, file, sheet, format, encoding, hidden, the row counts, `closes`, `unmapped` (unknown headers)."""
    columns = ["side", "file", "sheet", "format", "encoding", "hidden", *COUNTS, "unmapped"]
    found: pd.DataFrame = run.masked.take("inputs", columns).to_pandas()
    found["closes"] = found["physical"] == found[list(COUNTS[1:])].sum(axis=1)
    found["unmapped"] = ["、".join(json.loads(text or "[]")) for text in found["unmapped"]]
    return found


def issues(run: FinishedRun, by: Sequence[str]) -> pd.DataFrame:
    """Cells with a problem per `by`, most first, with the share of the records they stand in.

    The share is of the records of the same file, or of all inputs where `by` does not name the file.
    """
    by = tuple(by) or KEYS
    if unknown := sorted(set(by) - set(KEYS)):
        raise problem("filter-unknown", ", ".join(unknown), run.language, known=" ".join(KEYS))
    cells = run.masked.take("issues", list(by))
    counted: pd.DataFrame = cells.group_by(list(by)).aggregate([([], "count_all")]).to_pandas()
    counted = counted.rename(columns={"count_all": "cells"})
    within = [name for name in ("side", "file") if name in by]
    inputs: pd.DataFrame = run.masked.take("inputs", ["side", "file", "records"]).to_pandas()
    if within:
        records = inputs.groupby(within, as_index=False)["records"].sum()
        counted = counted.merge(records, on=within, how="left", validate="many_to_one")
    else:
        counted["records"] = inputs["records"].sum()
    counted["share"] = (counted["cells"] / counted["records"].where(counted["records"] > 0)).round(4)
    return counted.sort_values(["cells", *by], ascending=[False, *[True] * len(by)], ignore_index=True)


def examples(run: FinishedRun, code: str, rows: int) -> pd.DataFrame:
    """ref, column, header, value (masked) and message of the first cells with this problem."""
    import pyarrow.compute as pc

    columns = ["ref", "column", "header", "value", "message"]
    found: pd.DataFrame = (
        run.masked.take("issues", columns, pc.field("code") == code).slice(0, rows).to_pandas()
    )
    return found


def set_aside(run: FinishedRun) -> pd.DataFrame:
    """side, file, reason, rows."""
    found: pd.DataFrame = run.masked.take("set_aside", ["side", "ref", "reason"]).to_pandas()
    found["file"] = found["ref"].str.rsplit("#", n=1).str[0]
    counted = found.groupby(["side", "file", "reason"], as_index=False).size()
    return counted.rename(columns={"size": "rows"})
