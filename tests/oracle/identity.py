"""The ID number as the oracle reads it: one dataclass per cell, one state per two cells.

GB 11643: 6 area + 8 birth + 3 sequence (odd = male) + check digit (MOD 11-2). Written again from the
standard, on purpose without `chsi_batch.values.id_number`.
"""

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation

from .text import half_width, one_slip

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
CHECKS = "10X98765432"
BLANK_WORDS = frozenset({"", "无", "不详", "未知", "空", "暂无", "-", "--", "—", "/", "0", "NULL", "N/A"})
RESIDENT_TYPES = ("居民身份证", "身份证", "居住证", "永久居留")
INFERRED = "inferred"
RESIDENT = "resident"


@dataclass(frozen=True)
class IdNumber:
    """One cleaned ID cell. `key` is None when the state of any pair with it is blank."""

    key: str | None
    kind: str = RESIDENT
    """`resident`, `inferred` (not resident, type not stated) or the stated type's own words."""
    rounded: bool = False
    temporary: bool = False

    @property
    def long(self) -> str | None:
        """The 18-digit form of a valid 15-digit number, else the number itself."""
        if self.key and self.kind == RESIDENT and len(self.key) == 15 and well_formed(self.key):
            return upgraded(self.key)
        return self.key

    @property
    def birth(self) -> date | None:
        """The date inside a resident number; None when there is none, or when rounding spoilt the number."""
        if self.key is None or self.kind != RESIDENT or self.rounded:
            return None
        if re.fullmatch("[0-9]{15}", self.key):
            return real_date("19" + self.key[6:12])
        if re.fullmatch("[0-9]{17}[0-9X]", self.key) and self.key[0] != "9":
            return real_date(self.key[6:14])
        return None

    @property
    def sex(self) -> str | None:
        """男 for an odd sequence number, 女 for an even one; None without a birth date."""
        if self.birth is None or self.key is None:
            return None
        return "男" if int(self.key[14 if len(self.key) == 15 else 16]) % 2 else "女"

    @property
    def fault(self) -> str | None:
        """`id-missing`, `id-rounded`, `id-malformed` or None."""
        if self.rounded:
            return "id-rounded"
        if self.key is None:
            return "id-missing"
        return None if self.kind != RESIDENT or well_formed(self.key) else "id-malformed"


def read(cell: str | None, *, numeric: bool, stated: str | None) -> IdNumber:
    """The cell as an `IdNumber`; `numeric` says that it was a number in the spreadsheet."""
    text = half_width(cell).lstrip("'").upper().translate(str.maketrans("ХΧ×", "XXX"))
    if text in BLANK_WORDS or is_placeholder(text):
        return IdNumber(None)
    if text.startswith("999") and re.fullmatch("[0-9]{18}", text) and not numeric:
        return IdNumber(None, temporary=True)
    spread = scientific(text)
    kind = kind_of(spread or text, half_width(stated))
    wrong_zeros = kind == RESIDENT and re.fullmatch("[0-9]{15}000", text) and check_digit(text) != text[17]
    return IdNumber(spread or text, kind, rounded=bool(numeric or spread or wrong_zeros))


def kind_of(text: str, stated: str) -> str:
    """The document type: as stated, else resident when the shape is that of such a number or a slip."""
    if stated:
        return RESIDENT if any(word in stated for word in RESIDENT_TYPES) else stated
    digits = sum(sign in "0123456789" for sign in text)
    return RESIDENT if 14 <= len(text) <= 19 and digits >= len(text) - 1 else INFERRED


def state(registration: IdNumber, degree: IdNumber) -> str:
    """Contract 5, the row id_number."""
    if registration.key is None or degree.key is None:
        return "blank"
    if not comparable(registration.kind, degree.kind):
        return "differ"
    if registration.key == degree.key:
        return "same"
    if registration.long == degree.long:
        return "alike"
    if one_slip(registration.key, degree.key) or rounded_near(registration, degree):
        return "near"
    if registration.birth and (registration.birth, registration.sex) == (degree.birth, degree.sex):
        return "partial"
    return "differ"


def comparable(one: str, other: str) -> bool:
    """Resident numbers among themselves; others within their type, an inferred type with any of them."""
    if RESIDENT in (one, other):
        return one == other
    return one == other or INFERRED in (one, other)


def rounded_near(one: IdNumber, other: IdNumber) -> bool:
    """First 15 digits agree, one unit of carrying allowed, and at least one of the two is rounded."""
    if not (one.rounded or other.rounded):
        return False
    heads = [re.match("[0-9]{15}(?=[0-9]{2})", number.key or "") for number in (one, other)]
    return all(heads) and abs(int(heads[0].group()) - int(heads[1].group())) <= 1  # type: ignore[union-attr]


def well_formed(number: str) -> bool:
    """Format, date and check digit of a resident number of 15 or 18 digits."""
    if re.fullmatch("[0-9]{15}", number):
        return real_date("19" + number[6:12]) is not None
    if not re.fullmatch("[0-9]{17}[0-9X]", number) or check_digit(number) != number[17]:
        return False
    return number[0] == "9" or real_date(number[6:14]) is not None


def check_digit(number: str) -> str:
    """The MOD 11-2 check digit of the first 17 digits."""
    return CHECKS[sum(int(digit) * weight for digit, weight in zip(number[:17], WEIGHTS, strict=True)) % 11]


def upgraded(short: str) -> str:
    """15 digits → 18: insert the century, append the check digit."""
    body = short[:6] + "19" + short[6:]
    return body + check_digit(body)


def real_date(digits: str) -> date | None:
    """YYYYMMDD as a date, None when there is no such day."""
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:8]))
    except ValueError:
        return None


def scientific(text: str) -> str | None:
    """The digits of a number in scientific notation, None when the text is not one."""
    if not re.fullmatch(r"[0-9]+(\.[0-9]+)?E\+?[0-9]+", text):
        return None
    try:
        return format(Decimal(text).to_integral_value(), "f")
    except InvalidOperation:  # pragma: no cover - the pattern leaves only numbers
        return None


def is_placeholder(text: str) -> bool:
    """000…0, 111…1 and 123456…: nobody's number."""
    return len(text) >= 4 and (len(set(text)) == 1 or "123456789012345678".startswith(text))
