"""The number of a diploma (学历) or degree (学位) certificate (证书编号).

Issued by: the school, by the ministry's scheme since 2001; before that each school numbered as it liked.
Built as, 学历: 5 school code + 1 type (1 普通, 5 成人, 6 自考, 7 网络) + 4 year + 2 level (01 博士, 02 硕士,
04 第二学士学位, 05 本科, 06 专科) + 6 serial = 18; 5 serial = 17 in 2001 and 2002. 自考: 65 (本科) or
66 (专科) + region, no school code. 学位: 5 school code + level (2 博士, 3 硕士, 4 学士) + 4 year + 6 serial
= 16, perhaps a letter at position 11, perhaps a prefix C, Z or T, without which it is not unique.
A number of 16–18 characters is its own key; any other means something only together with its school. What
the digits say is never a reason to reject a row. What a spreadsheet kept as a number is *rounded* and no key.
Source: ministry rules on certificate registration; `tables/codes.csv`, `tables/placeholders.csv`.
Examples: `100011200905000123` · `京大毕字第97123号`.
"""

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from chsi_batch.terms import FieldState
from chsi_batch.values.characters import plain, upper
from chsi_batch.values.placeholders import is_pattern, is_placeholder

if TYPE_CHECKING:
    import pyarrow as pa

OWN_LENGTHS = range(16, 19)
TYPES = {"1": "普通高等教育", "5": "成人高等教育", "6": "高等教育自学考试", "7": "网络教育"}
LEVELS = {"01": "博士", "02": "硕士", "04": "第二学士学位", "05": "本科", "06": "专科", "07": None}
"""07 is said of 普通班 of radio and evening universities; it tells no level."""

SELF_STUDY = {"65": "本科", "66": "专科"}
DEGREE_LEVELS = {"2": "博士", "3": "硕士", "4": "本科"}

_DIPLOMA_YEAR = "(20[0-4][0-9])"
_DEGREE_YEAR = "(19[89][0-9]|20[0-4][0-9])"
_REGION = "(?:1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[12])"
_SELF_STUDY = re.compile(f"(6[56]){_REGION}[0-9]{{14}}")
_DIPLOMA = re.compile(f"([0-9]{{5}})([1567]){_DIPLOMA_YEAR}(0[124567])([0-9]{{6}})")
_DIPLOMA_17 = re.compile("([0-9]{5})([1567])(200[12])(0[124567])([0-9]{5})")
_DEGREE = re.compile(f"[CZT]?([0-9]{{5}})([234]){_DEGREE_YEAR}([0-9A-Z][0-9]{{5}})")

WELL_FORMED = "|".join(f"^{form.pattern}$" for form in (_SELF_STUDY, _DIPLOMA, _DIPLOMA_17, _DEGREE)).replace(
    "(?:", "("
)
"""Numbers that cleaning leaves as they are and that have no fault."""

DIGITS = f"^[0-9]{{{OWN_LENGTHS.start},{OWN_LENGTHS.stop - 1}}}$"
"""Cleaning leaves these as they are, but for placeholders; they are malformed unless well-formed."""

_SCIENTIFIC = re.compile(r"[0-9]\.[0-9]*E\+?[0-9]{1,2}|[0-9]E\+[0-9]{1,2}|[0-9]{15,}\.0+")
_SIGNS = re.compile("[()\\[\\]{}〔〕【】〖〗<>《》「」﹙﹚‐‑‒–—―−﹣─\\-_.,。、·•:;/\\\\|~'\"’‘“”№#]")
_ORDINAL = re.compile("字?第|字号|[字号]|^(?:证书)?编号?|N[O0](?=[0-9])")
_ORDINAL_HAN = re.compile("字?第|字号|[字号]|^(?:证书)?编号?")
_FREE_SIGNS = re.compile("[()-]")
FREE_FORM = "^[0-9A-MO-Z()\u4e00-\u9fff-]*[1-9][0-9A-MO-Z()\u4e00-\u9fff-]*$"
"""With a Chinese character in it: free forms that cleaning leaves as they are and that have no fault."""
_STRANGE = re.compile("[^0-9A-Z\u3007\u3400-\u9fff()\\[\\]{}〔〕【】<>《》.\\-‐‑‒–—―−﹣─_·•:/№#〇○]")
_HAN = re.compile("[\u3007\u3400-\u9fff]")
_LONGEST_DIGITS = 18


@dataclass(frozen=True)
class Parts:
    """What the digits of a number say; None where they say nothing."""

    school_code: str | None
    type: str | None
    year: int | None
    level: str | None
    serial: str | None


