"""Both workbooks, read back as a registrar's program reads them."""

from __future__ import annotations

import io
import re
import stat
import zipfile
import zlib
from pathlib import Path

import openpyxl
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.worksheet.worksheet import Worksheet
from syrupy.assertion import SnapshotAssertion

from chsi_batch import plain
from chsi_batch.report import columnwise, forms, pouring, records, sheets, totals, xlsx
from chsi_batch.report.words import Words
from chsi_batch.results import Run

from .conftest import draw, personal

WRITERS = {"binding_report": xlsx.write_bindings, "exception_report": xlsx.write_exceptions}
HEADER = sheets.HEAD_ROWS


@pytest.fixture(scope="module")
def folder(run: Run, tmp_path_factory: pytest.TempPathFactory) -> Path:
    found = tmp_path_factory.mktemp("reports")
    for name, write in WRITERS.items():
        for language in ("zh", "en"):
            write(run, found / f"{name}_{language}.xlsx", language, False)
    return found


def load(path: Path) -> openpyxl.Workbook:
    return openpyxl.load_workbook(path, rich_text=True)


@pytest.fixture(scope="module")
def exceptions(folder: Path) -> openpyxl.Workbook:
    return load(folder / "exception_report_zh.xlsx")


@pytest.fixture(scope="module")
def bindings(folder: Path) -> openpyxl.Workbook:
    return load(folder / "binding_report_zh.xlsx")


def rows(sheet: Worksheet) -> list[dict[str, object]]:
    heads = [cell.value for cell in sheet[HEADER]]
    return [
        dict(zip(heads, [cell.value for cell in row], strict=True))
        for row in sheet.iter_rows(min_row=HEADER + 1)
    ]


def lists(book: openpyxl.Workbook) -> list[Worksheet]:
    return [sheet for sheet in book.worksheets[1:] if sheet.sheet_state == "visible"]


def test_sheets_have_the_names_people_know(
    exceptions: openpyxl.Workbook, bindings: openpyxl.Workbook
) -> None:
    assert bindings.sheetnames == ["汇总", "绑定", "待核验"]
    assert exceptions.sheetnames == ["总览", "_run", "学生", "学校", "公安机关", "学信网", "无需处理", "备注"]


def test_english_reports_are_english(folder: Path) -> None:
    book = load(folder / "exception_report_en.xlsx")
    parties = ["Student", "School", "Police", "CHSI support", "Nobody"]
    assert book.sheetnames == ["Overview", "_run", *parties, "Notes"]
    (validation,) = book["School"].data_validations.dataValidation
    assert validation.formula1 == '"bind,reject,hold,ask the school,ask the student"'
    assert load(folder / "binding_report_en.xlsx").sheetnames == ["Summary", "Bindings", "To verify"]


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("name", WRITERS)
def test_the_text_of_every_sheet(folder: Path, name: str, language: str, snapshot: SnapshotAssertion) -> None:
    book = openpyxl.load_workbook(folder / f"{name}_{language}.xlsx")
    told = []
    for sheet in [book.worksheets[0], *lists(book)]:
        told.append(f"=== {sheet.title}")
        for row in sheet.iter_rows(values_only=True):
            told.append(" | ".join("" if value is None else str(value).replace("\n", "⏎") for value in row))
    assert "\n".join(told) == snapshot


def test_every_row_is_listed_once_and_the_totals_close(run: Run, exceptions: openpyxl.Workbook) -> None:
    ledger = [row for row in run.tables["ledger"].to_pylist() if row["outcome"] == "exception"]
    listed: list[tuple[str, object]] = []
    for sheet in lists(exceptions)[:-1]:
        for row in rows(sheet):
            faulty = str(row["异常行"])
            listed += [("registration", row["账号位置"])] if "账号" in faulty else []
            listed += [("degree", row["学历位置"])] if "学历" in faulty else []
    assert sorted(listed) == sorted((row["side"], row["ref"]) for row in ledger)
    overview = [[cell.value or None for cell in row] for row in exceptions["总览"].iter_rows()]
    found = totals.count(run)
    assert ["合计", None, found.records, found.bound, found.exception, "✓ 收支相符"] in overview
    summed = [row for row in overview if row[0] == "合计"]
    assert [row[4] for row in summed[1:]] == [found.exception, found.exception]


