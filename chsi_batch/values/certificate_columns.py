"""Certificate numbers by the million: the same answers as the scalars of `certificate_number`.

Numbers of the ministry's schemes, and other plain digits of their length, are recognised by a pattern; the
rest go through the scalar functions, each distinct one once. School, year and level stand at fixed places
of a recognised number.
"""

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from chsi_batch.values import certificate_number as scalars
from chsi_batch.values import placeholders
from chsi_batch.values.distinct import each, unless, whole

_NOTHING = pa.scalar(None, pa.string())


def keys(text: Any, numeric: Any) -> dict[str, pa.Array]:
    """Every key column of a column of certificate numbers."""
    texts = whole(text)
    flags = numeric.combine_chunks() if isinstance(numeric, pa.ChunkedArray) else numeric
    flags = pc.fill_null(flags.cast(pa.bool_()), False)
    schemed = pc.fill_null(pc.match_substring_regex(texts, scalars.WELL_FORMED), False)
    digits = pc.and_not(_digits(texts), schemed)
    known = pc.or_(pc.or_(schemed, digits), _plain_free_form(texts))
    numbers = unless(known, texts, texts, scalars.clean)
    faults = pc.if_else(digits, "certificate-malformed", _NOTHING)
    faults = unless(known, faults, texts, scalars.fault)
    faults = pc.if_else(pc.and_(flags, pc.is_valid(numbers)), "certificate-rounded", faults)
    rounded = pc.fill_null(pc.equal(faults, "certificate-rounded"), False)
    key = pc.if_else(rounded, _NOTHING, numbers)
    lengths = pc.utf8_length(key)
    own = pc.and_(
        pc.greater_equal(lengths, scalars.OWN_LENGTHS.start), pc.less(lengths, scalars.OWN_LENGTHS.stop)
    )
    return {
        "certificate_key": key,
        "certificate_fold": _folded(key, schemed, known),
        "certificate_own": pc.fill_null(own, False),
        "certificate_fault": faults,
    }


def _digits(texts: pa.Array) -> pa.Array:
    """Plain digits of the length of the ministry's numbers, but for placeholders (000…0, 123…)."""
    shaped = pc.fill_null(pc.match_substring_regex(texts, scalars.DIGITS), False)
    return pc.and_not(shaped, pc.is_in(texts, pa.array(_blank_digits(), pa.string())))


@cache
def _blank_digits() -> list[str]:
    listed = {word for word in placeholders.words("certificate_number") if word.isdecimal()}
    for length in scalars.OWN_LENGTHS:
        listed |= {digit * length for digit in "0123456789"} | {placeholders.COUNTING[:length]}
    return sorted(text for text in listed if scalars.clean(text) is None)


def _plain_free_form(texts: pa.Array) -> pa.Array:
    """Free forms that are already clean; they have a digit, a Chinese character and no letter N."""
    shaped = pc.and_(
        pc.match_substring_regex(texts, scalars.FREE_FORM),
        pc.less(pc.utf8_length(texts), pc.binary_length(texts)),
    )
    return pc.fill_null(shaped, False)


def _folded(key: pa.Array, schemed: pa.Array, known: pa.Array) -> pa.Array:
    if pc.all(schemed).as_py():
        return key
    free = pc.if_else(schemed, _NOTHING, key)
    bare = pc.replace_substring_regex(free, scalars._FREE_SIGNS.pattern, "")
    bare = pc.replace_substring_regex(bare, scalars._ORDINAL_HAN.pattern, "")
    fast = pc.if_else(schemed, key, bare)
    return unless(pc.or_(known, pc.is_null(key)), fast, key, _fold)


def inconsistent(certificate_key: Any, school_code: Any, year: Any, level: Any) -> pa.Array:
    """Whether the digits disagree with the row's school code, year or level."""
    number, code = whole(certificate_key), whole(school_code)
    years = (year.combine_chunks() if isinstance(year, pa.ChunkedArray) else year).cast(pa.int64())
    levels = each(level, scalars._one_level)
    found = pa.repeat(pa.scalar(False), len(number))
    for said in _schemes(number):
        for one, other in zip(said, (code, years, levels), strict=True):
            if one is not None:
                found = pc.or_(found, pc.fill_null(pc.not_equal(one, other), False))
    return found


Said = tuple[pa.Array | None, pa.Array | None, pa.Array]


def _schemes(number: pa.Array) -> Iterator[Said]:
    """School code, year and level said by the numbers of each scheme, null for numbers of another."""
    rest = number
    for pattern, said in (
        (scalars._SELF_STUDY.pattern, _self_study),
        (f"{scalars._DIPLOMA.pattern}|{scalars._DIPLOMA_17.pattern}", _diploma),
        (scalars._DEGREE.pattern, _degree),
    ):
        shaped = pc.fill_null(pc.match_substring_regex(rest, f"^({pattern})$"), False)
        if pc.any(shaped).as_py():
            yield said(pc.if_else(shaped, rest, _NOTHING))
            rest = pc.if_else(shaped, _NOTHING, rest)


def _self_study(number: pa.Array) -> Said:
    return None, None, _words(pc.utf8_slice_codeunits(number, 0, 2), scalars.SELF_STUDY)


def _diploma(number: pa.Array) -> Said:
    return _said(number, (10, 12), scalars.LEVELS)


def _degree(number: pa.Array) -> Said:
    return _said(pc.utf8_ltrim(number, "CZT"), (5, 6), scalars.DEGREE_LEVELS)


def _said(number: pa.Array, level: tuple[int, int], words: Mapping[str, str | None]) -> Said:
    return (
        pc.utf8_slice_codeunits(number, 0, 5),
        pc.utf8_slice_codeunits(number, 6, 10).cast(pa.int64()),
        _words(pc.utf8_slice_codeunits(number, *level), words),
    )


def _words(digits: pa.Array, words: Mapping[str, str | None]) -> pa.Array:
    return each(digits, lambda said: words.get(said or ""))


def _fold(number: str | None) -> str | None:
    return None if number is None else scalars.fold(number)
