"""`run --decisions`: what reviewers decided holds, is listed, and outlives the next export."""

from __future__ import annotations

import json
import random
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from chsi_batch.decisions.entries import Decision
from chsi_batch.decisions.log import Log
from chsi_batch.decisions.row_keys import row_keys
from chsi_batch.results import DECISIONS, read_run
from chsi_batch.stages.clean import CLEANERS
from chsi_batch.terms import COLUMNS, Side

from .calling import call, digests, everything, table
from .conftest import Cohort, Finished
from .drawn import account, accounts, degree, degrees

OWN_NUMBER = "110101199003070011"
REMARK = f"本人身份证{OWN_NUMBER}，已核对"


def keys(folder: Path, log: Log) -> dict[tuple[str, str], str]:
    """Side and reference -> the key of the row."""
    run = read_run(folder)
    found = {}
    for side, name in ((Side.REGISTRATION, "registrations"), (Side.DEGREE, "degrees")):
        rows = run.tables[name]
        made = row_keys(side, CLEANERS[side](rows), log.secret()).to_pylist()
        found |= {(side.value, ref): key for ref, key in zip(rows["ref"].to_pylist(), made, strict=True)}
    return found


def decide(folder: Path, log: Log, told: Iterable[tuple[str, str, str, str]]) -> None:
    """Enter decisions: word, both references, remark."""
    known = keys(folder, log)
    log.append(
        [
            Decision(
                word,
                "张老师",
                known["registration", registration],
                known["degree", record],
                registration,
                record,
                remark=remark,
            )
            for word, registration, record, remark in told
        ]
    )


class Small:
    """Four people: a bound pair, a name that is near, another, and one under an entirely other name."""

    def __init__(self, folder: Path) -> None:
        self.out = folder / "result"
        self.log = Log.beside(self.out)
        people = range(4)
        names = {0: "张微", 2: "王健国", 3: "孙悟空"}
        self.inputs: list[object] = [
            "--registrations", accounts(folder / "in" / "a.csv", [account(place) for place in people]),
            "--degrees", degrees(
                folder / "in" / "d.csv",
                [degree(place, **({"name": names[place]} if place in names else {})) for place in people],
            ),
        ]  # fmt: skip

    def run(self, *more: object) -> Any:
        said = call("run", *self.inputs, *more, "--out", self.out)
        assert said.code == 0, said.err
        return said

    def decide(self) -> None:
        """One of each: bound, taken apart, on hold, and one that is severe."""
        self.run()
        decide(
            self.out,
            self.log,
            [
                ("bind", "a.csv#2", "d.csv#2", REMARK),
                ("reject", "a.csv#3", "d.csv#3", ""),
                ("hold", "a.csv#4", "d.csv#4", "问学校"),
                ("bind", "a.csv#5", "d.csv#5", "公安证明"),
            ],
        )


@pytest.fixture
def small(tmp_path: Path) -> Small:
    made = Small(tmp_path)
    made.decide()
    return made


def statuses(folder: Path) -> list[str]:
    return [row["status"] for row in table(folder, "decisions")]


def test_decisions_hold_and_are_listed(small: Small) -> None:
    said = small.run("--decisions", small.log.path)
    listed = table(small.out, "decisions")
    assert tuple(listed[0]) == DECISIONS
    assert statuses(small.out) == ["applied", "applied", "applied", "severe-not-allowed"]
    assert [
        (row["registration_ref"], row["degree_ref"], row["method"]) for row in table(small.out, "bindings")
    ] == [("a.csv#2", "d.csv#2", "decision")]
    assert "已生效 3" in said.err
    assert "未生效：严重问题 1" in said.err
    facts = json.loads((small.out / "run.json").read_text("utf-8"))["decisions"]
    assert facts.pop("sha256")
    assert facts == {
        "file": small.log.path.name,
        "entries": 4,
        "torn": False,
        "allow_severe": False,
        "statuses": {"severe-not-allowed": 1, "applied": 3},
    }
    before = digests(small.out)
    small.run("--decisions", small.log.path)
    assert digests(small.out) == before


