"""A sample handed out and read back: the rates are those of what was answered, or one line says why not."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from openpyxl.worksheet.worksheet import Worksheet
from runs.calling import Said, call
from runs.drawn import id_number

from chsi_batch.audit.rates import Counts, at_most_here, overall
from chsi_batch.intervals import interval

from .filling import HEADER, OTHER, SAME, UNCLEAR, all_same, column, edited, fill, saved_by_libreoffice

QUIET = ("--hide", "0", "--progress", "none")


def audit(folder: Path, *arguments: object) -> Said:
    return call("audit", folder, *QUIET, *arguments)


def rated(folder: Path, workbook: Path) -> dict[str, Any]:
    said = audit(folder, "--answers", workbook, "--json")
    assert said.code == 0, said.err
    found: dict[str, Any] = json.loads(said.out)["answers"]
    return found


@pytest.fixture(scope="module")
def empty(finished: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The workbook of a sample, not yet filled in."""
    path = tmp_path_factory.mktemp("drawn") / "audit.xlsx"
    assert audit(finished, "--budget", 60, "--out", path).code == 0
    return path


@pytest.fixture(scope="module")
def filled(empty: Path) -> Path:
    path = empty.with_name("filled.xlsx")
    assert fill(empty, path, all_same) == 60
    return path


def test_none_wrong_is_said_in_a_sentence(finished: Path, filled: Path) -> None:
    found = rated(finished, filled)
    assert found["overall"]["right"] == 60
    lot = found["lots"]["B1"]
    assert (lot["wrong"], lot["precision"]) == (0, 1.0)
    assert (lot["low"], lot["high"]) == interval(0, lot["right"])
    assert lot["at_most_here"] == at_most_here(0, lot["right"], lot["population"])
    most = f"{100 * lot['at_most_here']:.1f}"
    assert found["sentences"]["B1"].startswith(f"{lot['right']} 条中 0 条错误：错误率低于 ")
    assert float(found["sentences"]["B1"].split("低于 ")[1].rstrip("%")) >= float(most) - 0.05
    english = audit(finished, "--answers", filled, "--json", "--lang", "en")
    said = json.loads(english.out)["answers"]["sentences"]
    assert said["B1"].startswith(f"0 wrong in {lot['right']}: below ")
    assert said["B1"].endswith("% at 95 %")
    assert "Sheet" not in english.err
    assert "".join(said["All"].split()) in "".join(english.err.split())


def test_what_libreoffice_saves_reads_the_same(finished: Path, filled: Path, tmp_path: Path) -> None:
    saved = saved_by_libreoffice(filled, tmp_path / "saved")
    assert saved.read_bytes() != filled.read_bytes()
    assert rated(finished, saved) == rated(finished, filled)


test_what_libreoffice_saves_reads_the_same = pytest.mark.libreoffice(
    test_what_libreoffice_saves_reads_the_same
)


def test_planted_wrong_bindings_are_counted(
    finished: Path, owners: dict[str, frozenset[str]], tmp_path: Path
) -> None:
    """Three accounts take each other's degree; every binding is looked at by somebody who knows."""
    folder = tmp_path / "result"
    shutil.copytree(finished, folder)
    path = folder / "private" / "bindings.parquet"
    bound = pq.read_table(path)
    places = [place for place, rule in enumerate(bound["rule"].to_pylist()) if rule == "B1"][5:95:30]
    accounts = bound["registration_ref"].to_pylist()
    taken = [accounts[place] for place in places]
    for place, account in zip(places, [*taken[1:], taken[0]], strict=True):
        accounts[place] = account
    planted = bound.set_column(0, "registration_ref", pa.array(accounts))
    assert planted.column_names == bound.column_names
    pq.write_table(planted, path)

    def truly(registration: str, degree: str) -> str:
        return SAME if registration in owners[degree] else OTHER

    every, some = tmp_path / "every.xlsx", tmp_path / "some.xlsx"
    assert audit(folder, "--budget", 100_000, "--out", every).code == 0
    rows = fill(every, every.with_name("known.xlsx"), truly)
    found = rated(folder, every.with_name("known.xlsx"))
    assert rows == bound.num_rows == found["overall"]["drawn"]
    assert {lot: rate["wrong"] for lot, rate in found["lots"].items()} == {"B1": 3, "B2": 0, "B3": 0}
    assert found["overall"]["at_most"] == found["overall"]["wrong_share"] == 3 / rows
    assert found["sentences"]["B2"].startswith("全部 ")

    assert audit(folder, "--budget", 150, "--out", some).code == 0
    fill(some, some.with_name("known.xlsx"), truly)
    sampled = rated(folder, some.with_name("known.xlsx"))
    counts = {
        lot: Counts(rate["population"], rate["right"], rate["wrong"], rate["unclear"])
        for lot, rate in sampled["lots"].items()
    }
    assert overall(counts) == sampled["overall"]
    assert sampled["overall"]["at_most"] > 3 / rows


