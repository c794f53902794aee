"""`chsi-batch audit` as it is typed: what it prints, writes and refuses."""

from __future__ import annotations

import errno
import json
import os
import re
import stat
import zipfile
from pathlib import Path

import openpyxl
import pytest
from runs.calling import call, everything, table
from runs.drawn import account, accounts, degree, degrees, id_number, job

from chsi_batch import tables
from chsi_batch.audit import workbook as workbooks
from chsi_batch.audit.population import DECISION
from chsi_batch.decisions.log import Decision, Log
from chsi_batch.decisions.row_keys import row_keys
from chsi_batch.results import read_run
from chsi_batch.stages import clean
from chsi_batch.terms import Side

from .filling import all_same, column, fill

SOME = ("--hide", "20", "--progress", "none")


@pytest.fixture(scope="module")
def workbook(finished: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("audited") / "audit.xlsx"
    assert call("audit", finished, *SOME, "--out", path).code == 0
    return path


def test_one_object_on_stdout_the_rest_on_stderr(finished: Path) -> None:
    said = call("audit", finished, *SOME, "--json")
    found = json.loads(said.out)
    assert (said.code, found["alarm"], found["workbook"], found["answers"]) == (0, False, None, None)
    assert sum(found["bindings"].values()) == len(table(finished, "bindings"))
    assert list(found["sample"]) == list(found["bindings"]) == ["B1", "B2", "B3"]
    assert [part["people"] for part in found["hidden"].values()] == [20, 20, 20]
    assert "抽查" in said.err
    quiet = call("audit", finished, *SOME)
    assert quiet.out == ""


def test_nothing_is_written_but_what_was_asked_for(finished: Path, tmp_path: Path) -> None:
    before = everything(finished.parent)
    path = tmp_path / "only" / "audit.xlsx"
    path.parent.mkdir()
    assert call("audit", finished, *SOME, "--out", path).code == 0
    assert everything(finished.parent) == before
    assert [found.name for found in path.parent.iterdir()] == ["audit.xlsx"]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_same_run_same_bytes(finished: Path, workbook: Path, tmp_path: Path) -> None:
    assert call("audit", finished, *SOME, "--out", tmp_path / "again.xlsx").code == 0
    assert (tmp_path / "again.xlsx").read_bytes() == workbook.read_bytes()
    assert call("audit", finished, *SOME, "--seed", 2, "--out", tmp_path / "other.xlsx").code == 0
    assert (tmp_path / "other.xlsx").read_bytes() != workbook.read_bytes()


def test_answers_somebody_gave_are_never_overwritten(
    finished: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "audit.xlsx"
    path.write_text("answers")
    said = call("audit", finished, "--hide", 20, "--progress", "json", "--out", path)
    assert (said.code, len(said.lines)) == (4, 1)
    assert said.lines[0].startswith(f"audit-exists {path}: ")
    said = call("audit", finished, *SOME, "--out", tmp_path / "nowhere" / "audit.xlsx")
    assert (said.code, len(said.lines)) == (4, 1)
    assert said.lines[0].startswith("audit-not-written ")
    monkeypatch.setattr(workbooks, "examine", lambda _: None)
    said = call("audit", finished, "--hide", 0, "--out", path)
    assert (said.code, said.lines[0].split()[0]) == (4, "audit-exists")
    monkeypatch.setattr(os, "link", _no_links)
    said = call("audit", finished, "--hide", 0, "--out", path)
    assert (said.code, said.lines[0].split()[0]) == (4, "audit-exists")
    assert path.read_text() == "answers"
    assert [found.name for found in tmp_path.iterdir()] == ["audit.xlsx"]


def _no_links(*_: object) -> None:
    raise OSError(errno.EPERM, os.strerror(errno.EPERM))


def test_disks_without_links_do(finished: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "link", _no_links)
    assert call("audit", finished, "--hide", 0, "--out", tmp_path / "audit.xlsx").code == 0
    assert [found.name for found in tmp_path.iterdir()] == ["audit.xlsx"]
    assert openpyxl.load_workbook(tmp_path / "audit.xlsx")["抽查"].max_row > 10


def test_the_list_offers_three_answers_on_every_row(workbook: Path) -> None:
    book = openpyxl.load_workbook(workbook)
    assert [(name, book[name].sheet_state) for name in book.sheetnames] == [
        ("汇总", "visible"),
        ("_audit", "hidden"),
        ("抽查", "visible"),
    ]
    sheet = book["抽查"]
    (offered,) = sheet.data_validations.dataValidation
    assert offered.formula1 == '"是同一人,不是同一人,看不出"'
    letter = openpyxl.utils.get_column_letter(column(sheet, "answer"))
    assert str(offered.sqref) == f"{letter}4:{letter}{sheet.max_row}"
    assert sheet.print_title_rows == "$3:$3"
    assert openpyxl.utils.get_column_letter(column(sheet, "pair")) not in str(sheet.print_area)


def test_both_rows_stand_side_by_side_with_differences_marked(finished: Path, workbook: Path) -> None:
    """A 15-digit number against one of 18 digits is what B2 binds; both are masked."""
    book = openpyxl.load_workbook(workbook, rich_text=True)
    sheet = book["抽查"]
    titles = [cell.value for cell in sheet[3]]
    at = {
        title: titles.index(title) for title in ("账号所载", "学历记录所载", "账号位置", "学历位置", "规则")
    }
    pairs = {(row["registration_ref"], row["degree_ref"]) for row in table(finished, "bindings")}
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=4)]
    assert {(str(row[at["账号位置"]]), str(row[at["学历位置"]])) for row in rows} <= pairs
    upgraded = [row for row in rows if row[at["规则"]] == "B2"]
    assert upgraded
    for row in upgraded:
        for side in ("账号所载", "学历记录所载"):
            assert re.search(r"证件号码：.\*+", str(row[at[side]]))