def test_every_binding_is_listed_once(run: Run, bindings: openpyxl.Workbook) -> None:
    listed = {(row["账号位置"], row["学历位置"], row["规则"]) for row in rows(bindings["绑定"])}
    wanted = {
        (row["registration_ref"], row["degree_ref"], row["rule"])
        for row in run.tables["bindings"].to_pylist()
    }
    assert listed == wanted
    assert bindings["绑定"].max_row == HEADER + len(wanted)


def test_bindings_to_be_verified_say_why_and_when(bindings: openpyxl.Workbook) -> None:
    found = rows(bindings["待核验"])
    assert {row["状态"] for row in found} == {"待核验", "学籍未显示"}
    assert {row["应显示于"] for row in found} == {"2026-03-02 08:30:00"}
    assert all(row["处理建议"] for row in found)


def marked(cell: object) -> list[str]:
    """The marked runs of a cell: red and bold."""
    if not isinstance(cell, CellRichText):
        return []
    return [
        part.text
        for part in cell
        if isinstance(part, TextBlock) and part.font.b and part.font.color.rgb == "FFC00000"
    ]


def test_differing_characters_are_marked_in_the_cell(exceptions: openpyxl.Workbook) -> None:
    by_name = {str(row["姓名"]): row for row in rows(exceptions["学校"])}
    row = by_name["张叁丰"]
    assert marked(row["账号所载"]) == ["三"]
    assert marked(row["学历记录所载"]) == ["叁"]
    assert str(row["账号所载"]) == "姓名：张三丰"
    slip = next(row for row in rows(exceptions["学生"]) if row["代码"] == "id-slip")
    assert [len(text) for text in marked(slip["账号所载"])] == [1]
    assert re.fullmatch(r"证件号码：1\*{8}\d\*{7}[\dX]", str(slip["账号所载"]))


def test_all_differing_fields_are_shown_with_both_values(exceptions: openpyxl.Workbook) -> None:
    row = next(row for row in rows(exceptions["学生"]) if row["代码"] == "claim-mismatch")
    assert row["涉及项目"] == "毕业年份、学校"
    assert str(row["账号所载"]) == "毕业年份：2024\n学校：北京大学医学部"
    assert str(row["学历记录所载"]) == "毕业年份：2025\n学校：北京大学"
    assert row["其他问题"] == "证件号码缺失"


def test_candidates_are_at_most_three_and_in_words(exceptions: openpyxl.Workbook) -> None:
    told = [str(row["候选（最多三个）"] or "") for sheet in lists(exceptions)[:2] for row in rows(sheet)]
    longest = max(told, key=len)
    assert longest.count("\n") == 1 or [line[:2] for line in longest.split("\n")[::2]] == ["1.", "2.", "3."]
    assert any("证件号码相近、姓名一致" in text for text in told)


def test_lists_are_sorted_by_school_then_department_class_and_name(exceptions: openpyxl.Workbook) -> None:
    for sheet in lists(exceptions)[:-1]:
        keys = [
            tuple(
                b"\xff" if not row.get(head) else str(row[head]).encode("gb18030")
                for head in ("学校", "院系", "班级", "姓名")
            )
            for row in rows(sheet)
        ]
        assert keys == sorted(keys)


def test_columns_nobody_filled_are_left_out(exceptions: openpyxl.Workbook) -> None:
    heads = [cell.value for cell in exceptions["学信网"][HEADER]]
    assert "院系" not in heads
    assert "院系" in [cell.value for cell in exceptions["学校"][HEADER]]


