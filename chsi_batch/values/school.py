"""A school (院校), as people and systems name it.

Issued by: the Ministry of Education. A school has a ten-digit 学校标识码; its last five digits are the
院校代码, which is unique and stays when the school is renamed (267 of 2,587 schools between 2017 and 2025).
Built as: five digits · a Chinese name; a branch or campus stands in brackets and is another school.
Source: the ministry's lists of regular schools (`tables/schools.csv`); adult, military and closed schools
and research institutes may be in no list: unknown is not wrong.
Examples: `10001` 北京大学 · `11413` 中国矿业大学（北京）, not 中国矿业大学 `10290`.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any

from chsi_batch.tables import rows
from chsi_batch.terms import FieldState
from chsi_batch.values.blank_words import blank_words
from chsi_batch.values.characters import plain, upper

if TYPE_CHECKING:
    import pyarrow as pa

IN_USE = ("current", "closed")
"""Kinds of a listed name that is its school's present or last one; the others are former and other names."""

REMEMBERED = 1 << 16
"""Names kept at hand: the same schools come again in every piece of a file."""

_CODE = re.compile(r"(?:[0-9]{5})?([0-9]{5})(?:\.0*)?")
_SHORT_CODE = re.compile(r"([0-9]{3,4})(?:\.0*)?")
_NO_CODE = frozenset({"00000", "99999"})
_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—―−﹣─", "-"))
_BRACKETS = str.maketrans({"〔": "(", "〕": ")", "﹙": "(", "﹚": ")", "[": "(", "]": ")"})


@dataclass(frozen=True)
class School:
    """A school as one row states it: by code, by name, or both."""

    code: str | None
    key: str | None
    listed: str | None
    known: bool

    @property
    def blank(self) -> bool:
        """Whether the row says nothing about its school."""
        return self.code is None and self.key is None


@lru_cache(REMEMBERED)
def clean(text: str | None) -> str | None:
    """The name without accidents of typing; None when there is none. Brackets stay, in one width."""
    if text is None:
        return None
    name = upper(plain(text).replace(" ", "").translate(_DASHES).translate(_BRACKETS))
    if name.strip("()") in blank_words("school") or not any(sign.isalnum() for sign in name):
        return None
    return name


@lru_cache(REMEMBERED)
def clean_code(text: str | None) -> str | None:
    """The five digits of a school code or of a ten-digit school id, also of one stored as a number."""
    if text is None:
        return None
    digits = plain(text).replace(" ", "").lstrip("'")
    if whole := _CODE.fullmatch(digits):
        return None if whole[1] in _NO_CODE else whole[1]
    short = _SHORT_CODE.fullmatch(digits)
    padded = short[1].zfill(5) if short else ""
    return padded if padded in _listed_codes() else None


def read(code: str | None, name: str | None) -> School:
    """A stated code comes first, whether listed or not; without one the listed names tell the code."""
    stated, key = clean_code(code), clean(name)
    in_use, any_name = _codes(True).get(key or ""), _codes(False).get(key or "")
    known = stated in _listed_codes() or (key or "") in _names()
    return School(stated or in_use, key, stated or any_name, known)


def state(a_code: str | None, a_name: str | None, b_code: str | None, b_name: str | None) -> FieldState:
    """How two schools stand to each other; this is the specification, `keys` does it for columns."""
    one, other = read(a_code, a_name), read(b_code, b_name)
    if one.blank or other.blank:
        return FieldState.BLANK
    if _equal(one.code, other.code) or _equal(one.key, other.key):
        return FieldState.SAME
    if _equal(one.listed, other.listed):
        return FieldState.ALIKE
    if not (one.known and other.known) and _one_apart(one.key or "", other.key or ""):
        return FieldState.NEAR
    return FieldState.DIFFER


def keys(code: Any, name: Any) -> "dict[str, pa.Array]":
    """Columns of stated codes and names → school_code, school_key, school_listed, school_known.

    `same` is equal school_code or equal school_key, `alike` equal school_listed, `near` `near_pairs`
    where not both are known, `blank` a row with neither school_code nor school_key.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    stated = _each(code, clean_code)
    key = _each(name, clean)
    in_use = _each(key, lambda text: _codes(True).get(text))
    any_name = _each(key, lambda text: _codes(False).get(text))
    codes, names = (pa.array(sorted(known), pa.string()) for known in (_listed_codes(), _names()))
    return {
        "school_code": pc.coalesce(stated, in_use),
        "school_key": key,
        "school_listed": pc.coalesce(stated, any_name),
        "school_known": pc.or_(pc.is_in(stated, codes), pc.is_in(key, names)),
    }


def near_pairs(a_key: Any, b_key: Any) -> "pa.Array":
    """Pair by pair, whether one character differs in names of the same length; false where one is null."""
    from chsi_batch.values import name_columns

    return name_columns.substituted(a_key, b_key, 1)


def _each(values: Any, scalar: Callable[[str], str | None]) -> "pa.Array":
    """A column through a scalar function, each distinct value once."""
    import pyarrow as pa

    column = values.combine_chunks() if isinstance(values, pa.ChunkedArray) else values
    coded = column.cast(pa.string()).dictionary_encode()
    cleaned = pa.array([scalar(value) for value in coded.dictionary.to_pylist()], pa.string())
    return cleaned.take(coded.indices)


@cache
def _listed() -> tuple[tuple[str, str, str], ...]:
    """Code, cleaned name and kind of every row of the table."""
    table = rows("schools", ("code", "name", "kind", "province", "level", "origin"))
    return tuple((row["code"], clean(row["name"]) or "", row["kind"]) for row in table)


@cache
def _listed_codes() -> frozenset[str]:
    return frozenset(code for code, _, _ in _listed())


@cache
def _names() -> frozenset[str]:
    return frozenset(name for _, name, _ in _listed())


@cache
def _codes(in_use: bool) -> Mapping[str, str]:
    """Cleaned name → its code, where only one code has that name (among the names in use, or all)."""
    return _unique((name, code) for code, name, kind in _listed() if kind in IN_USE or not in_use)


def _unique(pairs: Iterable[tuple[str, str]]) -> Mapping[str, str]:
    found: dict[str, set[str]] = {}
    for name, code in pairs:
        found.setdefault(name, set()).add(code)
    return {name: next(iter(codes)) for name, codes in found.items() if len(codes) == 1}


def _equal(a: str | None, b: str | None) -> bool:
    return a is not None and a == b


def _one_apart(a: str, b: str) -> bool:
    return len(a) == len(b) and sum(x != y for x, y in zip(a, b, strict=True)) == 1
