"""`check`: what is in the files, before anything is matched."""

from __future__ import annotations

import json
from pathlib import Path

import openpyxl
import pytest

from .calling import call
from .conftest import Cohort, Finished, Pair
from .counting import physical
from .drawn import account, accounts, degree, degrees, id_number, write_csv, write_xlsx

RED = "FFFFC7CE"
SIDES = ("registrations", "degrees", "enrolments")


def test_json_counts_every_sheet(cohort: Cohort, tmp_path: Path) -> None:
    said = call("check", *cohort.inputs, "--json", "--out", tmp_path / "checked")
    assert said.code == 0
    summary = json.loads(said.out)
    counted = {
        path.name: {sheet: rows for sheet, rows in physical(path).items() if rows}
        for name in SIDES
        for path in cohort.files(name)
    }
    found = {
        file["file"]: {sheet["sheet"]: sheet["physical"] for sheet in file["sheets"] if sheet["physical"]}
        for file in summary["files"]
    }
    assert found == counted
    assert summary["refusals"] == []
    for file in summary["files"]:
        for sheet in file["sheets"]:
            parts = sheet["blank"] + sheet["heading"] + sheet["set_aside"] + sheet["records"]
            assert sheet["physical"] == parts


def test_issues_are_those_of_a_run(cohort: Cohort, finished: Finished, tmp_path: Path) -> None:
    from .calling import table

    said = call("check", *cohort.inputs, "--json", "--out", tmp_path / "checked")
    counts: dict[str, int] = {}
    for row in table(finished.folder, "issues"):
        counts[row["code"]] = counts.get(row["code"], 0) + 1
    assert json.loads(said.out)["issues"] == counts


def test_physical_rows_are_told_even_when_columns_are_missing(pair: Pair, tmp_path: Path) -> None:
    lines: list[list[object]] = [["学生", "备注"], *([f"甲{n}", "无"] for n in range(7))]
    write_xlsx(tmp_path / "none.xlsx", lines, "名单")
    write_csv(tmp_path / "few.csv", [["姓名", "身份证号"], *(["张伟", id_number(n)] for n in range(4))])
    said = call(
        "check", "--registrations", pair.registrations, "--degrees", tmp_path / "none.xlsx",
        tmp_path / "few.csv", "--json", "--out", tmp_path / "checked",
    )  # fmt: skip
    assert said.code == 3
    assert len(said.lines) == 2
    summary = json.loads(said.out)
    found = {
        file["file"]: {sheet["sheet"]: sheet["physical"] for sheet in file["sheets"]}
        for file in summary["files"]
    }
    assert found == {"accounts.csv": {None: 4}, "none.xlsx": {"名单": 8}, "few.csv": {None: 5}}
    assert {refusal["file"] for refusal in summary["refusals"]} == {"none.xlsx", "few.csv"}
    assert not (tmp_path / "checked").exists()


def test_bad_cells_are_marked_where_they_stand(tmp_path: Path) -> None:
    wrong = id_number(1)[:17] + ("1" if id_number(1)[17] != "1" else "2")
    path = accounts(
        tmp_path / "账号.xlsx",
        [account(0), account(1, id_number=wrong), account(2, mobile="12345"), account(3, name=None)],
    )
    records = degrees(tmp_path / "学历.csv", [degree(0, graduation_date="哪天")])
    out = tmp_path / "checked"
    assert call("check", "--registrations", path, "--degrees", records, "--out", out).code == 0
    book = openpyxl.load_workbook(out / "check_report.xlsx")
    marked = {
        (number, cell.coordinate): cell.comment.text if cell.comment else None
        for number, page in enumerate(book.worksheets)
        for row in page.iter_rows()
        for cell in row
        if number and cell.fill.fgColor.rgb == RED
    }
    heads = [cell.value for cell in openpyxl.load_workbook(path).worksheets[0][1]]
    letters = {head: openpyxl.utils.get_column_letter(place) for place, head in enumerate(heads, 1)}
    wanted = {(1, f"{letters['身份证号']}3"), (1, f"{letters['手机号']}4"), (1, f"{letters['姓名']}5")}
    assert {place for place in marked if place[0] == 1} == wanted
    assert len([place for place in marked if place[0] == 2]) == 1
    assert all(marked.values())
    cells = [str(cell) for page in book for row in page.iter_rows(values_only=True) for cell in row]
    assert not any(wrong in cell or id_number(0) in cell for cell in cells)


def test_unmasked(tmp_path: Path) -> None:
    path = accounts(tmp_path / "a.csv", [account(0)])
    out = tmp_path / "checked"
    assert call("check", "--registrations", path, "--unmask", "--out", out).code == 0
    cells = [
        str(cell)
        for page in openpyxl.load_workbook(out / "check_report.xlsx")
        for row in page.iter_rows(values_only=True)
        for cell in row
    ]
    assert any(id_number(0) in cell for cell in cells)
    assert (out / "check_report.xlsx").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("name", SIDES)
def test_each_side_alone(cohort: Cohort, tmp_path: Path, name: str) -> None:
    out = tmp_path / "checked"
    said = call("check", f"--{name}", cohort.folder / name, "--out", out)
    assert (said.code, said.out) == (0, "")
    assert sorted(path.name for path in out.iterdir()) == ["check_report.xlsx", "run.json"]
    assert "check_report.xlsx" in said.err


def test_a_second_check_replaces_the_first(pair: Pair, tmp_path: Path) -> None:
    for _ in range(2):
        assert call("check", *pair.arguments, "--out", tmp_path / "checked").code == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == ["checked", "in"]