def test_severe_needs_the_word(small: Small) -> None:
    small.run("--decisions", small.log.path, "--allow-severe")
    assert statuses(small.out) == ["applied"] * 4
    bound = {row["degree_ref"]: (row["rule"], row["method"]) for row in table(small.out, "bindings")}
    assert bound["d.csv#5"] == ("X1", "decision")


def test_remarks_are_masked_where_tables_are(small: Small) -> None:
    small.run("--decisions", small.log.path)
    assert OWN_NUMBER in table(small.out, "decisions", private=True)[0]["remark"]
    outside = {name: data for name, data in everything(small.out).items() if not name.startswith("private/")}
    assert OWN_NUMBER not in table(small.out, "decisions")[0]["remark"]
    assert not [name for name, data in outside.items() if OWN_NUMBER.encode() in data]
    for name in ("binding_report.xlsx", "exception_report.xlsx"):
        assert not [text for text in cells(small.out / name) if OWN_NUMBER in text]
    small.run("--decisions", small.log.path, "--unmask")
    assert OWN_NUMBER in table(small.out, "decisions")[0]["remark"]
    assert [text for text in cells(small.out / "binding_report.xlsx") if OWN_NUMBER in text]


def cells(path: Path) -> list[str]:
    """Every text of a workbook."""
    book = openpyxl.load_workbook(path, rich_text=False)
    return [str(cell) for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row if cell]


def sheet(path: Path, name: str) -> list[dict[str, Any]]:
    """The rows of a list, by the titles of its columns."""
    rows = list(openpyxl.load_workbook(path)[name].iter_rows(min_row=3, values_only=True))
    return [dict(zip(map(str, rows[0]), row, strict=True)) for row in rows[1:]]


def test_the_workbooks_say_who_decided(small: Small) -> None:
    small.run("--decisions", small.log.path)
    (bound,) = sheet(small.out / "binding_report.xlsx", "绑定")
    assert (bound["方式"], bound["审核人"]) == ("人工决定", "张老师")
    assert bound["备注"].startswith("本人身份证")
    listed = sheet(small.out / "exception_report.xlsx", "处理决定")
    assert [(row["序号"], row["所作决定"], row["结果"]) for row in listed] == [
        (4, "绑定", "未生效：严重问题"),
        (1, "绑定", "已生效"),
        (2, "不是同一人", "已生效"),
        (3, "暂缓", "已生效"),
    ]
    assert all(row["姓名"] and row["说明"] for row in listed)
    held = {
        row["账号位置"]: (row["处理决定"], row["审核人"], row["备注"])
        for row in sheet(small.out / "exception_report.xlsx", "学校")
    }
    assert held["a.csv#4"] == ("暂缓", "张老师", "问学校")
    assert set(held.values()) - {held["a.csv#4"]} <= {(None, None, None)}


def test_explain_says_who_decided_what_and_when(small: Small) -> None:
    small.run("--decisions", small.log.path)
    made = small.log.entries()[0].time.replace("T", " ").replace("+00:00", "")
    for refs in (["a.csv#2"], ["d.csv#2"], ["d.csv#2", "a.csv#2"]):
        said = call("explain", small.out, *refs).out
        assert f"第 1 条处理决定（张老师，{made} UTC）：a.csv#2 与 d.csv#2：绑定，已生效。备注：本人" in said
        assert OWN_NUMBER not in said
    assert "no effect: severe" in call("explain", small.out, "a.csv#5", "--lang", "en").out
    assert "处理决定" not in call("explain", small.out, "a.csv#2", "d.csv#3").out


