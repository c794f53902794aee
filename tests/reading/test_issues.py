"""Bad cells: which code, in which column, and what is no fault at all."""

from __future__ import annotations

from pathlib import Path

import pytest
from odd_files import LI, ZHANG, examine, text, workbook

from chsi_batch import tables
from chsi_batch.schemas import CODES, SCHEMAS
from chsi_batch.sources.conformed import Conformed
from chsi_batch.terms import COLUMNS, Side

ACCOUNT = {
    "用户名": "u1", "姓名": "张三", "身份证号": ZHANG[1], "手机号": "13800138000", "邮箱": "a@b.cn",
    "注册时间": "2020-01-02 03:04:05", "激活状态": "已激活", "账号状态": "正常", "审核状态": "",
    "来源系统": "学信档案", "证书编号": ZHANG[4], "毕业年份": "2019", "绑定时间": "",
}  # fmt: skip
DEGREE = {
    "姓名": "张三", "身份证号": ZHANG[1], "院校代码": "10001", "院校名称": "北京大学", "层次": "本科",
    "出生日期": "19491231", "入学日期": "2015-09-01", "毕业日期": "2019-07-01", "毕业年份": "2019",
    "证书编号": ZHANG[4],
}  # fmt: skip


def found(tmp_path: Path, side: Side, row: dict[str, str], **changed: str) -> list[tuple[str, str]]:
    row = {**row, **changed}
    return told(examine(text(tmp_path / "t.csv", [list(row), list(row.values())]), side))


def told(conformed: Conformed) -> list[tuple[str, str]]:
    return [(row["column"], row["code"]) for row in conformed.issues.to_pylist()]


@pytest.mark.parametrize(
    ("column", "value", "issue"),
    [
        ("姓名", "", ("name", "name-missing")),
        ("姓名", "无", ("name", "name-missing")),
        ("身份证号", "", ("id_number", "id-missing")),
        ("身份证号", "000000000000000000", ("id_number", "id-missing")),
        ("身份证号", "110105194912310021", ("id_number", "id-malformed")),
        ("身份证号", "1.10105E+17", ("id_number", "id-rounded")),
        ("手机号", "", ("mobile", "mobile-missing")),
        ("手机号", "1380013800", ("mobile", "mobile-malformed")),
        ("邮箱", "a@b", ("email", "email-malformed")),
        ("注册时间", "昨天", ("registered_at", "date-malformed")),
        ("绑定时间", "2020-13-01", ("bound_at", "date-malformed")),
        ("毕业年份", "去年", ("claimed_year", "date-malformed")),
        ("激活状态", "也许", ("activation", "status-unknown")),
        ("账号状态", "冻结了吗", ("account_status", "status-unknown")),
        ("审核状态", "不知道", ("review_status", "status-unknown")),
        ("证书编号", "1.05581E+17", ("claimed_certificate_number", "certificate-rounded")),
        ("证书编号", "不详", ("claimed_certificate_number", "placeholder")),
    ],
)
def test_cells_of_registrations(tmp_path: Path, column: str, value: str, issue: tuple[str, str]) -> None:
    assert found(tmp_path, Side.REGISTRATION, ACCOUNT, **{column: value}) == [issue]


@pytest.mark.parametrize(
    ("column", "value", "issue"),
    [
        ("身份证号", "999100010000112345", ("id_number", "id-temporary")),
        ("出生日期", "不晓得哪天", ("birth_date", "date-malformed")),
        ("入学日期", "2015-99-01", ("enrolment_date", "date-malformed")),
        ("毕业日期", "某日", ("graduation_date", "date-malformed")),
        ("毕业年份", "某年", ("graduation_year", "date-malformed")),
        ("证书编号", "100031201905000001", ("certificate_number", "certificate-inconsistent")),
        ("证书编号", "1000112019050000019", ("certificate_number", "certificate-malformed")),
    ],
)
def test_cells_of_degrees(tmp_path: Path, column: str, value: str, issue: tuple[str, str]) -> None:
    assert found(tmp_path, Side.DEGREE, DEGREE, **{column: value}) == [issue]


@pytest.mark.parametrize(
    ("side", "row", "column", "value"),
    [
        (Side.REGISTRATION, ACCOUNT, "来源系统", "全国征兵网"),
        (Side.REGISTRATION, ACCOUNT, "激活状态", ""),
        (Side.REGISTRATION, ACCOUNT, "邮箱", ""),
        (Side.DEGREE, DEGREE, "毕业年份", "2019届"),
        (Side.DEGREE, DEGREE, "入学日期", "2015.9"),
    ],
)
def test_what_is_no_fault(tmp_path: Path, side: Side, row: dict[str, str], column: str, value: str) -> None:
    mobile = {"手机号": ""} if value == "全国征兵网" else {}
    assert found(tmp_path, side, row, **{column: value}, **mobile) == []


def test_a_column_that_is_not_there_has_no_bad_cells(tmp_path: Path) -> None:
    conformed = examine(
        text(tmp_path / "t.csv", [["姓名", "身份证号"], ["张三", ZHANG[1]]]), Side.REGISTRATION
    )
    assert told(conformed) == []


def test_an_issue_tells_its_place_and_hides_its_value(tmp_path: Path) -> None:
    rows = [
        ["名单"],
        ["姓名", "证件\n号码", "证书编号"],
        ["张三", 110105194912310021, ZHANG[4]],
        LI[:2] + LI[4:],
    ]
    issues = examine(workbook(tmp_path / "t.xlsx", {"S": rows})).issues.to_pylist()
    assert len(issues) == 1
    message = tables.texts("issue_codes", "zh")["id-rounded"]
    assert issues[0] == {
        "side": "degree", "ref": "t.xlsx#S!3", "file": "t.xlsx", "sheet": "S", "row": 3,
        "column": "id_number", "header": "证件号码", "code": "id-rounded", "value": "1****************0",
        "message": message,
    }  # fmt: skip


def test_every_code_has_its_words_and_every_fault_column_its_checks() -> None:
    words = tables.texts("issue_codes", "en")
    for side in Side:
        checks = {
            name: [check.name for check in column.checks] for name, column in SCHEMAS[side].columns.items()
        }
        assert {name: tuple(codes) for name, codes in checks.items() if codes} == CODES[side]
        assert set(COLUMNS[side]) <= set(checks)
        assert {code for codes in CODES[side].values() for code in codes} <= set(words)
