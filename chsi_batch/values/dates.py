"""A day, a month or a year, in the forms in which systems and people write them.

Built as: `20090901` · `2009-09-01` · `2009/9/1` · `2009.9` · `200909` · `2009年09月01日` ·
`二〇〇九年九月` · an Excel serial (days since 1899-12-30) as digits · a day with a time behind it, which is
left out. Unknown parts may be 00. Years of two digits are not guessed. Where day and month may be swapped
(`3/4/2009`), only the year counts.
Source: layouts met in practice. Examples: `20090701` · `2009.7`.
"""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from chsi_batch.values.characters import plain
from chsi_batch.values.placeholders import is_placeholder

YEARS = range(1900, 2100)
SERIAL_ZERO = date(1899, 12, 30)
REMEMBERED = 1 << 16
"""Dates kept at hand: the same days come again in every piece of a file, and in every column of dates."""
SERIALS = range(10959, 73051)
"""Excel serials of 1930 to 2099: five digits, so never a year, a month or a day written out."""

_SEPARATOR = "[-/.,、_ 年]"
TIMED = re.compile(
    "(?P<day>.*?[0-9日号])(?:[T ]+|(?<=[日号])|(?=[上下]午))(?P<half>上午|下午|[AP]M)? ?"
    "(?P<hour>[0-9]{1,2}) ?[:时点] ?(?:(?P<minute>[0-9]{1,2}) ?"
    "(?:[:分] ?(?:(?P<second>[0-9]{1,2})(?:[.,][0-9]+)? ?秒?)?)?)? ?"
    "(?P<later>[AP]M)? ?(?P<zone>Z|UTC|GMT|[+-][0-9]{2}:?[0-9]{2})?"
)
"""A day, or anything, with a time behind it; upper case, half-width."""

_FORMS = tuple(
    re.compile(form)
    for form in (
        f"([0-9]{{4}}){_SEPARATOR} ?([0-9]{{1,2}})[-/.,、_ 月] ?([0-9]{{1,2}})(?: ?[日号])?",
        "([0-9]{4})([0-9]{2})([0-9]{2})",
        f"([0-9]{{4}}){_SEPARATOR} ?([0-9]{{1,2}})(?: ?月份?)?",
        "([0-9]{4})([0-9]{2})",
        "([0-9]{4})(?: ?(?:年|届|年度|年毕业|届毕业))?",
    )
)
_YEAR_LAST = re.compile("([0-9]{1,2})([-/.])([0-9]{1,2})\\2([0-9]{4})")
_SERIAL = re.compile("([0-9]{5})(?:\\.[0-9]+)?")
_WHOLE = re.compile("([0-9]{4,8})\\.0+")
_ONES = "一二三四五六七八九"
_COUNTED = f"([{_ONES}十]{{1,3}})"
_IN_WORDS = re.compile(f"([〇零○O0{_ONES}]{{4}})年(?:{_COUNTED}月份?(?:{_COUNTED}[日号])?)?")
_NUMERALS = str.maketrans("〇零○O一二三四五六七八九", "0000123456789")
_UNITS = re.compile(" ?([年月日号]) ?")
_ENDS = "'’‘`.,;。，；"


@dataclass(frozen=True)
class Day:
    """What is known of a date: the year, perhaps the month, perhaps the day."""

    year: int
    month: int | None = None
    day: int | None = None

    def iso(self) -> str:
        """`2009-07-01`, `2009-07` or `2009`."""
        parts = (f"{self.year:04d}", *(f"{part:02d}" for part in (self.month, self.day) if part))
        return "-".join(parts)

    def digits(self) -> str | None:
        """`20090701`; None unless the day is known."""
        return self.iso().replace("-", "") if self.day else None


@lru_cache(REMEMBERED)
def clean(text: str | None) -> Day | None:
    """The date; None when there is none or it cannot be read."""
    shown = _shown(text)
    if shown is None:
        return None
    shown = _UNITS.sub("\\1", shown)
    if timed := TIMED.fullmatch(shown):
        shown = timed["day"].strip()
    if whole := _WHOLE.fullmatch(shown):
        shown = whole[1]
    for form in _FORMS:
        if found := form.fullmatch(shown):
            return _day(*map(int, found.groups()))
    return _by_serial(shown) or _in_words(shown) or _year_last(shown)


@lru_cache(REMEMBERED)
def fault(text: str | None) -> str | None:
    """`date-malformed` for what says something that is no date."""
    return "date-malformed" if _shown(text) is not None and clean(text) is None else None


def from_serial(days: int) -> date | None:
    """The day of an Excel serial; None outside the range that is taken for one."""
    return SERIAL_ZERO + timedelta(days) if days in SERIALS else None


def _shown(text: str | None) -> str | None:
    shown = plain(text or "").strip(_ENDS).strip().upper()
    if is_placeholder(shown.replace(" ", ""), "date") or not shown.strip("0-/.: "):
        return None
    return shown


def _day(year: int, month: int = 0, day: int = 0) -> Day | None:
    """A day that exists; month and day 0 are unknown."""
    if year not in YEARS or (day and not month):
        return None
    try:
        date(year, month or 1, day or 1)
    except ValueError:
        return None
    return Day(year, month or None, day or None)


def _by_serial(shown: str) -> Day | None:
    found = _SERIAL.fullmatch(shown)
    day = from_serial(int(found[1])) if found else None
    return Day(day.year, day.month, day.day) if day else None


def _in_words(shown: str) -> Day | None:
    found = _IN_WORDS.fullmatch(shown)
    if not found:
        return None
    year, month, day = found.groups()
    return _day(int(year.translate(_NUMERALS)), _below_hundred(month), _below_hundred(day))


def _below_hundred(words: str | None) -> int:
    """十二 → 12, 三十一 → 31; 0 for nothing."""
    if not words:
        return 0
    tens, ten, ones = words.rpartition("十")
    if not ten:
        return int(ones.translate(_NUMERALS))
    return int((tens or "一")[:1].translate(_NUMERALS)) * 10 + int((ones or "〇").translate(_NUMERALS))


def _year_last(shown: str) -> Day | None:
    """`31/7/2009` and `7/31/2009` are plain, `3/4/2009` tells only its year."""
    found = _YEAR_LAST.fullmatch(shown)
    if not found:
        return None
    first, second, year = int(found[1]), int(found[3]), int(found[4])
    if first == second:
        return _day(year, first, second)
    if first <= 12 and second <= 12:
        return _day(year)
    return _day(year, min(first, second), max(first, second))