def test_without_decisions_nothing_is_listed_and_with_an_empty_log_nothing_changes(tmp_path: Path) -> None:
    small = Small(tmp_path)
    small.run()
    before = digests(small.out)
    assert not [name for name in before if "decisions" in name]
    small.log.path.touch()
    small.run("--decisions", small.log.path)
    after = digests(small.out)
    assert {name for name in after if name not in before} == {
        "tables/decisions.parquet",
        "private/decisions.parquet",
    }
    assert {name: after[name] for name in before if name != "summary.html"} == {
        name: digest for name, digest in before.items() if name != "summary.html"
    }
    assert not small.log.key_path.exists()


def test_a_torn_line_is_told_and_left_where_it_is(small: Small) -> None:
    with small.log.path.open("ab") as handle:
        handle.write(b'{"decision": "bi')
    whole = small.log.path.read_bytes()
    small.run("--decisions", small.log.path)
    assert json.loads((small.out / "run.json").read_text("utf-8"))["decisions"]["torn"] is True
    assert len(statuses(small.out)) == 4
    assert small.log.path.read_bytes() == whole


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        ("missing", "decisions-unreadable"),
        ("folder", "decisions-unreadable"),
        ("line", "decisions-damaged"),
        ("no key", "decisions-key-missing"),
        ("key", "decisions-key-damaged"),
    ],
)
def test_a_log_that_cannot_be_used_stops_the_run(small: Small, fault: str, code: str) -> None:
    path, before = small.log.path, everything(small.out)
    if fault == "missing":
        path = path.with_name("nowhere.jsonl")
    elif fault == "folder":
        path = small.out
    elif fault == "line":
        path.write_bytes(path.read_bytes().replace(b'"reject"', b'"bind"', 1))
    elif fault == "no key":
        small.log.key_path.unlink()
    else:
        small.log.key_path.write_text("key", encoding="ascii")
    said = call("run", *small.inputs, "--decisions", path, "--out", small.out)
    assert (said.code, len(said.lines)) == (3, 1)
    assert said.lines[0].startswith(f"{code} ")
    assert everything(small.out) == before


class Exported:
    """A cohort's rows, written again as one file per side."""

    def __init__(self, folder: Path) -> None:
        run = read_run(folder)
        self.rows = {
            side: run.tables[name].select(["ref", *COLUMNS[side]]).to_pylist()
            for side, name in ((Side.REGISTRATION, "registrations"), (Side.DEGREE, "degrees"))
        }

    def reorder(self, kept: set[str]) -> None:
        """Shuffle, take out every tenth row that is not to be kept, and put new people in."""
        dice = random.Random(7)
        for side, new in ((Side.REGISTRATION, account), (Side.DEGREE, degree)):
            rows = [row for place, row in enumerate(self.rows[side]) if place % 10 or row["ref"] in kept]
            rows += [{"ref": None, **new(place)} for place in range(8)]
            self.rows[side] = dice.sample(rows, len(rows))

    def row(self, side: Side, ref: str) -> dict[str, Any]:
        return next(row for row in self.rows[side] if row["ref"] == ref)

    def write(self, folder: Path) -> tuple[list[object], dict[str | None, str]]:
        """The arguments that give the files, and the new reference by the old one."""
        arguments: list[object] = []
        moved: dict[str | None, str] = {}
        for side, write, name in (
            (Side.REGISTRATION, accounts, "registrations"),
            (Side.DEGREE, degrees, "degrees"),
        ):
            bare = [{key: value for key, value in row.items() if key != "ref"} for row in self.rows[side]]
            arguments += [f"--{name}", write(folder / f"{name}.csv", bare)]
            line = 2
            for row, cells in zip(self.rows[side], bare, strict=True):
                moved[row["ref"]] = f"{name}.csv#{line}"
                line += 1 + sum(len(str(cell or "").splitlines()) > 1 for cell in cells.values())
        return arguments, moved


def decidable(folder: Path) -> list[tuple[str, str]]:
    """Pairs that a reviewer might bind: best candidates with a name or a number that is near."""
    codes = {row["ref"]: row["code"] for row in table(folder, "ledger")}
    wanted = {"name-near", "name-variant", "name-changed", "id-changed", "claim-mismatch"}
    return [
        (row["registration_ref"], row["degree_ref"])
        for row in table(folder, "candidates")
        if row["rank"] == 1 and codes[row["registration_ref"]] == codes[row["degree_ref"]]
        and codes[row["degree_ref"]] in wanted
    ]  # fmt: skip


