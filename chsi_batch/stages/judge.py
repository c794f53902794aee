"""Applies the rule table to described pairs: the first rule that fits decides (contract, section 6).

A pair that only a missing name keeps from binding shows the rule it would bind by.

Two things stand around the table. A claim met in full by one degree is no evidence towards another: for
the other degrees its three fields count as blank. And a pair that would bind if a faulty field were
ignored is marked, because both its rows then carry that fault's code (section 7).
"""

from __future__ import annotations

import pyarrow as pa

from chsi_batch import rules
from chsi_batch.engines.base import Engine
from chsi_batch.terms import FIELDS

_MET = " UNION ALL ".join(
    f"SELECT r, d FROM {states} WHERE certificate_number = 'same' AND graduation_year = 'same' "
    "AND school IN ('same', 'alike')"
    for states in ("{states}", "plain_pairs")
)

_CLAIM_FIELDS = ("certificate_number", "graduation_year", "school")

_WORDS = f"""
SELECT s.r, s.d, s.id_number, s.name, {
    ", ".join(
        f"CASE WHEN o.r IS NOT NULL AND m.r IS NULL THEN 'blank' ELSE s.{field} END AS {field}"
        for field in _CLAIM_FIELDS
    )
}, s.birth_and_sex,
  CASE WHEN s.id_number = 'near' AND (a.id_rounded OR b.id_rounded) THEN 'same' ELSE s.id_number END
    AS id_unrounded,
  CASE WHEN a.id_fault IN ('id-rounded', 'id-malformed') OR b.id_fault IN ('id-rounded', 'id-malformed')
       THEN 'blank' ELSE s.id_number END AS id_ignored,
  CASE WHEN s.name = 'blank' THEN 'same' ELSE s.name END AS name_ignored,
  CASE WHEN a.id_rounded OR b.id_rounded THEN 1 ELSE 0 END AS rounded
FROM {{states}} AS s JOIN registrations AS a ON a.r = s.r JOIN degrees AS b ON b.d = s.d
LEFT JOIN (SELECT DISTINCT r FROM met) AS o ON o.r = s.r
LEFT JOIN met AS m ON m.r = s.r AND m.d = s.d
"""


def _line(id_number: str, name: str) -> str:
    return rules.case(
        {
            **{field: field for field in FIELDS},
            "birth_and_sex": "birth_and_sex",
            "id_number": id_number,
            "name": name,
        }
    )


def readings(language: str) -> dict[int, str]:
    """What each line of the rule table says, in words."""
    return {rule.line: rule.reading[language] for rule in rules.match_rules()}


def put_rules(engine: Engine) -> None:
    """Hold the rule table as `rules`: line, rule, verdict, method, code."""
    found = rules.match_rules()
    engine.put(
        "rules",
        pa.table(
            {
                "line": pa.array([rule.line for rule in found], pa.int32()),
                "rule": [rule.rule for rule in found],
                "verdict": [rule.verdict.value for rule in found],
                "method": [rule.method for rule in found],
                "code": [rule.code or None for rule in found],
            }
        ),
    )


def claims_met(engine: Engine, states: str) -> None:
    """Make `met` (r, d): the degrees that meet a registration's claim in full, `plain_pairs` included."""
    engine.make("met", _MET.format(states=states))


def judge(engine: Engine, states: str, target: str, *, keep_all: bool = False) -> None:
    """Make `target`: the pairs of `states` that meet a rule (all with `keep_all`), with rule and verdict.

    Columns: r, d, the five states, `line`, `rule`, `verdict`, `method`, `code`,
    `same_fields` (how many states are `same`), `would_bind` (0/1).
    """
    engine.make("words", _WORDS.format(states=states))
    engine.make(
        "lines",
        f"SELECT *, {_line('id_number', 'name')} AS line, {_line('id_unrounded', 'name_ignored')} AS line_a, "
        f"{_line('id_ignored', 'name_ignored')} AS line_b FROM words",
    )
    same = " + ".join(f"CASE WHEN l.{field} = 'same' THEN 1 ELSE 0 END" for field in FIELDS)
    engine.make(
        target,
        f"""
SELECT r, d, id_number, name, certificate_number, graduation_year, school, line, rule, verdict,
  method, code, same_fields, would_bind
FROM (
  SELECT l.*, CASE WHEN t.rule <> 'Z0' THEN t.rule WHEN ta.verdict = 'bind' THEN ta.rule
      WHEN tb.verdict = 'bind' THEN tb.rule ELSE t.rule END AS rule,
    t.verdict, t.method, t.code, {same} AS same_fields,
    CASE WHEN t.verdict = 'bind' THEN 1 WHEN ta.verdict = 'bind' THEN 1
         WHEN tb.verdict = 'bind' THEN CASE WHEN t.code = 'id-slip' AND l.rounded = 0 THEN 0 ELSE 1 END
         ELSE 0 END AS would_bind
  FROM lines AS l JOIN rules AS t ON t.line = l.line JOIN rules AS ta ON ta.line = l.line_a
  JOIN rules AS tb ON tb.line = l.line_b
) WHERE {"1 = 1" if keep_all else "verdict <> 'none' OR would_bind = 1"}
""",
    )
