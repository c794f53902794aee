"""Finds the same row in both runs: by key, and among rows of one key by how they ended.

Rows of one key cannot be told apart by anything matching looks at. So as many as possible are paired with
one that ended the same, then with one that ended alike; a row's place in its file decides nothing, and the
pairs are the same in both directions.
"""

from __future__ import annotations

import pandas as pd

from chsi_batch.comparing.rows import END

LEVELS: tuple[tuple[str, ...], ...] = (
    END,
    ("outcome", "counterpart_key", "code", "method"),
    ("outcome", "counterpart_key"),
    ("outcome", "code"),
    ("outcome",),
    (),
)
"""What two rows of one key must share to be paired, from the closest to the loosest."""


def pairs(before: pd.DataFrame, after: pd.DataFrame) -> pd.DataFrame:
    """Columns `a` and `b`: places in both tables, one of them missing (-1) where a row has gone or come."""
    order = ["key", *END, "place"]
    left, right = before.sort_values(order), after.sort_values(order)
    found = []
    for level in LEVELS:
        by = ["key", *level]
        met = _numbered(left, by).merge(_numbered(right, by), on=[*by, "turn"], suffixes=("_a", "_b"))
        found.append(pd.DataFrame({"a": met["place_a"], "b": met["place_b"]}))
        left = left[~left["place"].isin(met["place_a"])]
        right = right[~right["place"].isin(met["place_b"])]
    found.append(pd.DataFrame({"a": left["place"], "b": -1}))
    found.append(pd.DataFrame({"a": -1, "b": right["place"]}))
    return pd.concat(found, ignore_index=True).astype("int64")


def _numbered(rows: pd.DataFrame, by: list[str]) -> pd.DataFrame:
    """The rows with their turn among those that share `by`."""
    return rows[[*by, "place"]].assign(turn=rows.groupby(by, sort=False).cumcount())
