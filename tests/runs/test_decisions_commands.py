"""`decisions list`, `export` and `undo`: every entry is told, nothing personal is, nothing comes alive."""

from __future__ import annotations

import csv
import json
import stat
from pathlib import Path

import openpyxl
import pytest

from chsi_batch.commands import decisions
from chsi_batch.decisions.entries import Decision
from chsi_batch.decisions.log import Log
from chsi_batch.returned.showing import COLUMNS

from .calling import call
from .conftest import Pair
from .drawn import id_number, mobile

FORMULA = '=HYPERLINK("http://x.example","点我")'
SECRET = (id_number(0), mobile(0), "user0@163.com")


@pytest.fixture
def run(pair: Pair, tmp_path: Path) -> Path:
    """A small run with a log of four decisions, one of them by another reviewer, and texts of every kind."""
    out = tmp_path / "result"
    assert call("run", *pair.arguments, "--no-workbooks", "--progress", "none", "--out", out).code == 0
    told = [
        ("bind", "李老师", FORMULA, "a"),
        ("reject", "李老师", f"证件 {SECRET[0]}，电话 {SECRET[1]}，邮箱 {SECRET[2]}", "b"),
        ("hold", "王老师", "等\n等", "b"),
        ("bind", "李老师", "@SUM(A1)", "a"),
    ]
    Log.beside(out).append(
        [
            Decision(
                decision, reviewer, f"r-{key}", f"d-{key}", f"accounts.csv#{key}",
                f"degrees.xlsx#Sheet1!{key}",
                rule="I1", code="id-slip", remark=remark, source="workbook",
            )
            for decision, reviewer, remark, key in told
        ]
    )  # fmt: skip
    return out


def entries(run: Path) -> list[dict[str, object]]:
    said = call("decisions", "list", run, "--json")
    assert (said.code, said.err) == (0, "")
    found = json.loads(said.out)
    assert found["log"] == "result.decisions.jsonl"
    listed: list[dict[str, object]] = found["entries"]
    return listed


def states(run: Path) -> list[object]:
    return [entry["state"] for entry in entries(run)]


def test_list_tells_every_entry_and_its_state(run: Path) -> None:
    found = entries(run)
    assert [tuple(entry) for entry in found] == [COLUMNS] * 4
    assert [entry["seq"] for entry in found] == [1, 2, 3, 4]
    assert states(run) == ["replaced", "conflicting", "conflicting", "stands"]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_list_is_a_table_for_people(run: Path, language: str) -> None:
    said = call("decisions", "list", run, "--lang", language)
    assert (said.code, said.err) == (0, "")
    for text in ("李老师", "王老师", {"zh": "不是同一人", "en": "reject"}[language], "id-slip"):
        assert text in said.out
    for text in (*SECRET, "r-a", "d-b"):
        assert text not in said.out


def test_an_absent_log_is_an_empty_list(pair: Pair, tmp_path: Path) -> None:
    out = tmp_path / "result"
    assert call("run", *pair.arguments, "--no-workbooks", "--progress", "none", "--out", out).code == 0
    assert entries(out) == []
    assert call("decisions", "export", out, "--out", tmp_path / "e.xlsx").code == 0
    assert openpyxl.load_workbook(tmp_path / "e.xlsx").active["A4"].value == "还没有处理决定。"
    assert not Log.beside(out).path.exists()


@pytest.mark.parametrize("ending", ["xlsx", "csv", "jsonl"])
def test_export_holds_every_entry_masked_and_for_the_owner_alone(
    run: Path, tmp_path: Path, ending: str
) -> None:
    path = tmp_path / f"decisions.{ending}"
    said = call("decisions", "export", run, "--out", path)
    assert (said.code, said.lines) == (0, [f"已写出 4 条：{path}"])
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    told = "\n".join("\t".join(row) for row in cells(path))
    assert told.count("李老师") == 3
    for text in SECRET:
        assert text not in told
    assert "1****************" in told


def test_an_exported_line_is_a_line_to_every_reader(run: Path, tmp_path: Path) -> None:
    """Some programs end a line at characters that nobody sees."""
    remark = "看\u2028错\u0085了"
    assert call("decisions", "undo", run, 1, "--reviewer", "赵老师", "--remark", remark).code == 0
    path = tmp_path / "decisions.jsonl"
    assert call("decisions", "export", run, "--out", path).code == 0
    entries = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    assert entries[-1]["remark"] == remark


def cells(path: Path) -> list[list[str]]:
    if path.suffix == ".xlsx":
        sheet = openpyxl.load_workbook(path).active
        assert sheet is not None
        assert {cell.data_type for row in sheet.iter_rows() for cell in row} <= {"s", "n", "inlineStr"}
        rows = sheet.iter_rows(min_row=3, values_only=True)
        return [["" if value is None else str(value) for value in row] for row in rows]
    if path.suffix == ".csv":
        with path.open(encoding="utf-8-sig", newline="") as stream:
            return list(csv.reader(stream))
    lines = path.read_text(encoding="utf-8").splitlines()
    return [[str(value) for value in json.loads(line).values()] for line in lines]


