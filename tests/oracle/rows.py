"""The rows of both sides with their fields read, and what is wrong with one by itself (group 1)."""

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import combinations

from . import claims, identity, names
from .text import half_width

Raw = Mapping[str, object]
Content = tuple[tuple[bool, str], ...]
FLAGS = (
    "ref",
    "columns",
    "id_number_numeric",
    "certificate_number_numeric",
    "claimed_certificate_number_numeric",
)
DATES = ("registered_at", "bound_at", "birth_date", "enrolment_date", "graduation_date")
FIRST_YEAR = 1991


@dataclass(eq=False)
class Row:
    """One physical row. `raw` holds canonical columns (text or None), `ref` and flags of numeric cells."""

    raw: Raw
    place: int
    codes: set[str] = field(default_factory=set)

    side = ""

    @property
    def ref(self) -> str:
        return str(self.raw["ref"])

    def get(self, column: str) -> str | None:
        """The cell without outer whitespace, None when blank or absent."""
        cell = self.raw.get(column)
        return str(cell).strip() or None if cell is not None else None

    @property
    def columns(self) -> set[str]:
        """The canonical columns of the row's sheet: `columns` when given, else the keys of the row."""
        given = self.raw.get("columns")
        return set(given if isinstance(given, (list, tuple, set, frozenset)) else self.raw) - set(FLAGS)

    @cached_property
    def id(self) -> identity.IdNumber:
        return identity.read(
            self.get("id_number"), numeric=bool(self.raw.get("id_number_numeric")), stated=self.get("id_type")
        )

    @cached_property
    def name(self) -> str | None:
        return names.clean(self.get("name"))

    def find_own_faults(self) -> None:
        """Faults of single cells; the ID fault of a degree that has no ID is a note."""
        if self.name is None:
            self.codes.add("name-missing")
        if self.id.fault and not (self.side == "degree" and self.id.fault == "id-missing"):
            self.codes.add(self.id.fault)


class Registration(Row):
    """An account as one row of the export states it, with the claim the row makes."""

    side = "registration"

    @cached_property
    def certificate(self) -> str | None:
        numeric = bool(self.raw.get("claimed_certificate_number_numeric"))
        return claims.certificate(self.get("claimed_certificate_number"), numeric=numeric)

    @cached_property
    def year(self) -> int | None:
        return claims.year(self.get("claimed_year"))

    @cached_property
    def school(self) -> claims.School:
        return claims.school(self.get("claimed_school"))

    @cached_property
    def content(self) -> Content:
        """What orders rows that are equally good."""
        cells = (self.name, self.id.key, self.get("username"), self.get("registered_at"), self.certificate)
        return content(*cells, self.year, self.school.key, self.get("mobile"), self.get("email"))


class Degree(Row):
    """A record of the ministry."""

    side = "degree"

    @cached_property
    def certificate(self) -> str | None:
        numeric = bool(self.raw.get("certificate_number_numeric"))
        return claims.certificate(self.get("certificate_number"), numeric=numeric)

    @cached_property
    def year(self) -> int | None:
        return claims.year(self.get("graduation_year"), self.get("graduation_date"))

    @cached_property
    def school(self) -> claims.School:
        return claims.school(self.get("school"), self.get("school_code"))

    @cached_property
    def content(self) -> Content:
        """What orders rows that are equally good."""
        cells = (self.name, self.id.key, self.certificate, self.year, self.get("school_code"))
        return content(*cells, self.school.key, self.get("birth_date"))

    def find_own_faults(self) -> None:
        super().find_own_faults()
        if self.year is not None and self.year < FIRST_YEAR:
            self.codes.add("out-of-scope")
        if half_width(self.get("conclusion")) == "肄业":
            self.codes.add("not-registrable")

    def agrees_with(self, number: identity.IdNumber) -> bool:
        """B3: birth date and sex, where given, agree with the account's ID (where that tells them)."""
        if number.birth is None:
            return True
        digits = re.sub("[^0-9]", "", half_width(self.get("birth_date")))
        born = identity.real_date(digits) if len(digits) == 8 else None
        sex = {"1": "男", "2": "女"}.get(half_width(self.get("sex")), half_width(self.get("sex")))
        return (born is None or born == number.birth) and (sex not in ("男", "女") or sex == number.sex)


def content(*cells: str | int | None) -> Content:
    """Cells as a key for sorting, what is not there last."""
    return tuple((cell is None, "" if cell is None else str(cell)) for cell in cells)


def school_key(row: Row) -> str | None:
    """The cleaned name of a row's school."""
    return row.school.key if isinstance(row, (Registration, Degree)) else None


def certificate(row: Row) -> str | None:
    """The cleaned number a row holds or claims."""
    return row.certificate if isinstance(row, (Registration, Degree)) else None


def year(row: Row) -> int | None:
    """The year a row states or claims."""
    return row.year if isinstance(row, (Registration, Degree)) else None


USED_IN_MATCHING: dict[str, Callable[[Row], object]] = {
    "name": lambda row: row.name,
    "certificate_number": certificate,
    "claimed_certificate_number": certificate,
    "school": school_key,
    "claimed_school": school_key,
    "graduation_year": year,
    "claimed_year": year,
}


def find_duplicate_rows(rows: Sequence[Row]) -> None:
    """A row that equals an earlier one that counts, in every column both have."""
    counted: list[Row] = []
    for row in rows:
        if any(repeats(row, earlier) for earlier in counted):
            row.codes.add("duplicate-row")
        else:
            counted.append(row)


def repeats(row: Row, earlier: Row) -> bool:
    """Equal in every column both have; dates compare as dates."""
    shared = row.columns & earlier.columns
    return bool(shared) and all(comparable(row, column) == comparable(earlier, column) for column in shared)


def comparable(row: Row, column: str) -> object:
    """A cell for comparison: as it is used in matching, a date as its numbers, any other cell as its text."""
    cell = row.get(column)
    if column == "id_number":
        return row.id.key or cell, row.id.rounded
    if column in USED_IN_MATCHING and (value := USED_IN_MATCHING[column](row)) is not None:
        return value
    if column not in DATES or cell is None:
        return cell and " ".join(unicodedata.normalize("NFKC", cell).split())
    spread = re.sub(r"^([0-9]{4})([0-9]{2})([0-9]{2})?(?![0-9])", r"\1-\2-\3", cell)
    return tuple(int(number) for number in re.findall("[0-9]+", spread))


def find_shared_certificates(degrees: Sequence[Degree]) -> None:
    """One number, with its school if free-form, on two people: every row that bears it."""
    counted = [row for row in degrees if "duplicate-row" not in row.codes]
    for one in counted:
        bearers = [one, *(row for row in counted if row is not one and share_a_certificate(one, row))]
        if any(two_people(row, other) for row, other in combinations(bearers, 2)):
            one.codes.add("certificate-duplicate")


def share_a_certificate(one: Degree, other: Degree) -> bool:
    schools = claims.school_state(one.school, other.school)
    return claims.certificate_state(one.certificate, other.certificate, schools) == "same"


def two_people(one: Degree, other: Degree) -> bool:
    """Names neither same nor alike (both given), or two valid different IDs."""
    if names.state(one.name, other.name) in ("near", "partial", "differ"):
        return True
    valid = one.id.key and other.id.key and not one.id.fault and not other.id.fault
    return bool(valid and identity.state(one.id, other.id) not in ("same", "alike"))
