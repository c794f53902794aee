"""The cells of long lists by columns.

A column is a list of cells or, in long lists, an Arrow column of texts or numbers. Functions of one cell say
what becomes of it; here they are asked about the distinct texts of a column only, and not even about those
whose every character is a plain one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

from chsi_batch.report.differences import Cell

if TYPE_CHECKING:
    import pyarrow as pa

Column: TypeAlias = "Sequence[Cell] | pa.Array"

_PLAIN = "0-9A-Za-z\\x{4E00}-\\x{9FA5}"
PLAIN = f"\\A[{_PLAIN}](?:[{_PLAIN} .,:;#!*@()/-]|_[0-9A-WYZa-wyz])*\\z"
"""Texts that a cell shows as they are: one line, and nothing to escape, to quote or to take out."""
LONGEST_PLAIN = 1_000


def plain(texts: pa.Array) -> pa.Array:
    """Which texts of a column are plain; null for null."""
    import pyarrow.compute as pc

    return pc.and_(
        pc.match_substring_regex(texts, PLAIN), pc.less_equal(pc.utf8_length(texts), LONGEST_PLAIN)
    )


def through(
    column: pa.Array, of_plain: Callable[[pa.Array], pa.Array], one: Callable[[Cell], Any]
) -> pa.Array:
    """What `one` says of every cell; of numbers and plain texts `of_plain` says it for many at once."""
    import pyarrow as pa
    import pyarrow.compute as pc

    from chsi_batch.values import distinct

    if not pa.types.is_string(column.type):
        return of_plain(column.cast(pa.string()))
    coded = column.dictionary_encode()
    texts = coded.dictionary
    return pc.fill_null(
        distinct.unless(plain(texts), of_plain(texts), texts, one).take(coded.indices), one(None)
    )


def odd(column: Column) -> Iterable[Cell]:
    """The cells that are not plain texts."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if not isinstance(column, pa.Array):
        return column
    if not pa.types.is_string(column.type):
        return ()
    found: list[Cell] = column.filter(pc.invert(plain(column))).to_pylist()
    return found


def filled(column: Column) -> bool:
    """Whether any text of a column has a character."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if not isinstance(column, pa.Array):
        return any(column)
    return bool(pc.any(pc.not_equal(column, "")).as_py())
