"""Rows that are not bound, by reason: counted, and a page at a time.

Filters read the few columns they need; of the records themselves only the rows of the page are read.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from chsi_batch.notebook.scanning import problem
from chsi_batch.report.places import DEGREE_COLUMNS, degree_places
from chsi_batch.report.words import Words
from chsi_batch.results import RECORD_TABLES
from chsi_batch.terms import Outcome, Side
from chsi_batch.values import graduation_year

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

    from chsi_batch.notebook.finished import FinishedRun

FILTERS = ("code", "party", "severity", "school", "year", "department", "file")
"""What rows can be counted and chosen by."""
_OF_EXCEPTION = ("party", "severity")
_OF_RECORD = ("school", "year", "department", "file")
_SHOWN = ("name", "id_number", "certificate_number", "department", *DEGREE_COLUMNS)


def found(run: FinishedRun, side: str, needed: Sequence[str], **wanted: Any) -> pa.Table:
    """The rows of `side` that are not bound and meet `wanted`: ref, code, rule, counterpart and `needed`."""
    import pyarrow.compute as pc

    if unknown := sorted({*needed, *wanted} - {*FILTERS}):
        raise problem("filter-unknown", ", ".join(unknown), run.language, known=" ".join(FILTERS))
    where = (pc.field("side") == str(side)) & (pc.field("outcome") == Outcome.EXCEPTION.value)
    if "code" in wanted:
        where &= pc.field("code") == wanted["code"]
    rows = run.masked.take("ledger", ["ref", "code", "rule", "counterpart"], where)
    asked = {*needed, *wanted}
    if asked & {*_OF_EXCEPTION}:
        rows = _with_exceptions(run, side, rows)
    if asked & {*_OF_RECORD}:
        rows = _with_places(run, side, rows)
    for name, value in wanted.items():
        rows = rows.filter(_meets(rows, name, value))
    return rows


def _with_exceptions(run: FinishedRun, side: str, rows: pa.Table) -> pa.Table:
    """Add party and severity of each row's own code."""
    import pyarrow.compute as pc

    columns = ["ref", "code", "acts", "severity"]
    said = run.masked.take("exceptions", columns, pc.field("side") == str(side))
    places = pc.index_in(_key(rows), value_set=_key(said))
    said = said.take(places)
    return rows.append_column("party", said["acts"]).append_column("severity", said["severity"])


def _key(rows: pa.Table) -> pa.Array:
    import pyarrow.compute as pc

    return pc.binary_join_element_wise(rows["code"], rows["ref"], "\n").combine_chunks()


def _with_places(run: FinishedRun, side: str, rows: pa.Table) -> pa.Table:
    """Add school, year, department and file of each row; an account has what it claimed, no department."""
    import pyarrow as pa

    name = RECORD_TABLES[Side(side)]
    if side == Side.DEGREE:
        records = run.masked.at(name, rows["ref"].to_pylist(), ["file", "department", *DEGREE_COLUMNS])
        places = degree_places(records)
        school, year, department = places["school"], places["year"], records["department"]
    else:
        records = run.masked.at(name, rows["ref"].to_pylist(), ["file", "claimed_school", "claimed_year"])
        school, year = records["claimed_school"], graduation_year.years(records["claimed_year"])
        department = pa.nulls(records.num_rows, pa.string())
    code = records["school_code"] if side == Side.DEGREE else pa.nulls(records.num_rows, pa.string())
    added = {"school": school, "year": year, "department": department, "file": records["file"]}
    for column, values in {**added, "school_code": code}.items():
        rows = rows.append_column(column, values)
    return rows


def _meets(rows: pa.Table, name: str, value: Any) -> Any:
    """Schools and departments by a part of the name, schools also by code; everything else as it stands."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if name == "year":
        hit = pc.equal(rows[name], pa.scalar(int(value), pa.int16()))
    elif name in ("school", "department"):
        hit = pc.match_substring(rows[name], str(value))
        if name == "school":
            hit = pc.or_kleene(hit, pc.equal(rows["school_code"], str(value)))
    else:
        hit = pc.equal(rows[name], str(value))
    return pc.fill_null(hit, False)


def reasons(run: FinishedRun, by: Sequence[str], side: str, **wanted: Any) -> pd.DataFrame:
    """How many rows of `side` are not bound, by each of `by`, most first; codes with their titles."""
    rows = found(run, side, by, **wanted)
    counted: pd.DataFrame = rows.group_by(list(by)).aggregate([([], "count_all")]).to_pandas()
    counted = counted.rename(columns={"count_all": "rows"})
    words = Words(run.language)
    if "code" in by:
        counted.insert(list(counted.columns).index("code") + 1, "title", counted["code"].map(words.title))
    if "party" in by:
        counted["party"] = counted["party"].map(words.party)
    order = ["rows", *by]
    counted = counted.sort_values(order, ascending=[False, *[True] * len(by)], ignore_index=True)
    return counted[[*(column for column in counted.columns if column != "rows"), "rows"]]


def page(run: FinishedRun, first: int, rows: int, unmask: bool, **wanted: Any) -> pd.DataFrame:
    """See `FinishedRun.unbound`."""
    chosen = found(run, Side.DEGREE, (), **wanted)
    here = chosen.select(["ref", "code", "rule", "counterpart"]).slice(first, rows)
    refs = here["ref"].to_pylist()
    records = run.scanner(unmask).at("degrees", refs, _SHOWN)
    places = degree_places(records)
    shown: pd.DataFrame = records.select(["ref", "name", "id_number", "certificate_number"]).to_pandas()
    shown["school"], shown["year"] = places["school"].to_pandas(), places["year"].to_pandas().astype("Int16")
    shown["department"] = records["department"].to_pandas()
    shown["code"] = here["code"].to_pandas()
    words = Words(run.language)
    said = _said(run, refs)
    shown["title"] = shown["code"].map(words.title)
    shown["party"] = [words.party(said[ref, code][0]) for ref, code in zip(refs, shown["code"], strict=True)]
    fields = (said[ref, code][1] for ref, code in zip(refs, shown["code"], strict=True))
    shown["fields"] = [_fields(text, words) for text in fields]
    shown["candidate"], shown["rule"] = here["counterpart"].to_pandas(), here["rule"].to_pandas()
    shown.attrs["total"] = chosen.num_rows
    return shown


def _said(run: FinishedRun, refs: Sequence[str]) -> dict[tuple[str, str], tuple[str, str | None]]:
    """(ref, code) → who must act and which fields differ, for the rows of a page."""
    import pyarrow as pa
    import pyarrow.compute as pc

    where = (pc.field("side") == Side.DEGREE.value) & pc.field("ref").isin(pa.array(refs, pa.string()))
    rows = run.masked.take("exceptions", ["ref", "code", "acts", "fields"], where).to_pylist()
    return {(row["ref"], row["code"]): (row["acts"], row["fields"]) for row in rows}


def _fields(text: str | None, words: Words) -> str:
    """The differing fields in words."""
    return words.comma.join(words.states.get(name, name) for name in (text or "").split(",") if name)