def test_reviewers_choose_from_a_list(exceptions: openpyxl.Workbook) -> None:
    for sheet in lists(exceptions)[:-1]:
        heads = [cell.value for cell in sheet[HEADER]]
        letter = openpyxl.utils.get_column_letter(heads.index("处理决定") + 1)
        (validation,) = sheet.data_validations.dataValidation
        assert validation.formula1 == '"绑定,不是同一人,暂缓,询问学校,询问学生"'
        assert str(validation.sqref) in (
            f"{letter}{HEADER + 1}:{letter}{sheet.max_row}",
            f"{letter}{HEADER + 1}",
        )
        assert {"审核人", "备注", "签字"} <= set(heads)


def test_every_list_is_ready_to_print(exceptions: openpyxl.Workbook, bindings: openpyxl.Workbook) -> None:
    for sheet in (*lists(exceptions), *lists(bindings)):
        assert sheet.freeze_panes.endswith(str(HEADER + 1))
        assert sheet.auto_filter.ref.startswith(f"A{HEADER}:")
        assert sheet.print_title_rows == f"${HEADER}:${HEADER}"
        assert sheet.page_setup.orientation == "landscape"
        assert sheet.page_setup.paperSize == 9
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert (sheet.page_setup.fitToWidth or 1, sheet.page_setup.fitToHeight) == (1, 0)
        assert "&P" in sheet.oddFooter.center.text
        first = sheet.cell(HEADER + 1, 2)
        assert first.alignment.wrap_text
        assert first.border.left.style == "thin"
        assert all(sheet.row_dimensions[row].height for row in range(HEADER + 1, sheet.max_row + 1))


def test_no_cell_is_a_formula_and_no_link_leaves_the_workbook(folder: Path) -> None:
    for path in folder.iterdir():
        with zipfile.ZipFile(path) as parts:
            for name in parts.namelist():
                text = parts.read(name).decode("utf-8", "replace")
                assert "<f>" not in text
                assert "<f " not in text
                assert "TargetMode" not in text
                assert "externalLink" not in name
        for sheet in load(path).worksheets:
            for row in sheet.iter_rows():
                for cell in row:
                    assert cell.data_type != "f", (path.name, cell.coordinate)
                    assert cell.hyperlink is None or cell.hyperlink.location


def test_odd_names_stay_text(bindings: openpyxl.Workbook) -> None:
    found = {row["姓名"] for row in rows(bindings["绑定"])}
    assert {"=1+1", "<b>粗体</b>", "<r><t>假</t></r>", "@SUM(A1)", "𠮷田", "䶮堃", "O'Brien & Söhne"} <= found
    quoted = {
        cell.value: cell.quotePrefix for row in bindings["绑定"].iter_rows(min_row=HEADER + 1) for cell in row
    }
    assert quoted["=1+1"]
    assert quoted["@SUM(A1)"]
    assert not quoted["张伟"]


def test_control_characters_are_left_out_and_counted(exceptions: openpyxl.Workbook) -> None:
    assert "冯审" in {row["姓名"] for row in rows(exceptions["学信网"])}
    told = [cell.value for row in exceptions["总览"].iter_rows() for cell in row if cell.value]
    assert any("控制字符" in str(text) and "1" in str(text) for text in told)


def everything(path: Path) -> str:
    with zipfile.ZipFile(path) as parts:
        return "\n".join(parts.read(name).decode("utf-8", "replace") for name in parts.namelist())


def test_nothing_personal_is_seen_when_masked(run: Run, folder: Path) -> None:
    for path in folder.iterdir():
        text = everything(path)
        assert not [value for value in personal(run) if value in text], path.name


def test_unmasked_reports_show_full_values(run: Run, tmp_path: Path) -> None:
    xlsx.write_bindings(run, tmp_path / "b.xlsx", "zh", True)
    text = everything(tmp_path / "b.xlsx")
    bound = run.tables["bindings"]["registration_ref"].to_pylist()
    ids = {row["id_number"] for row in run.tables["registrations"].to_pylist() if row["ref"] in bound}
    assert all(number in text for number in ids)
    assert "完整个人信息" in text


