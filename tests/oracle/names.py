"""The name as the oracle reads it: enough of contract 5 for the names that `cases` draws.

Folding uses the project's table of variants (data, not code); sounds come from pypinyin with the
surname readings that are drawn. Written again on purpose, without `chsi_batch.values.person_name`.
"""

import math
import re
from functools import cache

from pypinyin import lazy_pinyin

from chsi_batch import tables

from .text import half_width

SEPARATORS = "·•・･‧⋅∙．.﹒●"
COMPOUND = ("欧阳", "诸葛", "司马", "尉迟", "上官")
SURNAME_READINGS = {
    "单": "shan",
    "曾": "zeng",
    "仇": "qiu",
    "查": "zha",
    "解": "xie",
    "区": "ou",
    "尉迟": "yu chi",
}
BLANK_WORDS = frozenset({"", "无", "不详", "未知", "空", "-"})
LEAST_FOR_SUBSTITUTION = 3
LEAST_FOR_CUT = 4


def clean(cell: str | None) -> str | None:
    """Width, padding, separators, invisible characters and Latin case made one; None when missing."""
    if re.search("[A-Za-zＡ-Ｚａ-ｚ]", cell or ""):
        text = " ".join(half_width(word).upper() for word in (cell or "").split())
    else:
        text = half_width(cell)
    text = "".join("·" if sign in SEPARATORS else sign for sign in text)
    return None if text in BLANK_WORDS else text


@cache
def folding() -> dict[str, str]:
    """Character → the one it is folded to."""
    return {
        row["character"]: row["folded"]
        for row in tables.rows("name_variants", ("character", "folded", "kind", "origin"))
    }


@cache
def fold(name: str) -> str:
    """A cleaned name in one writing and without separators."""
    return "".join(folding().get(sign, sign) for sign in name if sign not in "· ")


@cache
def surname(name: str) -> str | None:
    """The folded surname; None for names with separators, Latin letters or a hole in front."""
    folded = fold(name)
    if "·" in name or not "\u3400" <= folded[0] <= "\U0003ffff":
        return None
    return folded[:2] if folded[:2] in COMPOUND and len(folded) >= 3 else folded[0]


@cache
def sound(name: str) -> str:
    """Syllables without tones, the surname in its own reading."""
    folded, family = fold(name), surname(name) or ""
    read = SURNAME_READINGS.get(family)
    return " ".join([read, *lazy_pinyin(folded[len(family) :])] if read else lazy_pinyin(folded))


@cache
def state(a: str | None, b: str | None) -> str:
    """Contract 5, the row name."""
    one, other = clean(a), clean(b)
    if one is None or other is None:
        return "blank"
    if one == other:
        return "same"
    if fold(one) == fold(other):
        return "alike"
    if near(one, other):
        return "near"
    return "partial" if surname(one) and surname(one) == surname(other) else "differ"


def near(a: str, b: str) -> bool:
    """Same sound; one character of three or more; holes; cut off; pinyin for a character."""
    one, other = fold(a), fold(b)
    wrong = sum(x != y for x, y in zip(one, other, strict=False))
    substituted = len(one) == len(other) >= LEAST_FOR_SUBSTITUTION and wrong == 1
    short, long = sorted((one, other), key=len)
    cut = LEAST_FOR_CUT <= len(short) < len(long) and long.startswith(short)
    holes = hole_pattern(one).fullmatch(other) or hole_pattern(other).fullmatch(one)
    return sound(a) == sound(b) or substituted or cut or bool(holes) or spelled(a, b)


def hole_pattern(name: str) -> re.Pattern[str]:
    """A run of n question marks stands for 1 to max(1, ceil(n/2)) characters; something must be left."""
    if not name.strip("?") or "?" not in name:
        return re.compile("(?!)")
    pieces = re.findall(r"\?+|[^?]+", name)
    return re.compile(
        "".join(f".{{1,{max(1, math.ceil(len(p) / 2))}}}" if "?" in p else re.escape(p) for p in pieces)
    )


def spelled(a: str, b: str) -> bool:
    """One of the two holds Latin letters, and both read the same once the Han characters are spelled."""
    if not (re.search("[A-Z]", a) or re.search("[A-Z]", b)):
        return False
    flat = [re.sub("[^a-z]", "", sound(name).lower()) for name in (a, b)]
    return flat[0] == flat[1]
