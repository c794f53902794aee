"""What the cells of a conformed table must fulfil, one pandera schema per side, checked lazily.

Beside each canonical column that has rules stands a column of fault codes (`<column>.fault`, `.note`), taken
from the keys of `cleaning` or made column-wise by the batch functions of `values`. A check carries the name
of the code it looks for, so that the failure cases of pandera are the issues: one per cell and code. Nothing
is coerced or dropped. A sheet that lacks a column has no cell to complain about.

The checks look at fault codes alone, so rows with the same codes fail alike: pandera is shown each
combination that occurs once, and not at all where every cell is in order.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

from chsi_batch.terms import COLUMNS, Side

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa
    from pandera.pandas import DataFrameSchema

FAULT, NOTE = ".fault", ".note"

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


class _Schemas(Mapping[Side, "DataFrameSchema"]):
    """The schemas by side, built when first asked for: pandera is slow to import."""

    def __getitem__(self, side: Side) -> DataFrameSchema:
        return _schema(side)

    def __iter__(self) -> Any:
        return iter(Side)

    def __len__(self) -> int:
        return len(Side)


SCHEMAS: Mapping[Side, DataFrameSchema] = _Schemas()
_ONE_AT_A_TIME = threading.Lock()
"""Sides are checked in threads, and pandera's modules import each other: two threads that begin at different
ones wait for each other."""


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


def failures(side: Side, records: pa.Table, keys: pa.Table) -> list[tuple[int, str, str]]:
    """Row position, canonical column and code of every cell that fails; ordered by row and column.

    `keys` are the cleaned columns of the same rows.
    """
    combinations, rows = _combinations(faults(side, records, keys))
    order = {column: place for place, column in enumerate(COLUMNS[side])}
    plain = [
        (row, column, code)
        for cells, places in zip(_failing(side, combinations), rows, strict=True)
        for column, code in cells
        for row in places
    ]
    return sorted(plain, key=lambda case: (case[0], order[case[1]], case[2]))


_KNOWN: dict[tuple[object, ...], list[tuple[str, str]]] = {}
"""Side and codes of the combinations that pandera was shown, and what it found: columns and codes."""


def _failing(side: Side, combinations: pa.Table) -> list[list[tuple[str, str]]]:
    """Which cells of each combination fail, and by which code."""
    keys = [(side, *row.values()) for row in combinations.to_pylist()]
    new = [place for place, key in enumerate(keys) if key not in _KNOWN]
    if new:
        _KNOWN.update(zip([keys[place] for place in new], _shown(side, combinations.take(new)), strict=True))
    return [_KNOWN[key] for key in keys]


def _shown(side: Side, combinations: pa.Table) -> list[list[tuple[str, str]]]:
    """What the schema says of each combination."""
    with _ONE_AT_A_TIME:
        from pandera.errors import SchemaErrors

        schema = SCHEMAS[side]
    found: list[list[tuple[str, str]]] = [[] for _ in range(combinations.num_rows)]
    try:
        schema.validate(_frame(side, combinations), lazy=True)
    except SchemaErrors as error:
        cases = error.failure_cases
        for place, column, code in zip(cases["index"], cases["column"], cases["check"], strict=True):
            found[int(place)].append((column.removesuffix(FAULT).removesuffix(NOTE), str(code)))
    return found


def faults(side: Side, records: pa.Table, keys: pa.Table) -> pa.Table:
    """The columns of fault codes, null where a cell has none or its file lacks the column."""
    import pyarrow as pa
    import pyarrow.compute as pc

    from chsi_batch.values.distinct import has_column

    found = {}
    for column, codes in _FAULTS[side](records, keys).items():
        whole = _whole(codes).cast(pa.string())
        canonical = column.removesuffix(FAULT).removesuffix(NOTE)
        if whole.null_count < len(whole):
            stands = has_column(records["columns"], canonical)
            whole = pc.if_else(stands, whole, pa.scalar(None, pa.string()))
        found[column] = whole
    return pa.table(found)


def _combinations(found: pa.Table) -> tuple[pa.Table, list[list[int]]]:
    """The combinations of faults that occur, and the rows in which each of them does."""
    import pyarrow.compute as pc

    from chsi_batch.values.distinct import true_rows

    bad = None
    for column in found.columns:
        here = pc.is_valid(column)
        bad = here if bad is None else pc.or_(bad, here)
    rows = true_rows(bad)
    grouped = found.take(rows).append_column("row", rows).group_by(found.column_names, use_threads=False)
    told = grouped.aggregate([("row", "list")])
    return told.drop_columns("row_list"), told["row_list"].to_pylist()


def _frame(side: Side, combinations: pa.Table) -> pd.DataFrame:
    """Combinations of faults as rows of the schema; the texts themselves have no checks and stay away."""
    frame: pd.DataFrame = combinations.to_pandas()
    return frame.assign(**dict.fromkeys(COLUMNS[side]))


def _whole(array: Any) -> pa.Array:
    import pyarrow as pa

    return array.combine_chunks() if isinstance(array, pa.ChunkedArray) else array


def _when(condition: Any, code: str) -> pa.Array:
    import pyarrow as pa
    import pyarrow.compute as pc

    filled = pc.fill_null(condition, False)
    return pc.if_else(filled, pa.scalar(code), pa.scalar(None, pa.string()))


def _identity(keys: pa.Table) -> dict[str, Any]:
    import pyarrow.compute as pc

    return {
        "name.fault": keys["name_fault"],
        "id_number.fault": pc.if_else(pc.is_valid(keys["id_note"]), None, keys["id_fault"]),
        "id_number.note": keys["id_note"],
    }


def _date_fault(texts: Any) -> pa.Array:
    from chsi_batch.values import dates
    from chsi_batch.values.distinct import each

    return each(texts, dates.fault)


def _moment_fault(texts: Any, moments_: Any) -> pa.Array:
    """The fault of each moment; only texts of which no moment could be made are looked at again."""
    import pyarrow as pa
    import pyarrow.compute as pc

    from chsi_batch.values import moments
    from chsi_batch.values.distinct import unless

    read = _whole(pc.is_valid(moments_))
    return unless(read, pa.nulls(len(read), pa.string()), texts, moments.fault)


def _certificate(texts: Any, keys: pa.Table) -> pa.Array:
    """A text that is no number and no fault is a placeholder (无, 不详, 0 …)."""
    import pyarrow.compute as pc

    empty = pc.and_(pc.is_valid(texts), pc.is_null(keys["certificate_key"]))
    return _when(pc.and_(empty, pc.is_null(keys["certificate_fault"])), "placeholder")


def _registration(records: pa.Table, keys: pa.Table) -> dict[str, Any]:
    import pyarrow as pa
    import pyarrow.compute as pc

    from chsi_batch.values import codes

    faults = {
        **_identity(keys),
        "claimed_certificate_number.fault": keys["certificate_fault"],
        "claimed_certificate_number.note": _certificate(records["claimed_certificate_number"], keys),
        "claimed_year.fault": _date_fault(records["claimed_year"]),
        "mobile.fault": keys["mobile_fault"],
        "email.fault": keys["email_fault"],
        "registered_at.fault": _moment_fault(records["registered_at"], keys["registered"]),
        "bound_at.fault": _moment_fault(records["bound_at"], keys["bound"]),
    }
    for column in STATUSES:
        words = codes.canonical(column, records[column])
        known = pc.is_in(words, pa.array(sorted(codes.canonical_words(column)), pa.string()))
        faults[f"{column}.fault"] = _when(pc.and_(pc.is_valid(words), pc.invert(known)), "status-unknown")
    return faults


def _degree(records: pa.Table, keys: pa.Table) -> dict[str, Any]:
    import pyarrow.compute as pc

    inconsistent = _when(keys["certificate_inconsistent"], "certificate-inconsistent")
    dated = ("graduation_year", "graduation_date", "birth_date", "enrolment_date")
    return {
        **_identity(keys),
        "certificate_number.fault": pc.coalesce(keys["certificate_fault"], inconsistent),
        "certificate_number.note": _certificate(records["certificate_number"], keys),
        **{f"{column}.fault": _date_fault(records[column]) for column in dated},
    }


def _enrolment(records: pa.Table, keys: pa.Table) -> dict[str, Any]:
    return {**_identity(keys), "enrolment_date.fault": _date_fault(records["enrolment_date"])}


_FAULTS: Mapping[Side, Callable[[pa.Table, pa.Table], dict[str, Any]]] = {
    Side.REGISTRATION: _registration,
    Side.DEGREE: _degree,
    Side.ENROLMENT: _enrolment,
}
