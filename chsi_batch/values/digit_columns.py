"""Numbers of a fixed width as a matrix of bytes, so that a million are looked at in one go."""

from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

Bytes = npt.NDArray[np.uint8]
Flags = npt.NDArray[np.bool_]

ZERO = ord("0")
_DAYS = np.array([0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31], dtype=np.int32)


def of_width(texts: pa.Array, width: int) -> Flags:
    """Which texts have so many bytes."""
    lengths = pc.fill_null(pc.binary_length(texts), -1)
    return np.asarray(lengths.to_numpy(zero_copy_only=False) == width)


def matrix(texts: pa.Array, width: int) -> Bytes:
    """Texts that all have `width` bytes, one per row, as the differences of their bytes from '0'."""
    if not len(texts):
        return np.empty((0, width), dtype=np.uint8)
    _, offsets, data = texts.buffers()
    first = np.frombuffer(offsets, np.int32)[texts.offset]
    flat = np.frombuffer(data, np.uint8)[first : first + width * len(texts)]
    return np.asarray(flat.reshape(len(texts), width) - np.uint8(ZERO))


def strings(digits: Bytes) -> pa.Array:
    """The matrix back as texts."""
    count, width = digits.shape
    offsets = np.arange(count + 1, dtype=np.int32) * width
    data = np.ascontiguousarray(digits + np.uint8(ZERO)).tobytes()
    return pa.Array.from_buffers(
        pa.string(), count, [None, pa.py_buffer(offsets.tobytes()), pa.py_buffer(data)]
    )


def all_digits(digits: Bytes) -> Flags:
    """Which rows have nothing but digits."""
    return np.asarray((digits <= 9).all(axis=1))


def number(digits: Bytes) -> npt.NDArray[np.int64]:
    """The value of each row of digits."""
    total = np.zeros(len(digits), dtype=np.int64)
    for column in range(digits.shape[1]):
        total = total * 10 + digits[:, column]
    return total


def real_dates(year: Any, month: Any, day: Any) -> Flags:
    """Which of these days exist."""
    leap = (year % 4 == 0) & ((year % 100 != 0) | (year % 400 == 0))
    named = (month >= 1) & (month <= 12)
    longest = _DAYS[np.where(named, month, 0)] + (leap & (month == 2))
    return np.asarray(named & (day >= 1) & (day <= longest))
