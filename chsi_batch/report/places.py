"""Where an exception belongs: the school and the graduation year of its row.

A degree row has them itself; a registration has what was claimed, else those of its counterpart.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from chsi_batch import tables
from chsi_batch.results import Run
from chsi_batch.values import graduation_year

if TYPE_CHECKING:
    import pyarrow as pa

SCHOOL_COLUMNS = ("code", "name", "kind", "province", "level", "origin")
DEGREE_COLUMNS = ("school", "school_code", "graduation_year", "graduation_date")


@cache
def school_names() -> dict[str, str]:
    """School code -> the name it has now, for rows that give only the code."""
    return {
        row["code"]: row["name"] for row in tables.rows("schools", SCHOOL_COLUMNS) if row["kind"] == "current"
    }


def school_and_year(run: Run, rows: pa.Table) -> pa.Table:
    """Table school, n, year (int16) for exception rows (side, ref, counterpart, n)."""
    import pyarrow as pa
    import pyarrow.compute as pc

    parts = []
    degrees, registrations = run.tables["degrees"], run.tables["registrations"]
    for side, column in (("registration", "counterpart"), ("degree", "ref")):
        mine = rows.filter(pc.equal(rows["side"], side))
        degree = degree_places(_at(degrees, mine[column], DEGREE_COLUMNS))
        school, year = degree["school"], degree["year"]
        if side == "registration":
            claim = _at(registrations, mine["ref"], ("claimed_school", "claimed_year"))
            school = pc.coalesce(claim["claimed_school"], school)
            year = pc.coalesce(graduation_year.years(claim["claimed_year"]), year)
        parts.append(pa.table({"school": school, "n": mine["n"], "year": year}))
    return pa.concat_tables(parts)


def degree_places(records: pa.Table) -> pa.Table:
    """Table school, year (int16) for degree records; a school known by its code alone is named."""
    import pyarrow as pa
    import pyarrow.compute as pc

    year = pc.coalesce(
        *(graduation_year.years(records[name]) for name in ("graduation_year", "graduation_date"))
    )
    return pa.table({"school": schools(records), "year": year})


def schools(records: pa.Table) -> pa.ChunkedArray:
    """The school of each degree record by name, by the present name of its code, or the code itself."""
    import pyarrow.compute as pc

    return pc.coalesce(records["school"], named(records["school_code"]), records["school_code"])


def _at(records: pa.Table, refs: pa.ChunkedArray, columns: tuple[str, ...]) -> pa.Table:
    """The named columns of the records with these references; null where there is none."""
    import pyarrow.compute as pc

    return records.select(list(columns)).take(pc.index_in(refs, value_set=records["ref"].combine_chunks()))


def named(codes: pa.ChunkedArray) -> pa.ChunkedArray:
    """The present names of school codes, null for codes in no list."""
    import pyarrow as pa
    import pyarrow.compute as pc

    names = school_names()
    places = pc.index_in(codes, value_set=pa.array(names, pa.string()))
    return pa.chunked_array([pa.array(names.values(), pa.string())]).take(places)
