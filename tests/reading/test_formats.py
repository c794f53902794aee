"""The other formats: old workbooks, Parquet, HTML that calls itself a workbook."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlwt
from odd_files import HEADER, LI, ZHANG, codes, column, counts, examine, reasons, workbook

from chsi_batch.terms import Side


def test_xls_keeps_types_and_rows(tmp_path: Path) -> None:
    book = xlwt.Workbook()
    sheet = book.add_sheet("毕业生")
    sheet.write_merge(0, 0, 0, 4, "名单")
    for column_index, header in enumerate(HEADER):
        sheet.write(2, column_index, header)
    for column_index, cell in enumerate(ZHANG):
        sheet.write(3, column_index, cell)
    sheet.write(5, 0, "李四")
    sheet.write(5, 1, 110105199003074515)
    sheet.write(5, 3, dt.date(2020, 7, 1), xlwt.easyxf(num_format_str="YYYY-MM-DD"))
    book.save(str(tmp_path / "t.xls"))
    found = examine(tmp_path / "t.xls")
    assert column(found, "ref") == ["t.xls#毕业生!4", "t.xls#毕业生!6"]
    assert column(found, "id_number_numeric") == [False, True]
    assert column(found, "graduation_year") == ["2019", "2020-07-01"]
    assert counts(found) == [(6, 2, 1, 1, 2)]


def test_a_workbook_is_known_by_its_content(tmp_path: Path) -> None:
    path = workbook(tmp_path / "t.xlsx", {"S": [HEADER, ZHANG]})
    renamed = path.rename(tmp_path / "t.csv")
    assert column(examine(renamed), "ref") == ["t.csv#S!2"]


def test_parquet_types(tmp_path: Path) -> None:
    table = pa.table(
        {
            "姓名": ["张三", " 李四 ", None],
            "身份证号": pa.array([110105199003074515, None, None], pa.int64()),
            "证书编号": pa.array([None, 1.0e17, None], pa.float64()),
            "毕业日期": pa.array([dt.date(2019, 7, 1), None, None]),
            "班级": pa.array(["一班", "二班", None]).dictionary_encode(),
            "人数": pa.array([1.5, 2.0, None]),
        }
    )
    pq.write_table(table, tmp_path / "t.parquet")
    found = examine(tmp_path / "t.parquet")
    assert column(found, "ref") == ["t.parquet#1", "t.parquet#2"]
    assert column(found, "name") == ["张三", "李四"]
    assert column(found, "id_number") == ["110105199003074515", None]
    assert column(found, "id_number_numeric") == [True, False]
    assert column(found, "certificate_number") == [None, "100000000000000000"]
    assert column(found, "certificate_number_numeric") == [False, True]
    assert column(found, "graduation_date") == ["2019-07-01", None]
    assert column(found, "class") == ["一班", "二班"]
    assert [json.loads(cell) for cell in column(found, "extra")] == [{"人数": "1.5"}, {"人数": "2"}]
    assert counts(found) == [(3, 1, 0, 0, 2)]


@pytest.mark.parametrize("encoding", ["gbk", "utf-8"])
def test_html_that_calls_itself_xls(tmp_path: Path, encoding: str) -> None:
    cells = "".join(f"<td style='mso-number-format:\"\\@\"'>{cell}</td>" for cell in ZHANG)
    page = (
        f"<html><head><meta http-equiv=Content-Type content='text/html; charset={encoding}'></head><body>"
        "<table><tr><td colspan=5>毕业生名单</td></tr>"
        "<tr><th rowspan=2>姓名</th><th rowspan=2>身份证号</th><th colspan=2>毕业</th>"
        "<th rowspan=2>证书<br>编号</th></tr>"
        "<tr><th>学校</th><th>年份</th></tr>"
        f"<tr>{cells}</tr><tr><td>&nbsp;</td></tr></table></body></html>"
    )
    (tmp_path / "t.xls").write_bytes(page.encode(encoding))
    found = examine(tmp_path / "t.xls")
    assert column(found, "ref") == ["t.xls#4"]
    assert column(found, "school") == ["北京大学"]
    assert column(found, "certificate_number") == [ZHANG[4]]
    assert reasons(found) == [("t.xls#1", "title")]
    assert counts(found) == [(4, 0, 2, 1, 1)]


def test_a_login_page_is_no_table(tmp_path: Path) -> None:
    (tmp_path / "t.xls").write_text("<!DOCTYPE html><html><body>请登录</body></html>", encoding="utf-8")
    assert codes(examine(tmp_path / "t.xls")) == ["html-without-table"]


def test_enrolments(tmp_path: Path) -> None:
    rows = [
        ["姓名", "证件号码", "院校", "层次", "院系", "学籍状态", "入学日期"],
        ["张三", ZHANG[1], "北京大学", "本科", "数学系", "在籍", "2019"],
    ]
    found = examine(workbook(tmp_path / "t.xlsx", {"S": rows}), Side.ENROLMENT)
    assert column(found, "status") == ["在籍"]
    assert column(found, "school") == ["北京大学"]


def test_files_in_any_order_give_the_same_records(tmp_path: Path) -> None:
    one = workbook(tmp_path / "b.xlsx", {"S": [HEADER, ZHANG]})
    two = workbook(tmp_path / "a.xlsx", {"S": [HEADER, LI]})
    first, second = examine([one, two]), examine([two, one])
    assert first.records.equals(second.records)
    assert first.inputs.equals(second.inputs)
    assert column(first, "ref") == ["a.xlsx#S!2", "b.xlsx#S!2"]


def test_cells_of_nothing_but_spaces_are_blank(tmp_path: Path) -> None:
    rows = [HEADER, ZHANG, ["  ", "\u3000", "\xa0"], ["_x0020_"], [""]]
    assert counts(examine(workbook(tmp_path / "t.xlsx", {"S": rows}))) == [(2, 0, 1, 0, 1)]
