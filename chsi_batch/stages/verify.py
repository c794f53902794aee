"""Says of each binding whether the enrolment shows after 24 hours (S7), and notes face checks (S10).

"Now" is never read from the clock: without enrolments, an as-of time or a time of binding, a binding is
`unverified`. Otherwise it is `verification-pending` before 24 hours have passed, then `verified` when an
enrolment has the same or alike ID and the same name, else `enrolment-missing`.

An earlier run helps where this one knows nothing. A binding (same row keys) for which this export gives no
time was made when the earlier run says; the present time wins. Where this run cannot verify, what the earlier
one saw of the same binding still holds: `verified`, `enrolment-missing`; `verification-pending` only while
`--as-of` lies before the 24 hours are over, afterwards it is `unverified`. Nothing is taken from a run as of
later than this one.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from chsi_batch.engines.base import Engine

WAIT = timedelta(hours=24)
_NEVER = "9999"
"""Without an as-of time no run is later and no 24 hours are still running."""

_STATES = """
SELECT p.r, p.d, p.rule, p.method, COALESCE(a.bound, b.bound) AS bound, CASE
    WHEN COALESCE(a.bound, b.bound) IS NULL THEN 'unverified'
    WHEN {verifiable} = 0 THEN CASE
      WHEN b.state IS NULL OR a.bound <> b.bound OR b.as_of > '{as_of}' THEN 'unverified'
      WHEN b.state <> 'verification-pending' THEN b.state
      WHEN b.bound > '{cutoff}' THEN b.state ELSE 'unverified' END
    WHEN COALESCE(a.bound, b.bound) > '{cutoff}' THEN 'verification-pending'
    WHEN e.id_long IS NOT NULL THEN 'verified' ELSE 'enrolment-missing' END AS state
FROM bound_pairs AS p JOIN registrations AS a ON a.r = p.r
LEFT JOIN registration_row_keys AS k ON k.n = p.r LEFT JOIN degree_row_keys AS l ON l.n = p.d
LEFT JOIN bound_before AS b ON b.registration_key = k.k AND b.degree_key = l.k
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
    now, cutoff = (_NEVER, _NEVER) if as_of is None else (_text(as_of), _text(as_of - WAIT))
    engine.make("binding_states", _STATES.format(verifiable=verifiable, as_of=now, cutoff=cutoff))
    engine.make("binding_notes", _NOTES)


def _text(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%S")


def bindings() -> tuple[str, ...]:
    """SELECT of one row per bound degree, in the order of the degrees (columns of `results.TABLES`)."""
    return (
        "SELECT a.ref AS registration_ref, b.ref AS degree_ref, s.rule, s.method, s.state, "
        "s.bound AS bound_at FROM binding_states AS s JOIN registrations AS a ON a.r = s.r "
        "JOIN degrees AS b ON b.d = s.d ORDER BY s.d",
    )
