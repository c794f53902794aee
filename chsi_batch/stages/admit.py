"""Looks at each row by itself: its own faults, and whether it may bind.

Source: the project's contract, sections 4 and 7, and DOMAIN S2–S9. Needs `account_rows` and
`account_codes` of the accounts. Makes for the later stages:
`own_codes` (side, n, code, blocks, carries, note), `registration_state` (r, account, blocked, may_bind,
own_claim), `degree_state` (d, blocked). Rows are never dropped; what is wrong with them travels along.
"""

from __future__ import annotations

from chsi_batch.engines.base import Engine

REPEATED = "duplicate-row"
FIRST_SERVED_YEAR = 1991
"""Records of earlier graduations are not served (S10)."""

FREQUENT_IDS = """
SELECT k, sum(mine) AS registrations FROM (
  SELECT id_key AS k, 1 AS mine FROM registrations WHERE id_key IS NOT NULL
  UNION ALL SELECT id_key AS k, 0 AS mine FROM degrees WHERE id_key IS NOT NULL
) GROUP BY k HAVING CASE WHEN sum(mine) > 1 THEN 1 WHEN count(*) >= {people} THEN 1 ELSE 0 END = 1
"""
FREQUENT_CERTIFICATES = """
SELECT k, count(*) - sum(mine) AS degrees FROM (
  SELECT own_certificate AS k, 1 AS mine FROM registrations WHERE own_certificate IS NOT NULL
  UNION ALL SELECT certificate_key AS k, 0 AS mine FROM degrees WHERE certificate_key IS NOT NULL
) GROUP BY k HAVING CASE WHEN count(*) - sum(mine) > 1 THEN 1 WHEN count(*) >= {people} THEN 1 ELSE 0 END = 1
"""
"""Most numbers stand once on a side. Whatever needs two rows of one number looks at these few alone."""

_SHARED = """
SELECT k FROM (SELECT a.{key} AS k, a.name_fold FROM registrations AS a JOIN {frequent} AS f ON f.k = a.{key}
               UNION SELECT b.{key} AS k, b.name_fold FROM degrees AS b JOIN {frequent} AS f ON f.k = b.{key})
WHERE name_fold IS NOT NULL GROUP BY k HAVING count(*) >= {people}
"""

_ID_COLUMNS = ("id_key", "id_group", "id_long", "id_birth", "id_sex", "id_head", "id_note")
_CERTIFICATE_COLUMNS = ("certificate_key", "certificate_fold", "own_certificate", "free_certificate")


def placeholders(engine: Engine, min_people: int) -> None:
    """Blank numbers borne by `min_people` or more names, and hold where in `placeholders` (side, n, field).

    Makes `frequent_ids` (k, registrations) and `frequent_certificates` (k, degrees) for those who look for
    several rows of one number.

    One number under implausibly many names is a stand-in for "unknown" (contract, section 7).
    """
    engine.make("frequent_ids", FREQUENT_IDS.format(people=min_people))
    engine.make("frequent_certificates", FREQUENT_CERTIFICATES.format(people=min_people))
    for shared, key, frequent in (
        ("shared_ids", "id_key", "frequent_ids"),
        ("shared_certificates", "own_certificate", "frequent_certificates"),
    ):
        engine.make(shared, _SHARED.format(key=key, frequent=frequent, people=min_people))
    engine.make(
        "placeholders",
        " UNION ALL ".join(
            f"SELECT '{side}' AS side, a.{n} AS n, '{field}' AS field FROM {rows} AS a "
            f"JOIN {shared} AS s ON s.k = a.{key}"
            for side, n, rows in (("registration", "r", "registrations"), ("degree", "d", "degrees"))
            for field, shared, key in (
                ("id_number", "shared_ids", "id_key"),
                ("certificate_number", "shared_certificates", "own_certificate"),
            )
        ),
    )
    if engine.count("placeholders") == 0:
        return
    for rows in ("registrations", "degrees"):
        blank_id = "s.k IS NOT NULL"
        replaced = [
            *(f"CASE WHEN {blank_id} THEN NULL ELSE a.{column} END AS {column}" for column in _ID_COLUMNS),
            f"CASE WHEN {blank_id} THEN FALSE ELSE a.id_rounded END AS id_rounded",
            f"CASE WHEN {blank_id} THEN 'id-missing' ELSE a.id_fault END AS id_fault",
            *(
                f"CASE WHEN c.k IS NOT NULL THEN NULL ELSE a.{column} END AS {column}"
                for column in _CERTIFICATE_COLUMNS
            ),
        ]
        given = engine.take(f"SELECT * FROM {rows} WHERE 1 = 0").column_names
        blanked = {*_ID_COLUMNS, "id_rounded", "id_fault", *_CERTIFICATE_COLUMNS}
        kept = [f"a.{column}" for column in given if column not in blanked]
        engine.make(
            rows,
            f"SELECT {', '.join([*kept, *replaced])} FROM {rows} AS a "
            "LEFT JOIN shared_ids AS s ON s.k = a.id_key "
            "LEFT JOIN shared_certificates AS c ON c.k = a.own_certificate",
        )


