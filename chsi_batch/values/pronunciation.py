"""How the characters of a name are read: pinyin without tones, `v` for ü.

Surnames have readings of their own (单 Shàn, 仇 Qiú, 尉迟 Yùchí): `tables/surnames.csv`, its first row for a
surname counts. All other readings come from pypinyin, the commonest first; a character it does not know
reads as itself, so that two names with it still sound the same.
"""

import runpy
import unicodedata
from collections.abc import Mapping
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from chsi_batch.tables import rows

LATIN_SPELLINGS = {"v": ("v", "u", "yu"), "ve": ("ve", "ue", "yue")}
"""How ü is written in Latin letters: 吕 LV, LU or, in passports, LYU."""


@cache
def folding() -> Mapping[int, str]:
    """Code point → the character names are compared in (`tables/name_variants.csv`)."""
    table = rows("name_variants", ("character", "folded", "kind", "origin"))
    return {ord(row["character"]): row["folded"] for row in table}


@cache
def surnames() -> Mapping[str, tuple[str, ...]]:
    """Folded surname, single or compound → one syllable for each character."""
    found: dict[str, tuple[str, ...]] = {}
    for row in rows("surnames", ("surname", "reading", "origin")):
        found.setdefault(row["surname"].translate(folding()), tuple(row["reading"].split(" ")))
    return found


@cache
def compounds() -> frozenset[str]:
    """The surnames of two characters."""
    return frozenset(surname for surname in surnames() if len(surname) == 2)


@cache
def syllable(character: str) -> str:
    """The commonest reading; that of its folded form, or the folded form itself, where there is none."""
    folded = character.translate(folding())
    return next(iter(_known(character) or _known(folded)), folded)


@cache
def spellings(folded: str) -> frozenset[str]:
    """Every way to spell a character in Latin letters: all readings of it and of what folds to it."""
    written = {folded, *_folding_to().get(folded, ())}
    readings = {reading for character in written for reading in _known(character)}
    readings |= {
        syllables[surname.index(folded)] for surname, syllables in surnames().items() if folded in surname
    }
    return frozenset(spelling for reading in readings for spelling in _in_latin(reading))


def bare(letters: str) -> str:
    """Latin letters in lower case without accents and tone marks; ü becomes v."""
    return _toneless(letters.lower()).replace("\u0308", "")


@cache
def _folding_to() -> Mapping[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for code, folded in folding().items():
        found[folded] = (*found.get(folded, ()), chr(code))
    return found


@cache
def _readings() -> Mapping[int, str]:
    """Code point → readings with tone marks: a table of pypinyin.

    The package itself would also load its phrases, 47 MB that nobody asks for here.
    """
    (package,) = find_spec("pypinyin").submodule_search_locations  # type: ignore[union-attr, misc]
    found: dict[int, str] = runpy.run_path(str(Path(package) / "pinyin_dict.py"))["pinyin_dict"]
    return found


def _known(character: str) -> tuple[str, ...]:
    readings = _readings().get(ord(character), "") if len(character) == 1 else ""
    return tuple(dict.fromkeys(_toneless(reading) for reading in readings.split(",") if reading))


def _toneless(reading: str) -> str:
    """`lǜ` → `lv`. Tone marks may stand on the ü as well, so they go before it is looked for."""
    parts = unicodedata.normalize("NFD", reading)
    parts = "".join(part for part in parts if part == "\u0308" or not unicodedata.combining(part))
    return parts.replace("u\u0308", "v")


def _in_latin(reading: str) -> tuple[str, ...]:
    """A reading and, where it has ü, the other ways to write that."""
    for ending, written in sorted(LATIN_SPELLINGS.items(), key=lambda item: -len(item[0])):
        if reading.endswith(ending):
            return tuple(reading.removesuffix(ending) + other for other in written)
    return (reading,)
