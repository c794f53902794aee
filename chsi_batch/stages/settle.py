"""Settles which degree is bound to which account, and which rows are left over.

Source: the project's contract, sections 4 to 7. Works on judged pairs and on what `admit` found of the
rows themselves: `registration_state` (r, account, blocked, may_bind, own_claim) and `degree_state`
(d, blocked), and on the pairs that reviewers bound: `decided_binds` (r, d, line, rule, account).

One degree – one account, one account – many degrees. The best rule that binds decides; several accounts
by the same best rule contest the degree, and nobody gets it.
"""

from __future__ import annotations

from chsi_batch.engines.base import Engine

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
"""
"""A row without a claim of its own is bound when its account is; the row's degree is the one it claims."""


def bind(engine: Engine, judged: str) -> None:
    """Make `bound_pairs` (one per bound degree), `bound_rows` (one per bound registration), `contested`."""
    engine.make("bindable", BINDABLE.format(judged=judged))
    engine.make("best_rule", BEST_RULE)
    engine.make("bound_pairs", BOUND_PAIRS)
    engine.make("contested", CONTESTED)
    engine.make("bound_rows", BOUND_ROWS.format(judged=judged))


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