_REPEAT_CANDIDATES = {
    "registrations": """
SELECT r AS n FROM (
  SELECT r, count(*) OVER (PARTITION BY name_key, id_key) AS times FROM (
    SELECT a.r, a.name_key, a.id_key FROM registrations AS a JOIN frequent_ids AS f ON f.k = a.id_key
    UNION ALL SELECT r, name_key, id_key FROM registrations WHERE id_key IS NULL
  )
) WHERE times > 1
""",
    "degrees": """
SELECT d AS n FROM (
  SELECT d, count(*) OVER (PARTITION BY name_key, certificate_key, certificate_fault) AS times FROM (
    SELECT b.d, b.name_key, b.certificate_key, b.certificate_fault
    FROM degrees AS b JOIN frequent_certificates AS f ON f.k = b.certificate_key
    UNION ALL
    SELECT d, name_key, certificate_key, certificate_fault FROM degrees WHERE certificate_key IS NULL
  )
) WHERE times > 1
""",
}
"""Rows that could repeat another one: equal in the columns that every file has."""


def repeat_candidates(rows: str) -> str:
    """A SELECT of the numbers `n` of `registrations` or `degrees` worth comparing column by column."""
    return _REPEAT_CANDIDATES[rows]


_FRESH = """
SELECT d.d, d.certificate_key, d.certificate_scope, d.name_fold, d.id_fault, d.id_long
FROM degrees AS d JOIN frequent_certificates AS f ON f.k = d.certificate_key
LEFT JOIN repeated AS x ON x.side = 'degree' AND x.n = d.d
WHERE x.n IS NULL AND d.certificate_scope IS NOT NULL
"""
"""Rows of a certificate number that stands on several."""

_TWO_PEOPLE = """
SELECT certificate_key AS k, certificate_scope AS s FROM fresh_degrees
GROUP BY certificate_key, certificate_scope
HAVING count(DISTINCT name_fold) > 1 OR count(DISTINCT CASE WHEN id_fault IS NULL THEN id_long END) > 1
"""
"""Names neither same nor alike, or two valid different IDs; documents that do not compare are different."""

_DEGREE_CODES = f"""
SELECT d AS n, id_fault AS code FROM degrees WHERE id_fault IS NOT NULL
UNION ALL SELECT d, id_note FROM degrees WHERE id_note IS NOT NULL
UNION ALL SELECT d, name_fault FROM degrees WHERE name_fault IS NOT NULL
UNION ALL SELECT d, certificate_fault FROM degrees WHERE certificate_fault IS NOT NULL
UNION ALL SELECT d, 'certificate-inconsistent' FROM degrees WHERE certificate_inconsistent
UNION ALL SELECT d, 'out-of-scope' FROM degrees WHERE year < {FIRST_SERVED_YEAR}
UNION ALL SELECT d, 'not-registrable' FROM degrees WHERE not_registrable
UNION ALL SELECT f.d, 'certificate-duplicate' FROM fresh_degrees AS f JOIN two_people AS t
  ON t.k = f.certificate_key AND t.s = f.certificate_scope
"""

