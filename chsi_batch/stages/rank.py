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
  CASE WHEN p.d IS NOT NULL THEN 1 ELSE 0 END AS bound_degree,
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


def rank(engine: Engine) -> None:
    """Make `ranked`: the judged pairs with `class`, `degree_rank` and `registration_rank` (1 = best)."""
    engine.make("classed", CLASSED)
    engine.make("rivals", CANDIDATES)
    engine.make("ranked", RANKED)
