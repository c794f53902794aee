"""Gives every row its codes, and the ledger the first of them (contract, section 7).

Bound rows carry notes only.

Tiers: 0 the row's own fault or account; 1 a counterpart's fault on a pair that would bind without it,
crossed and contested rows, the best candidate's code; 2 a repeated row on the other side; 3 nothing
found; 9 notes. Within a tier the order of `exceptions.csv` decides.
"""

from __future__ import annotations

import pyarrow as pa

from chsi_batch import rules
from chsi_batch.engines.base import Engine
from chsi_batch.terms import FIELDS

UNBOUND = """
SELECT 'registration' AS side, r AS n FROM loose_registrations
UNION ALL SELECT 'degree' AS side, d AS n FROM loose_degrees
"""

BEST = """
SELECT 'registration' AS side, r AS n, d AS other, class, code, r, d FROM ranked WHERE registration_rank = 1
UNION ALL
SELECT 'degree' AS side, d AS n, r AS other, class, code, r, d FROM ranked WHERE degree_rank = 1
"""

SLIPPED = """
SELECT b.side, b.n, CASE WHEN x.id_fault = 'id-malformed' THEN 'registration'
  WHEN y.id_fault = 'id-malformed' THEN 'degree' ELSE 'registration' END AS fault, b.other
FROM best AS b JOIN registrations AS x ON x.r = b.r JOIN degrees AS y ON y.d = b.d
WHERE b.code = 'id-slip' AND b.class = 4
"""

OWN = """
SELECT o.side, o.n, o.code,
  CASE WHEN o.note = 1 THEN 9 WHEN o.code = 'contested' THEN 1 ELSE 0 END AS tier,
  CAST(NULL AS BIGINT) AS other, o.side AS fault
FROM own_codes AS o LEFT JOIN slipped AS s ON s.side = o.side AND s.n = o.n
WHERE CASE WHEN o.code = 'id-malformed' AND s.n IS NOT NULL THEN 0 ELSE 1 END = 1
"""
"""A slip that the best candidate explains replaces `id-malformed`, and only that."""

CARRIED = """
SELECT 'registration' AS side, j.r AS n, o.code, CASE WHEN o.code = 'duplicate-row' THEN 2 ELSE 1 END AS tier,
  j.d AS other, 'degree' AS fault, j.registration_rank AS place
FROM ranked AS j JOIN own_codes AS o ON o.side = 'degree' AND o.n = j.d
WHERE j.would_bind = 1 AND o.carries = 1
  AND CASE WHEN j.code = 'id-slip' AND o.code = 'id-malformed' THEN 0 ELSE 1 END = 1
UNION ALL
SELECT 'degree' AS side, j.d AS n, o.code, CASE WHEN o.code = 'duplicate-row' THEN 2 ELSE 1 END AS tier,
  j.r AS other, 'registration' AS fault, j.degree_rank AS place
FROM ranked AS j JOIN own_codes AS o ON o.side = 'registration' AND o.n = j.r
WHERE j.would_bind = 1 AND o.carries = 1
  AND CASE WHEN j.code = 'id-slip' AND o.code = 'id-malformed' THEN 0 ELSE 1 END = 1
"""

CROSSED = """
SELECT 'registration' AS side, c.r AS n, 'ids-crossed' AS code, 1 AS tier, j.d AS other,
  'registration' AS fault, j.registration_rank AS place
FROM crossed AS c LEFT JOIN ranked AS j ON j.r = c.r AND j.class = 1
UNION ALL
SELECT 'registration' AS side, r AS n, 'ids-crossed' AS code, 1 AS tier, d AS other,
  'registration' AS fault, registration_rank AS place FROM ranked WHERE class = 1
UNION ALL
SELECT 'degree' AS side, s.d AS n, 'ids-crossed' AS code, 1 AS tier, j.r AS other,
  'registration' AS fault, j.degree_rank AS place
FROM (SELECT DISTINCT s.d FROM steps AS s JOIN crossed AS c ON c.r = s.r) AS s
LEFT JOIN ranked AS j ON j.d = s.d AND j.class = 1
UNION ALL
SELECT 'degree' AS side, d AS n, 'ids-crossed' AS code, 1 AS tier, r AS other, 'registration' AS fault,
  degree_rank AS place FROM ranked WHERE class = 1
"""
"""A crossed row whose own counterpart cannot be told is still crossed."""

