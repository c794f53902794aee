"""What kind of document an ID number is on: as stated (证件类型), else by the shape of the number.

Issued by: the police (resident ID, residence and permanent-residence permits, household register), other
states (passports), the immigration administration (permits of Hong Kong, Macao and Taiwan people), the army.
Only numbers on one kind of document compare; the resident ID, the residence permits 81/82/83 and the
permanent-residence permits beginning with 9 share one system of numbers and are one group, `resident`.
Source: `tables/id_types.csv` (words and both families of codes: one digit or letter, or two digits).
Examples: `11010519491231002X` resident · `E12345678` passport.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

from chsi_batch.tables import rows
from chsi_batch.values.characters import plain

RESIDENT = "resident"
PERMANENT = "permanent"
HOUSEHOLD = "household"
OTHER = "other"

RESIDENT_LENGTHS = range(13, 21)
"""A resident number of 15 or 18 characters, with up to two missing or too many."""

_CODE_AND_WORD = re.compile("[0-9A-Z]{1,2}[-_.:、|/]*(?=[\u4e00-\u9fff])")
_NINE = re.compile("9[0-9]{16}[0-9X]")
_INFERRED = (
    (PERMANENT, re.compile("[A-Z]{3}[0-9]{12}")),
    ("hkmo_permit", re.compile("[HM](?:[0-9]{8}|[0-9]{10})")),
    ("tw_permit", re.compile(r"[0-9]{8}|[0-9]{10}\(?[A-Z]\)?")),
    ("officer", re.compile("[\u4e00-\u9fff]{1,4}字第?[0-9]{4,10}号?")),
    ("passport", re.compile("(?=.*[A-Z])(?=(?:.*[0-9]){4})[A-Z0-9]{5,12}")),
    (OTHER, re.compile(r"[0-9]{7,10}|(?=.*[A-Z(/-])(?=(?:.*[0-9]){4})[A-Z0-9][A-Z0-9()/-]{4,11}")),
)
"""Shapes in the order in which they are tried; what has none of them was meant to be a resident number."""

_POSSIBLE = {
    "passport": re.compile("(?=.*[0-9])[A-Z0-9]{5,20}"),
    PERMANENT: re.compile("[A-Z]{3}[0-9]{12}"),
    "hkmo_permit": re.compile("(?=(?:.*[0-9]){6})[A-Z0-9()/-]{6,24}"),
    "tw_permit": re.compile("(?=(?:.*[0-9]){6})[A-Z0-9()/-]{6,24}"),
}
_ANY = re.compile("(?=.*[0-9]).{3,40}")
"""Anything else has a digit at least."""


@dataclass(frozen=True)
class Kind:
    """A group of documents whose numbers compare, and whether the row itself named it."""

    group: str
    stated: bool


@lru_cache(1 << 12)
def stated_group(stated: str | None) -> tuple[str | None, str]:
    """The group a stated type or code belongs to (None if it is in no list), and its cleaned words."""
    text = plain(stated or "").replace(" ", "").upper().removesuffix(".0")
    known = _groups()
    word = _CODE_AND_WORD.sub("", text, count=1)
    return (known.get(text) or known.get(word), word)


def kind(number: str, stated: str | None = None) -> Kind:
    """The kind of document of a cleaned number. An unknown word leaves resident-shaped numbers resident."""
    group, word = stated_group(stated)
    if group == PERMANENT and _NINE.fullmatch(number):
        return Kind(RESIDENT, True)
    if group == HOUSEHOLD and resembles_resident(number):
        return Kind(RESIDENT, True)
    if group is not None:
        return Kind(group, True)
    inferred = _by_shape(number)
    if word and inferred != RESIDENT:
        return Kind(word, True)
    return Kind(inferred, False)


def resembles_resident(number: str) -> bool:
    """Whether a number is or was meant to be a resident's: nearly all digits, about the right length."""
    digits = sum(sign in "0123456789" for sign in number) + number.endswith("X")
    return len(number) in RESIDENT_LENGTHS and digits >= len(number) - 2


def possible(number: str, group: str) -> bool:
    """Whether a number of a non-resident document can be one at all; light, since issuers are many."""
    return bool(_POSSIBLE.get(group, _ANY).fullmatch(number))


def _by_shape(number: str) -> str:
    if resembles_resident(number):
        return RESIDENT
    return next((group for group, shape in _INFERRED if shape.fullmatch(number)), RESIDENT)


@lru_cache(1)
def _groups() -> dict[str, str]:
    table = rows("id_types", ("word", "group", "origin"))
    return {plain(row["word"]).replace(" ", "").upper(): row["group"] for row in table}
