"""The same run with ID numbers, mobile numbers and e-mail addresses masked: what `tables/` may hold.

Names and certificate numbers stay; references let the owner of the files find each row. A personal number
that stands in the wrong column, in an unknown one or in a remark is masked there too.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from chsi_batch.report.shown import SUSPECT, username
from chsi_batch.results import RECORD_TABLES, Run
from chsi_batch.values import masking
from chsi_batch.values.distinct import coded
from chsi_batch.values.misplaced import is_id_number

if TYPE_CHECKING:
    import pyarrow as pa

NO_TEXT = frozenset({
    "side", "ref", "file", "sheet", "row", "certificate_number", "claimed_certificate_number",
    "registered_at", "bound_at", "enrolment_date", "graduation_date", "graduation_year", "claimed_year",
    "birth_date", "student_no", "exam_no", "school_code",
})  # fmt: skip
"""Columns of records that are not searched for personal numbers; only the row's own ID is masked in them."""

PLACE = frozenset({"side", "ref", "file", "sheet", "row"})
"""Columns that lead back to the file: never changed."""

_DATED = "^[0-9]{6}(?:[0-9]{2})?[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])[0-9]{3}"
_DIPLOMA = "^[0-9]{5}[1567](?:19|20)[0-9]{2}0[12456][0-9]{5,6}$"
"""A birth date where ID numbers have it; a diploma number, which may look so by chance."""

FREE_TEXTS = {
    "set_aside": ("text",),
    "issues": ("value", "message"),
    "decisions": ("reviewer", "remark"),
}
"""Free texts of the other tables that may quote a value."""


def masked(run: Run) -> Run:
    """The run with every table masked; facts hold no personal data and stay."""
    found = dict(run.tables)
    for name in RECORD_TABLES.values():
        if name in found:
            found[name] = records(found[name])
    for name in FREE_TEXTS:
        if name in found:
            found[name] = texts(name, found[name])
    return Run(found, run.facts)


def texts(name: str, table: pa.Table) -> pa.Table:
    """A table with free texts, such as quote a value, masked."""
    for column in FREE_TEXTS[name]:
        table = _replace(table, column, _searched(table[column]))
    return table


def _own(name: str) -> Callable[[Any], Any] | None:
    """How a column whose every value is personal is masked; None for other columns."""
    return {
        "id_number": masking.mask_ids,
        "mobile": masking.mask_mobiles,
        "email": masking.mask_emails,
        "username": _usernames,
    }.get(name)


def records(table: pa.Table) -> pa.Table:
    """Records, or some of their columns, masked: the row's own ID number everywhere if it is among them.

    Each row is masked by itself, so that it does not matter which rows stand together.
    """
    ids = table["id_number"] if "id_number" in table.column_names else None
    for name in table.column_names:
        column, mask = table[name], _own(name)
        if column.null_count == len(column):
            continue
        if mask is not None:
            done = mask(column)
        else:
            done = column if name in NO_TEXT else _searched(column)
            done = _without_id_numbers(done) if name.endswith("certificate_number") else done
            if ids is not None and name not in PLACE:
                done = _without_own_id(done, ids)
        table = _replace(table, name, done)
    return table


def _usernames(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """A column through `shown.username`; most are e-mail addresses."""
    import pyarrow as pa
    import pyarrow.compute as pc

    texts = column.combine_chunks()
    at = pc.fill_null(pc.match_substring(texts, "@"), False)
    masks = masking.mask_emails(texts)
    if not pc.all(at).as_py():
        masks = pc.if_else(at, masks, _each(pc.if_else(at, None, column), username).combine_chunks())
    return pa.chunked_array([masks])


def _replace(table: pa.Table, name: str, column: pa.Array | pa.ChunkedArray) -> pa.Table:
    return table.set_column(table.column_names.index(name), name, column)


def _each(column: pa.ChunkedArray, mask: Callable[[str], str]) -> pa.ChunkedArray:
    """Every value masked, distinct ones once."""
    import pyarrow as pa
    import pyarrow.compute as pc

    encoded = pc.dictionary_encode(column.combine_chunks())
    if isinstance(encoded, pa.ChunkedArray):
        encoded = encoded.combine_chunks()
    values = [None if value is None else mask(value) for value in encoded.dictionary.to_pylist()]
    return pa.chunked_array([pa.array(values, pa.string()).take(encoded.indices)])


def _searched(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """The column with what looks like a personal number masked; only suspect values are touched."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if not pa.types.is_string(column.type):
        return column
    texts = coded(column)  # schools, statuses and the like: a few texts on millions of rows
    odd = pc.match_substring_regex(texts.dictionary, SUSPECT.pattern)
    if not pc.any(odd).as_py():
        return column
    suspect = pa.chunked_array([pc.fill_null(odd.take(texts.indices), False)])
    replaced = _each(column.filter(suspect), masking.mask_text)
    return _replaced(column, suspect, replaced)


def _replaced(column: pa.ChunkedArray, where: pa.ChunkedArray, values: pa.ChunkedArray) -> pa.ChunkedArray:
    """The column with the values, in order, at the marked places."""
    import pyarrow as pa
    import pyarrow.compute as pc

    whole = (part.combine_chunks() for part in (column, where, values))
    return pa.chunked_array([pc.replace_with_mask(*whole)])


def _without_id_numbers(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """A column of certificate numbers with the ID numbers among them masked."""
    import pyarrow.compute as pc

    plain = pc.match_substring_regex(column, "^[0-9A-Za-z]*$")
    dated = pc.match_substring_regex(column, _DATED)
    diploma = pc.match_substring_regex(column, _DIPLOMA)
    suspect = pc.fill_null(pc.or_(pc.invert(plain), pc.and_not(dated, diploma)), False)
    if not pc.any(suspect).as_py():
        return column
    replaced = _each(
        column.filter(suspect), lambda text: masking.mask_id(text) if is_id_number(text) else text
    )
    return _replaced(column, suspect, replaced)


def _without_own_id(column: pa.ChunkedArray, ids: pa.ChunkedArray) -> pa.ChunkedArray:
    """The column with the row's own ID number masked where someone typed it here."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if not pa.types.is_string(column.type):
        return column
    same = pc.fill_null(pc.equal(column, ids), False)
    if not pc.any(same).as_py():
        return column
    return pc.if_else(same, _each(column, masking.mask_id), column)