def clean(text: str | None) -> str | None:
    """The number without accidents of typing; None when there is none or a placeholder."""
    if text is None:
        return None
    number = upper(plain(text).replace(" ", "").lstrip("'’‘`"))
    if is_placeholder(number, "certificate_number"):
        return None
    return None if len(number) in OWN_LENGTHS and is_pattern(number) else number


def fold(number: str) -> str:
    """A cleaned number without punctuation and the words 字, 第, 号, No. Equal after this: *alike*."""
    bare = _ORDINAL.sub("", _SIGNS.sub("", number))
    return bare or number


def fault(text: str | None, numeric: bool = False) -> str | None:
    """`certificate-rounded`, `certificate-malformed` or nothing; both are notes."""
    number = clean(text)
    if number is None:
        return None
    if is_rounded(number, numeric):
        return "certificate-rounded"
    return "certificate-malformed" if _malformed(number) else None


def is_rounded(number: str, numeric: bool = False) -> bool:
    """Whether a cleaned number was a spreadsheet's number and has lost digits, or may have."""
    return numeric or bool(_SCIENTIFIC.fullmatch(number))


def own_key(number: str) -> bool:
    """Whether a cleaned number means one certificate without its school."""
    return len(number) in OWN_LENGTHS


def parse(number: str) -> Parts | None:
    """The parts of a cleaned number of the ministry's schemes; None for anything else."""
    if found := _SELF_STUDY.fullmatch(number):
        return Parts(None, TYPES["6"], None, SELF_STUDY[found[1]], None)
    if found := _DIPLOMA.fullmatch(number) or _DIPLOMA_17.fullmatch(number):
        code, kind, year, level, serial = found.groups()
        return Parts(code, TYPES[kind], int(year), LEVELS[level], serial)
    if found := _DEGREE.fullmatch(number):
        code, level, year, serial = found.groups()
        return Parts(code, None, int(year), DEGREE_LEVELS[level], serial)
    return None


def disagrees(number: str | None, school_code: str | None, year: int | None, level: str | None) -> bool:
    """Whether the digits of a cleaned number say another school, year or level (word) than the row."""
    parts = parse(number) if number else None
    if parts is None:
        return False
    stated = ((parts.school_code, school_code), (parts.year, year), (parts.level, _one_level(level)))
    return any(said is not None and told is not None and said != told for said, told in stated)


def state(a: str | None, b: str | None, school_state: FieldState | str = FieldState.SAME) -> FieldState:
    """How two numbers stand to each other; those that are no keys of their own compare within one school."""
    one, other = _key(a), _key(b)
    if one is None or other is None:
        return FieldState.BLANK
    if not (own_key(one) and own_key(other)) and school_state not in (FieldState.SAME, FieldState.ALIKE):
        return FieldState.BLANK if school_state == FieldState.BLANK else FieldState.DIFFER
    if one == other:
        return FieldState.SAME
    if fold(one) == fold(other):
        return FieldState.ALIKE
    from chsi_batch.values.characters_apart import is_one_slip

    return FieldState.NEAR if is_one_slip(fold(one), fold(other)) else FieldState.DIFFER


def keys(text: Any, numeric: Any) -> "dict[str, pa.Array]":
    """Columns → certificate_key, certificate_fold, certificate_own, certificate_fault.

    `same` is equal certificate_key, `alike` equal certificate_fold, `near` one slip between the folds; if not
    both are their own key, all of it only within one school. Rounded numbers have neither key nor fold.
    """
    from chsi_batch.values import certificate_columns

    return certificate_columns.keys(text, numeric)


def inconsistent(certificate_key: Any, school_code: Any, year: Any, level: Any) -> "pa.Array":
    """Row by row `disagrees`; false where nothing can be told."""
    from chsi_batch.values import certificate_columns

    return certificate_columns.inconsistent(certificate_key, school_code, year, level)


def _key(text: str | None) -> str | None:
    number = clean(text)
    return None if number is None or is_rounded(number) else number


def _one_level(level: str | None) -> str | None:
    """The stated level, if it is one that numbers tell apart (研究生 may be either)."""
    from chsi_batch.values import codes

    word = codes.clean("level", level)
    return word if word in LEVELS.values() else None


def _malformed(number: str) -> bool:
    if _STRANGE.search(number):
        return True
    if number.isdecimal() and len(number) > _LONGEST_DIGITS:
        return True
    return own_key(number) and not _HAN.search(number) and number.isalnum() and parse(number) is None
