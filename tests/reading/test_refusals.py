"""Files that cannot be used: one clear line each, all of them at once, values masked."""

from __future__ import annotations

import string
import zipfile
from pathlib import Path

import pytest
from odd_files import HEADER, LI, ZHANG, codes, column, examine, text, workbook

from chsi_batch import tables
from chsi_batch.errors import Refused
from chsi_batch.settings import Limits, Settings
from chsi_batch.sources.model import Count
from chsi_batch.sources.refusing import COLUMNS, refusal
from chsi_batch.stages import conform, read
from chsi_batch.terms import Side

OLE = bytes.fromhex("D0CF11E0A1B11AE1")


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "file-empty"),
        (b"\xef\xbb\xbf\r\n \r\n", "file-empty"),
        (OLE + bytes(600) + "EncryptedPackage".encode("utf-16-le") + bytes(100), "file-encrypted"),
        (OLE + bytes(600) + "WordDocument".encode("utf-16-le"), "file-format"),
        (OLE + bytes(600) + "Workbook\0".encode("utf-16-le") + bytes(100), "file-damaged"),
        (b"%PDF-1.7 ...", "file-format"),
        (b"\x89PNG\r\n\x1a\n", "file-format"),
        (b"PK\x03\x04 broken", "file-damaged"),
        (b"PAR1 broken PAR1", "file-damaged"),
        (bytes(range(256)) * 40, "file-format"),
        (b"<html><table></table></html>", "html-without-table"),
        (b"<?xml version='1.0'?><Workbook/>", "file-format"),
        ("姓名,证书编号\n".encode(), "no-rows"),
        ("随便写的一行\n另一行\n".encode(), "column-missing"),
    ],
)
def test_content_that_is_no_table(tmp_path: Path, content: bytes, code: str) -> None:
    (tmp_path / "t.xlsx").write_bytes(content)
    found = examine(tmp_path / "t.xlsx")
    assert codes(found) == [code]
    assert found.records.num_rows == 0


@pytest.mark.parametrize(
    "member", ["word/document.xml", "ppt/x.xml", "Index/Document.iwa", "a.csv", "xl/workbook.bin"]
)
def test_zips_that_are_no_workbook(tmp_path: Path, member: str) -> None:
    with zipfile.ZipFile(tmp_path / "t.xlsx", "w") as archive:
        archive.writestr(member, "x")
    assert codes(examine(tmp_path / "t.xlsx")) == ["file-format"]


def test_a_workbook_cut_in_half(tmp_path: Path) -> None:
    path = workbook(tmp_path / "t.xlsx", {"S": [HEADER, *[ZHANG] * 500]})
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    assert codes(examine(path)) == ["file-damaged"]


def test_an_xls_with_a_password(tmp_path: Path) -> None:
    import xlwt

    book = xlwt.Workbook()
    book.add_sheet("S").write(0, 0, "x")
    book.save(str(tmp_path / "t.xls"))
    content = (tmp_path / "t.xls").read_bytes()
    start = content.index(b"\x09\x08\x10\x00")
    record = b"\x2f\x00\x06\x00" + bytes(6)
    end = start + 4 + 16
    (tmp_path / "t.xls").write_bytes(content[:end] + record + content[end + len(record) :])
    assert codes(examine(tmp_path / "t.xls")) == ["file-encrypted"]


def test_a_cell_at_the_end_of_the_world(tmp_path: Path) -> None:
    import openpyxl

    book = openpyxl.Workbook()
    book.active.append(HEADER)
    book.active["XFD1048576"] = "x"
    book.save(tmp_path / "t.xlsx")
    assert codes(examine(tmp_path / "t.xlsx")) == ["sheet-too-large"]


def test_a_zip_that_swells(tmp_path: Path) -> None:
    path = workbook(tmp_path / "t.xlsx", {"S": [HEADER, ZHANG]})
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/media/big.bin", bytes(60_000_000))
    assert codes(examine(path)) == ["file-too-large"]


def test_a_file_over_the_limit(tmp_path: Path) -> None:
    path = text(tmp_path / "t.csv", [HEADER, ZHANG])
    settings = Settings(limits=Limits(file_megabytes=0))
    assert codes(examine(path, settings=settings)) == ["file-too-large"]


def test_html_with_broken_markup(tmp_path: Path) -> None:
    row = "".join(f"<td>{cell}</td>" for cell in ZHANG)
    head = "".join(f"<td>{cell}</td>" for cell in HEADER)
    page = f"<html><table><tr>{head}</tr><tr>{row}</tr>{row}</table></html>"
    (tmp_path / "t.xls").write_text(page, encoding="utf-8")
    assert codes(examine(tmp_path / "t.xls")) == ["html-damaged"]