def test_cannot_tell_is_an_answer(finished: Path, empty: Path, tmp_path: Path) -> None:
    turns = iter(range(100))
    fill(empty, tmp_path / "unclear.xlsx", lambda *_: UNCLEAR if next(turns) % 10 == 0 else SAME)
    found = rated(finished, tmp_path / "unclear.xlsx")
    every = found["overall"]
    assert (every["drawn"], every["unclear"], every["right"]) == (60, 6, 54)
    assert every["at_most_here_if_unclear_wrong"] > every["at_most_here"]
    assert any("看不出" in sentence for sentence in found["sentences"].values())


def test_rows_may_be_sorted_and_answered_in_english(finished: Path, filled: Path, tmp_path: Path) -> None:
    def sort(sheet: Worksheet) -> None:
        rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=HEADER + 1)]
        answer = column(sheet, "answer") - 1
        for number, row in enumerate(reversed(rows), start=HEADER + 1):
            row[answer] = " the same person "
            for place, value in enumerate(row, start=1):
                sheet.cell(number, place).value = value
        sheet.cell(HEADER + len(rows) + 4, 1).value = "抽查完毕"

    assert rated(finished, edited(filled, tmp_path / "sorted.xlsx", sort)) == rated(finished, filled)


def _delete(sheet: Worksheet) -> None:
    sheet.delete_rows(HEADER + 2)


def _double(sheet: Worksheet) -> None:
    code = column(sheet, "pair")
    sheet.cell(HEADER + 2, code).value = sheet.cell(HEADER + 1, code).value


def _add(sheet: Worksheet) -> None:
    sheet.cell(sheet.max_row + 1, column(sheet, "pair")).value = "0123456789abcdef"


def _blank(sheet: Worksheet) -> None:
    for row in (HEADER + 2, HEADER + 5):
        sheet.cell(row, column(sheet, "answer")).value = None


def _other_word(sheet: Worksheet) -> None:
    sheet.cell(HEADER + 3, column(sheet, "answer")).value = "对"


def _retitle(sheet: Worksheet) -> None:
    sheet.cell(HEADER, column(sheet, "pair")).value = "码"


@pytest.mark.parametrize(
    ("edit", "line"),
    [
        (_delete, "audit-rows used.xlsx: 少了 1 行，多出 0 行"),
        (_double, "audit-rows used.xlsx: 少了 1 行，多出 1 行"),
        (_add, "audit-rows used.xlsx: 少了 0 行，多出 1 行"),
        (_retitle, "audit-rows used.xlsx: 少了 60 行，多出 0 行"),
        (_blank, f"audit-unanswered used.xlsx, 抽查, row {HEADER + 2}: 60 行中有 2 行没有回答"),
        (_other_word, f"audit-answer used.xlsx, 抽查, row {HEADER + 3}: 不是可选的回答"),
    ],
)
def test_a_spoilt_list_is_refused(
    edit: Callable[[Worksheet], None], line: str, finished: Path, filled: Path, tmp_path: Path
) -> None:
    said = audit(finished, "--answers", edited(filled, tmp_path / "used.xlsx", edit))
    assert said.code == 3
    assert len(said.lines) == 1
    assert said.lines[0].startswith(line)


