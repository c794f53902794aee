"""Makes certificate numbers of the right structure, each once.

学历 since 2001: 5 school code + 1 type + 4 year + 2 level + 6 serial; 17 digits in 2001 (5-digit serial);
before 2001 each school had its own form. 自考 begins with 65 (本科) or 66 (专科) and a region. 学位: 5 school
code + level + 4 year + 6, sometimes with a letter at position 11 or a prefix.
Example: `10001` `1` `2015` `05` `000123`.
"""

from __future__ import annotations

from random import Random

TYPES = {"普通": "1", "成人": "5", "自考": "6", "网络": "7"}
LEVELS = {"博士": "01", "硕士": "02", "第二学士学位": "04", "本科": "05", "专科": "06"}
DEGREE_LEVELS = {"博士": "2", "硕士": "3", "本科": "4"}
FREE_FORMS = ("{y}毕字第{n}号", "({y4}){n}", "{y}-{n}", "函本字第{y}{n}号", "毕证字({y})第{n}号")
FIRST_STRUCTURED = 2001


class Certificates:
    """Numbers already given out are not given again, nor any one slip away on purpose."""

    def __init__(self, rng: Random) -> None:
        self.rng = rng
        self._taken: set[str] = set()

    def diploma(self, school_code: str, year: int, level: str, category: str = "普通") -> str:
        """A 学历 number of this school, year, level and category."""
        while True:
            if year < FIRST_STRUCTURED:
                number = self._free(year)
            elif category == "自考":
                number = f"{'65' if level == '本科' else '66'}{self.rng.randrange(11, 65)}01{year}"
                number += f"{self.rng.randrange(1, 10**8):08d}"
            else:
                digits = 5 if year == FIRST_STRUCTURED else 6
                number = f"{school_code}{TYPES[category]}{year}{LEVELS[level]}"
                number += f"{self.rng.randrange(1, 10**digits):0{digits}d}"
            if self._claim(number):
                return number

    def degree(self, school_code: str, year: int, level: str) -> str:
        """A 学位 number; some carry a letter at position 11 or a prefix."""
        while True:
            number = f"{school_code}{DEGREE_LEVELS[level]}{year}{self.rng.randrange(1, 10**6):06d}"
            style = self.rng.random()
            if style < 0.08:
                number = number[:10] + self.rng.choice("SEZ") + number[11:]
            elif style < 0.12:
                number = self.rng.choice("CZT") + number
            if self._claim(number):
                return number

    def slip(self, number: str) -> str:
        """One wrong digit, or two neighbours swapped, in the serial; a number that nobody has."""
        while True:
            place = self.rng.randrange(len(number) - 4, len(number))
            other = self.rng.choice([d for d in "0123456789" if d != number[place]])
            slipped = number[:place] + other + number[place + 1 :]
            if self.rng.random() < 0.4:
                slipped = number[: place - 1] + number[place] + number[place - 1] + number[place + 1 :]
            if slipped != number and self._claim(slipped):
                return slipped

    def free_number(self) -> str:
        """The bare number inside a free form, as a school counts."""
        return f"{self.rng.randrange(10_000, 999_999):06d}"

    def _free(self, year: int) -> str:
        form = self.rng.choice(FREE_FORMS)
        return form.format(y=f"{year % 100:02d}", y4=year, n=self.free_number())

    def _claim(self, number: str) -> bool:
        if number in self._taken:
            return False
        self._taken.add(number)
        return True