def test_a_sheet_that_is_counted_but_not_read(tmp_path: Path) -> None:
    workbook(tmp_path / "t.xlsx", {"S": [HEADER, ZHANG]})
    sources = read.read(read.collect({Side.DEGREE: [str(tmp_path)]})[Side.DEGREE], Settings())
    sources[0].counts["空"] = Count(0, 0)
    assert conform.sheets(Side.DEGREE, sources, Settings()).refusals == []
    sources[0].counts["二"] = Count(3, 2)
    (told,) = conform.sheets(Side.DEGREE, sources, Settings()).refusals
    assert (told.code, told.sheet) == ("sheet-unseen", "二")
    assert "3" in told.what


def test_an_xls_with_two_sheets_of_one_name(tmp_path: Path) -> None:
    """The first would be read twice and the second never."""
    import xlwt

    book = xlwt.Workbook()
    for name, person in (("S", ZHANG), ("T", LI)):
        sheet = book.add_sheet(name)
        for number, line in enumerate((HEADER, person)):
            for place, cell in enumerate(line):
                sheet.write(number, place, cell)
    book.save(str(tmp_path / "two.xls"))
    assert codes(examine(tmp_path / "two.xls")) == []
    sheet.name = "S"
    book.save(str(tmp_path / "one.xls"))
    assert codes(examine(tmp_path / "one.xls")) == ["sheet-twice"]


def test_parquet_with_text_that_is_none(tmp_path: Path) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    broken = pa.array([b"\xff\xfe"], pa.binary()).view(pa.string())
    pq.write_table(pa.table({"姓名": broken, "证书编号": [ZHANG[4]]}), tmp_path / "t.parquet")
    assert codes(examine(tmp_path / "t.parquet")) == ["file-damaged"]


def test_named_fields_without_any_we_know(tmp_path: Path) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    pq.write_table(pa.table({"甲": ["张三"] * 2000, "乙": [ZHANG[1]] * 2000}), tmp_path / "t.parquet")
    found = examine(tmp_path / "t.parquet")
    assert codes(found) == ["column-missing"]
    assert found.inputs.column("physical").to_pylist() == [2000]


def test_more_rows_than_wanted(tmp_path: Path) -> None:
    path = text(tmp_path / "t.csv", [HEADER, ZHANG, LI])
    assert codes(examine(path, settings=Settings(limits=Limits(rows=2)))) == ["too-many-rows"]


def test_no_value_of_a_person_is_offered_as_nearest_header(tmp_path: Path) -> None:
    path = text(tmp_path / "t.csv", [["甲", "乙"], ["姓民", ZHANG[1]]])
    line = examine(path).refusals[0].line()
    assert line.startswith("column-missing t.csv")
    assert "姓民" not in line


def test_a_missing_column_names_the_nearest_header(tmp_path: Path) -> None:
    path = workbook(tmp_path / "t.xlsx", {"S": [["姓名", "身份证号", "证书编码"], ZHANG[:3]]})
    found = examine(path)
    assert found.refusals[0].line().startswith("column-missing t.xlsx, S, row 1: ")
    assert "证书编码" in found.refusals[0].line()


def test_a_file_for_the_other_side(tmp_path: Path) -> None:
    header = ["用户名", "姓名", "身份证号", "手机号", "邮箱", "注册时间"]
    path = workbook(tmp_path / "t.xlsx", {"S": [header, ["u", *ZHANG[:2], "", "", ""]]})
    found = examine(path)
    assert codes(found) == ["wrong-side"]
    assert "--registrations" in found.refusals[0].line()


def test_two_columns_for_one_field(tmp_path: Path) -> None:
    rows = [["姓名", "身份证号", "身份证号码", "证书编号"], ["张三", ZHANG[1], LI[1], ZHANG[4]]]
    found = examine(workbook(tmp_path / "t.xlsx", {"S": rows}))
    assert codes(found) == ["column-twice"]
    assert "身份证号 / 身份证号码" in found.refusals[0].line()
    rows[1][2] = ZHANG[1]
    found = examine(workbook(tmp_path / "t.xlsx", {"S": rows}))
    assert column(found, "id_number") == [ZHANG[1]]


def test_all_inputs_are_examined_before_anything_is_said(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(b"")
    (tmp_path / "b.pdf").write_bytes(b"%PDF-1.7")
    patterns = {
        Side.REGISTRATION: [str(tmp_path / "a.csv"), str(tmp_path / "nowhere.xlsx")],
        Side.DEGREE: [str(tmp_path / "b.pdf")],
    }
    files = read.collect(patterns)
    sources = {side: read.read(listed, Settings()) for side, listed in files.items()}
    with pytest.raises(Refused) as caught:
        conform.conform_all(sources, Settings())
    assert [entry.code for entry in caught.value.refusals] == ["file-empty", "file-missing", "file-format"]


def test_every_refusal_has_its_words_in_both_languages() -> None:
    for row in tables.rows("refusals", COLUMNS):
        for language in ("zh", "en"):
            words = row[f"what_{language}"] + row[f"advice_{language}"]
            facts = {name: "x" for _, name, _, _ in string.Formatter().parse(words) if name}
            line = refusal(row["key"], "f.xlsx", language=language, **facts).line()
            assert line.count(": ") >= 2
            assert "{" not in line
