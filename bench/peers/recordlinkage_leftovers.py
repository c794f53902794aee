"""Near matches among the leftovers with recordlinkage: `python recordlinkage_leftovers.py DATA OUT`.

As its documentation advises: blocks instead of a full index, comparisons in one `Compare`, two processes, and
a threshold on the sum of the comparison vector. (Its unsupervised classifier, ECM, found half as many pairs.)
"""

import sys
from pathlib import Path

import pandas as pd
import recordlinkage
from recordlinkage.compare import Exact, String

JOBS = 2
BLOCKS = (["tail"], ["head", "name"], ["certificate"], ["name", "birth"], ["name", "school"])
NEAR = {"id_number": 0.85, "name": 0.6, "certificate": 0.85}
"""Similarity from which two texts count as agreeing."""
AGREEING = 2
"""Fields that must agree: those without a claim have no more than ID number and name."""


def read(path: Path) -> pd.DataFrame:
    table = pd.read_parquet(path).set_index("number")
    table["head"], table["tail"] = table["id_number"].str[:10], table["id_number"].str[-9:]
    table["birth"] = table["id_number"].str[6:14]
    return table


def main() -> None:
    data, out = map(Path, sys.argv[1:3])
    accounts, degrees = (read(data / f"leftover_{name}.parquet") for name in ("accounts", "degrees"))
    pairs = None
    for block in BLOCKS:
        index = recordlinkage.Index()
        index.block(block)
        found = index.index(accounts.dropna(subset=block), degrees.dropna(subset=block))
        pairs = found if pairs is None else pairs.union(found)
    compare = recordlinkage.Compare(
        [
            *(
                String(column, column, method="damerau_levenshtein", threshold=threshold, label=column)
                for column, threshold in NEAR.items()
            ),
            Exact("year", "year", label="year"),
            Exact("school", "school", label="school"),
        ],
        n_jobs=JOBS,
    )
    vectors = compare.compute(pairs, accounts, degrees)
    scores = vectors.sum(axis=1).rename("score").reset_index()
    scores.columns = ["registration", "degree", "score"]
    scores = scores[scores["score"] >= AGREEING]
    best = scores.sort_values(["score", "registration"], ascending=[False, True]).drop_duplicates("degree")
    best[["registration", "degree"]].to_parquet(out / "near.parquet")


if __name__ == "__main__":
    main()
