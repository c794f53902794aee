"""The school table is rebuilt from the ministry's workbooks as published."""

import dataclasses
import shutil
from pathlib import Path

import pytest
import xlsxwriter

from chsi_batch import school_list
from chsi_batch.errors import OutputError, Refused
from chsi_batch.school_list import Listed
from chsi_batch.tables import rows
from chsi_batch.values import school

BOOKS = Path(__file__).parent / "data" / "schools"
LIST_2017 = BOOKS / "moe_regular_hei_2017_raw.xls"
LIST_2025 = BOOKS / "moe_regular_hei_2025_raw.xls"


@pytest.fixture(scope="module")
def lists() -> tuple[tuple[Listed, ...], tuple[Listed, ...]]:
    return school_list.read(LIST_2017), school_list.read(LIST_2025)


def test_every_school_is_read(lists: tuple[tuple[Listed, ...], tuple[Listed, ...]]) -> None:
    older, newer = lists
    assert (len(older), len(newer)) == (2631, 2919)
    assert len({row.province for row in newer}) == 31
    assert {row.level for row in older + newer} == {"本科", "专科"}
    assert all(len(row.code) == 5 and row.code.isdigit() for row in older + newer)
    assert not [row for row in older if "\n" in row.name or " " in row.name]
    assert newer[0] == Listed("10001", "北京大学", "current", "北京市", "本科", "moe-list-2025-06-20")


def test_a_rename_keeps_the_code_and_the_old_name(tmp_path: Path) -> None:
    out = tmp_path / "schools.csv"
    out.write_text(",".join(school_list.COLUMNS) + "\n", encoding="utf-8-sig")
    first = school_list.rebuild(LIST_2017, out)
    assert (first.listed, first.added, first.renamed, first.gone) == (2631, 2631, 0, 0)
    second = school_list.rebuild(LIST_2025, out)
    assert (second.listed, second.added, second.renamed, second.gone) == (2919, 332, 267, 44)
    table = school_list.known(out)
    geely = [(row.name, row.kind) for row in table if row.code == "12802"]
    assert geely == [("吉利学院", "current"), ("北京吉利学院", "former")]
    assert sum(row.kind == "closed" for row in table) == 44
    assert len(table) == second.rows == 2919 + 267 + 44
    again = school_list.rebuild(LIST_2025, out)
    assert (again.added, again.renamed, again.gone) == (0, 0, 0)
    assert school_list.known(out) == table


def test_the_shipped_table_is_what_the_workbooks_give(
    lists: tuple[tuple[Listed, ...], tuple[Listed, ...]],
) -> None:
    older, newer = lists
    built = school_list.merge(older, newer)
    shipped = [Listed(**row) for row in rows("schools", school_list.COLUMNS) if row["kind"] != "other"]
    assert [dataclasses.replace(row, origin="") for row in shipped] == [
        dataclasses.replace(row, origin="") for row in built
    ]


def test_without_a_table_the_shipped_names_are_kept(tmp_path: Path) -> None:
    out = tmp_path / "schools.csv"
    summary = school_list.rebuild(LIST_2025, out)
    assert (summary.added, summary.renamed, summary.gone) == (0, 0, 0)
    assert sum(row.kind == "former" for row in school_list.known(out)) == 267


def test_names_a_registrar_added_and_names_that_come_back() -> None:
    before = [
        Listed("10001", "北大", "other", "", "", "registrar"),
        Listed("10001", "北京大学", "former", "北京市", "本科", "x"),
        Listed("10001", "京师大学堂", "current", "北京市", "本科", "x"),
    ]
    merged = school_list.merge(before, [Listed("10001", "北京大学", "current", "北京市", "本科", "y")])
    assert [(row.name, row.kind) for row in merged] == [
        ("北京大学", "current"),
        ("京师大学堂", "former"),
        ("北大", "other"),
    ]


