"""Two runs compared: a cohort exported again with rows inserted, removed, reordered and changed."""

from __future__ import annotations

import json
from pathlib import Path

import openpyxl
import pyarrow.parquet as pq
import pytest

from .calling import call, digests
from .conftest import Finished, Pair
from .drawn import account, accounts, degree, degrees, id_number


@pytest.fixture
def runs(tmp_path: Path) -> tuple[Path, Path]:
    """Person 1 is activated, 2 cancelled, 3 gone, 4 new, 5 has another ID; everything stands elsewhere."""
    old = [account(place) for place in (0, 1, 2, 3, 5)]
    old[1]["activation"] = "待激活"
    new = [account(place) for place in (5, 4, 2, 1, 0)]
    new[0]["id_number"] = id_number(7)
    new[2]["account_status"] = "已注销"
    folders = []
    for name, rows in (("before", old), ("after", new)):
        given = [
            "--registrations", accounts(tmp_path / name / "in" / "accounts.csv", rows),
            "--degrees", degrees(tmp_path / name / "in" / "degrees.csv", [degree(p) for p in range(6)]),
        ]  # fmt: skip
        out = tmp_path / name / "out"
        assert call("run", *given, "--no-workbooks", "--progress", "none", "--out", out).code == 0
        folders.append(out)
    return folders[0], folders[1]


def test_what_changed(runs: tuple[Path, Path], tmp_path: Path) -> None:
    said = call("diff", *runs, "--json", "--out", tmp_path / "d")
    assert said.code == 0, said.err
    told = json.loads(said.out)
    found = sorted(
        (row["side"], (row["before_ref"] or "")[-1:], (row["after_ref"] or "")[-1:], row["class"])
        for row in told["changes"]
    )
    assert found == [
        ("degree", "3", "3", "bound"),
        ("degree", "4", "4", "lost"),
        ("degree", "5", "5", "lost"),
        ("degree", "6", "6", "bound"),
        ("degree", "7", "7", "lost"),
        ("registration", "", "2", "come"),
        ("registration", "", "3", "come"),
        ("registration", "3", "5", "bound"),
        ("registration", "4", "4", "lost"),
        ("registration", "5", "", "gone"),
        ("registration", "6", "", "gone"),
    ]
    side = told["totals"]["registration"]
    assert (side["before"], side["after"], side["bound"], side["lost"], side["come"], side["gone"]) == (
        5, 5, 1, 1, 2, 2,
    )  # fmt: skip
    assert told["codes"] == []


def test_the_folder(runs: tuple[Path, Path], tmp_path: Path) -> None:
    """The workbook's overview closes, every changed row is in one list, nothing is shown in full."""
    out = tmp_path / "d"
    assert call("diff", *runs, "--out", out).code == 0
    assert sorted(path.name for path in out.iterdir()) == ["diff.parquet", "diff.xlsx", "run.json"]
    lines = pq.read_table(out / "diff.parquet").to_pylist()
    assert sum(line["side"] == "degree" for line in lines) == 6
    assert sum(line["side"] == "registration" for line in lines) == 7
    book = openpyxl.load_workbook(out / "diff.xlsx")
    assert book.sheetnames == ["总览", "新绑定", "失去绑定", "来了的行", "走了的行"]
    assert sum(sheet.max_row - 3 for sheet in book.worksheets[1:]) == sum(
        line["class"] != "unchanged" for line in lines
    )
    text = "\n".join(str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row)
    assert not any(id_number(place) in text for place in range(9))
    assert "✗" not in text
    again = tmp_path / "again"
    assert call("diff", *runs, "--out", again).code == 0
    assert digests(again) == digests(out)
    assert call("diff", *runs, "--out", out, "--lang", "en").code == 0
    assert openpyxl.load_workbook(out / "diff.xlsx").sheetnames[1] == "Newly bound"


def test_a_run_with_itself(finished: Finished) -> None:
    told = json.loads(call("diff", finished.folder, finished.folder, "--json").out)
    assert told["changes"] == told["states"] == told["codes"] == []


def test_what_cannot_be_compared(pair: Pair, tmp_path: Path) -> None:
    """One line, and nothing is written."""
    bare, out = tmp_path / "bare", tmp_path / "d"
    assert call("run", *pair.arguments, "--no-workbooks", "--no-private", "--out", bare).code == 0
    for other, code in ((tmp_path / "nowhere", 2), (bare, 3)):
        said = call("diff", bare, other, "--out", out)
        assert (said.code, len(said.lines)) == (code, 1), said.err
    assert not out.exists()
