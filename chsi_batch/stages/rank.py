"""Orders the candidates of every degree, and the degrees of every registration (contract, section 7).

Order: the bound pair, rows of crossed IDs, then the verdict – bind, would bind but for a fault, review,
refuse, the refused claim on another person's certificate, weak –, then more fields the same, then an
account that may bind. What is still tied is ordered by content, and by reference only between rows that
are alike in every matched value, so that no answer depends on where a row stands.
"""

from __future__ import annotations

from chsi_batch.engines.base import Engine

_CONTENT_R = ", ".join(
    f"a.{column} NULLS LAST"
    for column in (
        "name_key", "id_key", "username_key", "registered", "certificate_key", "year", "school_key",
        "mobile_key", "email_key",
    )
)  # fmt: skip
_CONTENT_D = ", ".join(
    f"b.{column} NULLS LAST"
    for column in ("name_key", "id_key", "certificate_key", "year", "school_code", "school_key", "birth")
)

TOUCHED = """
SELECT p.r FROM plain_pairs AS p JOIN (SELECT DISTINCT r FROM judged_near) AS n ON n.r = p.r
UNION SELECT p.r FROM plain_pairs AS p JOIN (SELECT DISTINCT d FROM judged_near) AS n ON n.d = p.d
"""
"""Plain pairs that have rivals: other rows come close to one of theirs."""

JUDGED = """
SELECT * FROM judged_exact UNION ALL SELECT * FROM judged_near
UNION ALL
SELECT p.r, p.d, 'same' AS id_number, 'same' AS name, p.certificate_number, p.graduation_year, p.school,
  g.line, g.rule, g.verdict, g.method, g.code,
  2 + CASE WHEN p.certificate_number = 'same' THEN 1 ELSE 0 END
    + CASE WHEN p.graduation_year = 'same' THEN 1 ELSE 0 END
    + CASE WHEN p.school = 'same' THEN 1 ELSE 0 END AS same_fields, 1 AS would_bind
FROM plain_pairs AS p JOIN touched AS t ON t.r = p.r JOIN bound_pairs AS q ON q.d = p.d
JOIN rules AS g ON g.line = q.line
"""

UNTOUCHED = """
SELECT p.r, p.d, 'same' AS id_number, 'same' AS name, p.certificate_number, p.graduation_year, p.school
FROM plain_pairs AS p LEFT JOIN touched AS t ON t.r = p.r WHERE t.r IS NULL
"""

CLASSED = """
SELECT j.*, CASE
    WHEN p.d IS NOT NULL AND p.r = j.r THEN 0
    WHEN c.r IS NOT NULL THEN 1
    WHEN j.verdict = 'bind' THEN 2
    WHEN j.would_bind = 1 THEN 3
    WHEN j.verdict = 'review' THEN 4
    WHEN j.verdict = 'refuse' AND j.code <> 'claim-other-person' THEN 5
    WHEN j.verdict = 'refuse' THEN 6
    ELSE 7 END AS class,
  CASE WHEN p.account = s.account THEN 1 ELSE 0 END AS own_degree,
  s.may_bind, s.blocked
FROM judged AS j JOIN registration_state AS s ON s.r = j.r
LEFT JOIN bound_pairs AS p ON p.d = j.d
LEFT JOIN crossed_pairs AS c ON c.r = j.r AND c.d = j.d
"""

CANDIDATES = """
SELECT j.*, count(*) OVER (PARTITION BY j.d) AS of_degree, count(*) OVER (PARTITION BY j.r) AS of_registration
FROM classed AS j
WHERE CASE WHEN j.own_degree = 1 AND j.class > 0 AND j.blocked = 0 THEN 0 ELSE 1 END = 1
"""
"""Further rows of the account that holds a degree are no candidates for it, but for rows with a fault."""

_ALONE = "of_degree = 1 AND of_registration = 1"

RANKED = f"""
SELECT j.*, 1 AS degree_rank, 1 AS registration_rank FROM rivals AS j WHERE {_ALONE}
UNION ALL
SELECT j.*,
  row_number() OVER (PARTITION BY j.d ORDER BY j.class, j.same_fields DESC, j.may_bind DESC,
    {_CONTENT_R}, j.r) AS degree_rank,
  row_number() OVER (PARTITION BY j.r ORDER BY j.class, j.same_fields DESC, {_CONTENT_D}, j.d)
    AS registration_rank
FROM rivals AS j JOIN registrations AS a ON a.r = j.r JOIN degrees AS b ON b.d = j.d WHERE NOT ({_ALONE})
"""
"""Most rows have one candidate, which needs no content to be the first."""


def gather(engine: Engine) -> None:
    """Make `judged`: the pairs of `judged_exact` and `judged_near`, and those plain ones that have rivals."""
    engine.make("touched", TOUCHED)
    engine.make("judged", JUDGED)


def rank(engine: Engine) -> None:
    """Make `ranked`: the judged pairs with `class`, `degree_rank` and `registration_rank` (1 = best),
    and `alone` (r, d, states): the plain pairs without a rival, which need no order."""
    engine.make("alone", UNTOUCHED)
    engine.make("classed", CLASSED)
    engine.make("rivals", CANDIDATES)
    engine.make("ranked", RANKED)
