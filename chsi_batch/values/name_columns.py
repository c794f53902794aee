"""Names by the million: the same answers as the scalars of `person_name`, a column at a time.

Distinct names only. Names of two to four common characters, nearly all of them, are handled as one long
array of code points; every other name goes through the scalar functions.
"""

from collections.abc import Iterable
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from chsi_batch.terms import FieldState
from chsi_batch.values import characters_apart, name_near, person_name, pronunciation
from chsi_batch.values.blank_words import blank_words

SCHEMA = pa.schema(
    {
        "name_key": pa.string(),
        "name_fold": pa.string(),
        "name_sound": pa.string(),
        "name_flat": pa.string(),
        "name_surname": pa.string(),
        "name_length": pa.int32(),
        "name_odd": pa.bool_(),
        "name_fault": pa.string(),
    }
)
COMMON = "^[\u4e00-\u9fff]{2,4}$"
"""Names that cleaning leaves as they are."""

_BMP = 0x10000
_SURNAME = 0xF0000
_COMPOUND = 0x100000
"""Where code points are moved that are read as part of a surname: planes 15 and 16, private use."""

Codes = npt.NDArray[np.uint32]
Places = npt.NDArray[np.int64]


def keys(text: pa.Array | pa.ChunkedArray) -> dict[str, pa.Array]:
    """Every key column of a column of names."""
    column = text.combine_chunks() if isinstance(text, pa.ChunkedArray) else text
    coded = column.cast(pa.string()).dictionary_encode()
    names = coded.dictionary
    blank = pa.array(sorted(blank_words("name")), pa.string())
    common = pc.and_not(pc.match_substring_regex(names, COMMON), pc.is_in(names, blank))
    table = pa.concat_tables([_common(names.filter(common)), _odd(names.filter(pc.invert(common)))])
    table = table.append_column("missing", pa.nulls(len(table), pa.bool_())).combine_chunks()
    order = np.empty(len(names), dtype=np.int64)
    flags = common.to_numpy(zero_copy_only=False)
    order[flags] = np.arange(flags.sum())
    order[~flags] = np.arange(flags.sum(), len(names))
    rows = pa.array(order, pa.int64()).take(coded.indices)
    found = {name: table[name].take(rows).combine_chunks() for name in SCHEMA.names}
    found["name_odd"] = pc.fill_null(found["name_odd"], False)
    found["name_fault"] = pc.if_else(
        pc.is_null(found["name_key"]), "name-missing", pa.scalar(None, pa.string())
    )
    return found


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


def near(a: Any, b: Any, a_fold: Any, b_fold: Any, odd: Any) -> pa.Array:
    """Pair by pair: one character differs or, of odd pairs, what the scalar says; null where one is null."""
    one, other = _strings(a), _strings(b)
    there = pc.and_(pc.is_valid(one), pc.is_valid(other))
    found = substituted(a_fold, b_fold, name_near.SHORTEST_SUBSTITUTED)
    asked = pc.and_(pc.and_not(_flags(odd), found), there)
    left = states(one.filter(asked), other.filter(asked))
    found = pc.replace_with_mask(found, asked, pc.equal(left, str(FieldState.NEAR)))
    return pc.if_else(there, found, pa.scalar(None, pa.bool_()))


def _flags(values: Any) -> pa.Array:
    column = values.combine_chunks() if isinstance(values, pa.ChunkedArray) else values
    return pc.fill_null(column, False)


def _strings(values: Any) -> pa.Array:
    column = values if isinstance(values, pa.Array | pa.ChunkedArray) else pa.array(values, pa.string())
    column = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    return column.cast(pa.string())


def _odd(names: pa.Array) -> pa.Table:
    """The scalar way, for what is not a common name."""
    return pa.Table.from_pylist([_row(person_name.clean(name)) for name in names.to_pylist()], schema=SCHEMA)


def _row(name: str | None) -> dict[str, Any]:
    if name is None:
        return {}
    folded, sound = person_name.fold(name), person_name.sound(name)
    return {
        "name_key": name,
        "name_fold": folded,
        "name_sound": sound,
        "name_flat": sound.replace(" ", ""),
        "name_surname": person_name.surname(name),
        "name_length": len(folded),
        "name_odd": person_name.odd(name),
    }


