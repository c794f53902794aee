"""A filled-in exception report given back: what is taken in, whoever saved it, and what is refused."""

from __future__ import annotations

import itertools
import shutil
from collections.abc import Callable
from copy import copy
from pathlib import Path

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from chsi_batch.decisions.log import Log
from chsi_batch.report.sheets import HEAD_ROWS

from .calling import Said, call, everything, table
from .conftest import Cohort, Finished
from .filling import (
    CODE,
    DECISION,
    DEGREE,
    REGISTRATION,
    REMARK,
    REVIEWER,
    Answer,
    Line,
    column,
    converted,
    edited,
    fill,
    lines,
    lists,
    pairs,
    saved_by_pandas,
    type_in,
)

WORDS = ("绑定", "不是同一人", "暂缓", "询问学校", "询问学生")
KINDS = ("bind", "reject", "hold", "hold", "hold")
Edit = Callable[[openpyxl.Workbook], None]


@pytest.fixture
def run(finished: Finished, tmp_path: Path) -> Path:
    """A run of its own: logs lie beside runs."""
    shutil.copytree(finished.folder, tmp_path / "result")
    return tmp_path / "result"


@pytest.fixture
def report(run: Path) -> Path:
    return run / "exception_report.xlsx"


def chosen(report: Path, count: int = 10) -> list[Line]:
    """Cases about different pairs, from all over the workbook."""
    found: list[Line] = []
    for line in pairs(report):
        if line.pair not in {other.pair for other in found}:
            found.append(line)
    assert len(found) > 2 * count
    return found[:: len(found) // count][:count]


def answers(report: Path, count: int = 10) -> list[tuple[Line, Answer]]:
    return [
        (line, (WORDS[place % 5], "李老师", f"已核对 {place}"))
        for place, line in enumerate(chosen(report, count))
    ]


def given(run: Path, workbook: Path, *more: object) -> Said:
    return call("decisions", "import", run, workbook, *more)


def decided(run: Path) -> dict[tuple[str | None, str | None], tuple[str, str, str]]:
    """What stands in the log by both references; every entry is about rows of its own."""
    entries = Log.beside(run).entries()
    found = {
        (entry.registration_ref, entry.degree_ref): (entry.decision, entry.reviewer, entry.remark)
        for entry in entries
    }
    assert len(found) == len(entries)
    return found


def expected(told: list[tuple[Line, Answer]]) -> dict[tuple[str | None, str | None], tuple[str, str, str]]:
    found = {}
    for line, (word, reviewer, remark) in told:
        asked = f"{word}；" if word in WORDS[3:] else ""
        found[line.pair] = (KINDS[WORDS.index(str(word))], str(reviewer), f"{asked}{remark or ''}")
    return found


def refused(said: Said, run: Path, code: str, lines: int = 1) -> str:
    """Nothing is taken in, and every line names the fault."""
    assert (said.code, len(said.lines)) == (3, lines), said.err
    assert {line.split()[0] for line in said.lines} == {code}
    assert Log.beside(run).entries() == ()
    return said.lines[0]


def test_every_decision_arrives_with_what_the_reviewer_saw(run: Path, report: Path, tmp_path: Path) -> None:
    told = answers(report)
    said = given(run, fill(report, tmp_path / "filled.xlsx", told))
    assert said.code == 0, said.err
    assert said.lines[0] == "已导入 10 条决定（绑定 2，不是同一人 2，暂缓 6）"
    assert decided(run) == expected(told)
    rules = {
        (row["registration_ref"], row["degree_ref"]): row["rule"]
        for row in table(run, "candidates", private=True)
    }
    for (line, _), entry in zip(told, Log.beside(run).entries(), strict=True):
        assert (entry.code, entry.source, entry.time[:2]) == (line.code, "workbook", "20")
        assert entry.rule == rules.get(line.pair)


def test_the_same_workbook_twice_adds_nothing(run: Path, report: Path, tmp_path: Path) -> None:
    filled = fill(report, tmp_path / "filled.xlsx", answers(report))
    assert given(run, filled).code == 0
    before = Log.beside(run).path.read_bytes()
    said = given(run, filled)
    assert said.code == 0
    assert said.lines[1] == "10 条早已在记录中，未重复导入"
    assert Log.beside(run).path.read_bytes() == before


def test_what_was_taken_back_stays_back(run: Path, report: Path, tmp_path: Path) -> None:
    filled = fill(report, tmp_path / "filled.xlsx", answers(report))
    assert given(run, filled).code == 0
    assert call("decisions", "undo", run, 2, 3, "--reviewer", "王老师").code == 0
    said = given(run, filled)
    assert "2 条此前已被撤销" in said.err
    assert len(Log.beside(run).entries()) == 12


def test_another_decision_of_the_same_reviewer_is_added(run: Path, report: Path, tmp_path: Path) -> None:
    line = chosen(report)[0]
    for word in ("绑定", "不是同一人", "绑定"):
        assert given(run, fill(report, tmp_path / "filled.xlsx", [(line, (word, "李老师", None))])).code == 0
    assert [entry.decision for entry in Log.beside(run).entries()] == ["bind", "reject", "bind"]


@pytest.mark.parametrize("word", [" 绑 定 ", "绑定\n", "ＢＩＮＤ", "Bind", "\u200b绑定。"])
def test_a_word_is_known_however_it_is_typed(run: Path, report: Path, tmp_path: Path, word: str) -> None:
    if word.endswith("。"):
        word = word[:-1]
    said = given(run, fill(report, tmp_path / "filled.xlsx", [(chosen(report)[0], (word, "李老师", None))]))
    assert said.code == 0, said.err
    assert [entry.decision for entry in Log.beside(run).entries()] == ["bind"]


def test_english_reports_are_read_too(english: Finished, tmp_path: Path) -> None:
    run = tmp_path / "english"
    shutil.copytree(english.folder, run)

    def edit(book: openpyxl.Workbook) -> None:
        sheet = book["School"]
        titles = [cell.value for cell in sheet[HEAD_ROWS]]
        row = next(
            row
            for row in range(HEAD_ROWS + 1, sheet.max_row + 1)
            if all(sheet.cell(row, titles.index(title) + 1).value for title in ("Account row", "Degree row"))
        )
        sheet.cell(row, titles.index("Decision") + 1).value = "ask the school"
        sheet.cell(row, titles.index("Checked by") + 1).value = "Li"

    said = given(run, edited(run / "exception_report.xlsx", tmp_path / "e.xlsx", edit), "--lang", "en")
    assert said.lines[0] == "1 decisions taken in (bind 0, reject 0, hold 1)"
    (entry,) = Log.beside(run).entries()
    assert (entry.decision, entry.remark, entry.reviewer) == ("hold", "ask the school", "Li")


def reversed_rows(sheet: Worksheet) -> None:
    rows = [[copy(cell.value) for cell in row] for row in sheet.iter_rows(min_row=HEAD_ROWS + 1)]
    for number, values in enumerate(reversed(rows), HEAD_ROWS + 1):
        for place, value in enumerate(values, 1):
            sheet.cell(number, place).value = value


def moved_columns(sheet: Worksheet) -> None:
    """The decision columns in front, the advice and the code gone."""
    for title in ("原因", "处理建议", CODE):
        sheet.delete_cols(column(sheet, title))
    sheet.insert_cols(1, 3)
    for place, title in enumerate((REMARK, DECISION, REVIEWER), 1):
        at = column(sheet, title)
        for row in range(HEAD_ROWS, sheet.max_row + 1):
            sheet.cell(row, place).value = sheet.cell(row, at).value
        sheet.delete_cols(at)


def worked_in(sheet: Worksheet) -> None:
    """Rows put above and between, a row copied, rows hidden, a title typed in anew, cells merged."""
    sheet.cell(HEAD_ROWS, column(sheet, DECISION)).value = "处 理\n决定 "
    sheet.insert_rows(1, 2)
    last = sheet.max_row
    for place in range(1, sheet.max_column + 1):
        sheet.cell(last + 2, place).value = sheet.cell(last, place).value
    for row in range(HEAD_ROWS + 4, last):
        sheet.row_dimensions[row].hidden = True
    sheet.merge_cells(start_row=1, end_row=2, start_column=1, end_column=4)


@pytest.mark.parametrize("edit", [reversed_rows, moved_columns, worked_in])
def test_rows_and_columns_may_be_anywhere(
    run: Path, report: Path, tmp_path: Path, edit: Callable[[Worksheet], None]
) -> None:
    told = answers(report)

    def work(book: openpyxl.Workbook) -> None:
        for line, answer in told:
            type_in(book, line, answer)
        for sheet in lists(book):
            edit(sheet)
        extra = book.create_sheet("我的备注", 0)
        extra["A1"], extra["B7"] = DECISION, "绑定"

    said = given(run, edited(report, tmp_path / "filled.xlsx", work))
    assert said.code == 0, said.err
    assert decided(run) == expected(told)


def test_sheets_and_rows_may_be_missing(run: Path, report: Path, tmp_path: Path) -> None:
    told = answers(report)
    kept = told[-1][0].sheet

    def work(book: openpyxl.Workbook) -> None:
        for line, answer in told:
            type_in(book, line, answer)
        for sheet in lists(book):
            if sheet.title != kept:
                book.remove(sheet)
        undecided = [
            row
            for row in range(HEAD_ROWS + 1, book[kept].max_row + 1)
            if not book[kept].cell(row, column(book[kept], DECISION)).value
        ]
        for row in reversed(undecided):
            book[kept].delete_rows(row)

    said = given(run, edited(report, tmp_path / "filled.xlsx", work))
    assert said.code == 0, said.err
    assert decided(run) == expected([answer for answer in told if answer[0].sheet == kept])
    assert "还没有决定" not in said.err


def test_one_reviewer_merged_over_several_rows(run: Path, report: Path, tmp_path: Path) -> None:
    by_sheet: dict[str, list[Line]] = {}
    for line in pairs(report):
        by_sheet.setdefault(line.sheet, []).append(line)
    first, second = next(
        (one, two)
        for listed in by_sheet.values()
        for one, two in itertools.pairwise(listed)
        if two.row == one.row + 1 and one.pair != two.pair
    )

    def work(book: openpyxl.Workbook) -> None:
        type_in(book, first, ("绑定", "李老师", None))
        type_in(book, second, ("不是同一人", None, None))
        sheet = book[first.sheet]
        at = column(sheet, REVIEWER)
        sheet.merge_cells(start_row=first.row, end_row=second.row, start_column=at, end_column=at)

    assert given(run, edited(report, tmp_path / "filled.xlsx", work)).code == 0
    assert {entry.reviewer for entry in Log.beside(run).entries()} == {"李老师"}
    assert len(Log.beside(run).entries()) == 2


def test_the_command_names_the_reviewer_of_the_rest(run: Path, report: Path, tmp_path: Path) -> None:
    one, two = chosen(report)[:2]
    filled = fill(
        report, tmp_path / "filled.xlsx", [(one, ("暂缓", None, None)), (two, ("暂缓", "李 老师", None))]
    )
    assert given(run, filled, "--reviewer", " 王  老师 ").code == 0
    assert [entry.reviewer for entry in Log.beside(run).entries()] == ["王 老师", "李 老师"]


def test_a_single_row_can_wait(run: Path, report: Path, tmp_path: Path) -> None:
    line = next(line for line in lines(report) if None in line.pair)
    assert (
        given(run, fill(report, tmp_path / "filled.xlsx", [(line, ("询问学校", "李老师", None))])).code == 0
    )
    (entry,) = Log.beside(run).entries()
    assert (entry.registration_ref, entry.degree_ref) == line.pair
    assert (entry.registration_key is None, entry.degree_key is None) == (
        line.registration is None,
        line.degree is None,
    )


def test_a_partner_may_be_filled_in(run: Path, report: Path, tmp_path: Path) -> None:
    alone = next(line for line in lines(report) if line.registration and not line.degree)
    degree = next(row["ref"] for row in table(run, "ledger") if row["side"] == "degree")

    def work(book: openpyxl.Workbook) -> None:
        type_in(book, alone, ("绑定", "李老师", "电话确认"))
        sheet = book[alone.sheet]
        sheet.cell(alone.row, column(sheet, DEGREE)).value = degree

    assert given(run, edited(report, tmp_path / "filled.xlsx", work)).code == 0
    assert list(decided(run)) == [(alone.registration, degree)]


def faulty(report: Path, fault: str) -> Edit:
    """One decision that cannot be taken in, beside one that can."""
    good, bad, other = chosen(report)[:3]
    alone = next(line for line in lines(report) if None in line.pair)

    def work(book: openpyxl.Workbook) -> None:
        type_in(book, good, ("绑定", "李老师", None))
        sheet = book[bad.sheet]
        type_in(book, bad, ("绑定", "李老师", None))
        cell = sheet.cell(bad.row, column(sheet, DECISION))
        if fault == "decision-unknown-near":
            cell.value = "绑订"
        elif fault == "decision-unknown":
            cell.value = "11010119900307721X"
        elif fault == "decision-no-reviewer":
            type_in(book, bad, ("绑定", " ", None))
        elif fault == "decision-no-counterpart":
            type_in(book, bad, (None, None, None))
            type_in(book, alone, ("不是同一人", "李老师", None))
        elif fault == "decision-no-place":
            for title in (REGISTRATION, DEGREE):
                sheet.cell(bad.row, column(sheet, title)).value = None
        elif fault == "decision-row-unknown":
            sheet.cell(bad.row, column(sheet, DEGREE)).value = "nowhere.xlsx#Sheet1!7"
        elif fault == "decision-not-a-pair":
            sheet.cell(bad.row, column(sheet, DEGREE)).value = other.degree
        elif fault == "decision-contradicts":
            last = sheet.max_row + 1
            for place in range(1, sheet.max_column + 1):
                sheet.cell(last, place).value = sheet.cell(bad.row, place).value
            sheet.cell(last, cell.column).value = "不是同一人"
        elif fault == "decision-merged":
            sheet.merge_cells(
                start_row=bad.row, end_row=bad.row + 1, start_column=cell.column, end_column=cell.column
            )
        elif fault == "decision-lost":
            cell.value = "=A1"

    return work


@pytest.mark.parametrize(
    ("fault", "title"),
    [
        ("decision-unknown-near", DECISION),
        ("decision-unknown", DECISION),
        ("decision-no-reviewer", REVIEWER),
        ("decision-no-counterpart", DECISION),
        ("decision-no-place", DECISION),
        ("decision-row-unknown", DEGREE),
        ("decision-not-a-pair", REGISTRATION),
        ("decision-contradicts", DECISION),
        ("decision-lost", DECISION),
    ],
)
def test_a_fault_is_named_by_its_cell_and_nothing_is_taken_in(
    run: Path, report: Path, tmp_path: Path, fault: str, title: str
) -> None:
    line = refused(given(run, edited(report, tmp_path / "filled.xlsx", faulty(report, fault))), run, fault)
    assert line.startswith(f"{fault} filled.xlsx, ")
    assert f", {title}: " in line
    assert ", row " in line
    assert "11010119900307721X" not in line


def test_a_decision_merged_over_rows_speaks_for_none(run: Path, report: Path, tmp_path: Path) -> None:
    said = given(run, edited(report, tmp_path / "filled.xlsx", faulty(report, "decision-merged")))
    refused(said, run, "decision-merged", 2)


def test_all_faults_are_told_at_once_but_not_without_end(run: Path, report: Path, tmp_path: Path) -> None:
    told = [(line, ("绑订", "李老师", None)) for line in pairs(report)]
    said = given(run, fill(report, tmp_path / "filled.xlsx", told))
    assert said.code == 3
    assert len(said.lines) == 21
    assert said.lines[-1].startswith(f"decision-more filled.xlsx: 另有 {len(told) - 20} 处")
    assert "“绑定”" in said.lines[0]


def without(book: openpyxl.Workbook, *names: str) -> None:
    for name in names:
        del book[name]


@pytest.mark.parametrize("case", ["foreign", "column", "twice", "format", "damaged", "missing"])
def test_what_is_no_such_workbook_is_refused_in_one_line(
    run: Path, report: Path, tmp_path: Path, case: str
) -> None:
    path = tmp_path / "filled.xlsx"
    codes = {
        "foreign": "decisions-foreign",
        "column": "decisions-no-column",
        "twice": "decisions-column-twice",
        "format": "decisions-format",
        "damaged": "file-damaged",
        "missing": "file-missing",
    }
    if case == "foreign":
        edited(report, path, lambda book: without(book, "_run"))
    elif case == "column":
        edited(report, path, lambda book: without(book, *(sheet.title for sheet in lists(book))))
    elif case == "twice":
        edited(report, path, lambda book: setattr(lists(book)[0].cell(HEAD_ROWS, 40), "value", DECISION))
    elif case == "format":
        path.write_text("姓名,处理决定\n张三,绑定\n", encoding="utf-8")
    elif case == "damaged":
        path.write_bytes(report.read_bytes()[:5000])
    refused(given(run, path), run, codes[case])
    assert not Log.beside(run).path.exists()


def test_a_workbook_of_another_run_is_refused(
    run: Path, report: Path, cohort: Cohort, tmp_path: Path
) -> None:
    other = tmp_path / "other"
    files = [part for name in ("registrations", "degrees") for part in (f"--{name}", cohort.folder / name)]
    assert call("run", *files, "--progress", "none", "--out", other).code == 0
    filled = fill(report, tmp_path / "filled.xlsx", answers(report))
    refused(given(other, filled), other, "decisions-other-run")
    assert given(run, filled).code == 0


def test_a_run_replays_a_workbook_and_keeps_its_mark(
    run: Path, report: Path, cohort: Cohort, tmp_path: Path
) -> None:
    """The workbook may lie in the run's own folder, and serves again after the run was made anew."""
    told = answers(report)
    fill(report, report, told)
    kept = shutil.copy(report, tmp_path / "kept.xlsx")
    said = call("run", *cohort.arguments, "--decisions", report, "--progress", "none", "--out", run)
    assert said.code == 0, said.err
    rows = table(run, "decisions")
    assert [row["degree_ref"] for row in rows] == [line.degree for line, _ in told]
    assert "stale" not in {row["status"] for row in rows}
    assert {"applied"} <= {row["status"] for row in rows}
    assert given(run, Path(kept)).lines[1] == "10 条早已在记录中，未重复导入"
    assert given(run, report).code == 0
    assert len(Log.beside(run).entries()) == 10


def test_a_run_refuses_a_workbook_that_belongs_nowhere(
    run: Path, report: Path, cohort: Cohort, tmp_path: Path
) -> None:
    filled = fill(report, tmp_path / "filled.xlsx", answers(report))
    shutil.rmtree(run)
    said = call("run", *cohort.arguments, "--decisions", filled, "--progress", "none", "--out", run)
    refused(said, run, "decisions-other-run")
    assert not run.exists()


def identifying(path: Path) -> dict[str, list[str]]:
    """Every cell of the lists but what is filled in by hand, as text."""
    book = openpyxl.load_workbook(path)
    found = {}
    for sheet in lists(book):
        by_hand = {column(sheet, title) for title in (DECISION, REVIEWER, REMARK, "签字")}
        found[sheet.title] = [
            str(cell.value)
            for row in sheet.iter_rows(min_row=HEAD_ROWS)
            for cell in row
            if cell.value is not None and cell.column not in by_hand
        ]
    assert found
    return found


@pytest.mark.libreoffice
@pytest.mark.parametrize("via", [["xlsx"], ["ods", "xlsx"], ["xls", "xlsx"]])
def test_libreoffice_gives_back_what_it_was_given(
    run: Path, report: Path, tmp_path: Path, via: list[str]
) -> None:
    told = answers(report)
    saved = fill(report, tmp_path / "filled.xlsx", told)
    for number, ending in enumerate(via):
        saved = converted(saved, tmp_path / f"saved{number}", ending)
    said = given(run, saved)
    assert said.code == 0, said.err
    assert decided(run) == expected(told)
    assert identifying(saved) == identifying(report)


def test_pandas_gives_back_what_it_was_given(run: Path, report: Path, tmp_path: Path) -> None:
    told = answers(report)
    saved = saved_by_pandas(fill(report, tmp_path / "filled.xlsx", told), tmp_path / "saved.xlsx")
    assert given(run, saved).code == 0
    assert decided(run) == expected(told)


def test_the_mark_of_a_run_looks_like_no_number(report: Path) -> None:
    (form,), (name, mark) = [
        [value for value in row if value]
        for row in openpyxl.load_workbook(report)["_run"].iter_rows(values_only=True)
    ]
    assert (form, name, len(str(mark))) == ("chsi-batch exceptions 1", "run", 64)
    assert str(mark).isalpha()


def test_the_workbook_itself_is_never_touched(run: Path, report: Path, tmp_path: Path) -> None:
    filled = fill(report, tmp_path / "filled.xlsx", answers(report))
    before = everything(tmp_path)
    assert given(run, filled).code == 0
    after = everything(tmp_path)
    assert {name: after[name] for name in before} == before
    assert set(after) - set(before) == {"result.decisions.jsonl", "result.decisions.key"}