def test_brackets_of_another_width_are_no_rename() -> None:
    before = [Listed("11413", "中国矿业大学(北京)", "current", "北京市", "本科", "x")]
    after = [Listed("11413", "中国矿业大学（北京）", "current", "北京市", "本科", "y")]
    assert school_list.merge(before, after) == tuple(after)


def book(path: Path, lines: list[list[object]]) -> Path:
    workbook = xlsxwriter.Workbook(path)
    sheet = workbook.add_worksheet()
    for number, line in enumerate(lines):
        sheet.write_row(number, 0, line)
    workbook.close()
    return path


def schools(count: int) -> list[list[object]]:
    body: list[list[object]] = [[n, f"第{n}学院", 4111010000 + n, "", "", "本科", ""] for n in range(count)]
    return [["序号", "学校名称", "学校标识码", "主管部门", "所在地", "办学层次", "备注"], *body]


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ([["姓名", "身份证号"], ["张三", "1"]], "no row has the headings"),
        (schools(3), "only 3 schools"),
        ([*schools(120), [1, "又一学院", 4111010001, "", "", "本科", ""]], "a code occurs twice"),
        ([schools(0)[0], ["北京市（121所）"], *schools(120)[1:]], "announces 121 schools and has 120"),
        ([*schools(120), [1, "＝1+1学院", 4111019999, "", "", "本科"]], "neither a school nor"),
        ([*schools(120), ["", "无码学院", "", "", "", "本科", ""]], "neither a school nor a group row"),
    ],
)
def test_another_workbook_is_refused(tmp_path: Path, lines: list[list[object]], said: str) -> None:
    out = tmp_path / "schools.csv"
    with pytest.raises(Refused, match=said) as caught:
        school_list.rebuild(book(tmp_path / "list.xlsx", lines), out, "en")
    (refusal,) = caught.value.refusals
    assert refusal.line().startswith("not-the-school-list list.xlsx")
    assert not out.exists()


def test_a_row_that_is_no_school_is_named(tmp_path: Path) -> None:
    lines = [*schools(120), ["", "无码学院", "", "", "", "本科", ""]]
    with pytest.raises(Refused) as caught:
        school_list.read(book(tmp_path / "list.xlsx", lines))
    assert caught.value.refusals[0].row == 122


@pytest.mark.parametrize("content", [b"", b"no workbook", b"PK\x03\x04broken", None])
def test_what_is_no_workbook_is_refused(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "list.xls"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(Refused):
        school_list.read(path)


def test_refusals_speak_both_languages(tmp_path: Path) -> None:
    path = book(tmp_path / "list.xlsx", schools(3))
    for language, said in (("zh", "只有3所学校"), ("en", "there are only 3 schools")):
        with pytest.raises(Refused, match=said):
            school_list.read(path, language)


def test_an_output_that_is_another_table_is_left_alone(tmp_path: Path) -> None:
    out = tmp_path / "mine.csv"
    out.write_text("a,b\n1,2\n")
    with pytest.raises(OutputError):
        school_list.rebuild(LIST_2025, out)
    assert out.read_text() == "a,b\n1,2\n"
    with pytest.raises(OutputError):
        school_list.rebuild(LIST_2025, tmp_path / "nowhere" / "schools.csv")


def test_a_list_without_date_is_known_by_its_file_name(tmp_path: Path) -> None:
    copy = shutil.copy(LIST_2017, tmp_path / "list_2017.xls")
    assert school_list.read(Path(copy))[0].origin == "moe-list-list_2017"


def test_areas_and_schools_are_whole() -> None:
    areas = rows("areas", ("code", "name", "first_seen", "last_seen"))
    assert len(areas) == 6900
    assert len({row["code"] for row in areas}) == 6576
    assert {len(row["code"]) for row in areas} == {6}
    current = [row for row in rows("schools", school_list.COLUMNS) if row["kind"] == "current"]
    assert len(current) == 2919
    assert len({school.clean(row["name"]) for row in current}) == 2919