def test_no_text_becomes_a_formula(run: Path, tmp_path: Path) -> None:
    for ending in ("xlsx", "csv"):
        assert call("decisions", "export", run, "--out", tmp_path / f"e.{ending}").code == 0
    typed = [cell for row in cells(tmp_path / "e.csv") for cell in row]
    assert f"'{FORMULA}" in typed
    assert "'@SUM(A1)" in typed
    assert not any(cell.startswith(("=", "+", "@")) for cell in typed)
    sheet = openpyxl.load_workbook(tmp_path / "e.xlsx").active
    assert sheet is not None
    kept = [cell for row in sheet.iter_rows() for cell in row if cell.value == FORMULA]
    assert [(cell.data_type, cell.quotePrefix) for cell in kept] == [("s", True)]


def test_export_never_overwrites(run: Path, tmp_path: Path) -> None:
    path = tmp_path / "e.csv"
    path.write_text("mine")
    said = call("decisions", "export", run, "--out", path)
    assert (said.code, len(said.lines)) == (4, 1)
    assert said.lines[0].startswith("decisions-export-exists ")
    assert path.read_text() == "mine"
    said = call("decisions", "export", run, "--out", tmp_path / "e.doc")
    assert (said.code, len(said.lines)) == (2, 1)
    assert ".xlsx, .csv, .jsonl" in said.lines[0]
    said = call("decisions", "export", run, "--out", tmp_path / "nowhere" / "e.csv")
    assert (said.code, len(said.lines)) == (4, 1)


def test_a_torn_line_is_told_and_cut(run: Path) -> None:
    log = run.with_name(f"{run.name}.decisions.jsonl")
    whole, before = log.read_bytes(), states(run)
    log.write_bytes(whole + whole[:40])
    said = call("decisions", "list", run, "--lang", "en")
    assert said.code == 0
    assert said.lines[0].startswith(f"the last line of {log.name} is not whole")
    assert call("decisions", "undo", run, 1, "--reviewer", "赵老师").code == 0
    assert log.read_bytes().startswith(whole)
    assert [entry["seq"] for entry in entries(run)] == list(range(1, len(before) + 2))
    assert call("decisions", "list", run, "--lang", "en").lines == []


def test_undo_is_an_entry_of_its_own_and_can_be_undone(run: Path) -> None:
    said = call("decisions", "undo", run, 3, 3, "--reviewer", " 赵  老师 ", "--remark", "看错了")
    assert (said.code, said.lines) == (0, ["已撤销：3"])
    assert states(run) == ["replaced", "stands", "undone", "stands", "undo"]
    last = entries(run)[-1]
    assert (last["reviewer"], last["remark"], last["undoes"]) == ("赵 老师", "看错了", 3)
    assert last["degree_ref"] == "degrees.xlsx#Sheet1!b"
    assert call("decisions", "undo", run, 5, "--reviewer", "赵老师").code == 0
    assert states(run) == ["replaced", "conflicting", "conflicting", "stands", "undone", "undo"]


def test_an_undone_decision_gives_way_to_the_one_before(run: Path) -> None:
    assert call("decisions", "undo", run, 4, "--reviewer", "李老师").code == 0
    assert states(run)[0] == "stands"


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ([9, "--reviewer", "李老师"], "undo-unknown"),
        ([1, 9, "--reviewer", "李老师"], "undo-unknown"),
        ([0, "--reviewer", "李老师"], "undo-unknown"),
        ([1, "--reviewer", "  "], "undo-no-reviewer"),
        ([2, "--reviewer", "李老师"], "undo-twice"),
    ],
)
def test_an_undo_that_cannot_be_is_refused_whole(run: Path, typed: list[object], code: str) -> None:
    if code == "undo-twice":
        assert call("decisions", "undo", run, 2, "--reviewer", "李老师").code == 0
    before = Log.beside(run).path.read_bytes()
    said = call("decisions", "undo", run, *typed)
    assert (said.code, len(said.lines)) == (2, 1)
    assert said.lines[0].startswith(f"{code} ")
    assert Log.beside(run).path.read_bytes() == before


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("action", decisions.ACTIONS)
def test_every_action_has_help_with_its_example(action: str, language: str) -> None:
    said = call("decisions", action, "--help", "--lang", language)
    assert (said.code, said.err) == (0, "")
    assert decisions.ACTIONS[action] in said.out


@pytest.mark.parametrize("action", ["import", "list", "export", "undo"])
def test_what_is_no_run_is_refused(tmp_path: Path, action: str) -> None:
    more = {
        "import": ["x.xlsx"],
        "list": [],
        "export": ["--out", tmp_path / "e.csv"],
        "undo": [1, "--reviewer", "x"],
    }
    said = call("decisions", action, tmp_path, *more[action])
    assert (said.code, len(said.lines)) == (2, 1)
    assert said.lines[0].startswith("run-missing ")
    assert list(tmp_path.iterdir()) == []


def test_a_damaged_log_is_named(run: Path) -> None:
    path = Log.beside(run).path
    path.write_bytes(path.read_bytes().replace("王老师".encode(), "黄老师".encode()))
    for action in (
        ["list", run],
        ["undo", run, 1, "--reviewer", "x"],
        ["export", run, "--out", run / "e.csv"],
    ):
        said = call("decisions", *action)
        assert (said.code, len(said.lines)) == (3, 1)
        assert said.lines[0].startswith("decisions-damaged result.decisions.jsonl: ")
