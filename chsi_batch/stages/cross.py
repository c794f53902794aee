"""Finds rows that carry each other's ID numbers: swaps, cycles, a column shifted by some rows.

A registration points at the next one when its ID belongs to a degree of another name, and the next one
bears that name without bearing that ID. Whoever lies on a path of two such steps is crossed; that holds
for a swap (back to the first), for longer cycles and for a shifted column, wherever the rows stand.
One step alone is a single wrong ID (identity-conflict), not a crossing.
"""

from __future__ import annotations

from chsi_batch.engines.base import Engine

ROUTE = "ids-crossed"
"""Under this name it is told that names were passed over."""

RIGHT = """
SELECT DISTINCT r FROM judged WHERE id_number IN ('same', 'alike') AND name IN ('same', 'alike')
UNION ALL SELECT r FROM plain_pairs
"""
"""Registrations that have a degree of their own ID and name: these point at nobody."""

POINTING = """
SELECT DISTINCT x.r, x.d, b.name_key, b.id_long
FROM judged AS x JOIN degrees AS b ON b.d = x.d LEFT JOIN right_rows AS tx ON tx.r = x.r
WHERE x.id_number IN ('same', 'alike') AND x.name NOT IN ('same', 'alike', 'blank') AND tx.r IS NULL
"""
"""Rows whose ID belongs to a degree of another name, and that name."""

BEARERS = """
SELECT y.r, y.name_key, y.id_long FROM registrations AS y
JOIN (SELECT DISTINCT name_key FROM pointing) AS p ON p.name_key = y.name_key
LEFT JOIN right_rows AS ty ON ty.r = y.r WHERE ty.r IS NULL
"""

CROWDED = """
SELECT a.name_key FROM (SELECT name_key, count(*) AS n FROM {some} GROUP BY name_key) AS a
JOIN (SELECT name_key, count(*) AS n FROM {others} GROUP BY name_key) AS b ON b.name_key = a.name_key
WHERE a.n * b.n > {cap}
"""
"""Names that would make more pairs than the cap: among so many bearers nobody can tell who is meant."""

STEPS = """
SELECT DISTINCT x.r, y.r AS next, x.d
FROM pointing AS x JOIN bearers AS y ON y.name_key = x.name_key
LEFT JOIN crowded_names AS h ON h.name_key = x.name_key
WHERE h.name_key IS NULL AND y.r <> x.r AND CASE WHEN y.id_long = x.id_long THEN 0 ELSE 1 END = 1
"""

CROSSED = """
SELECT x.r FROM steps AS x JOIN (SELECT DISTINCT r FROM steps) AS y ON y.r = x.next
UNION SELECT y.r FROM steps AS y JOIN (SELECT DISTINCT next FROM steps) AS x ON x.next = y.r
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

SOUGHT = """
SELECT c.r, a.name_key FROM crossed AS c JOIN registrations AS a ON a.r = c.r
LEFT JOIN partners AS p ON p.r = c.r WHERE p.r IS NULL
"""

FREE = """
SELECT b.d, b.name_key, b.id_long FROM loose_degrees AS b
JOIN (SELECT DISTINCT name_key FROM sought_heads) AS s ON s.name_key = b.name_key
LEFT JOIN registrations AS h ON h.id_long = b.id_long
WHERE h.r IS NULL AND b.id_long IS NOT NULL
"""

HEADS = """
SELECT r, d FROM (
  SELECT c.r, b.d, min(b.id_long) OVER (PARTITION BY c.r) AS lowest, max(b.id_long) OVER (PARTITION BY c.r)
    AS highest
  FROM sought_heads AS c JOIN free_degrees AS b ON b.name_key = c.name_key
  LEFT JOIN crowded_heads AS h ON h.name_key = c.name_key WHERE h.name_key IS NULL
) WHERE lowest = highest
"""
"""At the head of a shifted column: the degree of the row's own name whose ID nobody carries."""


def cross(engine: Engine, cap: int) -> list[dict[str, object]]:
    """Make `crossed_pairs` (r, d): a crossed row and the degree of the same name.

    A name that would make more than `cap` pairs is passed over; returned is how many such names there are.
    """
    engine.make("right_rows", RIGHT)
    engine.make("pointing", POINTING)
    engine.make("bearers", BEARERS)
    engine.make("crowded_names", CROWDED.format(some="pointing", others="bearers", cap=cap))
    engine.make("steps", STEPS)
    engine.make("crossed", CROSSED)
    engine.make("partners", PARTNERS)
    engine.make("sought_heads", SOUGHT)
    engine.make("free_degrees", FREE)
    engine.make("crowded_heads", CROWDED.format(some="sought_heads", others="free_degrees", cap=cap))
    engine.make(
        "crossed_pairs",
        "SELECT c.r, c.d FROM ("
        f"SELECT p.r, p.d FROM partners AS p JOIN loose_degrees AS b ON b.d = p.d UNION {HEADS}"
        ") AS c LEFT JOIN rejected_pairs AS x ON x.r = c.r AND x.d = c.d WHERE x.r IS NULL",
    )
    keys = engine.count("crowded_names") + engine.count("crowded_heads")
    return [{"route": ROUTE, "keys": keys}] if keys else []
