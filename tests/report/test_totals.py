"""Totals are counted from the ledger, close for every file, and refuse to be printed otherwise."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from chsi_batch.errors import Defect
from chsi_batch.report import totals
from chsi_batch.report.cases import BINDING_NOTES, cases, notes
from chsi_batch.report.places import degree_places
from chsi_batch.report.records import field_value
from chsi_batch.results import Run


def test_every_file_closes(run: Run) -> None:
    found = totals.count(run)
    assert found.closes
    for file in found.files:
        assert file.records == file.bound + file.exception
    assert found.records == run.tables["ledger"].num_rows
    assert found.bound == 2 * run.tables["bindings"].num_rows


def test_codes_schools_and_cases_add_up_to_the_exceptions(run: Run) -> None:
    found = totals.count(run)
    assert sum(code.rows for code in found.codes) == found.exception
    assert sum(school.rows for school in found.schools) == found.exception
    assert sum(len(case.sides) for case in cases(run)) == found.exception


def test_a_missing_row_is_a_defect(run: Run) -> None:
    short = Run({**run.tables, "ledger": run.tables["ledger"].slice(1)}, run.facts)
    with pytest.raises(Defect, match="totals-open"):
        totals.count(short)


def test_an_exception_without_its_texts_is_a_defect(run: Run) -> None:
    exceptions = run.tables["exceptions"]
    odd = exceptions.filter(pc.not_equal(exceptions["code"], "name-changed"))
    with pytest.raises(Defect, match="exceptions-open"):
        totals.count(Run({**run.tables, "exceptions": odd}, run.facts))


def test_registrations_count_under_the_school_of_their_counterpart(run: Run) -> None:
    schools = {entry.school: entry.cells for entry in totals.count(run).schools}
    assert schools["中国石油大学（北京）"]["name-near", 2025] == 6
    assert schools["北京大学医学部"] == {("claim-mismatch", 2024): 1}
    assert schools["北京大学"]["claim-mismatch", 2025] == 1


@pytest.mark.parametrize(
    ("text", "year"),
    [
        ("2009", 2009),
        ("20090701", 2009),
        ("2009-07-01", 2009),
        ("1989.7", 1989),
        ("37437", 2002),
        ("七月", None),
        (None, None),
    ],
)
def test_years_are_read_from_dates(text: str | None, year: int | None) -> None:
    columns = {name: pa.array([None], pa.string()) for name in ("school", "school_code", "graduation_year")}
    records = pa.table({**columns, "graduation_date": pa.array([text], pa.string())})
    assert degree_places(records)["year"].to_pylist() == [year]
    record = {"graduation_year": None, "graduation_date": text}
    assert field_value("degree", record, "graduation_year") == (text if year is None else str(year))


def test_rows_that_point_at_each_other_are_one_case(run: Run) -> None:
    found = [case for case in cases(run) if case.code == "name-changed"]
    assert len(found) == 1
    assert found[0].sides == ("registration", "degree")
    assert found[0].registration
    assert found[0].degree


def test_a_bound_counterpart_is_shown_but_is_no_row_of_the_case(run: Run) -> None:
    (case,) = [case for case in cases(run) if case.code == "claim-other-person"]
    assert case.sides == ("registration",)
    assert case.degree is not None


def test_further_codes_stand_beside_the_first(run: Run) -> None:
    (case,) = [case for case in cases(run) if case.code == "claim-mismatch"]
    assert case.more == ("id-missing",)
    assert not [case for case in cases(run) if case.code == "id-missing"]


def test_notes_of_a_pair_are_one_and_those_of_binding_none(run: Run) -> None:
    found = notes(run)
    assert [(note.code, note.sides) for note in found if note.code == "face-check"] == [
        ("face-check", ("registration", "degree"))
    ]
    assert not {note.code for note in found} & set(BINDING_NOTES)
