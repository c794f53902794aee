"""Says of each binding whether the enrolment shows after 24 hours (S7), and notes face checks (S10).

"Now" is never read from the clock: without enrolments, an as-of time or a time of binding, a binding is
`unverified`. Otherwise it is `verification-pending` before 24 hours have passed, then `verified` when an
enrolment has the same or alike ID and the same name, else `enrolment-missing`.
"""

from __future__ import annotations

from datetime import datetime, timedelta

import pyarrow as pa

from chsi_batch.engines.base import Engine

WAIT = timedelta(hours=24)

_STATES = """
SELECT p.r, p.d, p.rule, p.method, a.bound, CASE
    WHEN {verifiable} = 0 OR a.bound IS NULL THEN 'unverified'
    WHEN a.bound > '{cutoff}' THEN 'verification-pending'
    WHEN e.id_long IS NOT NULL THEN 'verified' ELSE 'enrolment-missing' END AS state
FROM bound_pairs AS p JOIN registrations AS a ON a.r = p.r
LEFT JOIN (SELECT DISTINCT id_group, id_long, name_key FROM enrolments
           WHERE id_long IS NOT NULL AND name_key IS NOT NULL) AS e
  ON e.id_group = a.id_group AND e.id_long = a.id_long AND e.name_key = a.name_key
"""

_NOTES = """
SELECT 'registration' AS side, r AS n, state AS code, d AS other FROM binding_states
WHERE state IN ('verification-pending', 'enrolment-missing')
UNION ALL
SELECT 'degree' AS side, d AS n, state AS code, r AS other FROM binding_states
WHERE state IN ('verification-pending', 'enrolment-missing')
UNION ALL
SELECT 'degree' AS side, s.d AS n, 'face-check' AS code, s.r AS other FROM binding_states AS s
JOIN degrees AS b ON b.d = s.d WHERE b.face_check
UNION ALL
SELECT DISTINCT 'registration' AS side, s.r AS n, 'face-check' AS code, s.d AS other
FROM binding_states AS s JOIN degrees AS b ON b.d = s.d WHERE b.face_check
"""


def verify(engine: Engine, as_of: datetime | None) -> None:
    """Make `binding_states` (r, d, rule, method, bound, state) and `binding_notes` (side, n, code, other)."""
    verifiable = int(as_of is not None and engine.count("enrolments") > 0)
    cutoff = "" if as_of is None else (as_of - WAIT).strftime("%Y-%m-%dT%H:%M:%S")
    engine.make("binding_states", _STATES.format(verifiable=verifiable, cutoff=cutoff))
    engine.make("binding_notes", _NOTES)


def bindings(engine: Engine) -> pa.Table:
    """One row per bound degree, in the order of the degrees (columns of `results.TABLES`)."""
    return engine.take(
        "SELECT a.ref AS registration_ref, b.ref AS degree_ref, s.rule, s.method, s.state, "
        "s.bound AS bound_at FROM binding_states AS s JOIN registrations AS a ON a.r = s.r "
        "JOIN degrees AS b ON b.d = s.d ORDER BY s.d"
    )
