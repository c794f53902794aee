"""Lets reviewers' decisions hold: which rows they mean, what they may do, and what came of each.

Source: the project's contract, section 8. Works on `standing_decisions` (n, decision, registration_key,
degree_key, conflicting, remarked: one row per pair of keys, 0/1 for the last two; the decision is null where
none stands any more), `registration_keys` (r, k) and `degree_keys` (d, k).

`find` comes before the pairs are described, because a rejected pair is none. `weigh` comes after the rules
have settled everything without the decisions to bind: only then is known whether such a decision is needed,
whether another account has the degree, and whether something severe stands against it. Rows are told by
content; where rows are alike in every matched value, all degrees and one account are meant.
"""

from __future__ import annotations

import pyarrow as pa

from chsi_batch.engines.base import Engine

MEANT_REGISTRATIONS = """
SELECT n, r, account, CASE WHEN lowest = highest THEN 0 ELSE 1 END AS several FROM (
  SELECT s.n, k.r, g.account, min(g.account) OVER (PARTITION BY s.n) AS lowest,
    max(g.account) OVER (PARTITION BY s.n) AS highest,
    row_number() OVER (PARTITION BY s.n ORDER BY a.registered NULLS LAST, a.mobile_key NULLS LAST,
      a.email_key NULLS LAST, a.bound NULLS LAST, k.r) AS place
  FROM standing_decisions AS s JOIN registration_keys AS k ON k.k = s.registration_key
  JOIN registrations AS a ON a.r = k.r JOIN account_rows AS g ON g.r = k.r
  LEFT JOIN repeated AS x ON x.side = 'registration' AND x.n = k.r
  WHERE x.n IS NULL
) WHERE place = 1
"""
"""One row per decision whose registration is there and counts; `several`: rows of several accounts."""

MEANT_DEGREES = """
SELECT s.n, k.d, CASE WHEN x.n IS NULL THEN 1 ELSE 0 END AS counts
FROM standing_decisions AS s JOIN degree_keys AS k ON k.k = s.degree_key
LEFT JOIN repeated AS x ON x.side = 'degree' AND x.n = k.d
"""
"""Repeated rows are never bound, but what was rejected is rejected with its repetitions."""

_PRESENT = """
SELECT s.n, s.decision, s.registration_key, s.degree_key, s.conflicting, s.remarked,
  a.r, a.account, a.several,
  CASE WHEN s.registration_key IS NULL OR a.n IS NOT NULL THEN 'here' WHEN y.n IS NOT NULL THEN 'repeated'
       ELSE 'gone' END AS registration,
  CASE WHEN s.degree_key IS NULL OR b.counts = 1 THEN 'here' WHEN b.counts = 0 THEN 'repeated'
       ELSE 'gone' END AS degree
FROM standing_decisions AS s LEFT JOIN meant_registrations AS a ON a.n = s.n
LEFT JOIN (SELECT n, max(counts) AS counts FROM meant_degrees GROUP BY n) AS b ON b.n = s.n
LEFT JOIN (SELECT DISTINCT t.n FROM standing_decisions AS t
           JOIN registration_keys AS k ON k.k = t.registration_key) AS y ON y.n = s.n
"""

FOUND = f"""
SELECT p.*, CASE
    WHEN p.registration = 'gone' AND p.degree = 'gone' THEN 'rows-gone'
    WHEN p.registration = 'gone' THEN 'registration-gone' WHEN p.degree = 'gone' THEN 'degree-gone'
    WHEN p.registration = 'repeated' OR p.degree = 'repeated' THEN 'row-repeated'
    WHEN p.conflicting = 1 THEN 'reviewers-disagree' WHEN p.several = 1 THEN 'several-accounts' END AS reason
FROM ({_PRESENT}) AS p
"""

DECIDED_PAIRS = """
SELECT f.n, f.decision, f.remarked, f.r, f.account, b.d, b.counts
FROM found_decisions AS f JOIN meant_degrees AS b ON b.n = f.n WHERE f.reason IS NULL AND f.r IS NOT NULL
"""

