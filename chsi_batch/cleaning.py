"""Gives every value its keys once: what is checked, joined and compared are ready columns.

Rows keep their order and number; nothing is dropped. The scalar functions of `values` are the
specification, their batch twins do whole columns.
"""

from __future__ import annotations

from collections.abc import Mapping

import pyarrow as pa
import pyarrow.compute as pc

from chsi_batch.terms import COLUMNS, Side
from chsi_batch.values import (
    certificate_number,
    codes,
    contact,
    graduation_year,
    id_number,
    moments,
    person_name,
    school,
)
from chsi_batch.values.distinct import has_column

CONSCRIPTION = "全国征兵网"
"""Accounts entered by this system may lack a mobile number (S3)."""


def _column(records: pa.Table, name: str) -> pa.ChunkedArray:
    if name in records.column_names:
        return records[name]
    return pa.chunked_array([pa.nulls(records.num_rows, pa.string())])


def _flag(records: pa.Table, name: str) -> pa.ChunkedArray:
    if name in records.column_names:
        return records[name]
    return pa.chunked_array([pa.array([False] * records.num_rows, pa.bool_())])


def _identity(records: pa.Table) -> dict[str, pa.Array]:
    return {
        **id_number.keys(
            _column(records, "id_number"), _flag(records, "id_number_numeric"), _column(records, "id_type")
        ),
        **person_name.keys(_column(records, "name")),
    }


def _certificate(
    text: pa.ChunkedArray, numeric: pa.ChunkedArray, schools: Mapping[str, pa.Array]
) -> dict[str, pa.Array]:
    """Certificate keys, split into numbers that are their own key and free-form ones.

    `certificate_scope`: empty for the first, the school for the second (null when there is none).
    """
    keys = dict(certificate_number.keys(text, numeric))
    own = keys["certificate_own"]
    keys["own_certificate"] = pc.if_else(own, keys["certificate_key"], None)
    keys["free_certificate"] = pc.if_else(own, None, keys["certificate_fold"])
    keys["certificate_scope"] = pc.if_else(
        own, "", pc.coalesce(schools["school_listed"], schools["school_key"])
    )
    return keys


def _finish(first: str, records: pa.Table, keys: Mapping[str, pa.Array]) -> pa.Table:
    table = pa.table({first: records["rid"], "ref": records["ref"], **keys})
    return table.cast(pa.schema([(field.name, _plain(field.type)) for field in table.schema]))


def _plain(kind: pa.DataType) -> pa.DataType:
    """Columns that are all null still need a type that SQL can compare."""
    if pa.types.is_null(kind) or pa.types.is_large_string(kind):
        return pa.string()
    return kind


def registrations(records: pa.Table) -> pa.Table:
    """Keys of registrations: r (int64), ref, and the key columns of `values`, statuses as booleans."""
    none = pa.chunked_array([pa.nulls(records.num_rows, pa.string())])
    schools = school.keys(*_code_or_name(_column(records, "claimed_school")))
    contacts = contact.keys(_column(records, "mobile"), _column(records, "email"))
    source = _column(records, "source_system")
    exempt = pc.or_(
        pc.fill_null(pc.match_substring(source, "征兵"), fill_value=False),
        pc.invert(has_column(records["columns"], "mobile")),
    )
    no_mobile = pc.and_(
        pc.fill_null(pc.equal(contacts["mobile_fault"], "mobile-missing"), fill_value=False), exempt
    )
    activation = codes.canonical("activation", _column(records, "activation"))
    status = codes.canonical("account_status", _column(records, "account_status"))
    review = codes.canonical("review_status", _column(records, "review_status"))
    keys: dict[str, pa.Array] = {
        **_identity(records),
        **schools,
        **_certificate(
            _column(records, "claimed_certificate_number"),
            _flag(records, "claimed_certificate_number_numeric"),
            schools,
        ),
        "year": graduation_year.keys(_column(records, "claimed_year"), none)["graduation_year"],
        "username_key": pc.utf8_trim_whitespace(_column(records, "username")),
        "mobile_key": contacts["mobile_key"],
        "mobile_fault": pc.if_else(no_mobile, None, contacts["mobile_fault"]),
        "email_key": contacts["email_key"],
        "email_fault": contacts["email_fault"],
        "registered": moments.keys(_column(records, "registered_at")),
        "registered_width": _width(_column(records, "registered_at")),
        "bound": moments.keys(_column(records, "bound_at")),
        "cancelled": _is(status, "已注销"),
        "inactive": pc.invert(_is(activation, "已激活", blank=True)),
        "reviewing": pc.or_(
            pc.invert(pc.or_(_is(status, "正常", blank=True), _is(status, "已注销"))),
            pc.invert(_is(review, "审核通过", blank=True)),
        ),
        "passed": _is(review, "审核通过"),
    }
    return _finish("r", records, keys)


