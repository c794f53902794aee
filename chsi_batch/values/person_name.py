"""A person's name (姓名), as it stands in the household register.

Issued by: the police; an account and a degree record each carry a copy that somebody typed.
Built as: a surname of one character, seldom two (欧阳), and a given name of one or two · or, for many
minorities, transliterated parts joined by `·` (U+00B7), without a surname · or Latin words.
Two writings that the eye cannot tell apart are the *same* name; 昇 and 升 are different names in law, so
traditional, variant and old code points are folded only to say *alike*.
Source: GB/T 15834 (separator), `tables/name_variants.csv`, `surnames.csv`, `blank_words.csv`.
Examples: 张伟 · 阿卜杜热合曼·买买提.
"""

import re
from collections.abc import Mapping
from functools import cache, lru_cache
from itertools import takewhile
from typing import TYPE_CHECKING, Any

from chsi_batch.terms import FieldState
from chsi_batch.values import name_near, pronunciation
from chsi_batch.values.blank_words import blank_words
from chsi_batch.values.characters import plain, upper

if TYPE_CHECKING:
    import pyarrow as pa

SEPARATOR = "·"
SEPARATORS = "·•・･‧⋅∙．.﹒●․◦⸱ꞏ·᛫⚫。｡ㆍ˙"
HOLES = "?□�〓"
CUT_FIELDS = (8, 24)
"""Bytes in the name fields of old DBF files."""
LONGEST_PLAIN = 4
"""A name without separator that is longer, and whose surname is not compound, is a transliteration."""

COMPOUND = 2
"""Characters of a compound surname."""
REMEMBERED = 1 << 17
"""Names whose fold and sound are kept at hand: pairs name the same people again and again."""

_SEPARATORS = str.maketrans(dict.fromkeys(SEPARATORS, SEPARATOR))
_JOINTS = dict.fromkeys("-'’‘`´ʼ", "")
_UNSOUNDED = str.maketrans(_JOINTS | dict.fromkeys(HOLES, name_near.HOLE) | {SEPARATOR: " "})
_SOUNDED = re.compile("[A-Za-zÀ-ɏ]+|[^ ]")
_SEPARATED = re.compile(f" *{SEPARATOR}[ {SEPARATOR}]*")
_REMARK_SIGNS = "()[]<>{}【】《》〈〉「」/\\"


def clean(text: str | None) -> str | None:
    """The name without accidents of typing, None when there is none. Equal after this: *same*."""
    if text is None:
        return None
    name = _SEPARATED.sub(SEPARATOR, upper(plain(text)).translate(_SEPARATORS)).lstrip(SEPARATOR)
    name = _ending(_without_padding(name))
    if name.strip(_REMARK_SIGNS) in blank_words("name") or not _has_a_sign_of_a_name(name):
        return None
    return name


@lru_cache(REMEMBERED)
def fold(name: str) -> str:
    """A cleaned name in one writing, without separators. Equal after this: *alike*."""
    return name.translate(_folding())


def fault(name: str | None) -> str | None:
    """What is wrong with a cleaned name."""
    return "name-missing" if name is None else None


@lru_cache(REMEMBERED)
def sound(name: str) -> str:
    """A cleaned name as read aloud: syllables joined by spaces, Latin words and anything else as they are."""
    family = surname(name)
    read = pronunciation.surnames().get(family, ()) if family else ()
    parts = _SOUNDED.findall(name.translate(_UNSOUNDED))
    return " ".join((*read, *map(_read_aloud, parts[len(read) :])))


@lru_cache(REMEMBERED)
def surname(name: str) -> str | None:
    """The folded surname of a cleaned name; None for transliterated, Latin and holed beginnings."""
    folded = fold(name)
    han = "".join(takewhile(name_near.is_han, folded))
    if SEPARATOR in name or not han:
        return None
    if (
        len(folded) > COMPOUND
        and len(han) <= LONGEST_PLAIN + 1
        and han[:COMPOUND] in pronunciation.compounds()
    ):
        return han[:COMPOUND]
    plain_name = len(han) < LONGEST_PLAIN or (
        len(han) == LONGEST_PLAIN and han[0] in pronunciation.surnames()
    )
    return han[0] if plain_name else None


def state(a: str | None, b: str | None) -> FieldState:
    """How two names stand to each other; this is the specification, `keys` does it for columns."""
    one, other = clean(a), clean(b)
    if one is None or other is None:
        return FieldState.BLANK
    if one == other:
        return FieldState.SAME
    if fold(one) == fold(other):
        return FieldState.ALIKE
    if is_near(one, other):
        return FieldState.NEAR
    family = surname(one)
    return FieldState.PARTIAL if family and family == surname(other) else FieldState.DIFFER


def is_near(a: str, b: str) -> bool:
    """Cleaned names that are not alike, but one may be a slip, a gap, a cut or a spelling of the other."""
    one, other = fold(a), fold(b)
    short = min(a, b, key=lambda name: len(fold(name)))
    return (
        sound(a) == sound(b)
        or name_near.substituted(one, other)
        or name_near.holes_fit(one, other)
        or name_near.cut_off(one, other, len(short), len(_bytes(short)))
        or name_near.spelled(one, other)
    )


def keys(text: "pa.Array | pa.ChunkedArray") -> "dict[str, pa.Array]":
    """A column of names → the columns of `name_columns.SCHEMA`.

    `same` is equal name_key, `alike` equal name_fold; of pairs that are neither, `near_pairs` and
    `partial_pairs` tell more.
    """
    from chsi_batch.values import name_columns

    return name_columns.keys(text)


@cache
def _folding() -> Mapping[int, str]:
    dropped = _JOINTS | dict.fromkeys((SEPARATOR, " "), "")
    return {
        **pronunciation.folding(),
        **str.maketrans(dropped | dict.fromkeys(HOLES, name_near.HOLE)),
    }


def _read_aloud(part: str) -> str:
    return pronunciation.bare(part) if name_near.has_latin(part) else pronunciation.syllable(part)


def near_pairs(a_key: Any, b_key: Any, a_fold: Any, b_fold: Any) -> "pa.Array":
    """Pair by pair, whether names that are neither same nor alike are near; null where a name is null."""
    from chsi_batch.values import name_columns

    return name_columns.near(a_key, b_key, a_fold, b_fold)


def partial_pairs(a_key: Any, b_key: Any) -> "pa.Array":
    """Pair by pair, whether the surname is the same; null where a name is null or has no surname."""
    from chsi_batch.values import name_columns

    return name_columns.partial(a_key, b_key)


def _without_padding(name: str) -> str:
    """Spaces only between words that are not Han; everywhere else they are padding."""
    if " " not in name:
        return name
    kept = [
        sign
        for place, sign in enumerate(name)
        if sign != " " or (_is_word(name[place - 1]) and _is_word(name[place + 1]))
    ]
    return "".join(kept)


def _is_word(sign: str) -> bool:
    return sign != SEPARATOR and sign not in HOLES and not name_near.is_han(sign)


def _ending(name: str) -> str:
    """A separator at the end is dirt, except where an old field was full and has cut the name there."""
    if name.endswith(SEPARATOR) and len(_bytes(name)) not in CUT_FIELDS:
        return name.rstrip(SEPARATOR)
    return name


def _bytes(name: str) -> bytes:
    return name.encode("gb18030", errors="replace")


def _has_a_sign_of_a_name(name: str) -> bool:
    return any(sign.isalnum() or name_near.is_han(sign) for sign in name)
