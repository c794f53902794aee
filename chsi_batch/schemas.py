"""What the cells of a conformed table must fulfil, one pandera schema per side, checked lazily.

Beside each canonical column that has rules stands a column of fault codes (`<column>.fault`, `.note`),
filled column-wise by the batch functions of `values`. A check carries the name of the code it looks for, so
that the failure cases of pandera are the issues: one per cell and code. Nothing is coerced or dropped.
A sheet that lacks a column has no cell to complain about.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

from chsi_batch.terms import COLUMNS, Side

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa
    from pandera.pandas import DataFrameSchema

FAULT, NOTE = ".fault", ".note"

CONSCRIPTION = "征兵"
"""Accounts entered by the conscription site may lack a mobile number (S3)."""

_IDENTITY: dict[str, tuple[str, ...]] = {
    "name.fault": ("name-missing",),
    "id_number.fault": ("id-missing", "id-rounded", "id-malformed"),
    "id_number.note": ("id-temporary",),
}
CODES: dict[Side, dict[str, tuple[str, ...]]] = {
    Side.REGISTRATION: {
        **_IDENTITY,
        "claimed_certificate_number.fault": ("certificate-rounded", "certificate-malformed"),
        "claimed_certificate_number.note": ("placeholder",),
        "claimed_year.fault": ("date-malformed",),
        "mobile.fault": ("mobile-missing", "mobile-malformed"),
        "email.fault": ("email-malformed",),
        "registered_at.fault": ("date-malformed",),
        "bound_at.fault": ("date-malformed",),
        "activation.fault": ("status-unknown",),
        "account_status.fault": ("status-unknown",),
        "review_status.fault": ("status-unknown",),
    },
    Side.DEGREE: {
        **_IDENTITY,
        "certificate_number.fault": (
            "certificate-rounded",
            "certificate-malformed",
            "certificate-inconsistent",
        ),
        "certificate_number.note": ("placeholder",),
        "graduation_year.fault": ("date-malformed",),
        "graduation_date.fault": ("date-malformed",),
        "birth_date.fault": ("date-malformed",),
        "enrolment_date.fault": ("date-malformed",),
    },
    Side.ENROLMENT: {**_IDENTITY, "enrolment_date.fault": ("date-malformed",)},
}
"""Every column of faults, and the codes that may stand in it: each is one check."""

STATUSES = ("activation", "account_status", "review_status")
"""Columns whose words decide whether a row may bind; `values.codes` knows the words."""

_ORDINARY_NAME = r"^\p{Han}{2,4}$"


class _Schemas(Mapping[Side, "DataFrameSchema"]):
    """The schemas by side, built when first asked for: pandera is slow to import."""

    def __getitem__(self, side: Side) -> DataFrameSchema:
        return _schema(side)

    def __iter__(self) -> Any:
        return iter(Side)

    def __len__(self) -> int:
        return len(Side)


SCHEMAS: Mapping[Side, DataFrameSchema] = _Schemas()


@cache
def _schema(side: Side) -> DataFrameSchema:
    from pandera.pandas import Check, Column, DataFrameSchema, Index

    texts = {name: Column(None, nullable=True, coerce=False) for name in COLUMNS[side]}
    faults = {
        column: Column(
            None, nullable=True, coerce=False, checks=[Check(_free_of(code), name=code) for code in codes]
        )
        for column, codes in CODES[side].items()
    }
    return DataFrameSchema(
        {**texts, **faults}, index=Index(int, unique=True), strict="filter", name=str(side)
    )


def _free_of(code: str) -> Callable[[pd.Series[Any]], pd.Series[bool]]:
    return lambda faults: faults.ne(code)


def failures(side: Side, records: pa.Table) -> list[tuple[int, str, str]]:
    """Row position, canonical column and code of every cell that fails; ordered by row and column."""
    from pandera.errors import SchemaErrors

    if not records.num_rows:
        return []
    try:
        SCHEMAS[side].validate(judged(side, records), lazy=True)
    except SchemaErrors as error:
        cases = error.failure_cases
    else:
        return []
    found = zip(cases["index"], cases["column"], cases["check"], strict=True)
    order = {column: place for place, column in enumerate(COLUMNS[side])}
    plain = [(int(row), column.removesuffix(FAULT).removesuffix(NOTE), code) for row, column, code in found]
    return sorted(plain, key=lambda case: (case[0], order[case[1]], case[2]))


def judged(side: Side, records: pa.Table) -> pd.DataFrame:
    """The conformed table with its columns of faults, as a data frame with the row position as index."""
    import pyarrow as pa
    import pyarrow.compute as pc

    table = records.select(list(COLUMNS[side]))
    for column, faults in _FAULTS[side](records).items():
        canonical = column.removesuffix(FAULT).removesuffix(NOTE)
        stands = pc.match_substring(records["columns"], f'"{canonical}"')
        shown = pc.if_else(stands, pc.cast(faults, pa.string()), pa.scalar(None, pa.string()))
        table = table.append_column(column, shown)
    frame: pd.DataFrame = table.to_pandas()
    return frame


def _identity(records: pa.Table) -> dict[str, pa.Array]:
    import pyarrow as pa
    import pyarrow.compute as pc

    from chsi_batch.values import id_number

    count = records.num_rows
    stated = records["id_type"] if "id_type" in records.column_names else pa.nulls(count, pa.string())
    numbers = id_number.keys(
        _whole(records["id_number"]), _whole(records["id_number_numeric"]), _whole(stated)
    )
    return {
        "name.fault": _name_fault(_whole(records["name"])),
        "id_number.fault": pc.if_else(pc.is_valid(numbers["id_note"]), None, numbers["id_fault"]),
        "id_number.note": numbers["id_note"],
    }


def _whole(array: Any) -> pa.Array:
    import pyarrow as pa

    return array.combine_chunks() if isinstance(array, pa.ChunkedArray) else array


def _when(condition: Any, code: str) -> pa.Array:
    import pyarrow as pa
    import pyarrow.compute as pc

    filled = pc.fill_null(condition, False)
    return pc.if_else(filled, pa.scalar(code), pa.scalar(None, pa.string()))


def _moment_fault(texts: pa.Array) -> pa.Array:
    """The fault of each moment; only texts of which no moment could be made are looked at again."""
    import pyarrow as pa
    import pyarrow.compute as pc

    from chsi_batch.values import moments
    from chsi_batch.values.distinct import unless

    read = pc.is_valid(moments.keys(texts))
    return unless(read, pa.nulls(len(texts), pa.string()), texts, moments.fault)


def _certificate(texts: Any, keys: Mapping[str, Any], fault: Any) -> pa.Array:
    """A text that is no number and no fault is a placeholder (无, 不详, 0 …)."""
    import pyarrow.compute as pc

    empty = pc.and_(pc.is_valid(texts), pc.is_null(keys["certificate_key"]))
    return _when(pc.and_(empty, pc.is_null(fault)), "placeholder")


def _registration(records: pa.Table) -> dict[str, pa.Array]:
    import pyarrow as pa
    import pyarrow.compute as pc

    from chsi_batch.values import certificate_number, codes, contact, graduation_year

    none = pa.nulls(records.num_rows, pa.string())
    claimed = _whole(records["claimed_certificate_number"])
    numbers = certificate_number.keys(claimed, _whole(records["claimed_certificate_number_numeric"]))
    contacts = contact.keys(_whole(records["mobile"]), _whole(records["email"]))
    exempt = pc.fill_null(pc.match_substring(_whole(records["source_system"]), CONSCRIPTION), False)
    missing = pc.fill_null(pc.equal(contacts["mobile_fault"], "mobile-missing"), False)
    faults = {
        **_identity(records),
        "claimed_certificate_number.fault": numbers["certificate_fault"],
        "claimed_certificate_number.note": _certificate(claimed, numbers, numbers["certificate_fault"]),
        "claimed_year.fault": graduation_year.keys(_whole(records["claimed_year"]), none)["year_fault"],
        "mobile.fault": pc.if_else(pc.and_(exempt, missing), none, contacts["mobile_fault"]),
        "email.fault": contacts["email_fault"],
    }
    for column in ("registered_at", "bound_at"):
        faults[f"{column}.fault"] = _moment_fault(_whole(records[column]))
    for column in STATUSES:
        words = codes.canonical(column, _whole(records[column]))
        known = pc.is_in(words, pa.array(sorted(codes.canonical_words(column)), pa.string()))
        faults[f"{column}.fault"] = _when(pc.and_(pc.is_valid(words), pc.invert(known)), "status-unknown")
    return faults


def _name_fault(names: pa.Array) -> pa.Array:
    """The fault of each name; only names that are not plainly two to four Han characters are cleaned."""
    import pyarrow as pa
    import pyarrow.compute as pc

    from chsi_batch.values import person_name
    from chsi_batch.values.blank_words import blank_words
    from chsi_batch.values.distinct import unless

    blank = pc.is_in(names, pa.array(sorted(blank_words("name")), pa.string()))
    ordinary = pc.and_(pc.match_substring_regex(names, _ORDINARY_NAME), pc.invert(blank))
    faultless = pa.nulls(len(names), pa.string())
    return unless(ordinary, faultless, names, lambda name: person_name.fault(person_name.clean(name)))


def _degree(records: pa.Table) -> dict[str, pa.Array]:
    import pyarrow as pa
    import pyarrow.compute as pc

    from chsi_batch.values import certificate_number, codes, graduation_year, school

    none = pa.nulls(records.num_rows, pa.string())
    texts = _whole(records["certificate_number"])
    numbers = certificate_number.keys(texts, _whole(records["certificate_number_numeric"]))
    years = graduation_year.keys(_whole(records["graduation_year"]), _whole(records["graduation_date"]))
    schools = school.keys(_whole(records["school_code"]), _whole(records["school"]))
    inconsistent = certificate_number.inconsistent(
        numbers["certificate_key"],
        schools["school_code"],
        years["graduation_year"],
        codes.canonical("level", _whole(records["level"])),
    )
    faults = {
        **_identity(records),
        "certificate_number.fault": pc.coalesce(
            numbers["certificate_fault"], _when(inconsistent, "certificate-inconsistent")
        ),
        "certificate_number.note": _certificate(texts, numbers, numbers["certificate_fault"]),
        "graduation_year.fault": graduation_year.keys(_whole(records["graduation_year"]), none)["year_fault"],
        "graduation_date.fault": graduation_year.keys(none, _whole(records["graduation_date"]))["year_fault"],
    }
    for column in ("birth_date", "enrolment_date"):
        faults[f"{column}.fault"] = _date_fault(records, column)
    return faults


def _date_fault(records: pa.Table, column: str) -> pa.Array:
    import pyarrow as pa

    from chsi_batch.values import graduation_year

    none = pa.nulls(records.num_rows, pa.string())
    return graduation_year.keys(none, _whole(records[column]))["year_fault"]


def _enrolment(records: pa.Table) -> dict[str, pa.Array]:
    return {**_identity(records), "enrolment_date.fault": _date_fault(records, "enrolment_date")}


_FAULTS: Mapping[Side, Callable[[pa.Table], dict[str, pa.Array]]] = {
    Side.REGISTRATION: _registration,
    Side.DEGREE: _degree,
    Side.ENROLMENT: _enrolment,
}
