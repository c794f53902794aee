"""Cells: text stays as it is, numbers and dates show as in the spreadsheet program."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from odd_files import HEADER, ZHANG, column, examine, workbook

from chsi_batch.layout.cells import column_text, text_of


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (2009.0, "2009"),
        (1.5, "1.5"),
        (1.101010119900101e17, "110101011990010000"),
        (110101199001011234.0, "110101199001011000"),
        (1e-7, "0.0000001"),
        (True, "TRUE"),
        (dt.date(2009, 9, 1), "2009-09-01"),
        (dt.datetime(2009, 9, 1), "2009-09-01"),
        (dt.datetime(2009, 9, 1, 8, 30, 0, 999_600), "2009-09-01T08:30:01"),
        (float("nan"), None),
        (None, None),
    ],
)
def test_what_a_cell_shows(cell: object, text: str | None) -> None:
    assert text_of(cell) == text  # type: ignore[arg-type]


@settings(deadline=None)
@given(st.lists(st.one_of(st.none(), st.text(st.characters(exclude_categories=["Cs"]), max_size=8))))
def test_text_is_changed_only_at_its_ends(cells: list[str | None]) -> None:
    texts, numbers = column_text(cells)
    assert numbers is None
    for cell, text in zip(cells, texts.to_pylist(), strict=True):
        assert (text or "") in (cell or "")
        assert text is None or (text and not text[0].isspace() and not text[-1].isspace())
        assert (
            "".join((cell or "").split()) == "".join((text or "").split()) or not (text or "").isprintable()
        )


@settings(deadline=None)
@given(
    st.lists(st.one_of(st.none(), st.booleans(), st.floats(), st.integers(), st.text(max_size=3), st.dates()))
)
def test_a_column_is_its_cells(cells: list[object]) -> None:
    texts, numbers = column_text(cells)  # type: ignore[arg-type]
    for index, cell in enumerate(cells):
        if isinstance(cell, str):
            continue
        assert texts[index].as_py() == text_of(cell)  # type: ignore[arg-type]
        flagged = numbers is not None and numbers[index].as_py()
        assert flagged == (isinstance(cell, int | float) and not isinstance(cell, bool))


def test_numeric_id_and_certificate_cells_are_marked(tmp_path: Path) -> None:
    rows = [HEADER, ZHANG, ["李四", 110105199003074515, "清华大学", 2020, 100031202005000002]]
    found = examine(workbook(tmp_path / "t.xlsx", {"S": rows}))
    assert column(found, "id_number_numeric") == [False, True]
    assert column(found, "certificate_number_numeric") == [False, True]
    assert column(found, "id_number") == [ZHANG[1], "110105199003074000"]
    assert column(found, "graduation_year") == ["2019", "2020"]


def test_date_cells_become_iso_text(tmp_path: Path) -> None:
    rows = [["姓名", "证书编号", "毕业日期"], ["张三", ZHANG[4], dt.datetime(2019, 7, 1)]]
    assert column(examine(workbook(tmp_path / "t.xlsx", {"S": rows})), "graduation_date") == ["2019-07-01"]


def test_error_values_and_formulas_without_result_are_told(tmp_path: Path) -> None:
    rows = [HEADER, [*ZHANG[:2], "#N/A", "=1+1", ZHANG[4]]]
    path = workbook(tmp_path / "t.xlsx", {"S": rows})
    found = examine(path)
    told = {(row["column"], row["code"]) for row in found.issues.to_pylist()}
    assert {("school", "cell-error"), ("graduation_year", "formula-empty")} <= told
