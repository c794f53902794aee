"""A person's ID number (证件号码), as an account or a record states it.

Issued by: the police for residents (GB 11643), also on residence permits of Hong Kong, Macao and Taiwan
people (areas 81, 82, 83) and on permanent-residence permits of foreigners (beginning with 9, MOD 11-2, the
layout inside partly unknown). Other documents: `id_documents`.
Built as: 6 area + 8 birth + 3 sequence (odd = male) + check digit, ISO 7064 MOD 11-2; until 1999 15 digits
without century and check digit. Areas are retired all the time, so an area never rejects a number.
MOD 11-2 catches every wrong digit and swap of neighbours. Temporary numbers of schools: 999 + 15 digits.
Spreadsheets round numbers of more than 15 digits: such a number is *rounded*, whatever its digits say.
Source: GB 11643-1999; `tables/id_types.csv`, `tables/placeholders.csv`.
Examples: `11010519491231002X` · `110105491231002`, which is the same number of 15 digits.
"""

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from chsi_batch.terms import FieldState
from chsi_batch.values import id_documents
from chsi_batch.values.characters import plain, upper
from chsi_batch.values.id_documents import RESIDENT
from chsi_batch.values.placeholders import is_pattern, is_placeholder

if TYPE_CHECKING:
    import pyarrow as pa

EARLIEST_BIRTH = date(1900, 1, 1)
LATEST_BIRTH = date(2025, 12, 31)
"""Nobody with a record was born later. A constant, so that a report never depends on the clock."""

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECK_DIGITS = "10X98765432"
TEMPORARY = "999"
FOREIGNER = "9"
KEPT_DIGITS = 15
"""What a spreadsheet keeps of a number."""

MALE, FEMALE = "男", "女"

_LIKE_X = str.maketrans(dict.fromkeys("xХхΧχ×✕Ⅹⅹ", "X"))
_EIGHTEEN = re.compile("[0-9]{17}[0-9X]")
_FIFTEEN = re.compile("[0-9]{15}")
_TEMPORARY = re.compile(f"{TEMPORARY}[0-9]{{15}}")
_SCIENTIFIC = re.compile(r"[0-9]\.[0-9]+E\+?[0-9]{1,2}|[0-9]E\+[0-9]{1,2}|[0-9]\.E\+?[0-9]{1,2}")
_DECIMAL = re.compile(r"([0-9]{15,})\.0+")
_HEAD = re.compile("([0-9]{15})[0-9]{1,2}[0-9X]")


@dataclass(frozen=True)
class Number:
    """One ID cell, read. `key` is None when the state of any pair with it is blank."""

    key: str | None
    group: str | None = None
    stated: bool = False
    long: str | None = None
    birth: str | None = None
    sex: str | None = None
    rounded: bool = False
    head: int | None = None
    fault: str | None = None
    note: str | None = None


def clean(text: str | None) -> str | None:
    """The number without accidents of typing, digit for digit; None when there is none or a placeholder."""
    if text is None:
        return None
    number = plain(text).replace(" ", "").lstrip("'’‘`").translate(_LIKE_X)
    number = upper(number)
    return None if is_placeholder(number, "id_number") or is_pattern(number) else number


def fold(number: str) -> str:
    """A cleaned number in its longest form: equal after this and resident is *alike*."""
    return longer(number) or number


def fault(text: str | None, numeric: bool = False, stated: str | None = None) -> str | None:
    """What is wrong with a cell: `id-missing`, `id-rounded`, `id-malformed` or nothing."""
    return read(text, numeric, stated).fault


def read(text: str | None, numeric: bool = False, stated: str | None = None) -> Number:
    """The cell as a `Number`; `numeric` says that the cell was a number, `stated` is its document type."""
    number = clean(text)
    if number is None:
        return Number(None, fault="id-missing")
    spread = _spread(number)
    number, traced = spread or number, numeric or spread is not None
    if traced and is_pattern(number[:KEPT_DIGITS]):
        return Number(None, fault="id-missing")
    if not traced and _TEMPORARY.fullmatch(number):
        return Number(None, fault="id-missing", note="id-temporary")
    kind = id_documents.kind(number, stated)
    resident = kind.group == RESIDENT
    rounded = traced or (resident and _lost_its_end(number))
    return Number(
        key=number,
        group=kind.group,
        stated=kind.stated,
        long=fold(number) if resident else number,
        birth=birth(number) if resident and not rounded else None,
        sex=sex(number) if resident and not rounded else None,
        rounded=rounded,
        head=_head(number) if resident else None,
        fault="id-rounded" if rounded else _malformed(number, kind.group),
    )