CONTESTED = """
SELECT 'registration' AS side, x.r AS n, 'contested' AS code, 1 AS tier, x.d AS other,
  'registration' AS fault, j.registration_rank AS place
FROM bindable AS x JOIN (SELECT DISTINCT d FROM contested) AS c ON c.d = x.d
JOIN ranked AS j ON j.r = x.r AND j.d = x.d
UNION ALL
SELECT 'degree' AS side, c.d AS n, 'contested' AS code, 1 AS tier, c.r AS other, 'registration' AS fault,
  j.degree_rank AS place
FROM contested AS c JOIN ranked AS j ON j.r = c.r AND j.d = c.d
"""
"""An account that would bind by a lesser rule shares in the contest: it does not get the degree either."""

LOST = """
SELECT 'registration' AS side, x.r AS n, 'contested' AS code, 1 AS tier, x.d AS other,
  'registration' AS fault, j.registration_rank AS place
FROM bindable AS x JOIN bound_pairs AS p ON p.d = x.d JOIN ranked AS j ON j.r = x.r AND j.d = x.d
WHERE p.account <> x.account
"""
"""Accounts that would bind by a lesser rule than the one that got the degree."""

EXPLAINED = """
SELECT b.side, b.n, b.code, 1 AS tier, b.other, CASE WHEN s.n IS NULL THEN 'registration' ELSE s.fault END
    AS fault, 1 AS place
FROM best_explaining AS b LEFT JOIN slipped AS s ON s.side = b.side AND s.n = b.n
"""

BEST_EXPLAINING = """
SELECT side, n, other, code FROM best WHERE class IN (4, 5) OR (class = 6 AND side = 'registration')
"""
"""A claim on another person's certificate explains the registration; nothing stands against the degree."""

NOTHING = """
SELECT u.side, u.n, CASE WHEN u.side = 'degree' THEN 'no-account' WHEN c.r IS NOT NULL THEN 'claim-not-found'
    ELSE 'no-degree' END AS code, 3 AS tier, CAST(NULL AS BIGINT) AS other, u.side AS fault
FROM unbound AS u LEFT JOIN claims_not_found AS c ON u.side = 'registration' AND c.r = u.n
LEFT JOIN (SELECT DISTINCT side, n FROM found WHERE tier < 3) AS f ON f.side = u.side AND f.n = u.n
WHERE f.n IS NULL
"""

CLAIMS_NOT_FOUND = """
SELECT a.r FROM loose_registrations AS a LEFT JOIN (
    SELECT DISTINCT own_certificate AS k FROM degrees WHERE own_certificate IS NOT NULL) AS o
  ON o.k = a.own_certificate
LEFT JOIN (SELECT DISTINCT certificate_key AS k, school_listed AS s FROM degrees
           WHERE own_certificate IS NULL) AS fc ON fc.k = a.certificate_key AND fc.s = a.school_listed
LEFT JOIN (SELECT DISTINCT certificate_key AS k, school_key AS s FROM degrees
           WHERE own_certificate IS NULL) AS fn ON fn.k = a.certificate_key AND fn.s = a.school_key
LEFT JOIN (SELECT DISTINCT certificate_key AS k FROM degrees WHERE own_certificate IS NULL) AS fa
  ON fa.k = a.certificate_key AND a.school_listed IS NULL AND a.school_key IS NULL
WHERE a.certificate_key IS NOT NULL AND o.k IS NULL AND fc.k IS NULL AND fn.k IS NULL AND fa.k IS NULL
"""
"""A free-form number is looked for together with its school, where one is claimed."""

