"""Columns of sources that name their fields, as text: Arrow types for Parquet, typed cells for DBF."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from chsi_batch.layout.cells import DIGITS, column_text, text_of, trimmed

if TYPE_CHECKING:
    import pyarrow as pa


def field_texts(sheet: Any) -> tuple[list[pa.Array], dict[int, pa.Array], int]:
    """Texts of each field, which cells were numbers (by field index), and the number of rows."""
    texts: list[pa.Array] = []
    numbers: dict[int, pa.Array] = {}
    if sheet.table is not None:
        for index, column in enumerate(sheet.table.columns):
            text, numeric = arrow_text(column)
            texts.append(text)
            if numeric is not None:
                numbers[index] = numeric
        return texts, numbers, sheet.table.num_rows
    columns = list(zip(*sheet.rows, strict=True)) or [()] * len(sheet.fields)
    for index, cells in enumerate(columns):
        text, numeric = column_text(cells)
        texts.append(text)
        if numeric is not None:
            numbers[index] = numeric
    return texts, numbers, len(sheet.rows)


def arrow_text(column: pa.ChunkedArray) -> tuple[pa.Array, pa.Array | None]:
    """One Arrow column as trimmed text, and which of its cells were numbers."""
    import pyarrow as pa
    import pyarrow.compute as pc

    array = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    if isinstance(array, pa.ChunkedArray):
        array = pa.concat_arrays(array.chunks) if array.num_chunks else pa.array([], array.type)
    kind = array.type
    if pa.types.is_dictionary(kind):
        array = pc.cast(array, kind.value_type)
        kind = array.type
    if pa.types.is_string(kind):
        return trimmed(array), None
    if pa.types.is_large_string(kind) or pa.types.is_string_view(kind):
        return trimmed(pc.cast(array, pa.string())), None
    if pa.types.is_null(kind):
        return pa.nulls(len(array), pa.string()), None
    if pa.types.is_integer(kind) or pa.types.is_decimal(kind):
        return pc.cast(array, pa.string()), pc.is_valid(array)
    if pa.types.is_floating(kind):
        return _floats(pc.cast(array, pa.float64()))
    if pa.types.is_date(kind):
        return pc.cast(pc.cast(array, pa.date32()), pa.string()), None
    text, numeric = column_text(_python(array))
    return text, numeric


def _floats(array: pa.Array) -> tuple[pa.Array, pa.Array]:
    """Whole numbers in one go; the rest cell by cell."""
    import pyarrow as pa
    import pyarrow.compute as pc

    finite = pc.fill_null(pc.is_finite(array), False)
    whole = pc.and_(finite, pc.and_(pc.equal(array, pc.floor(array)), pc.less(pc.abs(array), 10.0**DIGITS)))
    whole = pc.fill_null(whole, False)
    if pc.all(pc.or_(whole, pc.invert(finite))).as_py():
        integers = pc.cast(pc.if_else(whole, array, pa.scalar(None, pa.float64())), pa.int64())
        return pc.cast(integers, pa.string()), finite
    return pa.array([text_of(cell) for cell in array.to_pylist()], pa.string()), finite


def _python(array: pa.Array) -> list[Any]:
    import pyarrow as pa

    if pa.types.is_timestamp(array.type):  # Python knows no billionths of a second
        array = array.cast(pa.timestamp("us", array.type.tz), safe=False)
    try:
        cells = array.to_pylist()
    except (OverflowError, ValueError, pa.ArrowException):  # a moment of which Python knows nothing
        return [_written(array.slice(place, 1)) for place in range(len(array))]
    if pa.types.is_nested(array.type):  # lists and records have no cell of their own: as they are written
        return [None if cell is None else str(cell) for cell in cells]
    return [c.decode("utf-8", "replace") if isinstance(c, bytes) else c for c in cells]


def _written(cell: pa.Array) -> str | None:
    """One cell as Arrow prints it."""
    return None if cell.null_count else str(cell.to_string(skip_new_lines=True))[1:-1]
