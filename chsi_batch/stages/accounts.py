"""Looks at accounts over time: whose they are, which of a person's accounts stands, who holds an ID number.

Source: the project's contract, sections 4 and 7, and DOMAIN S2, S8. Rows of one user name, ID and name are
one account with several claims. Nothing is dropped: what is wrong with an account becomes a code of it.
"""

from __future__ import annotations

from chsi_batch.engines.base import Engine

PRESENT_NAMES = """
SELECT id_long, fold_a, min(fold_b) AS fold_b FROM former_names WHERE newer GROUP BY id_long, fold_a
"""

SHARING = """
SELECT a.r, a.username_key, a.id_key, a.name_key FROM registrations AS a
JOIN frequent_ids AS f ON f.k = a.id_key WHERE f.registrations > 1
"""
"""Rows whose ID number another row bears too; all others are accounts by themselves."""

ACCOUNT_ROWS = """
SELECT r, CASE WHEN username_key IS NULL OR name_key IS NULL THEN r
  ELSE min(r) OVER (PARTITION BY username_key, id_key, name_key) END AS account
FROM sharing
UNION ALL
SELECT a.r, a.r AS account FROM registrations AS a LEFT JOIN sharing AS s ON s.r = a.r WHERE s.r IS NULL
"""
"""Rows of one user name, ID and name are one account with several claims."""

KNIT_ROWS = """
SELECT r FROM sharing
UNION SELECT b.r FROM before AS z JOIN account_rows AS b ON b.account = z.account
"""
"""Rows of accounts for which other accounts, or the earlier run, may have a say."""

ACCOUNTS = """
SELECT b.account, min(a.id_group) AS id_group, min(a.id_key) AS id_key, min(a.id_long) AS id_long,
  min(a.name_key) AS name_key,
  min(COALESCE(f.fold_b, a.name_fold)) AS person, min(CASE WHEN a.id_rounded THEN 1 ELSE 0 END) AS rounded,
  max(CASE WHEN a.cancelled THEN 1 ELSE 0 END) AS cancelled,
  max(CASE WHEN a.inactive THEN 1 ELSE 0 END) AS inactive,
  max(CASE WHEN a.reviewing THEN 1 ELSE 0 END) AS reviewing,
  CASE WHEN max(CASE WHEN a.passed THEN 1 ELSE 0 END) = 1 THEN 1
       WHEN max(CASE WHEN a.cancelled OR a.reviewing THEN 1 ELSE 0 END) = 1 THEN 0
       ELSE COALESCE(max(z.reviewed), 0) END AS passed,
  COALESCE(min(a.registered), min(z.registered)) AS registered,
  CASE WHEN min(a.registered) IS NULL AND min(z.registered) IS NOT NULL THEN min(z.registered_width)
       ELSE min(a.registered_width) END AS registered_width
FROM knit_rows AS w JOIN registrations AS a ON a.r = w.r JOIN account_rows AS b ON b.r = a.r
LEFT JOIN before AS z ON z.account = b.account
LEFT JOIN repeated AS x ON x.side = 'registration' AND x.n = a.r
LEFT JOIN present_names AS f ON f.id_long = a.id_long AND f.fold_a = a.name_fold
WHERE x.n IS NULL
GROUP BY b.account
"""
"""`person` is the folded name, a former name replaced by the present one. Repeated rows are no accounts.
A rounded row says nothing about the others of its account.
An account that was under review in the earlier run and is normal now has passed, whatever this export says of
the review; a time of registration that it lacks is taken from there too (S8)."""

_OLDER = (
    "substr({b}.registered, 1, least({a}.registered_width, {b}.registered_width)) < "
    "substr({a}.registered, 1, least({a}.registered_width, {b}.registered_width))"
)
"""b is older than a, as far as both files tell: one that names the day alone compares by days. Of many times
of one width, the first (or last) stands for all, so that no account is compared with each of the others."""