WEAK = """
SELECT b.side, b.n, 'weak-candidate' AS code, 9 AS tier, b.other, b.side AS fault
FROM best AS b JOIN nothing AS f ON f.side = b.side AND f.n = b.n WHERE b.class = 7
"""

BINDING_NOTES = """
SELECT b.side, b.n, b.code, 9 AS tier, b.other, b.side AS fault, COALESCE(j.registration_rank, 0) AS place
FROM binding_notes AS b LEFT JOIN ranked AS j ON b.side = 'registration' AND j.r = b.n AND j.d = b.other
"""
"""Of several bound degrees with one note, the best is named, wherever its row stands."""

_COLUMNS = "side, n, code, tier, other, fault"

CODES = """
SELECT f.side, f.n, f.code, f.tier, f.other, f.fault, c.severity, c.acts, c.field, c.cause, c.advice,
  c.ord, CASE WHEN u.n IS NULL THEN 1 ELSE 0 END AS bound
FROM (
  SELECT side, n, code, tier, other, fault, row_number() OVER (
    PARTITION BY side, n, code ORDER BY tier, place, other NULLS LAST) AS turn
  FROM found
) AS f JOIN codes AS c ON c.code = f.code AND c.fault = f.fault
LEFT JOIN unbound AS u ON u.side = f.side AND u.n = f.n
WHERE f.turn = 1 AND CASE WHEN u.n IS NOT NULL THEN 1 WHEN f.tier = 9 THEN 1 ELSE 0 END = 1
"""


def put_codes(engine: Engine, language: str) -> None:
    """Hold the exception codes as `codes`: one row per code and side at fault, texts in one language."""
    rows = [
        {
            "code": entry.code,
            "fault": side,
            "ord": entry.order,
            "grp": entry.group,
            "blocks": int(entry.blocks),
            "severity": entry.severity,
            "acts": entry.acts,
            "field": entry.field,
            "cause": entry.cause[language],
            "advice": entry.advice[language],
        }
        for entry in rules.exception_codes()
        for side in (("registration", "degree") if entry.side == "both" else (entry.side,))
    ]
    engine.put("codes", pa.Table.from_pylist(rows))


def conclude(engine: Engine) -> None:
    """Make `row_codes`: side, n, code, tier, ord, other (counterpart row), severity, acts, texts, bound."""
    engine.make("unbound", UNBOUND)
    engine.make("best", BEST)
    engine.make("slipped", SLIPPED)
    engine.make("best_explaining", BEST_EXPLAINING)
    engine.make("claims_not_found", CLAIMS_NOT_FOUND)
    parts = [f"SELECT {_COLUMNS}, 0 AS place FROM ({OWN})"]
    parts += [
        f"SELECT {_COLUMNS}, place FROM ({part})" for part in (CARRIED, CROSSED, CONTESTED, LOST, EXPLAINED)
    ]
    engine.make("found", " UNION ALL ".join(parts))
    engine.make("nothing", NOTHING)
    engine.make(
        "found",
        f"SELECT * FROM found UNION ALL SELECT {_COLUMNS}, 0 AS place FROM nothing "
        f"UNION ALL SELECT {_COLUMNS}, 0 AS place FROM ({WEAK}) "
        f"UNION ALL SELECT {_COLUMNS}, place FROM ({BINDING_NOTES})",
    )
    engine.make("row_codes", CODES)


_DIFFERING = " || ".join(
    f"CASE WHEN j.{field} IN ('near', 'partial', 'differ'{', ' + repr('alike') if field == 'name' else ''}) "
    f"THEN '{field},' WHEN x.field = '{field}' THEN '{field},' ELSE '' END"
    for field in FIELDS
)

_STATES = ", ".join(FIELDS)