def _no_plan(book: openpyxl.Workbook) -> None:
    del book["_audit"]


def _half_a_plan(book: openpyxl.Workbook) -> None:
    book["_audit"].delete_rows(3)


def _no_number(book: openpyxl.Workbook) -> None:
    book["_audit"]["B3"].value = "一"


def _other_size(book: openpyxl.Workbook) -> None:
    book["_audit"]["C4"].value = "7"


@pytest.mark.parametrize(
    ("edit", "code"),
    [
        (_no_plan, "audit-foreign"),
        (_half_a_plan, "audit-foreign"),
        (_no_number, "audit-foreign"),
        (_other_size, "audit-other-run"),
    ],
)
def test_a_spoilt_plan_is_refused(
    edit: Callable[[openpyxl.Workbook], None], code: str, finished: Path, filled: Path, tmp_path: Path
) -> None:
    book = openpyxl.load_workbook(filled)
    edit(book)
    book.save(tmp_path / "used.xlsx")
    said = audit(finished, "--answers", tmp_path / "used.xlsx")
    assert (said.code, len(said.lines)) == (3, 1)
    assert said.lines[0].startswith(f"{code} used.xlsx: ")


def test_what_is_no_audit_workbook_is_refused(finished: Path, tmp_path: Path) -> None:
    text, damaged, missing = (tmp_path / name for name in ("a.csv", "b.xlsx", "c.xlsx"))
    text.write_text("核对码,是同一人吗\n1,是同一人\n", encoding="utf-8")
    damaged.write_bytes(b"PK\x03\x04 and no more")
    for path, code in ((text, "audit-foreign"), (damaged, "file-damaged"), (missing, "file-missing")):
        said = audit(finished, "--answers", path)
        assert (said.code, len(said.lines)) == (3, 1)
        assert said.lines[0].startswith(f"{code} {path.name}: ")


def test_the_answers_of_another_run_are_refused(finished: Path, filled: Path, tmp_path: Path) -> None:
    folder = tmp_path / "result"
    shutil.copytree(finished, folder)
    path = folder / "private" / "bindings.parquet"
    pq.write_table(pq.read_table(path).slice(1), path)
    said = audit(folder, "--answers", filled)
    assert (said.code, len(said.lines)) == (3, 1)
    assert said.lines[0].startswith("audit-other-run filled.xlsx: ")


def test_answers_bring_their_own_sample(finished: Path, filled: Path) -> None:
    for option in ("--seed", "--margin", "--budget"):
        said = audit(finished, "--answers", filled, option, 1)
        assert (said.code, len(said.lines)) == (2, 1)
        assert said.lines[0].startswith("audit-answers-alone filled.xlsx: ")


def test_the_answered_workbook_can_be_kept(finished: Path, filled: Path, tmp_path: Path) -> None:
    def confide(sheet: Worksheet) -> None:
        sheet.cell(HEADER + 1, column(sheet, "remark")).value = f"同 {id_number(3)}"

    kept = tmp_path / "kept.xlsx"
    told = edited(filled, tmp_path / "told.xlsx", confide)
    assert audit(finished, "--answers", told, "--out", kept).code == 0
    assert rated(finished, kept) == rated(finished, filled)
    book = openpyxl.load_workbook(kept)
    shown = [str(cell.value) for row in book["汇总"].iter_rows() for cell in row if cell.value]
    assert rated(finished, filled)["sentences"]["合计"] in shown
    sheet = book["抽查"]
    remarks = {sheet.cell(row, column(sheet, "remark")).value for row in range(HEADER + 1, sheet.max_row + 1)}
    assert remarks == {f"已查 {row}" for row in range(HEADER + 2, HEADER + 61)} | {f"同 1{'*' * 16}2"}
