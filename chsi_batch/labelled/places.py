"""Schools and areas of a cohort: real ones, from the project's own tables.

A school that changed its name keeps its code; people still write the old one. Rows whose label depends
on the school use names that are listed only once, and each such row has school and year to itself.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from random import Random

from chsi_batch import tables

SCHOOL_COLUMNS = ("code", "name", "kind", "province", "level", "origin")
AREA_COLUMNS = ("code", "name", "first_seen", "last_seen")
UNLISTED = (("50137", "春城职工大学"), ("51269", "江岸区业余大学"), ("80142", "远山物理研究所"))
"""Adult schools and institutes that stand in no list of regular schools."""


@dataclass(frozen=True)
class School:
    """One school of the ministry's list; `former` is its name of 2017, if it has another now."""

    code: str
    name: str
    province: str
    level: str
    former: str = ""


class Schools:
    """Draws schools; a share of the rows falls to few of them, as in life."""

    def __init__(self, rng: Random) -> None:
        self.rng = rng
        names: dict[str, set[str]] = defaultdict(set)
        former: dict[str, str] = {}
        listed = tables.rows("schools", SCHOOL_COLUMNS)
        for row in listed:
            names[row["name"]].add(row["code"])
            if row["kind"] == "former":
                former[row["code"]] = row["name"]
        self.names = frozenset(names)
        current = [row for row in listed if row["kind"] == "current" and len(names[row["name"]]) == 1]
        self.all = [
            School(
                row["code"], row["name"], row["province"], row["level"],
                old if len(names[old := former.get(row["code"], "")]) == 1 else "",
            )
            for row in current
        ]  # fmt: skip
        self.by_level = {
            level: [school for school in self.all if school.level == level] for level in ("本科", "专科")
        }
        self._popular = {level: rng.sample(schools, 40) for level, schools in self.by_level.items()}
        self._used: set[tuple[str, int]] = set()

    def draw(self, level: str) -> School:
        """Any school that awards this level; few schools have many graduates."""
        kind = "专科" if level == "专科" else "本科"
        pool = self._popular[kind] if self.rng.random() < 0.6 else self.by_level[kind]
        return self.rng.choice(pool)

    def own(self, level: str, year: int, renamed: bool = False) -> School:
        """A school that no other row of this kind has in this year."""
        kind = "专科" if level == "专科" else "本科"
        pool = [school for school in self.by_level[kind] if school.former or not renamed]
        while True:
            school = self.rng.choice(pool)
            if (school.code, year) not in self._used and school not in self._popular[kind]:
                self._used.add((school.code, year))
                return school

    def other(self, school: School) -> School:
        """Another known school of the same level."""
        while True:
            found = self.rng.choice(self.by_level[school.level])
            if found.code != school.code:
                return found

    def misspelt(self, school: School) -> str:
        """The name with one wrong character, which no school bears."""
        for wrong in "犬太犮夭":
            place = school.name.rfind("大" if "大" in school.name else "学")
            name = school.name[:place] + wrong + school.name[place + 1 :]
            if name not in self.names:
                return name
        raise ValueError(school.name)


def areas() -> list[tuple[str, int]]:
    """County codes with the year in which they came into use; retired ones too, as people keep theirs."""
    return [
        (row["code"], int(row["first_seen"][:4]))
        for row in tables.rows("areas", AREA_COLUMNS)
        if not row["code"].endswith("00") and row["code"][:2] not in ("71", "81", "82", "83")
    ]