@pytest.mark.parametrize("name", WRITERS)
def test_the_same_run_gives_the_same_bytes(folder: Path, tmp_path: Path, name: str) -> None:
    WRITERS[name](draw(), tmp_path / "again.xlsx", "zh", False)
    assert (tmp_path / "again.xlsx").read_bytes() == (folder / f"{name}_zh.xlsx").read_bytes()


def test_only_the_owner_may_read_a_report(folder: Path) -> None:
    for path in folder.iterdir():
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_no_file_is_left_beside_a_report(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.mkstemp", lambda *_, **__: pytest.fail("a temporary file would hold names"))
    xlsx.write_exceptions(run, tmp_path / "e.xlsx", "zh", False)
    assert [path.name for path in tmp_path.iterdir()] == ["e.xlsx"]


@pytest.mark.parametrize(
    ("name", "overview", "list_name"),
    [("exception_report", "总览", "学校"), ("binding_report", "汇总", "绑定")],
)
def test_long_lists_go_on_in_further_sheets(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, overview: str, list_name: str
) -> None:
    WRITERS[name](run, tmp_path / "whole.xlsx", "zh", False)
    whole = rows(load(tmp_path / "whole.xlsx")[list_name])
    monkeypatch.setattr(sheets, "ROWS_PER_SHEET", HEADER + 4)
    WRITERS[name](run, tmp_path / "split.xlsx", "zh", False)
    book = load(tmp_path / "split.xlsx")
    parts = [part for part in book.sheetnames if part.startswith(list_name)]
    assert len(whole) > 8
    assert parts[:3] == [list_name, f"{list_name} (2)", f"{list_name} (3)"]
    assert [row for part in parts for row in rows(book[part])] == whole
    assert all(book[part].max_row <= HEADER + 4 for part in parts)
    told = {
        row[0].value: (row[1].value, row[2].value, row[0].hyperlink.location)
        for row in book[overview].iter_rows()
        if row[0].value in parts and row[0].hyperlink and "–" in str(row[2].value)
    }
    ends = {
        part: (book[part].cell(HEADER + 1, 1).value, book[part].cell(book[part].max_row, 1).value)
        for part in parts
    }
    assert told == {
        part: (last - first + 1, f"{first:,}–{last:,}", f"'{part}'!A1")
        for part, (first, last) in ends.items()
    }


def test_lists_that_fit_say_nothing_of_further_sheets(
    exceptions: openpyxl.Workbook, bindings: openpyxl.Workbook
) -> None:
    heading = Words("zh")("split.heading")
    for sheet in (exceptions["总览"], bindings["汇总"]):
        assert heading not in [cell.value for row in sheet.iter_rows() for cell in row]


def test_a_run_without_anything_still_makes_reports(run: Run, tmp_path: Path) -> None:
    none = Run({name: table.slice(0, 0) for name, table in run.tables.items()}, {})
    xlsx.write_bindings(none, tmp_path / "b.xlsx", "zh", False)
    xlsx.write_exceptions(none, tmp_path / "e.xlsx", "zh", False)
    assert load(tmp_path / "b.xlsx")["绑定"].cell(HEADER + 1, 1).value == "没有绑定。"
    assert load(tmp_path / "e.xlsx").sheetnames == ["总览", "_run"]


ANY_TEXT = st.text(st.characters(codec="utf-8"), min_size=1, max_size=30) | st.sampled_from(
    [
        "=cmd|'/c calc'!A1",
        "+1",
        "-1",
        "\t=1",
        "_x0041_",
        "<r><t>x</t></r>",
        "a\r\nb",
        "'quoted",
        "＝1",
        "]]>",
        "&amp;",
    ]
)


@settings(deadline=None, max_examples=60)
@given(st.lists(ANY_TEXT, min_size=1, max_size=8))
def test_any_text_comes_back_as_text(texts: list[str]) -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(poured(texts))).active
    assert sheet is not None
    for row, text in enumerate(texts, start=HEADER + 1):
        cell = sheet.cell(row, 1)
        assert cell.data_type != "f"
        assert re.sub("_x005F_(?=x)", "_", str(cell.value or "")) == plain.cell(text)


