"""Makes identity numbers, and the accidents that befall them.

Resident ID (GB 11643): 6 area + 8 birth + 3 sequence (odd = male) + check digit, ISO 7064 MOD 11-2.
Written here once more, apart from `values.id_number`, so that labels do not lean on the code they judge.
Every number's first 14 digits (area and birth) are used once, and no neighbouring 15 digits either, so
that neither a slip nor rounding leads to somebody else by chance. Example: `11010519491231002X`.
"""

from __future__ import annotations

from datetime import date
from random import Random

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
LETTERS = "10X98765432"
FIRST_CODES = 1984
"""Numbers were first given out then, whatever the year of birth."""
MALE = "男"


def check_digit(body: str) -> str:
    """The 18th character for 17 digits."""
    return LETTERS[sum(weight * int(digit) for weight, digit in zip(WEIGHTS, body, strict=True)) % 11]


def valid(number: str) -> bool:
    """Whether 18 characters carry their right check digit."""
    return len(number) == 18 and number[:17].isdigit() and number[17] == check_digit(number[:17])


class IdNumbers:
    """Gives every person an own number; areas are (code, first year in use)."""

    def __init__(self, rng: Random, areas: list[tuple[str, int]], residence_areas: tuple[str, ...]) -> None:
        self.rng, self.areas, self.residence_areas = rng, areas, residence_areas
        self._taken: set[str] = set()
        self._heads: set[int] = set()

    def resident(self, birth: date, sex: str, digits_only: bool = False) -> str:
        """A resident number; `digits_only` avoids X, for numbers a spreadsheet is to destroy."""
        while True:
            area, since = self.rng.choice(self.areas)
            if since > max(birth.year + 16, FIRST_CODES):
                continue
            number = self._finish(area, birth, sex)
            if self._claim(number) and not (digits_only and (number[17] == "X" or number.endswith("000"))):
                return number

    def residence(self, birth: date, sex: str) -> str:
        """A residence permit number of Hong Kong, Macao or Taiwan (areas 81, 82, 83)."""
        while True:
            number = self._finish(self.rng.choice(self.residence_areas), birth, sex)
            if self._claim(number):
                return number

    def permanent(self, birth: date) -> str:
        """A foreign permanent residence number of 2023: 9, province, nationality, birth, sequence, check."""
        while True:
            body = f"9{self.rng.choice((11, 31, 44))}{self.rng.choice((840, 643, 704, 586))}{birth:%Y%m%d}"
            number = body + f"{self.rng.randrange(1, 999):03d}"
            if self._claim(number + "0"):
                return number + check_digit(number)

    def sibling(self, number: str, sex: str) -> str:
        """Another number of the same area and birth date, as twins have, with another head digit."""
        while True:
            sequence = self.rng.randrange(1, 999)
            if (sequence % 2 == 1) != (sex == MALE):
                sequence = sequence - 1 or 2
            body = number[:14] + f"{sequence:03d}"
            if body[:17] != number[:17]:
                return body + check_digit(body)

    def same_birth(self, number: str) -> str:
        """A number of another area with the same birth date and sex."""
        birth = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
        return self.resident(birth, MALE if int(number[16]) % 2 else "女")

    def _finish(self, area: str, birth: date, sex: str) -> str:
        sequence = self.rng.randrange(1, 999)
        if (sequence % 2 == 1) != (sex == MALE):
            sequence = sequence - 1 or 2
        body = f"{area}{birth:%Y%m%d}{sequence:03d}"
        return body + check_digit(body)

    def _claim(self, number: str) -> bool:
        head = int(number[:15])
        if number[:14] in self._taken or {head - 1, head, head + 1} & self._heads:
            return False
        self._taken.add(number[:14])
        self._heads.add(head)
        return True


def shorter(number: str) -> str:
    """The 15-digit number a person born before 2000 had first."""
    return number[:6] + number[8:17]


def slip(rng: Random, number: str, how: str) -> str:
    """One slip: `digit`, `swap`, `missing`, `extra` or `check`; neither valid nor rounded-looking."""
    while True:
        place = rng.randrange(6, 17)
        if how == "check":
            slipped = number[:17] + rng.choice([c for c in LETTERS if c != number[17]])
        elif how == "digit":
            other = rng.choice([d for d in "0123456789" if d != number[place]])
            slipped = number[:place] + other + number[place + 1 :]
        elif how == "swap":
            pair = number[place - 1 : place + 1]
            slipped = number[: place - 1] + pair[::-1] + number[place + 1 :]
        elif how == "missing":
            slipped = number[:place] + number[place + 1 :]
        else:
            slipped = number[:place] + rng.choice("0123456789") + number[place:]
        if slipped != number and not slipped.endswith("000") and not valid(slipped):
            return slipped


def two_slips(rng: Random, number: str) -> str:
    """Two wrong digits far apart: no longer one slip away from the true number."""
    while True:
        digits = list(number)
        for place in (rng.randrange(0, 6), rng.randrange(14, 17)):
            digits[place] = rng.choice([d for d in "0123456789" if d != digits[place]])
        slipped = "".join(digits)
        if not valid(slipped) and not slipped.endswith("000") and not slipped.startswith(("0", "9", "8")):
            return slipped


def cut_to_15_digits(number: str) -> int:
    """What Excel keeps of 18 digits typed into a cell."""
    return int(number[:15]) * 1000


def scientific(number: str, digits: int) -> str:
    """The number as text in scientific notation with so many digits after the point."""
    return f"{int(number[:15]) * 1000:.{digits}E}"