SUPERSEDED = f"""
SELECT DISTINCT a.account FROM accounts AS a JOIN (
  SELECT id_group, id_key, name_key, registered_width, max(registered) AS registered FROM accounts
  WHERE cancelled = 0 AND passed = 1 AND rounded = 0 GROUP BY id_group, id_key, name_key, registered_width
) AS b ON b.id_group = a.id_group AND b.id_key = a.id_key AND b.name_key = a.name_key
WHERE a.rounded = 0 AND {_OLDER.format(a="b", b="a")}
"""
"""S8: when a newer account of the same name and ID has passed review, the old one is no longer valid."""

OPEN_ACCOUNTS = """
SELECT a.* FROM accounts AS a LEFT JOIN superseded AS s ON s.account = a.account
LEFT JOIN changed_identities AS i ON i.account = a.account
WHERE s.account IS NULL AND i.account IS NULL AND a.cancelled = 0 AND a.inactive = 0 AND a.reviewing = 0
  AND a.rounded = 0
"""

DUPLICATES = f"""
SELECT DISTINCT a.account FROM open_accounts AS a JOIN (
  SELECT id_group, id_key, name_key, registered_width, min(registered) AS registered FROM open_accounts
  GROUP BY id_group, id_key, name_key, registered_width
) AS b ON b.id_group = a.id_group AND b.id_key = a.id_key AND b.name_key = a.name_key
WHERE {_OLDER.format(a="a", b="b")}
"""
"""S8: the oldest account that may bind stays; equal or missing times leave the accounts contested."""

PERSONS = """
SELECT a.id_group, a.id_key, a.person, min(a.registered) AS registered,
  CASE WHEN count(*) = count(a.registered) THEN 1 ELSE 0 END AS timed,
  min(a.registered_width) AS registered_width, max(CASE WHEN k.person IS NULL THEN 0 ELSE 1 END) AS known
FROM accounts AS a LEFT JOIN superseded AS s ON s.account = a.account
LEFT JOIN known_persons AS k ON k.id_group = a.id_group AND k.id_long = a.id_long AND k.person = a.person
WHERE s.account IS NULL AND a.cancelled = 0 AND a.rounded = 0 AND a.id_key IS NOT NULL
  AND a.person IS NOT NULL
GROUP BY a.id_group, a.id_key, a.person
"""
"""Who holds an ID number: one row per number and name; `known` = the ministry has that name, `timed` = all
its accounts tell when they were registered."""

KNOWN_PERSONS = """
SELECT DISTINCT d.id_group, d.id_long, COALESCE(f.fold_b, d.name_fold) AS person
FROM (
  SELECT a.id_group, a.id_long, a.name_fold, a.id_rounded FROM degrees AS a
  JOIN account_ids AS i ON i.id_long = a.id_long
  LEFT JOIN repeated AS x ON x.side = 'degree' AND x.n = a.d WHERE x.n IS NULL
  UNION ALL
  SELECT e.id_group, e.id_long, e.name_fold, e.id_rounded FROM enrolments AS e
  JOIN account_ids AS i ON i.id_long = e.id_long
) AS d
LEFT JOIN present_names AS f ON f.id_long = d.id_long AND f.fold_a = d.name_fold
WHERE d.id_long IS NOT NULL AND d.name_fold IS NOT NULL AND NOT d.id_rounded
"""
"""Whom the ministry knows by an ID number: in its diploma or its student-status records."""

SHARED_IDENTITIES = """
SELECT id_group, id_key, max(known) AS any_known, sum(known) AS how_many_known FROM persons
GROUP BY id_group, id_key HAVING count(*) > 1
"""

