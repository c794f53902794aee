"""The tables of the page that tell exceptions by school, graduation year and code."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from chsi_batch.report import shown
from chsi_batch.report.totals import SchoolTotal
from chsi_batch.report.words import Words, code_order

MOST_SCHOOLS = 150
"""Schools with a table of their own; the rest are one table together."""
OPEN = 12
"""Schools listed before the fold that holds the others."""


@dataclass(frozen=True)
class Matrix:
    """One school on the page: rows per code and year, and their sums."""

    school: str
    rows: int
    years: tuple[str, ...]
    lines: tuple[tuple[str, tuple[int, ...], int], ...]


def schools(found: Sequence[SchoolTotal], words: Words, unmask: bool) -> list[Matrix]:
    """Code × year tables of the schools with most exceptions; the rest together in the last."""
    most, rest = found[:MOST_SCHOOLS], found[MOST_SCHOOLS:]
    tables = [_matrix(_name(entry.school, words, unmask), entry, words) for entry in most]
    if rest:
        cells: dict[tuple[str, int | None], int] = {}
        for entry in rest:
            for key, number in entry.cells.items():
                cells[key] = cells.get(key, 0) + number
        tables.append(_matrix(words("page.schools.rest", schools=len(rest)), SchoolTotal(None, cells), words))
    return tables


def _name(school: str | None, words: Words, unmask: bool) -> str:
    if school is None:
        return words("page.schools.unknown")
    return school if unmask else shown.free(school)


def _matrix(name: str, entry: SchoolTotal, words: Words) -> Matrix:
    years = sorted({year for _, year in entry.cells}, key=lambda year: (year is None, -(year or 0)))
    order = code_order()
    codes = sorted({code for code, _ in entry.cells}, key=lambda code: (order.get(code, 999), code))
    lines = tuple(
        (words.title(code), tuple(entry.cells.get((code, year), 0) for year in years)) for code in codes
    )
    return Matrix(
        school=name,
        rows=entry.rows,
        years=tuple(words("page.year.unknown") if year is None else str(year) for year in years),
        lines=tuple((title, numbers, sum(numbers)) for title, numbers in lines),
    )
