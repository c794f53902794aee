"""Settles which degree is bound to which account, and which rows are left over.

Source: the project's contract, sections 4 to 7. Works on judged pairs, on what `admit` found of the rows
themselves – `registration_state` (r, account, blocked, may_bind, own_claim), `degree_state` (d, blocked) –
and on the pairs that reviewers bound: `decided_binds` (r, d, line, rule, account).

One degree – one account, one account – many degrees. The best rule that binds decides; several accounts
by the same best rule contest the degree, and nobody gets it.
"""

from __future__ import annotations

from chsi_batch import rules
from chsi_batch.engines.base import Engine
from chsi_batch.terms import Verdict

UNPLAIN_REGISTRATIONS = """
SELECT r FROM sharing
UNION ALL SELECT n FROM own_codes WHERE side = 'registration'
  AND CASE WHEN blocks = 1 THEN 1 WHEN account = 1 THEN 1 ELSE 0 END = 1
UNION ALL SELECT r FROM exact_pairs GROUP BY r HAVING count(*) > 1
UNION ALL SELECT r FROM decided_pairs
"""

UNPLAIN_DEGREES = """
SELECT n AS d FROM own_codes WHERE side = 'degree' AND blocks = 1
UNION ALL SELECT d FROM exact_pairs GROUP BY d HAVING count(*) > 1
UNION ALL SELECT d FROM decided_pairs
"""

PLAIN_PAIRS = """
SELECT p.r, p.d, p.certificate_number, p.graduation_year, p.school
FROM exact_pairs AS p LEFT JOIN unplain_registrations AS a ON a.r = p.r
LEFT JOIN unplain_degrees AS b ON b.d = p.d
WHERE p.glance = {certain} AND a.r IS NULL AND b.d IS NULL
  AND p.certificate_number IS NOT NULL AND p.school IS NOT NULL
"""
"""Most pairs are plain: the same ID number and name, one row of one account and one degree that no other
row meets, without a fault or a decision. They bind, and there is nothing to weigh."""

BINDABLE = """
SELECT j.r, j.d, j.line, j.rule, j.method, a.account, a.own_claim, j.same_fields,
  CASE WHEN j.certificate_number = 'same' THEN 1 ELSE 0 END AS claims
FROM {judged} AS j JOIN registration_state AS a ON a.r = j.r JOIN degree_state AS b ON b.d = j.d
WHERE j.verdict = 'bind' AND a.blocked = 0 AND a.may_bind = 1 AND b.blocked = 0
"""

BEST_RULE = """
SELECT d, line, count(DISTINCT account) AS accounts
FROM (
  SELECT x.d, x.line, x.account, min(x.line) OVER (PARTITION BY x.d) AS best
  FROM bindable AS x LEFT JOIN decided_binds AS q ON q.d = x.d WHERE q.d IS NULL
) WHERE line = best
GROUP BY d, line
"""
"""A degree that a reviewer gave to an account is not contested."""

BOUND_PAIRS = """
SELECT r, d, line, rule, method, account FROM (
  SELECT x.*, row_number() OVER (PARTITION BY x.d ORDER BY x.claims DESC,
    CASE WHEN x.claims = 1 THEN x.same_fields ELSE 0 END DESC, x.r) AS place
  FROM bindable AS x JOIN best_rule AS b ON b.d = x.d AND b.line = x.line WHERE b.accounts = 1
) WHERE place = 1
UNION ALL SELECT r, d, line, rule, 'decision' AS method, account FROM decided_binds
UNION ALL SELECT p.r, p.d, g.line, g.rule, g.method, p.r AS account
  FROM plain_pairs AS p JOIN rules AS g ON g.line = {line}
"""
"""A degree goes to the row that claims it, else to the account's first row."""

CONTESTED = """
SELECT x.r, x.d FROM bindable AS x JOIN best_rule AS b ON b.d = x.d AND b.line = x.line
WHERE b.accounts > 1
"""

BOUND_ROWS = """
SELECT r, d, rule FROM (
  SELECT y.*, row_number() OVER (PARTITION BY y.r ORDER BY y.own DESC, y.claims DESC, y.same_fields DESC,
    b.certificate_key NULLS LAST, b.year NULLS LAST, b.school_key NULLS LAST, y.d) AS place
  FROM (
    SELECT j.r, j.d, p.rule, CASE WHEN j.certificate_number = 'same' THEN 1 ELSE 0 END AS claims,
      j.same_fields, CASE WHEN j.r = p.r THEN 1 ELSE 0 END AS own
    FROM {judged} AS j JOIN bound_pairs AS p ON p.d = j.d
    JOIN registration_state AS a ON a.r = j.r AND a.account = p.account
    WHERE CASE WHEN j.r = p.r THEN 1 WHEN a.blocked = 1 THEN 0 WHEN j.certificate_number = 'same' THEN 1
      ELSE 0 END = 1
    UNION ALL
    SELECT a.r, p.d, p.rule, 0 AS claims, 0 AS same_fields, 0 AS own
    FROM registration_state AS a JOIN bound_pairs AS p ON p.account = a.account
    WHERE a.own_claim = 0 AND a.blocked = 0 AND a.r <> p.r
  ) AS y JOIN degrees AS b ON b.d = y.d
) WHERE place = 1
UNION ALL SELECT p.r, p.d, g.rule FROM plain_pairs AS p JOIN rules AS g ON g.line = {line}
"""
"""A row without a claim of its own is bound when its account is; the row's degree is the one it claims."""


_GLANCE = {"id_number": "same", "name": "same"}


def plain(engine: Engine) -> None:
    """Make `plain_pairs` (r, d and three states) of `exact_pairs`, which keeps the others (r, d)."""
    engine.make("unplain_registrations", UNPLAIN_REGISTRATIONS)
    engine.make("unplain_degrees", UNPLAIN_DEGREES)
    rule = rules.certain(**_GLANCE)
    binds = rule is not None and rule.verdict == Verdict.BIND
    engine.make("plain_pairs", PLAIN_PAIRS.format(certain=1 if binds else -1))
    engine.make(
        "exact_pairs",
        "SELECT e.r, e.d FROM exact_pairs AS e LEFT JOIN plain_pairs AS p ON p.r = e.r WHERE p.r IS NULL",
    )


def _line() -> int:
    """The rule by which plain pairs bind."""
    rule = rules.certain(**_GLANCE)
    return rule.line if rule else 0


def bind(engine: Engine, judged: str) -> None:
    """Make `bound_pairs` (one per bound degree), `bound_rows` (one per bound registration), `contested`."""
    engine.make("bindable", BINDABLE.format(judged=judged))
    engine.make("best_rule", BEST_RULE)
    engine.make("bound_pairs", BOUND_PAIRS.format(line=_line()))
    engine.make("contested", CONTESTED)
    engine.make("bound_rows", BOUND_ROWS.format(judged=judged, line=_line()))


def loose(engine: Engine) -> None:
    """Make `loose_registrations` and `loose_degrees`: the rows the exact routes left unbound."""
    engine.make(
        "loose_registrations",
        "SELECT a.* FROM registrations AS a LEFT JOIN bound_rows AS b ON b.r = a.r WHERE b.r IS NULL",
    )
    engine.make(
        "loose_degrees",
        "SELECT a.* FROM degrees AS a LEFT JOIN bound_pairs AS b ON b.d = a.d WHERE b.d IS NULL",
    )
