"""Describes each pair by one word per field (the project's contract, section 5).

Equalities are SQL over ready columns. What needs single characters – one slip in a number, one other
character in a name or school, names with gaps – is decided batch-wise for the pairs that are not
settled by an equality, and comes back as columns of yes and no.
"""

from __future__ import annotations

import pyarrow as pa

from chsi_batch.engines.base import Engine
from chsi_batch.values import characters_apart, name_columns, school

COMPARABLE = (
    "CASE WHEN a.id_group = b.id_group THEN 1 "
    "WHEN a.id_group = 'resident' THEN 0 WHEN b.id_group = 'resident' THEN 0 "
    "WHEN a.id_stated AND b.id_stated THEN 0 ELSE 1 END"
)
"""Documents compare within their type; a type that is only inferred compares with any non-resident one."""

SCHOOL_EQUAL = (
    "CASE WHEN a.school_code = b.school_code THEN 'same' WHEN a.school_key = b.school_key THEN 'same' "
    "WHEN a.school_listed = b.school_listed THEN 'alike' "
    "WHEN a.school_code IS NULL AND a.school_key IS NULL THEN 'blank' "
    "WHEN b.school_code IS NULL AND b.school_key IS NULL THEN 'blank' ELSE '' END"
)

_CERTIFICATE = (
    "CASE WHEN a.certificate_key IS NULL OR b.certificate_key IS NULL THEN 'blank' "
    "WHEN a.certificate_own AND b.certificate_own THEN {told} "
    "WHEN {school_equal} IN ('same', 'alike') THEN {told} "
    "WHEN {school_equal} = 'blank' THEN 'blank' ELSE 'differ' END"
)
_TOLD = (
    "CASE WHEN a.certificate_key = b.certificate_key THEN 'same' "
    "WHEN a.certificate_fold = b.certificate_fold THEN 'alike' {otherwise} END"
)
_YEAR = (
    "CASE WHEN a.year IS NULL OR b.year IS NULL THEN 'blank' WHEN a.year = b.year THEN 'same' "
    "WHEN abs(a.year - b.year) = 1 THEN 'near' ELSE 'differ' END"
)

GLANCE = (
    f"CASE WHEN {COMPARABLE} = 1 AND a.id_key = b.id_key AND a.name_key = b.name_key THEN 1 ELSE 0 END "
    f"AS glance, {_CERTIFICATE.format(told=_TOLD.format(otherwise=''), school_equal=SCHOOL_EQUAL)} "
    f"AS certificate_number, {_YEAR} AS graduation_year, "
    f"CASE WHEN {SCHOOL_EQUAL} <> '' THEN {SCHOOL_EQUAL} WHEN a.school_known AND b.school_known "
    "THEN 'differ' END AS school"
)
"""What equalities alone tell of a pair: `glance` = 1 when ID number and name are the same, and the states of
the other fields, null where single characters would have to be looked at."""

_ASK = f"""
SELECT p.r, p.d,
  CASE WHEN a.id_key IS NULL OR b.id_key IS NULL OR a.id_long = b.id_long OR {COMPARABLE} = 0 THEN NULL
       ELSE a.id_key END AS id_a,
  b.id_key AS id_b,
  CASE WHEN a.name_key IS NULL OR b.name_key IS NULL OR a.name_fold = b.name_fold THEN NULL
       ELSE a.name_key END AS name_a,
  b.name_key AS name_b, a.name_fold AS fold_a, b.name_fold AS fold_b,
  CASE WHEN a.certificate_fold = b.certificate_fold THEN NULL ELSE a.certificate_fold END AS certificate_a,
  b.certificate_fold AS certificate_b,
  CASE WHEN {SCHOOL_EQUAL} <> '' THEN NULL WHEN a.school_known AND b.school_known THEN NULL
       ELSE a.school_key END AS school_a,
  b.school_key AS school_b
FROM {{pairs}} AS p JOIN registrations AS a ON a.r = p.r JOIN degrees AS b ON b.d = p.d
"""

_OPEN = "id_a IS NOT NULL OR name_a IS NOT NULL OR certificate_a IS NOT NULL OR school_a IS NOT NULL"

_NEAR = "WHEN w.certificate_near = 1 THEN 'near' ELSE 'differ'"