def state(a: Number, b: Number) -> FieldState:
    """How two numbers stand to each other; this is the specification, `keys` does it for columns."""
    if a.key is None or b.key is None:
        return FieldState.BLANK
    if not _comparable(a, b):
        return FieldState.DIFFER
    if a.key == b.key:
        return FieldState.SAME
    if a.long == b.long:
        return FieldState.ALIKE
    from chsi_batch.values.characters_apart import is_one_slip

    if is_one_slip(a.key, b.key) or _same_head(a, b):
        return FieldState.NEAR
    if a.birth and a.sex and (a.birth, a.sex) == (b.birth, b.sex):
        return FieldState.PARTIAL
    return FieldState.DIFFER


def keys(text: Any, numeric: Any, stated_type: Any) -> "dict[str, pa.Array]":
    """Columns → id_key, id_group, id_stated, id_long, id_birth, id_sex, id_rounded, id_head, id_fault, …

    `same` is equal id_key, `alike` equal id_long, `near` one slip between id_key or id_head at most one apart
    where either is rounded, `partial` equal id_birth and id_sex; all of it within comparable groups: equal
    ones, or two non-resident ones of which one is not stated.
    """
    from chsi_batch.values import id_columns

    return id_columns.keys(text, numeric, stated_type)


def check_digit(body: str) -> str:
    """The 18th character that belongs to 17 digits."""
    return CHECK_DIGITS[sum(weight * int(digit) for weight, digit in zip(WEIGHTS, body, strict=True)) % 11]


def checks(number: str) -> bool:
    """Whether 18 characters are digits with their right check digit."""
    return bool(_EIGHTEEN.fullmatch(number)) and check_digit(number[:17]) == number[17]


def longer(text: str) -> str | None:
    """The 18 characters of a valid resident number of 15 digits; None for anything else."""
    if not _FIFTEEN.fullmatch(text) or birth(text) is None:
        return None
    body = f"{text[:6]}19{text[6:]}"
    return body + check_digit(body)


def birth(text: str) -> str | None:
    """The birth date in a resident number as YYYYMMDD, whatever its check digit; None if no such day."""
    if _FIFTEEN.fullmatch(text):
        digits = f"19{text[6:12]}"
    elif _EIGHTEEN.fullmatch(text):
        digits = text[6:14]
    else:
        return None
    try:
        day = date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return None
    return digits if EARLIEST_BIRTH <= day <= LATEST_BIRTH else None


def sex(text: str) -> str | None:
    """男 or 女 from the sequence; None without a birth date and for foreigners, whose layout is unknown."""
    if birth(text) is None or (len(text) > KEPT_DIGITS and text.startswith(FOREIGNER)):
        return None
    return MALE if int(text[14 if len(text) == KEPT_DIGITS else 16]) % 2 else FEMALE


def kind(text: str, stated: str | None = None) -> str:
    """The group of documents a cleaned number belongs to."""
    return id_documents.kind(text, stated).group


def _malformed(number: str, group: str) -> str | None:
    if group != RESIDENT:
        return None if id_documents.possible(number, group) else "id-malformed"
    if len(number) == KEPT_DIGITS:
        return None if birth(number) else "id-malformed"
    well = checks(number) and (number.startswith(FOREIGNER) or birth(number) is not None)
    return None if well else "id-malformed"


def _spread(number: str) -> str | None:
    """The digits of a text that was a number in between: `1.10105E+17`, `110105194912310020.0`."""
    if traced := _DECIMAL.fullmatch(number):
        return traced[1]
    return format(Decimal(number).to_integral_value(), "f") if _SCIENTIFIC.fullmatch(number) else None


def _lost_its_end(number: str) -> bool:
    return bool(_EIGHTEEN.fullmatch(number)) and number.endswith("000") and not checks(number)


def _head(number: str) -> int | None:
    found = _HEAD.fullmatch(number)
    return int(found[1]) if found else None


def _same_head(a: Number, b: Number) -> bool:
    """Rounding may carry one unit into the fifteenth digit."""
    if a.head is None or b.head is None or not (a.rounded or b.rounded):
        return False
    return abs(a.head - b.head) <= 1


def _comparable(a: Number, b: Number) -> bool:
    if RESIDENT in (a.group, b.group):
        return a.group == b.group
    return a.group == b.group or not (a.stated and b.stated)