SECONDS = r"[0-9]:[0-9]{2}:[0-9]{2}|秒|^\s*[0-9]{14}|^\s*[0-9]{5}\.[0-9]"
MINUTES = r"[0-9]:[0-9]{2}|[时時点分]|^\s*[0-9]{12}"
DAY_WIDTH, MINUTE_WIDTH, SECOND_WIDTH = 10, 16, 19


def _width(text: pa.ChunkedArray) -> pa.ChunkedArray:
    """How many characters of the cleaned moment the file really gave: day, minute or second."""
    seconds, minutes = (
        pc.fill_null(pc.match_substring_regex(text, pattern), fill_value=False)
        for pattern in (SECONDS, MINUTES)
    )
    return pc.if_else(seconds, SECOND_WIDTH, pc.if_else(minutes, MINUTE_WIDTH, DAY_WIDTH))


def _is(words: pa.ChunkedArray, word: str, *, blank: bool = False) -> pa.ChunkedArray:
    return pc.fill_null(pc.equal(words, word), fill_value=blank)


def _code_or_name(text: pa.ChunkedArray) -> tuple[pa.ChunkedArray, pa.ChunkedArray]:
    """A claimed school is a name, or sometimes the bare five-digit code."""
    is_code = pc.fill_null(pc.match_substring_regex(text, r"^\s*[0-9]{5}\s*$"), fill_value=False)
    return pc.if_else(is_code, text, None), pc.if_else(is_code, None, text)


def degrees(records: pa.Table) -> pa.Table:
    """Keys of degrees: d (int64), ref, key columns, `birth`, `sex`, and what the row says of itself."""
    schools = school.keys(_column(records, "school_code"), _column(records, "school"))
    certificates = _certificate(
        _column(records, "certificate_number"), _flag(records, "certificate_number_numeric"), schools
    )
    years = graduation_year.keys(_column(records, "graduation_year"), _column(records, "graduation_date"))
    conclusion = codes.canonical("conclusion", _column(records, "conclusion"))
    keys: dict[str, pa.Array] = {
        **_identity(records),
        **schools,
        **certificates,
        "year": years["graduation_year"],
        "birth": graduation_year.dates(_column(records, "birth_date")),
        "sex": codes.canonical("sex", _column(records, "sex")),
        "not_registrable": _is(conclusion, "肄业"),
        "certificate_inconsistent": certificate_number.inconsistent(
            certificates["certificate_key"],
            schools["school_code"],
            years["graduation_year"],
            _column(records, "level"),
        ),
        "face_check": _face_check(_column(records, "remark")),
    }
    return _finish("d", records, keys)


FACE_CHECK = "身份核验(未通过|不确定|异常)"
"""Remarks under which a record may be hidden (S10)."""


def _face_check(remark: pa.ChunkedArray) -> pa.ChunkedArray:
    return pc.fill_null(pc.match_substring_regex(remark, FACE_CHECK), fill_value=False)


def enrolments(records: pa.Table) -> pa.Table:
    """Keys of enrolments: e (int64), ref, and those of ID number and name."""
    return _finish("e", records, _identity(records))


CLEANERS = {Side.REGISTRATION: registrations, Side.DEGREE: degrees, Side.ENROLMENT: enrolments}

__all__ = ["CLEANERS", "COLUMNS", "degrees", "enrolments", "registrations"]