_STATES = f"""
WITH w AS (
  SELECT p.r, p.d, {COMPARABLE} AS comparable, {SCHOOL_EQUAL} AS school_equal,
    CASE WHEN c.id_near THEN 1
         WHEN a.id_rounded AND abs(a.id_head - b.id_head) <= 1 THEN 1
         WHEN b.id_rounded AND abs(a.id_head - b.id_head) <= 1 THEN 1 ELSE 0 END AS id_near,
    CASE WHEN c.name_near THEN 1 ELSE 0 END AS name_near,
    CASE WHEN c.name_partial THEN 1 ELSE 0 END AS name_partial,
    CASE WHEN n.r IS NULL THEN 0 ELSE 1 END AS renamed,
    CASE WHEN c.certificate_near THEN 1 ELSE 0 END AS certificate_near,
    CASE WHEN c.school_near THEN 1 ELSE 0 END AS school_near
  FROM {{pairs}} AS p JOIN registrations AS a ON a.r = p.r JOIN degrees AS b ON b.d = p.d
  LEFT JOIN near_fields AS c ON c.r = p.r AND c.d = p.d
  LEFT JOIN renamed_pairs AS n ON n.r = p.r AND n.d = p.d
)
SELECT w.r, w.d,
  CASE WHEN a.id_key IS NULL OR b.id_key IS NULL THEN 'blank'
       WHEN w.comparable = 0 THEN 'differ'
       WHEN a.id_key = b.id_key THEN 'same' WHEN a.id_long = b.id_long THEN 'alike'
       WHEN w.id_near = 1 THEN 'near'
       WHEN a.id_rounded OR b.id_rounded THEN 'differ'
       WHEN a.id_birth = b.id_birth AND a.id_sex = b.id_sex THEN 'partial' ELSE 'differ' END AS id_number,
  CASE WHEN a.name_key IS NULL OR b.name_key IS NULL THEN 'blank'
       WHEN a.name_key = b.name_key THEN 'same' WHEN a.name_fold = b.name_fold THEN 'alike'
       WHEN w.renamed = 1 THEN 'alike' WHEN w.name_near = 1 THEN 'near'
       WHEN w.name_partial = 1 THEN 'partial' ELSE 'differ' END AS name,
  {_CERTIFICATE.format(told=_TOLD.format(otherwise=_NEAR), school_equal="w.school_equal")}
    AS certificate_number,
  {_YEAR} AS graduation_year,
  CASE WHEN w.school_equal <> '' THEN w.school_equal WHEN w.school_near = 1 THEN 'near'
       ELSE 'differ' END AS school,
  CASE WHEN a.id_birth <> b.birth THEN 'differ' WHEN a.id_sex <> b.sex THEN 'differ'
       ELSE 'agree' END AS birth_and_sex
FROM w JOIN registrations AS a ON a.r = w.r JOIN degrees AS b ON b.d = w.d
"""

_RENAMED = """
SELECT p.r, p.d FROM {pairs} AS p JOIN registrations AS a ON a.r = p.r JOIN degrees AS b ON b.d = p.d
  JOIN former_names AS f ON f.id_long = a.id_long AND f.fold_a = a.name_fold AND f.fold_b = b.name_fold
UNION
SELECT p.r, p.d FROM {pairs} AS p JOIN registrations AS a ON a.r = p.r JOIN degrees AS b ON b.d = p.d
  JOIN former_names AS f ON f.id_long = b.id_long AND f.fold_a = a.name_fold AND f.fold_b = b.name_fold
"""


def near_fields(asked: pa.Table) -> pa.Table:
    """Yes or no per pair and field, for a batch of `r, d, id_a … school_b`.

    Null stands where a field was not asked for. No Python call per pair: distances are computed on whole
    columns, sounds once per distinct name, names with gaps, Latin letters or cut ends once per distinct pair.
    """
    one_slip = characters_apart.one_slip
    return pa.table(
        {
            "r": asked["r"],
            "d": asked["d"],
            "id_near": one_slip(asked["id_a"], asked["id_b"]),
            "name_near": name_columns.near(
                asked["name_a"], asked["name_b"], asked["fold_a"], asked["fold_b"]
            ),
            "name_partial": name_columns.partial(asked["name_a"], asked["name_b"]),
            "certificate_near": one_slip(asked["certificate_a"], asked["certificate_b"]),
            "school_near": school.near_pairs(asked["school_a"], asked["school_b"]),
        }
    )


def compare(engine: Engine, pairs: str, target: str) -> None:
    """Make `target`: r, d and one state per field (string), for every row of `pairs` (r, d)."""
    engine.map("near_fields", f"SELECT * FROM ({_ASK.format(pairs=pairs)}) WHERE {_OPEN}", near_fields)
    engine.make("renamed_pairs", _RENAMED.format(pairs=pairs))
    engine.make(target, _STATES.format(pairs=pairs))
