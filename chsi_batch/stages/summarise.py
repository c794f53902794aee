"""Counts what reports tell, so that no report has to look at rows.

A line of `row_counts` stands for all rows of the ledger that are alike in everything that is counted: file,
how and where they ended, why, and the school and year they belong to. Files, schools and source systems go
by numbers until the end. An open registration belongs to the school and year it claims, else to those of its
counterpart; a bound one is counted under its degree.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from chsi_batch.engines.base import Engine, Growing
from chsi_batch.terms import Side

if TYPE_CHECKING:
    import pyarrow as pa

DECISION = "decision"
"""How a row ended that nothing but a decision bound."""

FIRST = """
SELECT * FROM (
  SELECT *, row_number() OVER (PARTITION BY side, n ORDER BY tier, ord, code) AS turn
  FROM exception_rows WHERE bound = 0
) WHERE turn = 1
"""
"""The exception that the ledger shows."""

DECIDED = """
SELECT {n} AS n, min(CASE WHEN method = 'decision' THEN 1 ELSE 0 END) AS only_so
FROM binding_states GROUP BY {n}
"""

_ENDED = f"""
SELECT '{{side}}' AS side, f.file, l.outcome,
  CASE WHEN l.outcome = 'exception' THEN e.acts WHEN h.only_so = 1 THEN '{DECISION}'
    ELSE COALESCE(l.rule, '') END AS ending,
  e.code, e.severity, e.advice, e.fields, CASE WHEN e.other IS NULL THEN 0 ELSE 1 END AS paired,
  {{school}} AS school, {{year}} AS year, {{system}} AS system
FROM {{side}}_ledger AS l JOIN {{side}}_places AS f ON f.n = l.n JOIN {{rows}} AS a ON a.{{n}} = l.n
LEFT JOIN first_exceptions AS e ON e.side = '{{side}}' AND e.n = l.n
LEFT JOIN {{side}}_decided AS h ON h.n = l.n
"""

REGISTRATIONS = (
    _ENDED.format(
        side="registration",
        rows="registrations",
        n="r",
        school="CASE WHEN l.outcome = 'exception' THEN COALESCE(f.school, g.school) END",
        year="CASE WHEN l.outcome = 'exception' THEN COALESCE(a.year, b.year) END",
        system="f.system",
    )
    + "LEFT JOIN degree_places AS g ON g.n = e.other LEFT JOIN degrees AS b ON b.d = e.other"
)
DEGREES = _ENDED.format(side="degree", rows="degrees", n="d", school="f.school", year="a.year", system="NULL")

_BY = "side, file, outcome, ending, code, severity, advice, fields, paired, school, year, system"


def place(engine: Growing, side: Side, places: pa.Table) -> None:
    """Add to what rows are counted by: n, file, school, of registrations system."""
    engine.append(f"{side}_places", places)


def summarise(
    engine: Engine, files: pa.Array | None, schools: pa.Array | None, systems: pa.Array | None
) -> dict[str, pa.Table]:
    """The tables of `results.COUNTS`; the texts stand in the order of their numbers, if rows have numbers."""
    engine.make("first_exceptions", FIRST)
    for side, n in ((Side.REGISTRATION, "r"), (Side.DEGREE, "d")):
        engine.make(f"{side}_decided", DECIDED.format(n=n))
    counted = engine.take(
        f"SELECT {_BY}, count(*) AS rows FROM ({REGISTRATIONS} UNION ALL {DEGREES}) GROUP BY {_BY}"
    )
    for name, texts in (("file", files), ("school", schools), ("system", systems)):
        if texts is not None:
            place = counted.column_names.index(name)
            counted = counted.set_column(place, name, texts.take(counted[name].combine_chunks()))
    return {
        "row_counts": counted.sort_by([(name, "ascending") for name in counted.column_names]),
        "binding_counts": engine.take(
            "SELECT rule, method, state, count(*) AS rows FROM binding_states "
            "GROUP BY rule, method, state ORDER BY rule, method, state"
        ),
        "code_counts": engine.take(
            "SELECT code, count(*) AS rows FROM exception_rows GROUP BY code ORDER BY code"
        ),
    }
