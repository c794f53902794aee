"""Every row of a run with its key and its end: what two runs are compared by."""

from __future__ import annotations

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from chsi_batch import previous
from chsi_batch.results import RECORD_TABLES, Run
from chsi_batch.stages import clean
from chsi_batch.terms import Side

SIDES = (Side.REGISTRATION, Side.DEGREE)
OTHER = {Side.REGISTRATION: Side.DEGREE, Side.DEGREE: Side.REGISTRATION}

END = ("outcome", "code", "rule", "counterpart_key", "state", "method")
"""How a row ended; its counterpart is told by key, because references change from export to export."""
SHOWN = ("ref", "outcome", "code", "rule", "counterpart", "state", "method")


def rows(run: Run) -> dict[Side, pd.DataFrame]:
    """Per side, in input order: `key`, `place` (int) and the columns of END and SHOWN, '' for none."""
    keys = {side: _keys(run, side) for side in SIDES}
    return {side: _side(run, side, keys) for side in SIDES}


def _keys(run: Run, side: Side) -> pa.Table:
    records = run.tables[RECORD_TABLES[side]]
    return pa.table({"ref": records["ref"], "key": previous.keys(side, clean.CLEANERS[side](records))})


def _side(run: Run, side: Side, keys: dict[Side, pa.Table]) -> pd.DataFrame:
    ledger = run.tables["ledger"]
    ledger = ledger.filter(pc.equal(ledger["side"], side.value))
    bindings = run.tables["bindings"]
    degrees = ledger["ref"] if side is Side.DEGREE else ledger["counterpart"]
    bound = pc.equal(ledger["outcome"], "bound")
    degrees = pc.if_else(bound, degrees, pa.scalar(None, pa.string()))
    columns = {
        **{name: ledger[name] for name in ("ref", "outcome", "code", "rule", "counterpart")},
        "key": _looked_up(ledger["ref"], keys[side], "key"),
        "counterpart_key": _looked_up(ledger["counterpart"], keys[OTHER[side]], "key"),
        **{name: _looked_up(degrees, bindings, name, "degree_ref") for name in ("state", "method")},
    }
    frame: pd.DataFrame = pa.table(columns).to_pandas().fillna("")
    frame["place"] = range(len(frame))
    return frame


def _looked_up(refs: pa.ChunkedArray, table: pa.Table, wanted: str, by: str = "ref") -> pa.ChunkedArray:
    """The wanted column of the lines with these references; null where there is none."""
    places = pc.index_in(refs, value_set=table[by].combine_chunks(), skip_nulls=True)
    return table[wanted].take(places)
