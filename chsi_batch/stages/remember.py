"""Recalls what an earlier run knew of the accounts and bindings of this one.

Source: the project's contract, section 7 (`immutable-changed`), and DOMAIN S1, S7, S8. Works on two tables of
the earlier run, `previous_accounts` (one line per registration) and `previous_bindings`, and on the row keys
of this one. Without an earlier run they are empty, and nothing changes.

An account is the same if user name, ID and name are the same (a 15-digit number is its 18-digit form);
without a user name if its row key stands once in each run. Where that cannot be told, nothing is recalled.
"""

from __future__ import annotations

import pyarrow as pa

from chsi_batch.engines.base import Engine, Growing

ACCOUNTS = pa.schema(
    {
        "p": pa.int64(),
        "k": pa.string(),
        "username_key": pa.string(),
        "whole": pa.string(),
        "rounded": pa.bool_(),
        "name_key": pa.string(),
        "cancelled": pa.bool_(),
        "under_review": pa.bool_(),
        "passed": pa.bool_(),
        "registered": pa.string(),
        "registered_width": pa.int64(),
    }
)
"""`whole` is the ID number in its longest form."""

BINDINGS = pa.schema(
    {
        "p": pa.int64(),
        "registration_key": pa.string(),
        "degree_key": pa.string(),
        "registration_ref": pa.string(),
        "degree_ref": pa.string(),
        "rule": pa.string(),
        "method": pa.string(),
        "state": pa.string(),
        "bound": pa.string(),
        "as_of": pa.string(),
    }
)
KEYS = {"registrations": "registration_row_keys", "degrees": "degree_row_keys"}
"""Tables (n, k) of the row keys of this run."""

SAME_ACCOUNT = """
SELECT DISTINCT q.p, b.account FROM previous_accounts AS q
JOIN registrations AS a ON a.username_key = q.username_key AND a.name_key = q.name_key
  AND COALESCE(a.id_long, a.id_key) = q.whole
JOIN account_rows AS b ON b.r = a.r
UNION
SELECT q.p, b.account FROM (
  SELECT k, min(p) AS p FROM previous_accounts WHERE username_key IS NULL GROUP BY k HAVING count(*) = 1
) AS q JOIN (
  SELECT x.k, min(x.n) AS r FROM registration_row_keys AS x JOIN registrations AS a ON a.r = x.n
  WHERE a.username_key IS NULL GROUP BY x.k HAVING count(*) = 1
) AS w ON w.k = q.k JOIN account_rows AS b ON b.r = w.r
"""

BEFORE = """
SELECT s.account, max(CASE WHEN q.under_review OR q.passed THEN 1 ELSE 0 END) AS reviewed,
  min(q.registered) AS registered,
  min(CASE WHEN q.registered IS NOT NULL THEN q.registered_width END) AS registered_width
FROM same_account AS s JOIN previous_accounts AS q ON q.p = s.p GROUP BY s.account
"""
"""`reviewed`: it was under review or had passed; if it is normal now, it has passed (S8)."""

CHANGED = """
SELECT account FROM (
  SELECT a.account, min(CASE WHEN a.whole <> CASE WHEN q.rounded THEN NULL ELSE q.whole END THEN 1
                             WHEN a.name_key <> q.name_key THEN 1 ELSE 0 END) AS changed
  FROM (
    SELECT DISTINCT b.account, x.username_key, x.name_key,
      CASE WHEN x.id_rounded THEN NULL ELSE COALESCE(x.id_long, x.id_key) END AS whole
    FROM registrations AS x JOIN account_rows AS b ON b.r = x.r
    WHERE x.username_key IS NOT NULL AND NOT x.cancelled
  ) AS a JOIN previous_accounts AS q ON q.username_key = a.username_key AND NOT q.cancelled
  GROUP BY a.account
) WHERE changed = 1
"""
"""S1: every account that had the user name had another ID or name. What is rounded or blank says nothing; the
user name of a cancelled account may have been given to somebody else."""

BOUND_BEFORE = """
SELECT registration_key, degree_key, min(bound) AS bound, min(as_of) AS as_of,
  CASE WHEN min(state) = max(state) THEN min(state) END AS state
FROM previous_bindings GROUP BY registration_key, degree_key
"""

LEFT_BEHIND = """
SELECT a.ref AS registration_ref, c.code, d.ref AS degree_ref,
  b.registration_ref AS previous_registration_ref, b.degree_ref AS previous_degree_ref,
  b.rule, b.method, b.state, b.bound AS bound_at
FROM previous_bindings AS b JOIN same_account AS s ON s.p = b.p
JOIN (SELECT account, min(code) AS code FROM account_codes
      WHERE code IN ('account-cancelled', 'account-superseded') GROUP BY account) AS c
  ON c.account = s.account
JOIN registrations AS a ON a.r = s.account
LEFT JOIN (
  SELECT y.k, min(y.n) AS d FROM degree_row_keys AS y
  LEFT JOIN repeated AS x ON x.side = 'degree' AND x.n = y.n
  WHERE x.n IS NULL GROUP BY y.k HAVING count(*) = 1
) AS w ON w.k = b.degree_key
LEFT JOIN degrees AS d ON d.d = w.d
ORDER BY a.r, w.d NULLS LAST, b.degree_ref, b.registration_ref
"""
"""S8: what an account held that is cancelled or superseded now."""

REMEMBERED = """
SELECT a.ref AS registration_ref, g.passed = 1 AS passed, g.registered AS registered_at, g.registered_width
FROM registrations AS a JOIN account_rows AS b ON b.r = a.r JOIN accounts AS g ON g.account = b.account
JOIN before AS z ON z.account = b.account
WHERE CASE WHEN g.passed = 1 AND NOT a.passed THEN 1
           WHEN g.registered IS NOT NULL AND a.registered IS NULL THEN 1 ELSE 0 END = 1
ORDER BY a.r
"""
"""What this export no longer says of an account: the next run must know it too."""


def put(engine: Engine, accounts: pa.Table, bindings: pa.Table) -> None:
    """Hold what the earlier run knew."""
    engine.put("previous_accounts", accounts)
    engine.put("previous_bindings", bindings)


def put_keys(engine: Growing, rows: str, numbers: pa.ChunkedArray, keys: pa.Array) -> None:
    """Add the row keys of some `registrations` or `degrees`; there are none without an earlier run."""
    engine.append(KEYS[rows], pa.table({"n": numbers, "k": keys.cast(pa.string())}))


def nothing(engine: Engine) -> None:
    """There is no earlier run."""
    put(engine, ACCOUNTS.empty_table(), BINDINGS.empty_table())
    for name in KEYS.values():
        engine.put(name, pa.table({"n": pa.array([], pa.int64()), "k": pa.array([], pa.string())}))


def recall(engine: Engine) -> None:
    """Make `before` (account, reviewed, registered, registered_width), `changed_identities` (account) and
    `bound_before` (registration_key, degree_key, bound, as_of, state). Needs `account_rows`."""
    engine.make("same_account", SAME_ACCOUNT)
    engine.make("before", BEFORE)
    engine.make("changed_identities", CHANGED)
    engine.make("bound_before", BOUND_BEFORE)


def left_behind(engine: Engine) -> pa.Table:
    """What accounts held that are cancelled or superseded now (columns of `results.OF_ANOTHER`)."""
    return engine.take(LEFT_BEHIND)


def remembered(engine: Engine) -> pa.Table:
    """What is only known from earlier runs (columns of `results.OF_ANOTHER`)."""
    return engine.take(REMEMBERED)
