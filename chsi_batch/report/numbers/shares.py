"""How many degrees of each school and year are bound: the numbers of the heatmap."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from chsi_batch.report.counted import grouped
from chsi_batch.results import Run
from chsi_batch.terms import Outcome, Side

School = str | None
Year = int | None
"""`None` is a school or year not given."""


@dataclass(frozen=True)
class Share:
    """Degree rows of one school and year, and how many of them are bound."""

    rows: int = 0
    bound: int = 0

    @property
    def left(self) -> int:
        """Rows that are not bound."""
        return self.rows - self.bound

    @property
    def part(self) -> float | None:
        """The bound part, None where there is no row."""
        return self.bound / self.rows if self.rows else None

    def __add__(self, other: Share) -> Share:
        return Share(self.rows + other.rows, self.bound + other.bound)


@dataclass(frozen=True)
class Shares:
    """All cells that have rows."""

    cells: dict[tuple[School, Year], Share]

    @property
    def total(self) -> Share:
        """All degrees."""
        return sum(self.cells.values(), Share())


@dataclass(frozen=True)
class Line:
    """One line of the picture: a school, or several together (`schools` > 1), and its share per column."""

    school: School
    schools: int
    shares: tuple[Share, ...]

    @property
    def total(self) -> Share:
        """All years of the line."""
        return sum(self.shares, Share())


@dataclass(frozen=True)
class Grid:
    """The cells in lines and columns: newest years first, `before` names the first column that holds many."""

    years: tuple[Year, ...]
    lines: tuple[Line, ...]
    before: int | None = None
    """If set, the last known year is this one and all before it together."""

    @property
    def total(self) -> Share:
        """All degrees, as before."""
        return sum((line.total for line in self.lines), Share())


def count(run: Run) -> Shares:
    """The shares of a run: degree rows by school and graduation year."""
    cells: dict[tuple[School, Year], Share] = defaultdict(Share)
    for row in grouped(run, "school", "year", "outcome", side=Side.DEGREE.value):
        bound = row["rows"] if row["outcome"] == Outcome.BOUND else 0
        cells[row["school"], row["year"]] += Share(row["rows"], bound)
    return Shares(dict(cells))


def grid(found: Shares, most_schools: int, most_years: int) -> Grid:
    """The schools with most degrees not bound, and the newest years; the rest is put together.

    So the total stays, and what is to be done stands on top.
    """
    sums: dict[School, Share] = defaultdict(Share)
    for (school, _), share in found.cells.items():
        sums[school] += share
    schools = sorted(sums, key=lambda school: _order(school, sums[school]))
    kept = schools if len(schools) <= most_schools else schools[: most_schools - 1]
    known = sorted({year for _, year in found.cells if year is not None}, reverse=True)
    before = known[most_years - 1] if len(known) > most_years else None
    years: list[Year] = [*known[:most_years]]
    if any(year is None for _, year in found.cells):
        years.append(None)
    columns: dict[School, dict[Year, Share]] = defaultdict(lambda: defaultdict(Share))
    for (school, year), share in found.cells.items():
        columns[school][before if before and year and year < before else year] += share
    lines = [Line(school, 1, tuple(columns[school][year] for year in years)) for school in kept]
    if rest := schools[len(kept) :]:
        together = tuple(sum((columns[school][year] for school in rest), Share()) for year in years)
        lines.append(Line(None, len(rest), together))
    return Grid(tuple(years), tuple(lines), before)


def _order(school: School, share: Share) -> tuple[bool, int, int, str]:
    return school is None, -share.left, -share.rows, school or ""
