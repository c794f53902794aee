"""ID numbers by the million: the same answers as `id_number.read`, a column at a time.

Valid resident numbers of 18 and 15 digits, nearly all of them, are looked at as matrices of digits; every
other cell goes through the scalar function, each distinct one once.
"""

from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from chsi_batch.values import digit_columns, id_documents, id_number
from chsi_batch.values.digit_columns import ZERO, Bytes, Flags
from chsi_batch.values.distinct import each, whole
from chsi_batch.values.id_documents import RESIDENT
from chsi_batch.values.id_number import Number

AT_ONCE = 1 << 18
"""Rows looked at together: large enough to be fast, small enough to stay in the processor's cache."""

SCHEMA = pa.schema(
    {
        "id_key": pa.string(),
        "id_group": pa.string(),
        "id_stated": pa.bool_(),
        "id_long": pa.string(),
        "id_birth": pa.string(),
        "id_sex": pa.string(),
        "id_rounded": pa.bool_(),
        "id_head": pa.int64(),
        "id_fault": pa.string(),
        "id_note": pa.string(),
    }
)

_WEIGHTS = np.array(id_number.WEIGHTS, dtype=np.float32)
_CHECK_DIGITS = np.frombuffer(id_number.CHECK_DIGITS.encode(), np.uint8) - np.uint8(ZERO)
_CENTURY = np.array([1, 9], dtype=np.uint8)
_FIRST = id_number.EARLIEST_BIRTH.year * 10000 + 101
_LAST = int(id_number.LATEST_BIRTH.strftime("%Y%m%d"))
_NOTHING = pa.scalar(None, pa.string())

_FIELDS = tuple(name.removeprefix("id_") for name in SCHEMA.names)


def keys(text: Any, numeric: Any, stated_type: Any) -> dict[str, pa.Array]:
    """Every key column of a column of ID numbers."""
    texts, stated = pc.ascii_upper(whole(text)), whole(stated_type)
    flags = numeric.combine_chunks() if isinstance(numeric, pa.ChunkedArray) else numeric
    flags = pc.fill_null(flags.cast(pa.bool_()), False)
    starts = range(0, max(len(texts), 1), AT_ONCE)
    parts = [_part(*(column.slice(start, AT_ONCE) for column in (texts, flags, stated))) for start in starts]
    return {name: pa.concat_arrays([part[name] for part in parts]) for name in SCHEMA.names}


def _part(texts: pa.Array, numeric: pa.Array, stated: pa.Array) -> dict[str, pa.Array]:
    known = each(stated, lambda word: id_documents.stated_group(word)[0])
    as_resident = pc.or_(pc.is_null(stated), pc.fill_null(pc.equal(known, RESIDENT), False))
    open_ = pc.and_(as_resident, pc.invert(numeric)).to_numpy(zero_copy_only=False)
    long, valid = pa.nulls(len(texts), pa.string()), np.zeros(len(texts), dtype=bool)
    for width, recognise in ((18, _eighteen), (15, _fifteen)):
        places = np.flatnonzero(open_ & digit_columns.of_width(texts, width))
        if len(places):
            good, matrix = recognise(digit_columns.matrix(texts.take(pa.array(places)), width))
            where = np.zeros(len(texts), dtype=bool)
            where[places[good]] = True
            long = pc.replace_with_mask(long, pa.array(where), digit_columns.strings(matrix[good]))
            valid |= where
    return _with_odd(_columns(texts, long, pc.is_valid(known), valid), valid, texts, numeric, stated)


def _eighteen(digits: Bytes) -> tuple[Flags, Bytes]:
    """Which rows are valid beyond doubt, and the rows."""
    body = digits[:, :17]
    good = digit_columns.all_digits(body) & (_check_digits(body) == digits[:, 17])
    return good & _born(digits) & (digits[:, :3] != 9).any(axis=1), digits


def _fifteen(digits: Bytes) -> tuple[Flags, Bytes]:
    """Which rows are valid beyond doubt, and their form of 18 characters."""
    century = np.broadcast_to(_CENTURY, (len(digits), 2))
    body = np.hstack([digits[:, :6], century, digits[:, 6:]])
    rows = np.hstack([body, _check_digits(body)[:, None]])
    varied = (digits != digits[:, :1]).any(axis=1)
    return digit_columns.all_digits(digits) & varied & _born(rows), rows


def _check_digits(body: Bytes) -> Bytes:
    sums = (body.astype(np.float32) @ _WEIGHTS).astype(np.int64)
    return np.asarray(_CHECK_DIGITS[sums % 11])


def _born(digits: Bytes) -> Flags:
    day = digit_columns.number(digits[:, 6:14].astype(np.int64))
    real = digit_columns.real_dates(day // 10000, day // 100 % 100, day % 100)
    return np.asarray(real & (day >= _FIRST) & (day <= _LAST))


def _columns(texts: pa.Array, long: pa.Array, stated: pa.Array, valid: Flags) -> dict[str, pa.Array]:
    """The keys of rows that are valid beyond doubt; what stands in the other rows is replaced."""
    here = pa.array(valid)
    count = len(texts)
    found = long.filter(here)
    digits = digit_columns.matrix(found, 18)
    foreign = digits[:, 0] == 9 if len(digits) else np.zeros(0, dtype=bool)
    sexes = pc.if_else(pa.array(digits[:, 16] % 2 == 1), id_number.MALE, id_number.FEMALE)
    sexes = pc.if_else(pa.array(foreign), _NOTHING, sexes)
    heads: npt.NDArray[np.int64] = digit_columns.number(digits[:, :15])
    eighteen = pc.equal(pc.binary_length(texts), 18).filter(here)
    return {
        "id_key": texts,
        "id_group": pa.repeat(pa.scalar(RESIDENT), count),
        "id_stated": stated,
        "id_long": long,
        "id_birth": pc.utf8_slice_codeunits(long, 6, 14),
        "id_sex": _spread(sexes, here),
        "id_rounded": pa.repeat(pa.scalar(False), count),
        "id_head": _spread(pc.if_else(eighteen, pa.array(heads), pa.scalar(None, pa.int64())), here),
        "id_fault": pa.nulls(count, pa.string()),
        "id_note": pa.nulls(count, pa.string()),
    }


def _spread(values: pa.Array, here: pa.Array) -> pa.Array:
    return pc.replace_with_mask(pa.nulls(len(here), values.type), here, values)


def _with_odd(
    columns: dict[str, pa.Array], valid: Flags, texts: pa.Array, numeric: pa.Array, stated: pa.Array
) -> dict[str, pa.Array]:
    """The scalar's answers in the rows that are not valid beyond doubt."""
    if valid.all():
        return columns
    odd = pa.array(~valid)
    cells = list(zip(*(column.filter(odd).to_pylist() for column in (texts, numeric, stated)), strict=True))
    places = {cell: place for place, cell in enumerate(dict.fromkeys(cells))}
    answers = [id_number.read(*cell) for cell in places]
    rows = pa.array([places[cell] for cell in cells], pa.int64())
    return {
        name: pc.replace_with_mask(columns[name], odd, _field(answers, field, name).take(rows))
        for name, field in zip(SCHEMA.names, _FIELDS, strict=True)
    }


def _field(answers: list[Number], field: str, name: str) -> pa.Array:
    return pa.array([getattr(answer, field) for answer in answers], SCHEMA.field(name).type)
