"""Makes names, and the ways in which two systems write one name.

Surnames by their approximate share (per mille of the population), compound ones too; 14 % of Han names have
two characters; rare characters (𬱖 𠮷 䶮 喆) occur. Uyghur, Kazakh and Yi names carry a separator, Tibetan
ones do not; foreigners' names are Latin. Examples: `张伟`, `阿卜杜热合曼·买买提`.
"""

from __future__ import annotations

from collections import defaultdict
from functools import cache
from random import Random

from chsi_batch import tables

DOT = "·"
OTHER_DOTS = "•・･‧⋅∙．.﹒●"
INVISIBLE = ("\u200b", "\ufeff", "\u00a0", "\u3000", "\u200d")
TWO_CHARACTERS = 0.14
LATIN = "BDGKLMNRSTV"
ENDINGS = "江汗丁木克提古力别尼孜曼"
"""Syllables that make a father's name longer, so that no two planted people share it."""


@cache
def _forms() -> dict[str, dict[str, list[str]]]:
    forms: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for row in tables.rows("sample_name_forms", ("character", "form", "kind")):
        forms[row["kind"]][row["character"]].append(row["form"])
    return forms


@cache
def _homophones() -> dict[str, tuple[str, str]]:
    rows = tables.rows("sample_homophones", ("sound", "characters"))
    return {character: (row["sound"], row["characters"]) for row in rows for character in row["characters"]}


@cache
def sound(character: str) -> str:
    """The usual reading without tone."""
    from pypinyin import lazy_pinyin

    return str(lazy_pinyin(character)[0])


class Names:
    """Draws names; the changing methods return None where a name offers no place for the change."""

    def __init__(self, rng: Random) -> None:
        self.rng = rng
        surnames = tables.rows("sample_surnames", ("surname", "weight"))
        self._surnames = [row["surname"] for row in surnames]
        self._surname_weights = [int(row["weight"]) for row in surnames]
        given = tables.rows("sample_given_characters", ("character", "sex", "weight"))
        self._given = {
            sex: (
                [row["character"] for row in given if row["sex"] in (sex, "")],
                [int(row["weight"]) for row in given if row["sex"] in (sex, "")],
            )
            for sex in ("男", "女")
        }
        self._parts: dict[tuple[str, str], list[str]] = defaultdict(list)
        for row in tables.rows("sample_other_names", ("people", "part", "text")):
            self._parts[row["people"], row["part"]].append(row["text"])

    def surname(self) -> str:
        """A surname by its share."""
        return self.rng.choices(self._surnames, self._surname_weights)[0]

    def given(self, sex: str, length: int) -> str:
        """A given name of one or two different characters."""
        while True:
            found = self.rng.choices(*self._given[sex], k=length)
            if len(set(found)) == length:
                return "".join(found)

    def han(self, sex: str) -> str:
        """A Han name."""
        length = 1 if self.rng.random() < TWO_CHARACTERS else 2
        return self.surname() + self.given(sex, length)

    def other(self, people: str, varied: bool = False) -> str:
        """A name of one of the peoples of the table; `varied` ones are rarely drawn twice."""
        first = self.rng.choice(self._parts[people, "first"])
        second = self.rng.choice(self._parts[people, "second"])
        if varied and people == "外国":
            first += f" {self.rng.choice(LATIN)}{self.rng.choice('AEIOU')}{self.rng.choice(LATIN)}"
        elif varied:
            second += "".join(self.rng.choices(ENDINGS, k=2))
        return first + {"藏": "", "外国": " "}.get(people, DOT) + second

    def form(self, name: str, kind: str) -> str | None:
        """The name with characters of another form: traditional, variant, compatibility or pua."""
        forms = _forms()[kind]
        if not any(character in forms for character in name):
            return None
        return "".join(self.rng.choice(forms.get(character, [character])) for character in name)

    def homophone(self, name: str) -> str | None:
        """One character of the given name replaced by another of the same sound."""
        places = [i for i in range(len(surname_of(name)), len(name)) if name[i] in _homophones()]
        if not places:
            return None
        place = self.rng.choice(places)
        group = [
            c for c in _homophones()[name[place]][1] if c != name[place] and not same_form(c, name[place])
        ]
        return name[:place] + self.rng.choice(group) + name[place + 1 :] if group else None

    def misspelt(self, name: str, sex: str) -> str | None:
        """A name of three with another last character that sounds different."""
        if len(name) != 3 or len(surname_of(name)) != 1:
            return None
        while True:
            other = self.given(sex, 1)
            if other not in name and sound(other) != sound(name[2]) and not same_form(other, name[2]):
                return name[:2] + other

    def with_holes(self, name: str, holes: str) -> str | None:
        """The last character written as holes, as old systems did with characters they lacked."""
        return name[:-1] + holes if len(name) == 3 and DOT not in name else None

    def with_pinyin(self, name: str, upper: bool) -> str | None:
        """The last character written as its sound."""
        if DOT in name or name[-1] not in _homophones():
            return None
        syllable = _homophones()[name[-1]][0]
        return name[:-1] + (syllable.upper() if upper else syllable)

    def changed(self, name: str, sex: str) -> str | None:
        """The same surname with an altogether other given name; None where that is one character of three."""
        surname = surname_of(name)
        rest = name[len(surname) :]
        if DOT in name or not rest or len(rest) < len(surname):
            return None
        while True:
            given = self.given(sex, len(rest))
            if all(sound(a) != sound(b) and not same_form(a, b) for a in given for b in rest):
                return surname + given

    def stranger(self, name: str, sex: str) -> str:
        """A name with which `name` has nothing in common."""
        while True:
            found = self.han(sex)
            surname = surname_of(found)
            if sound(surname[0]) == sound(name[0]) or len(surname) != 1:
                continue
            if not {sound(c) for c in found} & {sound(c) for c in name}:
                return found

    def dressed(self, name: str) -> str:
        """The same name with the accidents of typing that cleaning undoes."""
        if DOT in name:
            return name.replace(DOT, self.rng.choice(OTHER_DOTS))
        if name.isascii():
            full_width = str.maketrans({chr(c): chr(c + 0xFEE0) for c in range(0x41, 0x5B)})
            return self.rng.choice((name.title(), name.replace(" ", "  "), name.translate(full_width)))
        accident = self.rng.choice((*INVISIBLE, " ", "\u3000 "))
        return name[0] + accident + name[1:]


@cache
def _compound() -> frozenset[str]:
    rows = tables.rows("sample_surnames", ("surname", "weight"))
    return frozenset(row["surname"] for row in rows if len(row["surname"]) > 1)


def surname_of(name: str) -> str:
    """The surname of a Han name made here."""
    return name[:2] if name[:2] in _compound() and len(name) > 2 else name[:1]


def same_form(a: str, b: str) -> bool:
    """Whether one character is a listed form of the other."""
    return any(b in forms.get(a, []) or a in forms.get(b, []) for forms in _forms().values())