def test_files_exported_again_keep_every_decision(finished: Finished, cohort: Cohort, tmp_path: Path) -> None:
    """Rows inserted, removed and reordered; then a changed name and a changed ID, each stale by itself."""
    log = Log(tmp_path / "cohort.decisions.jsonl")
    pairs = decidable(finished.folder)
    assert len(pairs) >= 20
    words = ("bind", "reject", "hold")
    decide(finished.folder, log, [(words[n % 3], *pair, "") for n, pair in enumerate(pairs)])
    bound = {pair for n, pair in enumerate(pairs) if n % 3 == 0}

    exported = Exported(finished.folder)
    exported.reorder({ref for pair in pairs for ref in pair})
    arguments, moved = exported.write(tmp_path / "again")
    out = tmp_path / "result"
    quick = ("--as-of", cohort.summary["as_of"], "--no-workbooks", "--decisions", log.path, "--out", out)
    assert call("run", *arguments, *quick).code == 0
    listed = table(out, "decisions")
    assert {row["status"] for row in listed} == {"applied"}
    assert [(row["registration_ref"], row["degree_ref"]) for row in listed] == [
        (moved[registration], moved[record]) for registration, record in pairs
    ]
    assert decided_pairs(out) == {(moved[registration], moved[record]) for registration, record in bound}
    ledger = {row["ref"]: row for row in table(out, "ledger")}
    for registration, record in set(pairs) - bound:
        assert ledger[moved[record]]["counterpart"] != moved[registration] or (
            ledger[moved[record]]["outcome"] == "exception"
        )

    renamed, renumbered = pairs[0], pairs[4]
    exported.row(Side.REGISTRATION, renamed[0])["name"] += "华"
    exported.row(Side.DEGREE, renumbered[1])["id_number"] = "110101198001010019"
    for pair in pairs[6:9]:
        exported.row(Side.REGISTRATION, pair[0])["mobile"] = "13900139000"
        exported.row(Side.DEGREE, pair[1])["major"] = "另一专业"
    arguments, moved = exported.write(tmp_path / "changed")
    assert call("run", *arguments, *quick).code == 0
    stale = {row["seq"] for row in table(out, "decisions") if row["status"] == "stale"}
    assert stale == {
        seq for seq, pair in enumerate(pairs, start=1) if renamed[0] in pair or renumbered[1] in pair
    }
    assert {row["status"] for row in table(out, "decisions")} == {"stale", "applied"}


def decided_pairs(folder: Path) -> set[tuple[str, str]]:
    """What decisions bound."""
    return {
        (row["registration_ref"], row["degree_ref"])
        for row in table(folder, "bindings")
        if row["method"] == "decision"
    }


def test_decisions_an_earlier_run_and_the_difference_agree(small: Small, tmp_path: Path) -> None:
    """The next export, with the log and the run before: the decided pair is the difference."""
    after = tmp_path / "after"
    more = ("--decisions", small.log.path, "--previous", small.out, "--no-workbooks", "--out", after)
    assert call("run", *small.inputs, *more).code == 0
    assert statuses(after) == ["applied", "applied", "applied", "severe-not-allowed"]
    told = json.loads(call("diff", small.out, after, "--json").out)
    classes = {(row["side"], row["after_ref"]): row["class"] for row in told["changes"]}
    assert classes["registration", "a.csv#2"] == classes["degree", "d.csv#2"] == "decided"
    assert classes["registration", "a.csv#3"] == classes["degree", "d.csv#3"] == "lost"
    assert len(classes) == 4
    undone = json.loads(call("diff", after, small.out, "--json").out)
    assert {row["class"] for row in undone["changes"]} == {"undecided", "bound"}
