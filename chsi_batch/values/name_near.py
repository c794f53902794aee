"""Two writings of one name that are near: a character is missing, cut off, wrong, or in Latin letters.

Works on cleaned and folded names. Each test is symmetric, and none reaches from one two-character name to
another that sounds different.
"""

import re
from functools import cache

from chsi_batch.values import pronunciation

HOLE = "?"
"""A character that could not be typed; the ministry writes `??` for one."""
SHORTEST_SUBSTITUTED = 3
SHORTEST_CUT = 4
SHORTEST_CUT_BYTES = 8
"""Old name fields hold 8 or 24 bytes of GB18030."""
LONGEST = 64
"""Longer texts are no names; gaps and spelling are not tried on them."""

_RUNS = re.compile(r"\?+")
LATIN = "A-Za-zÀ-ɏ"
"""Letters, as a class of a pattern."""
_LATIN = re.compile(f"[{LATIN}]")


def substituted(a: str, b: str) -> bool:
    """One character differs, in names of the same length from three characters on."""
    return len(a) == len(b) >= SHORTEST_SUBSTITUTED and sum(x != y for x, y in zip(a, b, strict=True)) == 1


def holes_fit(a: str, b: str) -> bool:
    """The `?` of one name stand for characters of the other."""
    return max(len(a), len(b)) <= LONGEST and (_fits(a, b) or _fits(b, a))


def cut_off(a: str, b: str, kept: int, kept_bytes: int) -> bool:
    """One name is the beginning of the other and as long as an old name field at least.

    `kept` and `kept_bytes` measure the shorter name with its separators.
    """
    short, long = sorted((a, b), key=len)
    return (
        len(short) < len(long)
        and long.startswith(short)
        and kept >= SHORTEST_CUT
        and kept_bytes >= SHORTEST_CUT_BYTES
    )


def spelled(a: str, b: str) -> bool:
    """Pinyin stands for characters: 王wei, WANG伟, Wang Wei or Wei Wang for 王伟. Any reading counts."""
    if not (has_latin(a) or has_latin(b)) or max(len(a), len(b)) > LONGEST:
        return False
    one, other = _letters(a), _letters(b)
    return _spells(one, other) or _family_last(one, other) or _family_last(other, one)


def has_latin(name: str) -> bool:
    """Whether any letter of the name is Latin."""
    return _LATIN.search(name) is not None


@cache
def is_han(character: str) -> bool:
    """Ideographs, their compatibility and radical forms, 〇, 々, and the private use GBK made of them."""
    code = ord(character)
    return (
        0x3400 <= code <= 0x9FFF
        or 0x20000 <= code <= 0x3FFFF
        or 0x2E80 <= code <= 0x2FDF
        or 0xE000 <= code <= 0xFAFF
        or code in (0x3005, 0x3007)
    )


def _fits(holed: str, name: str) -> bool:
    """Follow every position the runs of `?` may lead to: n of them are 1 to ⌈n/2⌉ characters."""
    if HOLE not in holed or not holed.strip(HOLE):
        return False
    places = {0}
    end = 0
    for run in _RUNS.finditer(holed):
        places = _after(name, places, holed[end : run.start()])
        most = max(1, (len(run[0]) + 1) // 2)
        places = {
            place + step for place in places for step in range(1, most + 1) if place + step <= len(name)
        }
        end = run.end()
    return len(name) in _after(name, places, holed[end:])


def _after(name: str, places: set[int], text: str) -> set[int]:
    return {place + len(text) for place in places if name.startswith(text, place)}


def _letters(name: str) -> str:
    return "".join(pronunciation.bare(letter) if has_latin(letter) else letter for letter in name)


def _spells(a: str, b: str) -> bool:
    """Walk both names at once; where one has Latin letters and the other a character, spend one spelling."""
    seen: set[tuple[int, int]] = set()
    open_places = [(0, 0)]
    while open_places:
        place = open_places.pop()
        if place in seen:
            continue
        seen.add(place)
        i, j = place
        if i == len(a) and j == len(b):
            return True
        if i == len(a) or j == len(b):
            continue
        if a[i] == b[j]:
            open_places.append((i + 1, j + 1))
        elif is_han(b[j]):
            open_places += [(i + step, j + 1) for step in _steps(a, i, b[j])]
        elif is_han(a[i]):
            open_places += [(i + 1, j + step) for step in _steps(b, j, a[i])]
    return False


def _steps(latin: str, place: int, character: str) -> list[int]:
    return [
        len(spelling) for spelling in pronunciation.spellings(character) if latin.startswith(spelling, place)
    ]


def _family_last(latin: str, name: str) -> bool:
    """All in Latin letters with the given name first, as passports and foreign forms have it."""
    if not (latin.isascii() and latin.isalpha() and all(map(is_han, name))):
        return False
    family = 2 if name[:2] in pronunciation.compounds() else 1
    return len(name) > family and _spells(latin, name[family:] + name[:family])