_REGISTRATION_CODES = """
SELECT r AS n, id_fault AS code FROM registrations WHERE id_fault IS NOT NULL
UNION ALL SELECT r, id_note FROM registrations WHERE id_note IS NOT NULL
UNION ALL SELECT r, name_fault FROM registrations WHERE name_fault IS NOT NULL
UNION ALL SELECT r, certificate_fault FROM registrations WHERE certificate_fault IS NOT NULL
UNION ALL SELECT r, mobile_fault FROM registrations WHERE mobile_fault IS NOT NULL
UNION ALL SELECT r, email_fault FROM registrations WHERE email_fault IS NOT NULL
UNION ALL SELECT r, 'contact-shared' FROM registrations AS a JOIN shared_mobiles AS s ON s.k = a.mobile_key
UNION ALL SELECT r, 'contact-shared' FROM registrations AS a JOIN shared_emails AS s ON s.k = a.email_key
UNION ALL SELECT a.r, c.code FROM account_codes AS c JOIN account_rows AS a ON a.account = c.account
"""

_CONTACT = """
SELECT a.{key} AS k FROM registrations AS a JOIN (
  SELECT {key} AS k FROM registrations WHERE {key} IS NOT NULL GROUP BY {key} HAVING count(*) > 1
) AS f ON f.k = a.{key} WHERE a.name_fold IS NOT NULL
GROUP BY a.{key} HAVING count(DISTINCT COALESCE(a.id_long, '') || '|' || a.name_fold) > 1
"""
"""A contact that hangs on several identities (S9)."""


def admit(engine: Engine) -> None:
    """Make `own_codes`, `registration_state` and `degree_state` from the cleaned rows and `repeated`."""
    engine.make("fresh_degrees", _FRESH)
    engine.make("two_people", _TWO_PEOPLE)
    engine.make("shared_mobiles", _CONTACT.format(key="mobile_key"))
    engine.make("shared_emails", _CONTACT.format(key="email_key"))
    engine.make(
        "own_codes",
        "SELECT DISTINCT f.side, f.n, f.code, c.blocks, CASE WHEN c.grp = 'note' THEN 1 ELSE 0 END AS note, "
        "CASE WHEN c.blocks = 1 THEN 1 WHEN c.grp = 'account' THEN 1 WHEN c.code = 'contested' THEN 1 "
        "ELSE 0 END AS carries, "
        "CASE WHEN c.grp = 'account' THEN 1 WHEN c.code = 'contested' THEN 1 ELSE 0 END AS account "
        f"FROM (SELECT 'registration' AS side, n, code FROM ({_REGISTRATION_CODES}) "
        f"UNION ALL SELECT 'degree' AS side, n, code FROM ({_DEGREE_CODES}) "
        f"UNION ALL SELECT side, n, '{REPEATED}' AS code FROM repeated) AS f "
        "JOIN codes AS c ON c.code = f.code AND c.fault = f.side",
    )
    blocked = "SELECT DISTINCT n FROM own_codes WHERE side = '{side}' AND {what} = 1"
    engine.make(
        "registration_state",
        "SELECT a.r, g.account, CASE WHEN b.n IS NULL THEN 0 ELSE 1 END AS blocked, "
        "CASE WHEN c.n IS NULL THEN 1 ELSE 0 END AS may_bind, "
        "CASE WHEN a.certificate_key IS NULL THEN 0 ELSE 1 END AS own_claim "
        "FROM registrations AS a JOIN account_rows AS g ON g.r = a.r "
        f"LEFT JOIN ({blocked.format(side='registration', what='blocks')}) AS b ON b.n = a.r "
        f"LEFT JOIN ({blocked.format(side='registration', what='account')}) AS c ON c.n = a.r",
    )
    engine.make(
        "degree_state",
        "SELECT a.d, CASE WHEN b.n IS NULL THEN 0 ELSE 1 END AS blocked FROM degrees AS a "
        f"LEFT JOIN ({blocked.format(side='degree', what='blocks')}) AS b ON b.n = a.d",
    )