HOLDERS = """
SELECT p.id_group, p.id_key, p.person, CASE
    WHEN s.any_known = 1 THEN CASE WHEN p.known = 0 THEN 'identity-in-use'
                                   WHEN s.how_many_known > 1 THEN 'contested' END
    WHEN o.person IS NOT NULL THEN 'identity-in-use'
    WHEN s.stay > 1 THEN 'contested' END AS code
FROM persons AS p JOIN (
  SELECT s.id_group, s.id_key, s.any_known, s.how_many_known, count(*) - count(y.person) AS stay
  FROM shared_identities AS s JOIN persons AS p ON p.id_group = s.id_group AND p.id_key = s.id_key
  LEFT JOIN younger_persons AS y ON y.id_group = p.id_group AND y.id_key = p.id_key AND y.person = p.person
  GROUP BY s.id_group, s.id_key, s.any_known, s.how_many_known
) AS s ON s.id_group = p.id_group AND s.id_key = p.id_key
LEFT JOIN younger_persons AS o ON o.id_group = p.id_group AND o.id_key = p.id_key AND o.person = p.person
"""
"""The name the ministry has stays, failing that the oldest; both known, or no telling: contested."""

YOUNGER_PERSONS = f"""
SELECT DISTINCT a.id_group, a.id_key, a.person FROM persons AS a JOIN (
  SELECT id_group, id_key, registered_width, min(registered) AS registered FROM persons
  GROUP BY id_group, id_key, registered_width
) AS b ON b.id_group = a.id_group AND b.id_key = a.id_key
WHERE a.timed = 1 AND {_OLDER.format(a="a", b="b")}
"""
"""Whoever has an account of unknown time may have been the first."""

_STATUSES = {
    "cancelled": "account-cancelled",
    "inactive": "account-not-activated",
    "reviewing": "account-under-review",
}

_STATUS_CODES = " UNION ALL ".join(
    f"SELECT account, '{code}' AS code FROM accounts WHERE {status} = 1 UNION ALL "
    f"SELECT a.r AS account, '{code}' AS code FROM registrations AS a LEFT JOIN knit_rows AS w ON w.r = a.r "
    "LEFT JOIN repeated AS x ON x.side = 'registration' AND x.n = a.r "
    f"WHERE a.{status} AND w.r IS NULL AND x.n IS NULL"
    for status, code in _STATUSES.items()
)

ACCOUNT_CODES = f"""
{_STATUS_CODES}
UNION ALL SELECT account, 'account-superseded' FROM superseded
UNION ALL SELECT account, 'duplicate-account' FROM duplicate_accounts
UNION ALL SELECT a.account, h.code FROM accounts AS a LEFT JOIN superseded AS s ON s.account = a.account
  JOIN holders AS h ON h.id_group = a.id_group AND h.id_key = a.id_key AND h.person = a.person
  WHERE a.cancelled = 0 AND s.account IS NULL AND h.code IS NOT NULL
UNION ALL SELECT account, 'immutable-changed' FROM changed_identities
"""


def account_rows(engine: Engine) -> None:
    """Make `account_rows` (r, account) with the help of `frequent_ids`."""
    engine.make("sharing", SHARING)
    engine.make("account_rows", ACCOUNT_ROWS)


def accounts(engine: Engine) -> None:
    """Make `account_codes` (account, code) from `account_rows` and what an earlier run knew of them.

    `accounts` holds those alone that are not told by their own row.
    """
    engine.make("present_names", PRESENT_NAMES)
    engine.make("knit_rows", KNIT_ROWS)
    engine.make("accounts", ACCOUNTS)
    engine.make("superseded", SUPERSEDED)
    engine.make("open_accounts", OPEN_ACCOUNTS)
    engine.make("duplicate_accounts", DUPLICATES)
    engine.make("account_ids", "SELECT DISTINCT id_long FROM accounts WHERE id_long IS NOT NULL")
    engine.make("known_persons", KNOWN_PERSONS)
    engine.make("persons", PERSONS)
    engine.make("shared_identities", SHARED_IDENTITIES)
    engine.make("younger_persons", YOUNGER_PERSONS)
    engine.make("holders", HOLDERS)
    engine.make("account_codes", ACCOUNT_CODES)
