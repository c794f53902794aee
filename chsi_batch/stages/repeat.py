"""Finds rows that repeat an earlier row of the same side (`duplicate-row`, contract section 7).

Equal canonical values in every column both files have, dates as dates. The first in input order counts;
a row is compared with rows that count, never with a repeated one.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Callable, Iterable
from functools import cache

import pyarrow as pa

from chsi_batch.terms import COLUMNS, Side
from chsi_batch.values import graduation_year, moments

_DATES = {"birth_date", "enrolment_date", "graduation_date"}
_MOMENTS = {"registered_at", "bound_at"}
_KEYED = {
    "name": "name_key",
    "id_number": "id_key",
    "certificate_number": "certificate_key",
    "claimed_certificate_number": "certificate_key",
    "school": "school_key",
    "claimed_school": "school_key",
    "graduation_year": "year",
    "claimed_year": "year",
}
"""Columns compared by their cleaned key; where a key is missing the text decides."""


@cache
def _text(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).split())


@cache
def _date(text: str) -> str:
    return graduation_year.clean_date(text) or _text(text)


@cache
def _moment(text: str) -> str:
    return moments.clean(text) or _text(text)


def _reader(column: str) -> Callable[[str], str]:
    if column in _DATES:
        return _date
    return _moment if column in _MOMENTS else _text


def _values(
    side: Side, records: pa.Table, keys: pa.Table
) -> Iterable[tuple[frozenset[str], dict[str, object]]]:
    """Per row: the columns its file has, and the canonical values by column."""
    columns = [column for column in COLUMNS[side] if column in records.column_names]
    texts = {column: records[column].to_pylist() for column in columns}
    cleaned = {
        column: keys[_KEYED[column]].to_pylist()
        for column in columns
        if _KEYED.get(column) in keys.column_names
    }
    rounded = keys["id_rounded"].to_pylist()
    layouts: dict[str, frozenset[str]] = {}
    for place, layout in enumerate(records["columns"].to_pylist()):
        if layout not in layouts:
            layouts[layout] = frozenset(json.loads(layout)) & set(columns)
        row: dict[str, object] = {}
        for column in layouts[layout]:
            text = texts[column][place]
            key = cleaned[column][place] if column in cleaned else None
            row[column] = key if key is not None else (None if text is None else _reader(column)(text))
        row["id_number"] = (row.get("id_number"), rounded[place])
        yield layouts[layout], row


NEEDED = ("name_key", "id_key", "id_rounded", "certificate_key", "school_key", "year")
"""The cleaned columns by which rows are compared."""
ALIKE = {Side.REGISTRATION: ("name_key", "id_key"), Side.DEGREE: ("name_key", "certificate_key")}
"""Rows that differ in these never repeat each other."""
KEY = "key_"
"""What stands before the names of cleaned columns where those of the record stand beside them."""


def marked(side: Side, rows: pa.Table) -> pa.Table:
    """The numbers `n` of the rows that repeat an earlier one; rows of a number come all at once."""
    rows = rows.sort_by("n")
    keys = rows.select([f"{KEY}{name}" for name in NEEDED]).rename_columns(list(NEEDED))
    places = pa.array(repeated(side, rows, keys), pa.int64())
    return pa.table({"n": rows["n"].take(places)})


def repeated(side: Side, records: pa.Table, keys: pa.Table) -> list[int]:
    """Places (from 0) in `records` of the rows that repeat an earlier one; `keys` are the cleaned columns.

    Both tables hold the same rows in input order.
    """
    found: list[int] = []
    kept: dict[tuple[frozenset[str], frozenset[str]], set[tuple[object, ...]]] = {}
    counting: dict[frozenset[str], list[dict[str, object]]] = {}
    for place, (layout, row) in enumerate(_values(side, records, keys)):
        if any(_tuple(row, layout & other) in _index(kept, counting, other, layout) for other in counting):
            found.append(place)
            continue
        counting.setdefault(layout, []).append(row)
        for (other, common), values in kept.items():
            if other == layout:
                values.add(_tuple(row, common))
    return found


def _tuple(row: dict[str, object], columns: frozenset[str]) -> tuple[object, ...]:
    return tuple(row[column] for column in sorted(columns))


def _index(
    kept: dict[tuple[frozenset[str], frozenset[str]], set[tuple[object, ...]]],
    counting: dict[frozenset[str], list[dict[str, object]]],
    other: frozenset[str],
    layout: frozenset[str],
) -> set[tuple[object, ...]]:
    """The values of the rows that count in files of layout `other`, on the columns shared with `layout`."""
    common = other & layout
    if (other, common) not in kept:
        kept[other, common] = {_tuple(row, common) for row in counting[other]}
    return kept[other, common]
