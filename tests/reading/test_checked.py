"""The workbook of `check`: bad cells marked where they stand, values masked, everything text."""

from __future__ import annotations

from pathlib import Path

import openpyxl
from odd_files import HEADER, LI, ZHANG, codes, dbf, examine, text, workbook

from chsi_batch.report.checked import check_summary, write
from chsi_batch.terms import Side

BAD = ["=1+1", 110105199003074515, "清华大学", "某年", LI[4]]


def test_bad_cells_are_marked_where_they_stand(tmp_path: Path) -> None:
    path = workbook(tmp_path / "t.xlsx", {"本科": [["名单"], HEADER, ZHANG, BAD]}, 本科=["A1:E1"])
    found = examine(path)
    write(tmp_path / "checked.xlsx", [found])
    book = openpyxl.load_workbook(tmp_path / "checked.xlsx")
    sheet = book["1.本科"]
    assert [cell.value for cell in sheet[2]] == HEADER
    assert sheet["A3"].value == "张三"
    assert sheet["B3"].value == "1****************X"
    assert sheet["B3"].comment is None
    assert sheet["B4"].fill.bgColor.rgb != sheet["B3"].fill.bgColor.rgb
    assert sheet["B4"].comment is not None
    assert "Excel" in sheet["B4"].comment.text
    assert sheet["D4"].comment is not None
    assert all(
        cell.data_type in ("s", "inlineStr", "n") and cell.data_type != "f" for row in sheet for cell in row
    )
    overview = book.worksheets[0]
    links = [cell.hyperlink.location for row in overview for cell in row if cell.hyperlink]
    assert "'1.本科'!B4" in links
    assert "'1.本科'!D4" in links


def test_full_values_only_when_asked_for(tmp_path: Path) -> None:
    found = examine(text(tmp_path / "t.csv", [[*HEADER, "备注", "家长"], [*ZHANG, LI[1], LI[1]]]))
    for unmask in (False, True):
        path = tmp_path / f"{unmask}.xlsx"
        write(path, [found], "en", unmask=unmask)
        shown = str([[c.value for c in row] for sheet in openpyxl.load_workbook(path) for row in sheet])
        assert (ZHANG[1] in shown) is unmask
        assert (LI[1] in shown) is unmask


def test_refused_inputs_are_shown_with_what_is_in_them(tmp_path: Path) -> None:
    found = examine(workbook(tmp_path / "t.xlsx", {"S": [["姓名", "编号"], ["张三", "1"]], "注": [["说明"]]}))
    assert codes(found) == ["column-missing"]
    summary = check_summary([found])
    assert [sheet["physical"] for sheet in summary["files"][0]["sheets"]] == [2, 1]
    assert summary["refusals"][0]["code"] == "column-missing"
    write(tmp_path / "c.xlsx", [found])
    overview = openpyxl.load_workbook(tmp_path / "c.xlsx").worksheets[0]
    assert any("column-missing" in str(cell.value) for row in overview for cell in row)


def test_the_summary_counts_every_sheet(tmp_path: Path) -> None:
    found = examine(workbook(tmp_path / "t.xlsx", {"S": [HEADER, ZHANG, BAD, [], ["合计", "", "", "2"]]}))
    sheet = check_summary([found])["files"][0]["sheets"][0]
    assert [sheet[name] for name in ("physical", "blank", "heading", "set_aside", "records")] == [
        5,
        1,
        1,
        1,
        2,
    ]
    assert sheet["issues"]["id-rounded"] == 1
    assert sheet["headers"]["name"] == "姓名"


def test_a_dbf_gets_its_field_names_as_header(tmp_path: Path) -> None:
    record = [cell.encode("gb18030") for cell in ("张三", "", ZHANG[4])]
    found = examine(dbf(tmp_path / "t.dbf", [("XM", "C", 8), ("SFZH", "C", 18), ("ZSBH", "C", 18)], [record]))
    write(tmp_path / "c.xlsx", [found])
    sheet = openpyxl.load_workbook(tmp_path / "c.xlsx").worksheets[1]
    assert [cell.value for cell in sheet[1]] == ["XM", "SFZH", "ZSBH"]
    assert sheet["B2"].comment is not None


def test_the_same_input_gives_the_same_bytes(tmp_path: Path) -> None:
    path = workbook(tmp_path / "t.xlsx", {"S": [HEADER, ZHANG, BAD]})
    registration = examine(
        text(tmp_path / "r.csv", [["用户名", "姓名", "身份证号"], ["u", *ZHANG[:2]]]), Side.REGISTRATION
    )
    for name in ("a.xlsx", "b.xlsx"):
        write(tmp_path / name, [registration, examine(path)])
    assert (tmp_path / "a.xlsx").read_bytes() == (tmp_path / "b.xlsx").read_bytes()
