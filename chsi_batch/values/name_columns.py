"""Names by the million: the same answers as the scalars of `person_name`, a column at a time.

Names of two to four common characters, nearly all of them, are folded as one long array of code points; every
other name goes through the scalar functions, each distinct one once. What is only asked of pairs – sound,
surname, gaps – is looked at when pairs are.
"""

from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from chsi_batch.terms import FieldState
from chsi_batch.values import characters_apart, name_near, person_name, pronunciation
from chsi_batch.values.blank_words import blank_words
from chsi_batch.values.distinct import each, unless, whole

SCHEMA = pa.schema({"name_key": pa.string(), "name_fold": pa.string(), "name_fault": pa.string()})
COMMON = "^[\u4e00-\u9fff]{2,4}$"
"""Names that cleaning leaves as they are."""

_BMP = 0x10000
_BYTES = 3
"""Of a common character in UTF-8, and of whatever else lies between these code points; few fold to others."""
_FIRST, _LAST = 0x800, 0xFFFF

Codes = npt.NDArray[np.uint32]


def keys(text: pa.Array | pa.ChunkedArray) -> dict[str, pa.Array]:
    """Every key column of a column of names."""
    names = whole(text)
    blank = pa.array(sorted(blank_words("name")), pa.string())
    common = pc.fill_null(
        pc.and_not(pc.match_substring_regex(names, COMMON), pc.is_in(names, blank)), fill_value=False
    )
    found = unless(common, names, names, person_name.clean)
    folded = pc.replace_with_mask(found, common, _folded(names.filter(common)))
    folded = unless(common, folded, found, _fold)
    fault = pc.if_else(pc.is_null(found), "name-missing", pa.scalar(None, pa.string()))
    return {"name_key": found, "name_fold": folded, "name_fault": fault}


def _fold(name: str | None) -> str | None:
    return None if name is None else person_name.fold(name)


def _folded(names: pa.Array) -> pa.Array:
    """Common names folded, all their characters at once: nearly all have three bytes before and after."""
    if not len(names):
        return names
    _, offsets, data = names.buffers()
    ends = np.frombuffer(offsets, np.int32)[names.offset : names.offset + len(names) + 1]
    flat = np.frombuffer(data, np.uint8)[ends[0] : ends[-1]]
    first, second, third = flat.reshape(-1, _BYTES).T.astype(np.uint32)
    codes = (first & 0x0F) << 12 | (second & 0x3F) << 6 | (third & 0x3F)
    folded = _fold_codes()[codes]
    if (folded == codes).all():
        return names
    beyond = np.flatnonzero((folded < _FIRST) | (folded > _LAST))
    folded[beyond] = codes[beyond]
    written = np.stack([folded >> 12 | 0xE0, folded >> 6 & 0x3F | 0x80, folded & 0x3F | 0x80], axis=1)
    buffers = [None, pa.py_buffer(ends - ends[0]), pa.py_buffer(written.astype(np.uint8))]
    known = np.ones(len(names), dtype=bool)
    known[np.searchsorted(ends - ends[0], beyond * _BYTES, side="right") - 1] = False
    return unless(pa.array(known), pa.Array.from_buffers(pa.string(), len(names), buffers), names, _fold)


@cache
def _fold_codes() -> Codes:
    """Code point → folded code point, for the characters of common names."""
    table = np.arange(_BMP, dtype=np.uint32)
    for code, folded in pronunciation.folding().items():
        if code < _BMP:
            table[code] = ord(folded)
    return table


def substituted(a: Any, b: Any, shortest: int) -> pa.Array:
    """Pair by pair: same length, at least `shortest`, and exactly one character differs."""
    from rapidfuzz.distance import Hamming

    one, other = _strings(a), _strings(b)
    lengths = pc.utf8_length(one)
    fits = pc.and_(pc.equal(lengths, pc.utf8_length(other)), pc.greater_equal(lengths, shortest))
    return characters_apart.one_apart(Hamming.distance, one, other, fits)


def states(a: Any, b: Any) -> pa.Array:
    """Pair by pair the scalar state, each distinct pair once."""
    pairs = list(zip(_strings(a).to_pylist(), _strings(b).to_pylist(), strict=True))
    known = {pair: str(person_name.state(*pair)) for pair in set(pairs)}
    return pa.array([known[pair] for pair in pairs], pa.string())


def near(a: Any, b: Any, a_fold: Any, b_fold: Any) -> pa.Array:
    """Pair by pair, whether names that are neither same nor alike are near; null where one is null.

    One sound or one other character is looked for column by column; the scalar decides what else may be.
    """
    one, other, one_fold, other_fold = (_strings(side) for side in (a, b, a_fold, b_fold))
    there = pc.and_(pc.is_valid(one), pc.is_valid(other))
    found = substituted(one_fold, other_fold, name_near.SHORTEST_SUBSTITUTED)
    sounds = (each(pc.if_else(there, side, None), _sound) for side in (one, other))
    found = pc.or_(found, pc.fill_null(pc.equal(*sounds), fill_value=False))
    odd = pc.or_(_odd(one, one_fold), _odd(other, other_fold))
    asked = pc.and_(pc.and_not(odd, found), there)
    left = states(one.filter(asked), other.filter(asked))
    found = pc.replace_with_mask(found, asked, pc.equal(left, str(FieldState.NEAR)))
    return pc.if_else(there, found, pa.scalar(None, pa.bool_()))


def partial(a: Any, b: Any) -> pa.Array:
    """Pair by pair, whether cleaned names have the same surname; null where one is null or has none."""
    return pc.equal(*(each(side, _surname) for side in (a, b)))


def _sound(name: str | None) -> str | None:
    return None if name is None else person_name.sound(name)


def _surname(name: str | None) -> str | None:
    return None if name is None else person_name.surname(name)


def _odd(names: pa.Array, folded: pa.Array) -> pa.Array:
    """Which names may be near another by more than their sound or one character; false for null."""
    long = pc.greater_equal(pc.utf8_length(names), name_near.SHORTEST_CUT)
    signs = pc.match_substring_regex(folded, f"[{name_near.HOLE}{name_near.LATIN}]")
    return pc.fill_null(pc.or_(long, signs), fill_value=False)


def _strings(values: Any) -> pa.Array:
    column = values if isinstance(values, pa.Array | pa.ChunkedArray) else pa.array(values, pa.string())
    return whole(column)
