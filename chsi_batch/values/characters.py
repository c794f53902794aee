"""Characters that look like nothing, or like others: what every cleaning step begins with.

Spreadsheets, web forms and old databases leave full-width Latin, ideographic spaces, zero-width
characters, byte-order marks and line breaks inside values. Nobody typed them on purpose and nobody
sees them, so dropping them never changes which name or school is meant.
"""

import re
import unicodedata
from itertools import chain

FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
"""Full-width Latin letters, digits and punctuation to their half-width twins."""

BLANKS = frozenset("\t\n\v\f\r\x1c\x1d\x1e\x1f\x85\u2028\u2029\u2800\u3164\uffa0\u115f\u1160")
"""Drawn as space though Unicode does not call all of them one (line breaks, Braille and Hangul blanks)."""

VARIATION_SELECTORS = frozenset(
    map(chr, [*range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0), *range(0x180B, 0x1810), 0x034F])
)

_NOT_HAN = (range(0x3400), range(0xA000, 0xAC00), range(0xD800, 0xE000), range(0xF900, 0x10000))
_BEYOND = (range(0x11000, 0x11100), range(0x13430, 0x13460), range(0x1BCA0, 0x1BCB0), range(0x1D170, 0x1D180))
_SEARCHED = (*_NOT_HAN, *_BEYOND, range(0xE0000, 0xE0200))
"""Where Unicode 15 keeps blanks, controls and format characters; searching all of it takes 0.3 s."""


def _width_and_invisibles() -> dict[int, int | None]:
    """Code point → replacement, None = dropped. Every kind of blank becomes one space."""
    table: dict[int, int | None] = dict(FULL_WIDTH)
    for code in chain.from_iterable(_SEARCHED):
        character = chr(code)
        category = unicodedata.category(character)
        if character in BLANKS or category == "Zs":
            table[code] = 0x20
        elif character in VARIATION_SELECTORS or category in ("Cf", "Cc", "Cs"):
            table[code] = None
    return table


PLAIN = _width_and_invisibles()
_ACCENTED = re.compile("[A-Za-zÀ-ɏ][\u0300-\u036f]+")
_SPACES = re.compile(" +")


def plain(text: str) -> str:
    """Half-width, without invisible characters, accents composed, runs of blanks as one space, stripped.

    Not NFKC: that would replace compatibility ideographs, which stand for a legally different writing.
    """
    shown = text.translate(PLAIN)
    if not shown.isascii():
        shown = _ACCENTED.sub(lambda found: unicodedata.normalize("NFC", found[0]), shown)
    return _SPACES.sub(" ", shown).strip(" ")


def upper(text: str) -> str:
    """Upper case letter by letter; a letter whose capital is two letters stays (ß)."""
    capitals = text.upper()
    if len(capitals) == len(text):
        return capitals
    return "".join(big if len(big := letter.upper()) == 1 else letter for letter in text)