QUARRELS = """
SELECT n, min(reason) AS reason FROM (
  SELECT n, 'degree-decided-twice' AS reason FROM (
    SELECT n, min(account) OVER (PARTITION BY d) AS lowest, max(account) OVER (PARTITION BY d) AS highest
    FROM decided_pairs WHERE decision = 'bind' AND counts = 1
  ) WHERE lowest <> highest
  UNION ALL
  SELECT n, 'account-decided-twice' AS reason FROM (
    SELECT n, min(decision) OVER (PARTITION BY account, d) AS lowest,
      max(decision) OVER (PARTITION BY account, d) AS highest
    FROM decided_pairs WHERE decision IN ('bind', 'reject')
  ) WHERE lowest <> highest
) GROUP BY n
"""
"""Two accounts for one degree, or yes and no for one account by two of its rows: nothing is done."""

REJECTED_PAIRS = """
SELECT DISTINCT g.r, p.d FROM decided_pairs AS p JOIN account_rows AS g ON g.account = p.account
LEFT JOIN quarrels AS q ON q.n = p.n WHERE p.decision = 'reject' AND q.n IS NULL
"""
"""Not the same person: no row of the account is."""

WANTED = """
SELECT p.n, p.r, p.d, p.account, p.remarked FROM decided_pairs AS p LEFT JOIN quarrels AS q ON q.n = p.n
WHERE p.decision = 'bind' AND p.counts = 1 AND q.n IS NULL
"""

UNJUDGED = """
SELECT w.r, w.d FROM wanted AS w LEFT JOIN judged AS j ON j.r = w.r AND j.d = w.d WHERE j.r IS NULL
"""

WEIGHED = """
SELECT w.n, w.r, w.d, w.account, j.line, j.rule, j.same_fields,
  CASE WHEN j.certificate_number = 'same' THEN 1 ELSE 0 END AS claims,
  CASE WHEN p.account = w.account THEN 'binds-by-itself'
       WHEN p.line <= j.line THEN 'bound-to-another'
       WHEN x.n IS NULL AND y.n IS NULL AND j.verdict <> 'refuse' THEN NULL
       WHEN {allow_severe} = 0 THEN 'severe-not-allowed'
       WHEN w.remarked = 0 THEN 'severe-without-remark' END AS reason
FROM wanted AS w
JOIN (SELECT * FROM judged UNION ALL SELECT * FROM judged_unjudged) AS j ON j.r = w.r AND j.d = w.d
LEFT JOIN bound_pairs AS p ON p.d = w.d
LEFT JOIN (SELECT DISTINCT n FROM row_codes WHERE side = 'registration' AND severity = 'severe') AS x
  ON x.n = w.r
LEFT JOIN (SELECT DISTINCT n FROM row_codes WHERE side = 'degree' AND severity = 'severe') AS y ON y.n = w.d
"""
"""Codes of bound rows are notes: what is severe in `row_codes` stands on rows the rules did not bind."""

PLACED = """
SELECT w.*, row_number() OVER (PARTITION BY w.d ORDER BY w.claims DESC, w.same_fields DESC,
  a.certificate_key NULLS LAST, a.year NULLS LAST, a.school_key NULLS LAST, w.r) AS place
FROM weighed AS w JOIN registrations AS a ON a.r = w.r WHERE w.reason IS NULL
"""

BIND_OUTCOMES = """
SELECT n, d, reason FROM (
  SELECT n, d, reason, row_number() OVER (PARTITION BY n ORDER BY CASE reason WHEN 'bind' THEN 0
    WHEN 'bound-to-another' THEN 1 WHEN 'severe-not-allowed' THEN 2 WHEN 'severe-without-remark' THEN 3
    WHEN 'bound-by-another-row' THEN 4 ELSE 5 END, d) AS place
  FROM (SELECT n, d, reason FROM weighed WHERE reason IS NOT NULL
        UNION ALL SELECT n, d, CASE WHEN place = 1 THEN 'bind' ELSE 'bound-by-another-row' END FROM placed)
) WHERE place = 1
"""

HOLD_OUTCOMES = """
SELECT DISTINCT p.n, 'binds-by-itself' AS reason FROM decided_pairs AS p
JOIN bound_pairs AS b ON b.d = p.d AND b.account = p.account WHERE p.decision = 'hold'
UNION SELECT f.n, 'row-is-bound' FROM found_decisions AS f JOIN bound_rows AS b ON b.r = f.r
WHERE f.decision = 'hold' AND f.degree_key IS NULL
UNION SELECT f.n, 'row-is-bound' FROM found_decisions AS f JOIN meant_degrees AS m ON m.n = f.n
JOIN bound_pairs AS b ON b.d = m.d WHERE f.decision = 'hold' AND f.registration_key IS NULL
"""