def test_personal_numbers_are_masked_unless_asked_otherwise(
    finished: Path, workbook: Path, tmp_path: Path
) -> None:
    numbers = {
        row[column]
        for name in ("registrations", "degrees")
        for row in table(finished, name, private=True)
        for column in ("id_number", "mobile", "email")
        if len(row.get(column) or "") >= 11
    }

    def shown(path: Path) -> set[str]:
        with zipfile.ZipFile(path) as archive:
            text = "".join(archive.read(name).decode("utf-8", "replace") for name in archive.namelist())
        return {number for number in numbers if number in text}

    assert len(numbers) > 500
    assert shown(workbook) == set()
    assert call("audit", finished, *SOME, "--unmask", "--out", tmp_path / "full.xlsx").code == 0
    assert sum(len(number) == 18 for number in shown(tmp_path / "full.xlsx")) > 100


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("--margin", "0"), "audit-margin"),
        (("--margin", "1.5"), "audit-margin"),
        (("--budget", "2"), "audit-budget"),
        (("--budget", "100", "--margin", "0.1"), "audit-margin-or-budget"),
        (("--hide", "-1"), "audit-people"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_line(
    arguments: tuple[str, ...], code: str, finished: Path
) -> None:
    said = call("audit", finished, "--hide", "0", *arguments)
    assert (said.code, len(said.lines), said.out) == (2, 1, "")
    assert said.lines[0].startswith(f"{code} ")


def test_full_values_are_needed(tmp_path: Path) -> None:
    files = (accounts(tmp_path / "a.csv", [account(0)]), degrees(tmp_path / "d.csv", [degree(0)]))
    assert call(*job(files), "--no-private", "--out", tmp_path / "result").code == 0
    said = call("audit", tmp_path / "result")
    assert (said.code, said.lines[0].split()[0]) == (2, "run-no-private")
    said = call("audit", tmp_path)
    assert (said.code, said.lines[0].split()[0]) == (2, "run-missing")


def test_a_run_without_bindings_has_nothing_to_look_at(tmp_path: Path) -> None:
    files = (accounts(tmp_path / "a.csv", [account(0)]), degrees(tmp_path / "d.csv", [degree(5)]))
    assert call(*job(files), "--out", tmp_path / "result").code == 0
    path = tmp_path / "audit.xlsx"
    said = call("audit", tmp_path / "result", "--json", "--out", path)
    assert said.code == 0
    found = json.loads(said.out)
    assert (found["bindings"], found["sample"], found["alarm"]) == ({}, {}, False)
    assert "没有由 B1 绑定的人" in said.err
    assert call("audit", tmp_path / "result", "--answers", path).code == 0


def test_a_wrong_binding_is_an_alarm(tmp_path: Path) -> None:
    """A namesake claims the degree: with its ID number hidden, B3 would give it to the namesake."""
    claim = {"claimed_certificate_number": degree(0)["certificate_number"], "claimed_year": "2015"}
    other = account(1, name=account(0)["name"], claimed_school="北京大学", **claim)
    files = (
        accounts(tmp_path / "a.csv", [account(0), other]),
        degrees(tmp_path / "d.csv", [degree(0), degree(1, name=other["name"])]),
    )
    assert call(*job(files), "--out", tmp_path / "result").code == 0
    said = call("audit", tmp_path / "result", "--json", "--lang", "en")
    assert (said.code, json.loads(said.out)["alarm"]) == (0, True)
    told = " ".join(said.err.split())
    assert "Alarm: after the change 1 records were bound to the wrong account" in told
    assert re.search(r"d\.csv#2 hidden B3 a\.csv#3 a\.csv#2", told)
    assert id_number(0) not in said.err + said.out
    path = tmp_path / "audit.xlsx"
    assert call("audit", tmp_path / "result", *SOME, "--out", path).code == 0
    rows = [[cell.value for cell in row] for row in openpyxl.load_workbook(path)["汇总"].iter_rows()]
    assert ["d.csv#2", "藏号码", "B3", None, "a.csv#3", "a.csv#2"] in [
        [cell or None for cell in row[:6]] for row in rows
    ]


def test_what_reviewers_bound_is_drawn_as_a_lot_of_its_own(tmp_path: Path) -> None:
    files = (
        accounts(tmp_path / "a.csv", [account(place) for place in range(4)]),
        degrees(tmp_path / "d.csv", [degree(0, name="张玮"), *(degree(place) for place in range(1, 4))]),
    )
    out, path = tmp_path / "result", tmp_path / "audit.xlsx"
    asked = job(files)
    assert call(*asked, "--out", out).code == 0
    log = Log.beside(out)
    keys = [
        row_keys(side, clean.CLEANERS[side](read_run(out).tables[name]), log.secret())[0].as_py()
        for side, name in ((Side.REGISTRATION, "registrations"), (Side.DEGREE, "degrees"))
    ]
    log.append([Decision("bind", "王老师", *keys)])
    assert call(*asked, "--out", out, "--decisions", log.path).code == 0
    said = call("audit", out, *SOME, "--json", "--out", path)
    found = json.loads(said.out)
    assert found["bindings"] == {"B1": 3, DECISION: 1}
    assert [part["people"] for part in found["hidden"].values()] == [3, 3, 3]
    sheet = openpyxl.load_workbook(path)["抽查"]
    rules = [sheet.cell(row, column(sheet, "rule")).value for row in range(4, sheet.max_row + 1)]
    assert sorted(map(str, rules)) == ["B1", "B1", "B1", "人工决定"]
    fill(path, tmp_path / "filled.xlsx", all_same)
    said = call("audit", out, "--hide", 0, "--answers", tmp_path / "filled.xlsx", "--json")
    assert json.loads(said.out)["answers"]["sentences"]["人工决定"] == "全部 1 条都有回答，0 条错误"


def test_progress_is_told_in_lines(finished: Path) -> None:
    said = call("audit", finished, "--hide", "20", "--progress", "json")
    told = [json.loads(line) for line in said.lines]
    assert [(line["stage"], line["done"], line["total"], line["unit"]) for line in told] == [
        ("hide", turn, len(told), "turns") for turn in range(len(told))
    ]
    assert len(told) >= 3


def test_both_languages_say_everything() -> None:
    for row in tables.rows("audit_words", ("key", "zh", "en")):
        assert row["zh"]
        assert row["en"]
        assert set(re.findall(r"{(\w+)}", row["zh"])) == set(re.findall(r"{(\w+)}", row["en"]))
        assert row["zh"].count("|") == row["en"].count("|")
