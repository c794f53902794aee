"""Finds rows that carry each other's ID numbers: swaps, cycles, a column shifted by some rows.

A registration points at the next one when its ID belongs to a degree of another name, and the next one
bears that name without bearing that ID. Whoever lies on a path of two such steps is crossed; that holds
for a swap (back to the first), for longer cycles and for a shifted column, wherever the rows stand.
One step alone is a single wrong ID (identity-conflict), not a crossing.
"""

from __future__ import annotations

from chsi_batch.engines.base import Engine

RIGHT = """
SELECT DISTINCT r FROM judged WHERE id_number IN ('same', 'alike') AND name IN ('same', 'alike')
UNION ALL SELECT r FROM plain_pairs
"""
"""Registrations that have a degree of their own ID and name: these point at nobody."""

STEPS = """
SELECT DISTINCT x.r, y.r AS next, x.d
FROM judged AS x JOIN degrees AS b ON b.d = x.d JOIN registrations AS y ON y.name_key = b.name_key
LEFT JOIN right_rows AS tx ON tx.r = x.r LEFT JOIN right_rows AS ty ON ty.r = y.r
WHERE x.id_number IN ('same', 'alike') AND x.name NOT IN ('same', 'alike', 'blank')
  AND tx.r IS NULL AND ty.r IS NULL AND y.r <> x.r
  AND CASE WHEN y.id_long = b.id_long THEN 0 ELSE 1 END = 1
"""

CROSSED = """
SELECT x.r FROM steps AS x JOIN steps AS y ON y.r = x.next
UNION SELECT y.r FROM steps AS x JOIN steps AS y ON y.r = x.next
"""

PARTNERS = """
SELECT next AS r, d FROM (
  SELECT s.next, s.d, CASE WHEN n.r IS NULL THEN 0 ELSE 1 END AS crossed,
    count(s.next) OVER (PARTITION BY s.d) AS bearers
  FROM (SELECT DISTINCT s.next, s.d FROM steps AS s JOIN crossed AS c ON c.r = s.r) AS s
  LEFT JOIN crossed AS n ON n.r = s.next
) WHERE CASE WHEN crossed = 1 THEN 1 WHEN bearers = 1 THEN 1 ELSE 0 END = 1
"""
"""The degree whose ID somebody else carries, with the row of its own name."""

HEADS = """
SELECT r, d FROM (
  SELECT c.r, b.d, min(b.id_long) OVER (PARTITION BY c.r) AS lowest, max(b.id_long) OVER (PARTITION BY c.r)
    AS highest
  FROM crossed AS c JOIN registrations AS a ON a.r = c.r JOIN loose_degrees AS b ON b.name_key = a.name_key
  LEFT JOIN registrations AS h ON h.id_long = b.id_long
  LEFT JOIN partners AS p ON p.r = c.r
  WHERE h.r IS NULL AND p.r IS NULL AND b.id_long IS NOT NULL
) WHERE lowest = highest
"""
"""At the head of a shifted column: the degree of the row's own name whose ID nobody carries."""


def cross(engine: Engine) -> None:
    """Make `crossed_pairs` (r, d): a crossed row and the degree of the same name."""
    engine.make("right_rows", RIGHT)
    engine.make("steps", STEPS)
    engine.make("crossed", CROSSED)
    engine.make("partners", PARTNERS)
    engine.make(
        "crossed_pairs",
        "SELECT c.r, c.d FROM ("
        f"SELECT p.r, p.d FROM partners AS p JOIN loose_degrees AS b ON b.d = p.d UNION {HEADS}"
        ") AS c LEFT JOIN rejected_pairs AS x ON x.r = c.r AND x.d = c.d WHERE x.r IS NULL",
    )
