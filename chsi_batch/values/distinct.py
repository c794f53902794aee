"""A column through a scalar function, each distinct value once; values already clean do not go through it.

The scalar functions are the specification of a value, these make them fast enough for millions of rows.
"""

from collections.abc import Callable
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc


def whole(values: Any) -> pa.Array:
    """A column of texts in one piece."""
    column = values.combine_chunks() if isinstance(values, pa.ChunkedArray) else values
    return column.cast(pa.string())


def true_rows(mask: Any) -> pa.Array:
    """The numbers of the rows for which a column is true.

    Given a column in no pieces at all, as an empty table may have, `indices_nonzero` of Arrow 22 to 26.0.0
    ends the process with a segmentation fault.
    """
    return pc.indices_nonzero(mask.combine_chunks() if isinstance(mask, pa.ChunkedArray) else mask)


def coded(values: Any) -> pa.DictionaryArray:
    """A column of texts as numbers of its distinct values."""
    column = values.combine_chunks() if isinstance(values, pa.ChunkedArray) else values
    return column if pa.types.is_dictionary(column.type) else column.cast(pa.string()).dictionary_encode()


def each(values: Any, scalar: Callable[[str | None], Any], kind: pa.DataType | None = None) -> pa.Array:
    """The scalar's answer for every value, also for null."""
    column = coded(values)
    rows = pc.fill_null(column.indices, len(column.dictionary))
    answers = [scalar(value) for value in column.dictionary.to_pylist()]
    return pa.array([*answers, scalar(None)], kind or pa.string()).take(rows)


def has_column(listed: Any, column: str) -> pa.Array:
    """Of lists of columns, one per row as JSON, which name this one: does the row's file have it?"""
    return each(listed, lambda names: f'"{column}"' in (names or ""), pa.bool_())


def unless(known: pa.Array, fast: pa.Array, values: Any, scalar: Callable[[str | None], Any]) -> pa.Array:
    """`fast` where `known` is true, the scalar's answer elsewhere."""
    odd = pc.invert(pc.fill_null(known, False))
    if not pc.any(odd).as_py():
        return fast
    return pc.replace_with_mask(fast, odd, each(whole(values).filter(odd), scalar, fast.type))
