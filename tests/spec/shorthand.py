"""What stands in the ID and certificate cells of a drawing (README.md, "Shorthand").

People are letters: `A` is person A's valid 18-digit number, a word behind it spoils or rewrites it.
Certificates are `c1` … `c9`. Written from the standard, on purpose without `chsi_batch.values`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from string import ascii_uppercase

Cell = tuple[str | None, bool]
"""The text of a cell, and whether the cell was a number in the spreadsheet."""

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"
_AREAS = ("110101", "310104", "440106", "510107", "610113", "320102")
_OTHER, _TWIN = 400, 2
"""How far another sequence number of the same sex lies away."""

FULL_WIDTH = str.maketrans("0123456789X", "０１２３４５６７８９Ｘ")


def check_digit(body: str) -> str:
    """The last character of an 18-digit number (ISO 7064 MOD 11-2)."""
    return _CHECKS[sum(int(digit) * weight for digit, weight in zip(body, _WEIGHTS, strict=True)) % 11]


def _number(letter: str, shift: int = 0, area: str | None = None) -> str:
    """A–M are men, N–Z women; X's number ends in X, and Y's sequence number stands before a carry."""
    place = ascii_uppercase.index(letter)
    born = f"{1981 + place % 8}{1 + place % 12:02d}{1 + place:02d}"
    first = {"Y": 986}.get(letter, 100 + 2 * place + (1 if letter < "N" else 0))
    start = (area or _AREAS[place % len(_AREAS)]) + born
    bodies = (f"{start}{first + shift + step:03d}" for step in range(0, 40, 2))
    numbers = (body + check_digit(body) for body in bodies)
    return next(number for number in numbers if letter != "X" or number.endswith("X"))


def _next(digit: str) -> str:
    return str((int(digit) + 1) % 10)


def _slip(number: str, place: int = 6) -> str:
    """One other digit, by default the last one of the area."""
    return number[: place - 1] + _next(number[place - 1]) + number[place:]


def _swap(number: str) -> str:
    """The last two neighbours before the check digit that differ change places."""
    at = max(place for place in range(len(number) - 2) if number[place] != number[place + 1])
    return number[:at] + number[at + 1] + number[at] + number[at + 2 :]


def _wrong_check(number: str) -> str:
    return number[:-1] + _CHECKS[(_CHECKS.index(number[-1]) + 1) % len(_CHECKS)]


def _permanent(number: str) -> str:
    """A foreigner's permanent residence number: 9, area and country, birth, sequence, check digit."""
    body = "911156" + number[6:17]
    return body + check_digit(body)


def short(number: str) -> str:
    """The 15-digit form of a number of the 1900s."""
    return number[:6] + number[8:17]


_TEXTS: dict[str, Callable[[str], str]] = {
    "": lambda number: number,
    "slip": _slip,
    "swap": _swap,
    "missing": lambda number: number[:2] + number[3:],
    "extra": lambda number: number[:3] + number[2:],
    "check": _wrong_check,
    "cut": lambda number: number[:15] + "000",
    "scientific": lambda number: f"{number[0]}.{number[1:15].rstrip('0')}E+17",
    "temporary": lambda number: "999" + number[:15],
    "permanent": _permanent,
    "wide": lambda number: number.translate(FULL_WIDTH),
    "spaced": lambda number: f"'{number[:6]} {number[6:14]} {number[14:]}",
    "lower": lambda number: number.lower(),
    "cyrillic": lambda number: number.replace("X", "Х"),
}
_NUMERIC: dict[str, Callable[[str], str]] = {
    "rounded": lambda number: number[:15] + "000",
    "carried": lambda number: str(int(number[:15]) + 1) + "000",
    "numeric": lambda number: number,
}
_SHIFTED: dict[str, tuple[int, str | None]] = {
    "other": (_OTHER, "370202"),
    "twin": (_TWIN, None),
    "hk": (0, "810000"),
}


def id_number(cell: str) -> Cell:
    """An ID cell: blank, a literal behind a colon (`P:E12345678`), or a person and a word."""
    if not cell:
        return None, False
    if ":" in cell:
        return cell.split(":", 1)[1], False
    found = re.fullmatch(r"([A-Z])(15)?(?: ([a-z]+)(?: ([0-9]+))?)?", cell)
    if not found:
        raise ValueError(f"{cell!r} is no shorthand for an ID number")
    letter, fifteen, word, place = found[1], found[2], found[3] or "", found[4]
    if letter == "Y" and word in ("other", "twin"):
        raise ValueError("Y has no neighbours")
    if word in _SHIFTED:
        return _number(letter, *_SHIFTED[word]), False
    number = short(_number(letter)) if fifteen else _number(letter)
    if place:
        return _slip(number, int(place)), False
    if word in _NUMERIC:
        return _NUMERIC[word](number), True
    return _TEXTS[word](number), False


def _certificate(number: int, year: str) -> str:
    """School 10001, regular study, level 05; two numbers of the shorthand differ in three places at least."""
    return f"100011{year}05{number}4{number}7{number}8"


_CERTIFICATES: dict[str, Callable[[str], str]] = {
    "": lambda number: number,
    "slip": lambda number: number[:-1] + _next(number[-1]),
    "swap": lambda number: number[:-2] + number[-1] + number[-2],
    "missing": lambda number: number[:-2] + number[-1],
    "extra": lambda number: number[:-1] + "0" + number[-1],
    "wide": lambda number: number.translate(FULL_WIDTH),
    "scientific": lambda number: f"{number[0]}.{number[1:15]}E+17",
}


def certificate(cell: str) -> Cell:
    """A certificate cell: blank, `c1` with an optional year and word, else the text itself."""
    if not cell:
        return None, False
    found = re.fullmatch(r"c([1-9])(?: ([0-9]{4}))?(?: ([a-z]+))?", cell)
    if not found:
        return cell, False
    number = _certificate(int(found[1]), found[2] or "2010")
    if found[3] == "numeric":
        return number[:15] + "000", True
    return _CERTIFICATES[found[3] or ""](number), False
