"""Near matches among the leftovers with Splink 5 on DuckDB, trained: `python splink_leftovers.py DATA OUT`.

As its documentation advises: few and narrow blocking rules, u from a small random sample, m by expectation
maximisation on two blocks that share few columns, a threshold on the match probability.
"""

import sys
from pathlib import Path

import duckdb
import splink.comparison_level_library as cll
import splink.comparison_library as cl
from splink import DuckDBAPI, Linker, SettingsCreator, block_on

PAIRS = 1e5
"""Random pairs for u."""
LIKELY = 0.5

TABLE = """
CREATE TABLE {name} AS SELECT number AS unique_id, id_number, left(id_number, 10) AS head,
    right(id_number, 9) AS tail, substr(id_number, 7, 8) AS birth, name, left(name, 1) AS family,
    certificate, year, school
FROM read_parquet('{data}/leftover_{name}.parquet')
"""
BEST = """
COPY (
    SELECT unique_id_l AS {left}, unique_id_r AS {right} FROM {found}
    QUALIFY row_number() OVER (
        PARTITION BY {degree} ORDER BY match_probability DESC, unique_id_l, unique_id_r) = 1
) TO '{out}/near.parquet' (FORMAT parquet)
"""


def edited(column: str) -> cl.CustomComparison:
    """Equal, one edit, two edits, anything else."""
    return cl.CustomComparison(
        output_column_name=column,
        comparison_levels=[
            cll.NullLevel(column),
            cll.ExactMatchLevel(column),
            cll.DamerauLevenshteinLevel(column, 1),
            cll.DamerauLevenshteinLevel(column, 2),
            cll.ElseLevel(),
        ],
    )


def main() -> None:
    data, out = sys.argv[1:3]
    Path(out).mkdir(parents=True, exist_ok=True)
    connection = duckdb.connect()
    for name in ("accounts", "degrees"):
        connection.execute(TABLE.format(name=name, data=data))
    settings = SettingsCreator(
        link_type="link_only",
        comparisons=[
            edited("id_number"),
            edited("name"),
            edited("certificate"),
            cl.ExactMatch("year"),
            cl.ExactMatch("school"),
        ],
        blocking_rules_to_generate_predictions=[
            block_on("tail"),
            block_on("head", "name"),
            block_on("certificate"),
            block_on("name", "birth"),
            block_on("name", "school"),
        ],
        retain_intermediate_calculation_columns=False,
        retain_matching_columns=False,
    )
    api = DuckDBAPI(connection)
    tables = [api.register(name, dataset_display_name=name) for name in ("accounts", "degrees")]
    linker = Linker(tables, settings)
    linker.training.estimate_probability_two_random_records_match(
        [block_on("tail", "family"), block_on("certificate")], recall=0.9
    )
    linker.training.estimate_u_using_random_sampling(max_pairs=PAIRS, seed=1)
    for rule in (block_on("tail"), block_on("certificate")):
        linker.training.estimate_parameters_using_expectation_maximisation(rule)
    found = linker.inference.predict(threshold_match_probability=LIKELY)
    first = connection.execute(f"SELECT source_dataset_l FROM {found.physical_name} LIMIT 1").fetchone()
    swapped = first is not None and first[0] == "degrees"
    left, right = ("degree", "registration") if swapped else ("registration", "degree")
    degree = "unique_id_l" if swapped else "unique_id_r"
    connection.execute(BEST.format(left=left, right=right, degree=degree, found=found.physical_name, out=out))


if __name__ == "__main__":
    main()
