"""Certificate number, graduation year and school: the three things a claim states."""

import re
from dataclasses import dataclass
from functools import cache

from chsi_batch import tables

from .text import half_width, one_slip

BLANK_WORDS = frozenset({"", "无", "不详", "未知", "空", "暂无", "-", "--", "—", "/", "0"})
OWN_LENGTHS = range(16, 19)
SCHOOL_COLUMNS = ("code", "name", "kind", "province", "level", "origin")


def certificate(cell: str | None, *, numeric: bool) -> str | None:
    """The cleaned number; None when missing, a placeholder or rounded (any numeric cell, or 1.2E+17)."""
    text = half_width(cell).lstrip("'").upper()
    if numeric or text in BLANK_WORDS or set(text) == {"0"} or re.fullmatch(r"[0-9.]+E\+?[0-9]+", text):
        return None
    return text


def is_free_form(number: str) -> bool:
    """A number that means something only together with its school."""
    return len(number) not in OWN_LENGTHS


def folded(number: str) -> str:
    """A free-form number without punctuation."""
    return "".join(sign for sign in number if sign.isalnum())


def certificate_state(claimed: str | None, held: str | None, schools: str) -> str:
    """Contract 5, the row certificate_number; `schools` is the state of the school field."""
    if claimed is None or held is None:
        return "blank"
    if is_free_form(claimed) or is_free_form(held):
        if schools not in ("same", "alike"):
            return "blank" if schools == "blank" else "differ"
        if claimed != held and folded(claimed) == folded(held):
            return "alike"
    if claimed == held:
        return "same"
    return "near" if one_slip(claimed, held) else "differ"


def year(*cells: str | None) -> int | None:
    """The year of the first cell that has one: 2009, 200909, 2009-09-01, 2009年9月."""
    for cell in cells:
        found = re.match("(19|20)[0-9]{2}", half_width(cell))
        if found:
            return int(found.group())
    return None


def year_state(claimed: int | None, held: int | None) -> str:
    """Contract 5, the row graduation_year."""
    if claimed is None or held is None:
        return "blank"
    return {0: "same", 1: "near"}.get(abs(claimed - held), "differ")


@dataclass(frozen=True)
class School:
    """A school as a row names it."""

    key: str | None
    code: str | None
    """Stated, else the code whose current name this is."""
    listed: str | None
    """Stated, else the one code that any listed name belongs to."""


@cache
def listed_names() -> dict[str, list[tuple[str, str]]]:
    """Cleaned name → (code, kind) of every school that has or had it."""
    found: dict[str, list[tuple[str, str]]] = {}
    for row in tables.rows("schools", SCHOOL_COLUMNS):
        found.setdefault(half_width(row["name"]), []).append((row["code"], row["kind"]))
    return found


def school(name: str | None, code: str | None = None) -> School:
    """The school of a row: its name and, in degree files, its code."""
    key = half_width(name)
    key = "" if key in BLANK_WORDS else key
    stated = half_width(code) if re.fullmatch("[0-9]{5}", half_width(code)) else None
    here = listed_names().get(key, [])
    current = {found for found, kind in here if kind == "current"}
    every = {found for found, _ in here}
    return School(
        key or None,
        stated or (current.pop() if len(current) == 1 else None),
        stated or (every.pop() if len(every) == 1 else None),
    )


def school_state(claimed: School, held: School) -> str:
    """Contract 5, the row school."""
    if not (claimed.key or claimed.code) or not (held.key or held.code):
        return "blank"
    if (claimed.key and claimed.key == held.key) or (claimed.code and claimed.code == held.code):
        return "same"
    if claimed.listed and claimed.listed == held.listed:
        return "alike"
    one, other = claimed.key or "", held.key or ""
    both_known = is_known(claimed) and is_known(held)
    substituted = len(one) == len(other) and sum(x != y for x, y in zip(one, other, strict=True)) == 1
    return "near" if substituted and not both_known else "differ"


def is_known(one: School) -> bool:
    """Its name or its code is listed."""
    return (one.key or "") in listed_names() or one.code in listed_codes()


@cache
def listed_codes() -> frozenset[str]:
    """Every code in the list."""
    return frozenset(code for found in listed_names().values() for code, _ in found)