def _common(names: pa.Array) -> pa.Table:
    """The fast way: all names in one array of code points, one line break after each."""
    lengths = pc.utf8_length(names).to_numpy(zero_copy_only=False).astype(np.int64)
    starts = np.concatenate(([0], np.cumsum(lengths + 1)))[:-1]
    codes = np.frombuffer("\n".join([*names.to_pylist(), ""]).encode("utf-32-le"), np.uint32)
    folded = _fold_codes()[codes]
    known = np.isin(folded[starts], _singles())
    compound = (lengths > person_name.COMPOUND) & np.isin(
        _pair(folded[starts], folded[starts + 1]), _pairs(_compounds())
    )
    single = ~compound & (known | (lengths < person_name.LONGEST_PLAIN))
    fold = _split(folded)
    family = pc.if_else(
        pa.array(compound),
        pc.utf8_slice_codeunits(fold, 0, 2),
        pc.if_else(pa.array(single), pc.utf8_slice_codeunits(fold, 0, 1), pa.scalar(None, pa.string())),
    )
    sound = _sounds(codes, folded, starts[compound], starts[single & known])
    columns = {
        "name_key": names,
        "name_fold": fold,
        "name_sound": sound,
        "name_flat": pc.replace_substring(sound, " ", ""),
        "name_surname": family,
        "name_length": pa.array(lengths, pa.int32()),
        "name_odd": pa.array(lengths >= name_near.SHORTEST_CUT),
        "name_fault": pa.nulls(len(names), pa.string()),
    }
    return pa.table(columns, schema=SCHEMA)


def _sounds(codes: Codes, folded: Codes, compound: Places, single: Places) -> pa.Array:
    """Readings, after moving surname characters to code points of their own."""
    moved = codes.copy()
    moved[single] = folded[single] + _SURNAME
    which = np.searchsorted(_pairs(_compounds()), _pair(folded[compound], folded[compound + 1])).astype(
        np.uint32
    )
    moved[compound] = _COMPOUND + 2 * which
    moved[compound + 1] = _COMPOUND + 2 * which + 1
    read = moved.tobytes().decode("utf-32-le").translate(_Readings())
    return pa.array(read.replace(" \n", "\n").split("\n")[:-1], pa.string())


class _Readings(dict[int, str]):
    """Code point → its syllable and a space; filled as characters are met."""

    def __missing__(self, code: int) -> str:
        self[code] = "\n" if code == 0x0A else f"{_reading(code)} "
        return self[code]


def _reading(code: int) -> str:
    if code >= _COMPOUND:
        which, place = divmod(code - _COMPOUND, 2)
        return pronunciation.surnames()[_compounds()[which]][place]
    if code >= _SURNAME:
        return pronunciation.surnames()[chr(code - _SURNAME)][0]
    return pronunciation.syllable(chr(code))


@cache
def _compounds() -> tuple[str, ...]:
    """In order of code points, which is also the order of their pairs."""
    return tuple(sorted(pronunciation.compounds()))


@cache
def _singles() -> Codes:
    return np.array([ord(name) for name in pronunciation.surnames() if len(name) == 1], dtype=np.uint32)


@cache
def _fold_codes() -> Codes:
    """Code point → folded code point, for the characters of common names and the line break."""
    table = np.arange(_BMP, dtype=np.uint32)
    for code, folded in pronunciation.folding().items():
        if code < _BMP:
            table[code] = ord(folded)
    return table


def _pairs(words: Iterable[str]) -> npt.NDArray[np.uint64]:
    return np.array([(ord(word[0]) << 32) | ord(word[1]) for word in words], dtype=np.uint64)


def _pair(first: Codes, second: Codes) -> npt.NDArray[np.uint64]:
    return (first.astype(np.uint64) << np.uint64(32)) | second.astype(np.uint64)


def _split(codes: Codes) -> pa.Array:
    parts = codes.tobytes().decode("utf-32-le").split("\n")
    return pa.array(parts[:-1], pa.string())
