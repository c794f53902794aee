"""Is what came out right? Held against the truth of the cohort, which is made without the package's rules.

Bound pairs must be true ones and the pairs that must bind must be among them. Where a degree has a slip, the
best suggestion for it must be the true account. Only then does a time count.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import duckdb

WRONG_BOUND = 0.0001
"""Share of wrong pairs among the bound ones: two people of one name and one number occur by chance."""
BOUND = 0.98
"""Share of the pairs that must bind; the bare join alone cannot find those without an ID number."""
NEAR_FOUND = 0.8
NEAR_WRONG = 0.25
"""A suggestion is looked at by a person: a quarter may be wrong, but four of five must be there."""

OWN_BOUND = """
    SELECT CAST(regexp_extract(registration_ref, '([0-9]+)$', 1) AS BIGINT) - {head} AS registration,
           CAST(regexp_extract(degree_ref, '([0-9]+)$', 1) AS BIGINT) - {head} AS degree
    FROM read_parquet('{out}/result/tables/bindings.parquet')
"""
OWN_NEAR = """
    SELECT CAST(regexp_extract(registration_ref, '([0-9]+)$', 1) AS BIGINT) - {head} AS registration,
           CAST(regexp_extract(degree_ref, '([0-9]+)$', 1) AS BIGINT) - {head} AS degree
    FROM read_parquet('{out}/result/tables/candidates.parquet') AS c
    JOIN read_parquet('{out}/result/tables/ledger.parquet') AS l
      ON l.ref = c.degree_ref AND l.side = 'degree' AND l.outcome = 'exception'
    WHERE c.rank = 1 AND c.rule NOT LIKE 'W%'
"""


@dataclass(frozen=True)
class Verdict:
    """What was found of what there is, and how much of what was found is wrong."""

    kind: str
    there: int
    right: int
    wrong: int

    @property
    def good(self) -> bool:
        """Does the time count?"""
        found, told = self.right / max(self.there, 1), self.right + self.wrong
        share = self.wrong / max(told, 1)
        if self.kind == "bound":
            return found >= BOUND and share <= WRONG_BOUND
        return found >= NEAR_FOUND and share <= NEAR_WRONG

    @property
    def text(self) -> str:
        """In a few words."""
        return f"{self.kind} {self.right:,} of {self.there:,}, wrong {self.wrong:,}"


def verdicts(gives: tuple[str, ...], data: Path, out: Path, *, own: bool, form: str) -> list[Verdict]:
    """One verdict for each kind of pair that a lane gives."""
    head = 1 if form == "xlsx" else 0
    tables = {"bound": OWN_BOUND, "near": OWN_NEAR}
    found = []
    with duckdb.connect() as connection:
        connection.execute(f"CREATE TABLE truth AS FROM read_parquet('{data}/truth.parquet')")
        for kind in gives:
            source = (
                tables[kind].format(out=out, head=head)
                if own
                else f"FROM read_parquet('{out}/{kind}.parquet')"
            )
            found.append(_verdict(connection, kind, source))
    return found


def _verdict(connection: duckdb.DuckDBPyConnection, kind: str, source: str) -> Verdict:
    wanted = "t.binds" if kind == "bound" else "NOT t.binds AND t.degree IS NOT NULL"
    (there,) = _one(connection, f"SELECT count(*) FROM truth AS t WHERE {wanted}")
    right, wrong = _one(
        connection,
        f"SELECT count(*) FILTER ({wanted}), count(*) FILTER (t.registration IS NULL) "
        f"FROM (SELECT DISTINCT registration, degree FROM ({source})) AS p "
        "LEFT JOIN truth AS t ON t.registration = p.registration AND t.degree = p.degree",
    )
    return Verdict(kind, there, right, wrong)


def _one(connection: duckdb.DuckDBPyConnection, query: str) -> tuple[int, ...]:
    row = connection.execute(query).fetchone()
    assert row is not None
    return row