_PLAIN = st.text("a0张龥x -.@", max_size=9)
NEARLY_PLAIN = st.tuples(
    st.sampled_from("a张"),
    _PLAIN,
    st.characters(codec="utf-8") | st.sampled_from(["_x0041_", *"_&<>\n𠮷"]),
    _PLAIN,
)


@settings(deadline=None, max_examples=200)
@given(st.lists(st.none() | ANY_TEXT | NEARLY_PLAIN.map("".join), min_size=1, max_size=12))
def test_a_column_is_written_like_its_cells(texts: list[str | None]) -> None:
    column = pa.array(texts, pa.string())
    assert poured(column) == poured(texts)
    assert pouring.controls(column) == pouring.controls(texts)
    assert columnwise.filled(column) is columnwise.filled(texts)


def test_a_column_of_numbers_is_written_like_its_cells() -> None:
    numbers = [1, 20, 123_456_789]
    assert poured(pa.array(numbers)) == poured(numbers)


@given(st.lists(st.tuples(*[st.none() | st.text("张a王𠮷", max_size=2)] * 3), min_size=1, max_size=20))
def test_columns_are_put_in_the_order_of_their_rows(lines: list[tuple[str | None, ...]]) -> None:
    columns = [pa.array(column, pa.string()) for column in zip(*lines, strict=True)]
    places = records.sorting(columns).to_pylist()
    assert places == sorted(range(len(lines)), key=lambda place: records.order(*lines[place]))


def poured(cells: columnwise.Column) -> bytes:
    """A workbook with one sheet of one column."""
    form, column = forms.Form(Words("zh"), "t"), sheets.Column("name", 20)
    found = sheets.Sheet("t", "t", "", (column,), {"name": cells}, len(cells), "#FFFFFF", "name")
    form.list_sheet(found, "", None)
    sink = io.BytesIO()
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("builtins.open", lambda *_, **__: _Kept(sink))
        pouring.pour(form.finished(), form.lists, forms.runs("zh"), Path("nowhere.xlsx"))
    return sink.getvalue()


class _Kept(io.BytesIO):
    """A file whose content outlives it."""

    def __init__(self, sink: io.BytesIO) -> None:
        super().__init__()
        self._sink = sink

    def close(self) -> None:
        if not self.closed:
            self._sink.write(self.getvalue())
        super().close()


@pytest.mark.parametrize(("name", "pictures"), [("binding_report", 1), ("exception_report", 2)])
def test_the_overview_shows_pictures_that_no_page_cuts(folder: Path, name: str, pictures: int) -> None:
    path = folder / f"{name}_zh.xlsx"
    first, *others = openpyxl.load_workbook(path).worksheets
    assert len(first._images) == pictures
    assert not any(sheet._images for sheet in others)
    for image in first._images:
        row = image.anchor._from.row
        assert image.anchor.to.row == row
        assert first.row_dimensions[row + 1].height <= 409
        assert str(first.cell(row + 1, 1).value).startswith("图：")
        assert image.anchor._from.row > 10
    with zipfile.ZipFile(path) as members:
        drawing = members.read("xl/drawings/drawing1.xml").decode("utf-8")
        assert drawing.count('descr="') == pictures
        for number in range(1, pictures + 1):
            png = members.read(f"xl/media/image{number}.png")
            assert png.startswith(b"\x89PNG")
            assert not re.search(b"Software|tIME|matplotlib", png)


@pytest.mark.parametrize("name", WRITERS)
def test_workbooks_are_packed_as_fast_as_was_decided(folder: Path, name: str) -> None:
    path = folder / f"{name}_zh.xlsx"
    with zipfile.ZipFile(path) as book:
        for member in book.infolist():
            packer = zlib.compressobj(pouring.COMPRESSION, zlib.DEFLATED, -zlib.MAX_WBITS)
            packed = packer.compress(book.read(member)) + packer.flush()
            assert member.compress_size == len(packed), member.filename
            assert member.date_time == (1980, 1, 1, 0, 0, 0)
