"""A user's own headers and list of former names."""

from __future__ import annotations

import json
from pathlib import Path

import openpyxl
import pytest

from .calling import call, table
from .drawn import account, accounts, degree, degrees, id_number, write_csv

OWN_ACCOUNT = {"name": "考生姓名（系统）", "id_number": "证件号（加密前）", "mobile": "联系方式一"}
OWN_DEGREE = {"name": "学生全称", "certificate_number": "本科证书流水", "id_number": "证号A"}
CONFIG = """
[columns.registrations]
name = "考生姓名（系统）"
id_number = ["没有这一列", "证件号（加密前）"]
mobile = "联系方式一"

[columns.degrees]
name = "学生全称"
certificate_number = "本科证书流水"
id_number = "证号A"
"""


def test_own_headers(tmp_path: Path) -> None:
    registrations = accounts(tmp_path / "a.csv", [account(0), account(1)], OWN_ACCOUNT)
    records = degrees(tmp_path / "d.xlsx", [degree(0), degree(1)], OWN_DEGREE)
    given = ["--registrations", registrations, "--degrees", records, "--out", tmp_path / "result"]
    assert call("run", *given).code == 3
    config = tmp_path / "settings.toml"
    config.write_text(CONFIG, "utf-8")
    assert call("run", *given, "--config", config).code == 0
    out = tmp_path / "result"
    assert {row["rule"] for row in table(out, "bindings")} == {"B1"}
    assert len(table(out, "bindings")) == 2
    headers = {row["side"]: json.loads(row["headers"]) for row in table(out, "inputs")}
    assert OWN_ACCOUNT.items() <= headers["registration"].items()
    assert OWN_DEGREE.items() <= headers["degree"].items()
    facts = json.loads((out / "run.json").read_text("utf-8"))
    assert facts["settings"]["columns"]["degree"]["certificate_number"] == ["本科证书流水"]


def _former(path: Path, *lines: tuple[str, str, str]) -> Path:
    head: list[object] = ["id_number", "former_name", "name", "proof"]
    return write_csv(path, [head, *([*line, "公安证明"] for line in lines)])


@pytest.mark.parametrize("way", ["degree has the former name", "account has the former name"])
def test_a_listed_former_name_is_alike_and_never_bound(tmp_path: Path, way: str) -> None:
    names = ("王小花", "张爱国") if way.startswith("degree") else ("张爱国", "王小花")
    registrations = accounts(tmp_path / "a.csv", [account(0, name=names[0]), account(1)])
    records = degrees(tmp_path / "d.csv", [degree(0, name=names[1]), degree(1)])
    given = ["--registrations", registrations, "--degrees", records]
    assert call("run", *given, "--out", tmp_path / "without").code == 0
    codes = {row["ref"]: row["code"] for row in table(tmp_path / "without", "ledger")}
    assert codes == {
        "a.csv#2": "identity-conflict",
        "d.csv#2": "identity-conflict",
        "a.csv#3": None,
        "d.csv#3": None,
    }

    listed = _former(tmp_path / "former.csv", (id_number(0), "张爱国", "王小花"))
    assert call("run", *given, "--former-names", listed, "--out", tmp_path / "with").code == 0
    ledger = {row["ref"]: (row["code"], row["rule"]) for row in table(tmp_path / "with", "ledger")}
    assert ledger["a.csv#2"] == ledger["d.csv#2"] == ("name-variant", "V1")
    assert ledger["a.csv#3"] == ledger["d.csv#3"] == (None, "B1")
    (found,) = [row for row in table(tmp_path / "with", "candidates") if row["degree_ref"] == "d.csv#2"]
    assert found["name"] == "alike"
    said = call("explain", tmp_path / "with", "a.csv#2", "d.csv#2", "--lang", "en")
    assert "V1" in said.out


@pytest.mark.parametrize(
    "line",
    [
        (id_number(5), "张爱国", "王小花"),
        (id_number(0), "张爱国", "王大花"),
        (id_number(0), "王小花", "王小花"),
    ],
    ids=["another number", "another name", "no other name"],
)
def test_a_list_about_somebody_else_changes_nothing(tmp_path: Path, line: tuple[str, str, str]) -> None:
    registrations = accounts(tmp_path / "a.csv", [account(0, name="王小花")])
    records = degrees(tmp_path / "d.csv", [degree(0, name="张爱国")])
    listed = _former(tmp_path / "former.csv", line)
    out = tmp_path / "result"
    arguments = ["--registrations", registrations, "--degrees", records, "--former-names", listed]
    assert call("run", *arguments, "--out", out).code == 0
    assert {row["code"] for row in table(out, "ledger")} == {"identity-conflict"}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_the_list_in_any_usual_encoding(tmp_path: Path, encoding: str) -> None:
    registrations = accounts(tmp_path / "a.csv", [account(0, name="王小花")])
    records = degrees(tmp_path / "d.csv", [degree(0, name="张爱国")])
    text = f"id_number,former_name,name,proof\r\n{id_number(0)},张爱国,王小花,\r\n"
    (tmp_path / "former.csv").write_bytes(text.encode(encoding))
    out = tmp_path / "result"
    arguments = [
        "--registrations",
        registrations,
        "--degrees",
        records,
        "--former-names",
        tmp_path / "former.csv",
    ]
    assert call("run", *arguments, "--out", out).code == 0
    assert {row["code"] for row in table(out, "ledger")} == {"name-variant"}


def test_unknown_columns_are_kept(tmp_path: Path) -> None:
    registrations = accounts(tmp_path / "a.xlsx", [account(0)])
    book = openpyxl.load_workbook(registrations)
    page = book.worksheets[0]
    page.cell(1, page.max_column + 1, "校内代号")
    page.cell(2, page.max_column, "甲-7")
    book.save(registrations)
    records = degrees(tmp_path / "d.csv", [degree(0)])
    out = tmp_path / "result"
    assert call("run", "--registrations", registrations, "--degrees", records, "--out", out).code == 0
    (row,) = table(out, "registrations")
    assert json.loads(row["extra"]) == {"校内代号": "甲-7"}
    (found,) = [row for row in table(out, "inputs") if row["side"] == "registration"]
    assert json.loads(found["unmapped"]) == ["校内代号"]
