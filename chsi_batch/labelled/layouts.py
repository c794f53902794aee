"""What one kind of file is like, and whether it can hold a row.

A layout says which columns a file has under which headers, how dates and codes are written, and what
stands around the table. What a row needs of its sheet (`Row.traits`) is met by `offers`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from chsi_batch.labelled.headers import FIELD_BYTES, Columns
from chsi_batch.labelled.rows import Row
from chsi_batch.terms import Side

ID_TYPE_CODES = {
    "居民身份证": "1",
    "军官证": "2",
    "台湾居民来往大陆通行证": "8",
    "护照": "A",
    "港澳台居民居住证": "C",
    "": "",
}
FULL_DAYS = ("iso", "compact", "slash", "chinese", "serial", "cell")
TYPED = ("xlsx", "xls")


@dataclass(frozen=True)
class Layout:
    """One kind of file. `days` and `months` are the forms of birth dates and of other dates."""

    stem: str
    side: Side
    format: str
    columns: Columns
    weight: float = 1
    encoding: str = "utf-8"
    delimiter: str = ","
    days: str = "iso"
    months: str = "iso"
    times: str = "iso"
    codes: bool = False
    numbers: bool = False
    title: tuple[str, ...] = ()
    groups: tuple[tuple[str, int], ...] = ()
    """Upper line of a two-line header: (word, how many columns it spans)."""
    group_rows: bool = False
    totals: bool = False
    gap: int = -1
    """Place of an empty column."""
    notes: bool = False
    hidden: bool = False
    sheets: int = 1
    rows: int = 2000
    name_bytes: int = 0
    grants: frozenset[str] = frozenset()
    only_kind: str = ""
    only_source: str = ""
    without_number: bool = False

    @cached_property
    def canonical(self) -> frozenset[str]:
        """The columns this file has."""
        return frozenset(column for column, _ in self.columns)

    @cached_property
    def offers(self) -> frozenset[str]:
        """What a row may ask for."""
        found = set(self.canonical | self.grants)
        if self.format in TYPED:
            found.add("typed")
        if self.days in FULL_DAYS and self.months in FULL_DAYS and self.format != "dbf":
            found.add("days")
        if self.name_bytes:
            found.add(f"name{self.name_bytes}")
        return frozenset(found)

    @cached_property
    def lengths(self) -> tuple[tuple[str, int], ...]:
        """Columns and the bytes a DBF field has for them."""
        return tuple((c, self.name_bytes if c == "name" else FIELD_BYTES[h]) for c, h in self.columns)

    def fits(self, row: Row) -> bool:
        """Whether this file can hold the row and leave its label true."""
        if not row.traits <= self.offers:
            return False
        if (self.only_source and row["source_system"] != self.only_source) or (
            self.without_number and row["id_number"] and row.side == Side.DEGREE
        ):
            return False
        if row.side == Side.DEGREE and row["record_kind"] != (self.only_kind or "学历"):
            return False
        if self.codes and row["id_type"] not in ID_TYPE_CODES:
            return False
        if self.format == "dbf" and any(len(row[c].encode(self.encoding)) > n for c, n in self.lengths):
            return False
        return self.format != "xls" or all(max(text, default="") <= "\uffff" for text in row.values.values())