LEDGER = """
SELECT a.{n} AS n, CASE WHEN {bound} IS NULL THEN 'exception' ELSE 'bound' END AS outcome,
  CASE WHEN {bound} IS NULL THEN x.code END AS code,
  CASE WHEN {bound} IS NOT NULL THEN q.rule WHEN j.rule <> 'Z0' THEN j.rule END AS rule,
  CASE WHEN {bound} IS NULL THEN COALESCE(x.other, b.other) ELSE q.{m} END AS other
FROM {rows} AS a LEFT JOIN {bindings} AS q ON q.{n} = a.{n}
LEFT JOIN (SELECT * FROM first_codes WHERE side = '{side}') AS x ON x.n = a.{n}
LEFT JOIN (SELECT * FROM best WHERE side = '{side}') AS b ON b.n = a.{n}
LEFT JOIN ranked AS j ON j.{n} = a.{n} AND j.{m} = COALESCE(x.other, b.other)
"""

LEDGER_ROWS = """
SELECT '{side}' AS side, a.ref, l.outcome, l.code, l.rule, o.ref AS counterpart
FROM {side}_ledger AS l JOIN {rows} AS a ON a.{n} = l.n LEFT JOIN {others} AS o ON o.{m} = l.other
ORDER BY l.n
"""

SIDES = (
    {"side": "registration", "rows": "registrations", "bindings": "bound_rows", "n": "r", "m": "d",
     "others": "degrees", "bound": "q.r"},
    {"side": "degree", "rows": "degrees", "bindings": "bound_pairs", "n": "d", "m": "r",
     "others": "registrations", "bound": "q.d"},
)  # fmt: skip

EXCEPTIONS = f"""
SELECT x.side, x.n, x.code, CASE WHEN x.bound = 1 THEN 'note' ELSE x.severity END AS severity, x.acts,
  x.shown AS other, rtrim({_DIFFERING}, ',') AS fields, x.cause, x.advice, x.tier, x.ord, x.bound
FROM (
  SELECT y.*, COALESCE(y.other, CASE WHEN y.tier < 9 THEN z.other END) AS shown FROM row_codes AS y
  LEFT JOIN best AS z ON z.side = y.side AND z.n = y.n
) AS x
LEFT JOIN (SELECT r, d, {_STATES} FROM ranked UNION ALL SELECT r, d, {_STATES} FROM alone) AS j
  ON j.r = CASE WHEN x.side = 'registration' THEN x.n ELSE x.shown END
  AND j.d = CASE WHEN x.side = 'registration' THEN x.shown ELSE x.n END
"""

EXCEPTION_ROWS = """
SELECT x.side, a.ref, x.code, x.severity, x.acts, o.ref AS counterpart, x.fields, x.cause, x.advice
FROM exception_rows AS x JOIN {rows} AS a ON a.{n} = x.n LEFT JOIN {others} AS o ON o.{m} = x.other
WHERE x.side = '{side}' ORDER BY x.n, x.tier, x.ord, x.code
"""


def tell(engine: Engine) -> None:
    """Make `registration_ledger` and `degree_ledger` (n, outcome, code, rule, other), one line per row, and
    `exception_rows` (side, n, code, severity, acts, other, fields, cause, advice, tier, ord, bound)."""
    engine.make(
        "first_codes",
        "SELECT * FROM (SELECT *, row_number() OVER (PARTITION BY side, n ORDER BY tier, ord, code) AS turn "
        "FROM row_codes WHERE tier < 9) WHERE turn = 1",
    )
    for side in SIDES:
        engine.make(f"{side['side']}_ledger", LEDGER.format(**side))
    engine.make("exception_rows", EXCEPTIONS)


def ledger() -> tuple[str, ...]:
    """SELECTs of the ledger: registrations, then degrees, in input order (columns of `results.TABLES`)."""
    return tuple(LEDGER_ROWS.format(**side) for side in SIDES)


def exceptions() -> tuple[str, ...]:
    """SELECTs of every code of every row, the ledger's first (columns of `results.TABLES`)."""
    return tuple(EXCEPTION_ROWS.format(**side) for side in SIDES)