OUTCOMES = """
SELECT f.n, COALESCE(f.reason, q.reason, b.reason, h.reason, f.decision, '') AS reason,
  CASE WHEN f.several = 0 THEN f.r END AS r, COALESCE(b.d, m.d) AS d
FROM found_decisions AS f LEFT JOIN quarrels AS q ON q.n = f.n LEFT JOIN bind_outcomes AS b ON b.n = f.n
LEFT JOIN hold_outcomes AS h ON h.n = f.n
LEFT JOIN (SELECT n, min(d) AS d FROM meant_degrees WHERE counts = 1 GROUP BY n) AS m ON m.n = f.n
"""


def nothing(engine: Engine) -> None:
    """Make `rejected_pairs`, `decided_pairs` (r, d), `decided_binds` (r, d, line, rule, account): empty."""
    pair = {"r": pa.array([], pa.int64()), "d": pa.array([], pa.int64())}
    engine.put("rejected_pairs", pa.table(pair))
    engine.put("decided_pairs", pa.table(pair))
    judged = {"line": pa.array([], pa.int32()), "rule": pa.array([], pa.string())}
    engine.put("decided_binds", pa.table({**pair, **judged, "account": pa.array([], pa.int64())}))


def find(engine: Engine) -> None:
    """Make `found_decisions`, `rejected_pairs` and `wanted` (n, r, d, account, remarked: to be bound)."""
    engine.make("meant_registrations", MEANT_REGISTRATIONS)
    engine.make("meant_degrees", MEANT_DEGREES)
    engine.make("found_decisions", FOUND)
    engine.make("decided_pairs", DECIDED_PAIRS)
    engine.make("quarrels", QUARRELS)
    engine.make("rejected_pairs", REJECTED_PAIRS)
    engine.make("wanted", WANTED)


def part(engine: Engine) -> None:
    """Take the rejected pairs out: of `exact_pairs` as `open_pairs`, and of what is looked for later."""
    engine.make(
        "open_pairs",
        "SELECT e.r, e.d FROM exact_pairs AS e LEFT JOIN rejected_pairs AS x ON x.r = e.r AND x.d = e.d "
        "WHERE x.r IS NULL",
    )
    engine.make("exact_pairs", "SELECT r, d FROM exact_pairs UNION SELECT r, d FROM rejected_pairs")


def ask(engine: Engine) -> None:
    """Make `unjudged` (r, d): pairs to be bound that no route found."""
    engine.make("unjudged", UNJUDGED)


def weigh(engine: Engine, *, allow_severe: bool) -> int:
    """Make `decided_binds` and `decision_outcomes` (n, reason, r, d); returns how many pairs are bound.

    Needs everything settled without the decisions to bind, and `judged_unjudged`.
    """
    engine.make("weighed", WEIGHED.format(allow_severe=int(allow_severe)))
    engine.make("placed", PLACED)
    engine.make("decided_binds", "SELECT r, d, line, rule, account FROM placed WHERE place = 1")
    engine.make("bind_outcomes", BIND_OUTCOMES)
    engine.make("hold_outcomes", HOLD_OUTCOMES)
    engine.make("decision_outcomes", OUTCOMES)
    return engine.count("decided_binds")


def join(engine: Engine, judged: str) -> None:
    """Add the pairs of `decided_binds` to `judged`, and to `exact_pairs`, so that no route finds them."""
    engine.make(
        judged,
        f"SELECT * FROM {judged} UNION ALL SELECT j.* "
        "FROM (SELECT * FROM judged UNION ALL SELECT * FROM judged_unjudged) AS j "
        "JOIN decided_binds AS q ON q.r = j.r AND q.d = j.d "
        f"LEFT JOIN {judged} AS e ON e.r = j.r AND e.d = j.d WHERE e.r IS NULL",
    )
    engine.make("exact_pairs", "SELECT r, d FROM exact_pairs UNION SELECT r, d FROM decided_binds")


def outcomes(engine: Engine) -> pa.Table:
    """What came of each pair: registration_key, degree_key, reason, and both references now, or null."""
    return engine.take(
        "SELECT s.registration_key, s.degree_key, o.reason, a.ref AS registration_ref, b.ref AS degree_ref "
        "FROM standing_decisions AS s JOIN decision_outcomes AS o ON o.n = s.n "
        "LEFT JOIN registrations AS a ON a.r = o.r LEFT JOIN degrees AS b ON b.d = o.d ORDER BY s.n"
    )
