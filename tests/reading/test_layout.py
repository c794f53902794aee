"""Where the table sits: one drawn case for each layout that is met in practice."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from odd_files import HEADER, LI, WANG, ZHANG, codes, column, counts, examine, reasons, workbook

from chsi_batch.terms import Side

CERTIFICATE_WORD = "证书编号"


def test_title_rows_stand_above_the_header(tmp_path: Path) -> None:
    path = workbook(
        tmp_path / "t.xlsx",
        {"本科": [["2019届毕业生名单"], ["制表单位：教务处"], [], HEADER, ZHANG, LI]},
        本科=["A1:E1", "A2:E2"],
    )
    found = examine(path)
    assert column(found, "ref") == ["t.xlsx#本科!5", "t.xlsx#本科!6"]
    assert reasons(found) == [("t.xlsx#本科!1", "title"), ("t.xlsx#本科!2", "title")]
    assert counts(found) == [(6, 1, 1, 2, 2)]


def test_two_line_header_with_merged_cells(tmp_path: Path) -> None:
    rows = [
        ["毕业生名单"],
        ["姓名", "身份证号", "毕业", None, None, CERTIFICATE_WORD],
        [None, None, "学校", "年份", "日期", None],
        ["张三", ZHANG[1], "北京大学", "2019", "2019-07-01", ZHANG[4]],
    ]
    found = examine(
        workbook(tmp_path / "t.xlsx", {"S": rows}, S=["A1:F1", "A2:A3", "B2:B3", "C2:E2", "F2:F3"])
    )
    assert column(found, "school") == ["北京大学"]
    assert column(found, "graduation_year") == ["2019"]
    assert column(found, "graduation_date") == ["2019-07-01"]
    assert column(found, "certificate_number") == [ZHANG[4]]
    assert counts(found) == [(4, 0, 2, 1, 1)]


def test_group_names_above_the_header_belong_to_it(tmp_path: Path) -> None:
    rows = [["基本信息", None, "学历信息", None, None], HEADER, ZHANG]
    found = examine(workbook(tmp_path / "t.xlsx", {"S": rows}, S=["A1:B1", "C1:E1"]))
    assert counts(found) == [(3, 0, 2, 0, 1)]


def test_line_breaks_stars_and_remarks_in_headers(tmp_path: Path) -> None:
    header = ["姓\n名", "＊身份证号", "院校 名称", "毕业年份（必填）", "证书编号(18位)"]
    found = examine(workbook(tmp_path / "t.xlsx", {"S": [header, ZHANG]}))
    assert column(found, "id_number") == [ZHANG[1]]
    assert column(found, "graduation_year") == ["2019"]
    assert json.loads(found.inputs.column("headers")[0].as_py())["certificate_number"] == "证书编号(18位)"


def test_pinyin_headers(tmp_path: Path) -> None:
    found = examine(workbook(tmp_path / "t.xlsx", {"S": [["XM", "SFZH", "YXMC", "BYRQ", "ZSBH"], ZHANG]}))
    assert column(found, "name") == ["张三"]
    assert column(found, "graduation_date") == ["2019"]


def test_several_sheets_with_a_notes_sheet_an_empty_one_and_a_hidden_one(tmp_path: Path) -> None:
    import openpyxl

    path = workbook(
        tmp_path / "t.xlsx",
        {
            "本科": [HEADER, ZHANG],
            "说明": [["填表说明"], ["1. 请勿修改表头"]],
            "空": [],
            "专科": [HEADER, LI],
        },
    )
    book = openpyxl.load_workbook(path)
    book["专科"].sheet_state = "hidden"
    book.save(path)
    found = examine(path)
    assert column(found, "ref") == ["t.xlsx#本科!2", "t.xlsx#专科!2"]
    assert found.inputs.column("hidden").to_pylist() == [False, False, False, True]
    assert found.inputs.column("note").to_pylist() == [None, "notes", "empty", None]
    assert reasons(found) == [("t.xlsx#说明!1", "note"), ("t.xlsx#说明!2", "note")]


def test_group_rows_totals_and_notes_inside_and_below_the_table(tmp_path: Path) -> None:
    rows = [
        HEADER,
        ["北京市（2所）"],
        ZHANG,
        [None, "清华大学"],
        LI,
        ["小计", None, None, "2"],
        ["合 计：2人"],
        [],
        ["注：以上数据截至2020年"],
        ["制表人：赵六", None, "审核人：钱七", None, "日期：2020-07-01"],
    ]
    found = examine(workbook(tmp_path / "t.xlsx", {"S": rows}, S=["A2:E2", "B4:E4"]))
    assert column(found, "row") == [3, 5]
    assert reasons(found) == [
        ("t.xlsx#S!2", "group"),
        ("t.xlsx#S!4", "group"),
        ("t.xlsx#S!6", "total"),
        ("t.xlsx#S!7", "total"),
        ("t.xlsx#S!9", "note"),
        ("t.xlsx#S!10", "note"),
    ]
    assert counts(found) == [(10, 1, 1, 6, 2)]


def test_the_header_repeated_on_each_page(tmp_path: Path) -> None:
    found = examine(workbook(tmp_path / "t.xlsx", {"S": [HEADER, ZHANG, HEADER, LI]}))
    assert column(found, "row") == [2, 4]
    assert counts(found) == [(4, 0, 2, 0, 2)]


def test_a_second_table_with_its_columns_in_another_order(tmp_path: Path) -> None:
    rows = [HEADER, ZHANG, [], list(reversed(HEADER)), list(reversed(LI))]
    found = examine(workbook(tmp_path / "t.xlsx", {"S": rows}))
    assert column(found, "name") == ["张三", "李四"]
    assert column(found, "certificate_number") == [ZHANG[4], LI[4]]
    assert counts(found) == [(5, 1, 2, 0, 2)]


def test_empty_columns_do_not_matter_and_unknown_ones_are_kept(tmp_path: Path) -> None:
    header = [None, *HEADER, None, "籍贯", None]
    rows = [header, [None, *ZHANG, None, '河"北', "尾"]]
    found = examine(workbook(tmp_path / "t.xlsx", {"S": rows}))
    assert [json.loads(text) for text in column(found, "extra")] == [{"籍贯": '河"北', "I": "尾"}]
    assert json.loads(found.inputs.column("unmapped")[0].as_py()) == ["籍贯", "I"]


def test_unknown_columns_may_be_blank_in_any_row(tmp_path: Path) -> None:
    rows = [[*HEADER, "籍贯", "民族"], [*ZHANG, None, "汉"], LI, [*WANG, "广东", None]]
    found = examine(workbook(tmp_path / "t.xlsx", {"S": rows}))
    extras = [json.loads(text) if text else None for text in column(found, "extra")]
    assert extras == [{"民族": "汉"}, None, {"籍贯": "广东"}]


def test_a_degree_sheet_with_only_degree_certificates(tmp_path: Path) -> None:
    found = examine(
        workbook(
            tmp_path / "t.xlsx", {"S": [["XM", "ZJHM", "XWZSBH"], ["张三", ZHANG[1], "1000142019000001"]]}
        )
    )
    assert column(found, "certificate_number") == ["1000142019000001"]
    assert column(found, "record_kind") == ["学位"]


def test_beside_a_diploma_number_the_degree_number_is_just_a_column(tmp_path: Path) -> None:
    header = [*HEADER, "学位证书编号"]
    found = examine(workbook(tmp_path / "t.xlsx", {"S": [header, [*ZHANG, "1000142019000001"]]}))
    assert column(found, "certificate_number") == [ZHANG[4]]
    assert column(found, "record_kind") == [None]
    assert json.loads(column(found, "extra")[0]) == {"学位证书编号": "1000142019000001"}


def test_the_same_words_mean_claims_in_registrations(tmp_path: Path) -> None:
    header = ["用户名", "姓名", "证件号码", "证书编号", "毕业年份", "毕业学校"]
    path = workbook(
        tmp_path / "t.xlsx", {"S": [header, ["u", "张三", ZHANG[1], ZHANG[4], "2019", "北京大学"]]}
    )
    found = examine(path, Side.REGISTRATION)
    assert column(found, "claimed_certificate_number") == [ZHANG[4]]
    assert column(found, "claimed_year") == ["2019"]
    assert column(found, "claimed_school") == ["北京大学"]


def test_a_cell_merged_downwards_speaks_for_every_row(tmp_path: Path) -> None:
    rows = [HEADER, ZHANG, [LI[0], LI[1], None, LI[3], LI[4]]]
    found = examine(workbook(tmp_path / "t.xlsx", {"S": rows}, S=["C2:C3"]))
    assert column(found, "school") == ["北京大学", "北京大学"]


@pytest.mark.parametrize(
    "row",
    [
        ["合计", ZHANG[1], None, None, None],
        ["注：张三", None, None, None, ZHANG[4]],
        ["北京市（92所）", ZHANG[1], None, None, None],
        ["制表人：王芳", ZHANG[1], "", "", ""],
        ["姓名", ZHANG[1], None, None, None],
    ],
)
def test_a_row_with_a_name_and_a_number_is_never_set_aside(tmp_path: Path, row: list[str]) -> None:
    found = examine(workbook(tmp_path / "t.xlsx", {"S": [HEADER, LI, row, WANG]}))
    assert column(found, "row") == [2, 3, 4]


def test_a_person_above_the_header_is_a_record(tmp_path: Path) -> None:
    found = examine(workbook(tmp_path / "t.xlsx", {"S": [ZHANG, HEADER, LI]}))
    assert column(found, "row") == [1, 3]


@pytest.mark.parametrize(
    "row", [["张三"], [None, ZHANG[1]], [None, None, "北京大学", "2019"], [None, None, None, None, ZHANG[4]]]
)
def test_a_person_of_whom_little_is_known_is_a_record(tmp_path: Path, row: list[str | None]) -> None:
    found = examine(workbook(tmp_path / "t.xlsx", {"S": [HEADER, LI, row]}))
    assert column(found, "row") == [2, 3]


def test_prepared_rows_with_only_a_number_are_no_persons(tmp_path: Path) -> None:
    rows = [["序号", *HEADER], [1, *ZHANG], [2], [3]]
    found = examine(workbook(tmp_path / "t.xlsx", {"S": rows}))
    assert reasons(found) == [("t.xlsx#S!3", "numbered"), ("t.xlsx#S!4", "numbered")]


def test_a_sheet_of_persons_without_header_is_refused_not_set_aside(tmp_path: Path) -> None:
    path = workbook(tmp_path / "t.xlsx", {"S": [HEADER, LI], "续": [ZHANG[:2], WANG[:2]]})
    assert codes(examine(path)) == ["column-missing"]


def test_set_aside_text_is_masked(tmp_path: Path) -> None:
    path = workbook(tmp_path / "t.xlsx", {"S": [[f"示例：{LI[1]}"], HEADER, ZHANG]})
    assert LI[1] not in str(examine(path).set_aside.to_pylist())
