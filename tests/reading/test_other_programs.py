"""What programs honestly write that is not written by the book, and what is named because it is not read."""

from __future__ import annotations

import io
import struct
import zipfile
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from odd_files import HEADER, LI, ZHANG, codes, column, counts, dbf, examine, text, workbook

from chsi_batch.settings import Limits, Settings

OLE = bytes.fromhex("D0CF11E0A1B11AE1")
ODF = "application/vnd.oasis.opendocument"
FIELDS = [("XM", "C", 8), ("SFZH", "C", 18), ("ZSBH", "C", 18)]
PERSON = [ZHANG[0].encode("gb18030"), ZHANG[1].encode(), ZHANG[4].encode()]


def person(room: int = 0) -> bytes:
    """The name, the ID number and the certificate number in their room."""
    widths = (8, 18 + room, 18)
    return b" " + b"".join(cell.ljust(width) for cell, width in zip(PERSON, widths, strict=True))


def test_records_that_the_header_does_not_count_yet(tmp_path: Path) -> None:
    path = dbf(tmp_path / "t.dbf", FIELDS, [PERSON] * 3)
    content = bytearray(path.read_bytes())
    struct.pack_into("<I", content, 4, 1)
    path.write_bytes(content)
    assert column(examine(path), "ref") == ["t.dbf#1", "t.dbf#2", "t.dbf#3"]


def test_nothing_behind_the_end_mark_is_a_record(tmp_path: Path) -> None:
    path = dbf(tmp_path / "t.dbf", FIELDS, [PERSON])
    path.write_bytes(path.read_bytes() + person())
    assert counts(examine(path)) == [(1, 0, 0, 0, 1)]


def test_dbase_7(tmp_path: Path) -> None:
    """Longer fields of the header; numbers that sort as bytes do."""
    numbers = [("BYNF", "I", struct.pack(">I", 2019 + (1 << 31))), ("A", "O", bytes([0xC0, 0x08, *[0] * 6]))]
    fields = [(name, kind, width) for name, kind, width in FIELDS] + [(n, k, len(c)) for n, k, c in numbers]
    head = b"".join(struct.pack("<32scBB13x", n.encode(), k.encode(), w, 0) for n, k, w in fields)
    record = person() + b"".join(cell for _, _, cell in numbers)
    start = struct.pack("<BBBBIHH56x", 4, 99, 1, 1, 2, 68 + len(head) + 1, len(record))
    (tmp_path / "t.dbf").write_bytes(start + head + b"\r" + record * 2 + b"\x1a")
    found = examine(tmp_path / "t.dbf")
    assert column(found, "id_number") == [ZHANG[1]] * 2
    assert column(found, "graduation_year") == ["2019"] * 2
    assert column(found, "extra") == ['{"A": "3"}'] * 2


@pytest.mark.parametrize(("flags", "told"), [(0b01, ZHANG[1]), (0b10, None)])
def test_visual_foxpro(flags: int, told: str | None, tmp_path: Path) -> None:
    """A text shorter than its room says so in its last byte; a field may hold nothing; `B` is a number."""
    fields = [
        ("XM", "C", 8, 0),
        ("SFZH", "V", 20, 2),
        ("ZSBH", "C", 18, 0),
        ("A", "B", 8, 0),
        ("_N", "0", 1, 5),
    ]
    head = b"".join(struct.pack("<11sc4xBBB13x", n.encode(), k.encode(), w, 0, f) for n, k, w, f in fields)
    record = person(2) + struct.pack("<dB", 2.5, flags)
    record = record[:28] + b"\x12" + record[29:]
    start = struct.pack("<BBBBIHH20x", 0x30, 99, 1, 1, 1, 32 + len(head) + 264, len(record))
    (tmp_path / "t.dbf").write_bytes(start + head + b"\r" + bytes(263) + record + b"\x1a")
    found = examine(tmp_path / "t.dbf")
    assert column(found, "id_number") == [told]
    assert column(found, "extra") == ['{"A": "2.5"}']


def zipped(member: str, content: str = "x", mimetype: str = "") -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("mimetype", mimetype)
        archive.writestr(member, content)
    return packed.getvalue()


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"%PDF-1.7", "PDF 文件"),
        (b"\xff\xd8\xff\xe0 photo", "JPEG 图片"),
        (b"Rar!\x1a", "RAR 压缩包"),
        (b"SQLite format 3\0", "SQLite 数据库"),
        (bytes.fromhex("0904060000001000"), "Excel 4.0 表格"),
        (bytes.fromhex("0900040002001000"), "Excel 4.0 表格"),
        (b"MIME-Version: 1.0\n", "MHTML 表格"),
        (OLE + bytes(600) + "WordDocument".encode("utf-16-le"), "Word 文件"),
        (zipped("word/document.xml"), "Word 文件"),
        (zipped("Index/Document.iwa"), "Numbers 表格"),
        (zipped("xl/workbook.bin"), "xlsb 表格"),
        (zipped("content.xml", mimetype=f"{ODF}.spreadsheet"), "OpenDocument 表格"),
        (zipped("content.xml", mimetype=f"{ODF}.text"), "OpenDocument 文件"),
        (zipped("a.csv"), "zip 压缩包"),
        (b"<?xml version='1.0'?><Workbook/>", "XML 表格"),
        (b'<?xml version="1.0"?><office:document xmlns:office="urn:oasis:names:tc:opendocument:1.0">',
         "OpenDocument XML 表格"),
    ],
)  # fmt: skip
def test_what_is_not_read_is_named(content: bytes, told: str, tmp_path: Path) -> None:
    (tmp_path / "t.xls").write_bytes(content)
    found = examine(tmp_path / "t.xls")
    assert codes(found) == ["file-format"]
    assert told in found.refusals[0].line()


def test_the_name_of_a_stream_in_capitals(tmp_path: Path) -> None:
    import xlwt

    book = xlwt.Workbook()
    for row, line in enumerate((HEADER, ZHANG)):
        for place, cell in enumerate(line):
            book.add_sheet("S") if not (row or place) else None
            book.get_sheet(0).write(row, place, cell)
    book.save(str(tmp_path / "t.xls"))
    content = (tmp_path / "t.xls").read_bytes()
    (tmp_path / "t.xls").write_bytes(
        content.replace("Workbook".encode("utf-16-le"), "WORKBOOK".encode("utf-16-le"))
    )
    assert column(examine(tmp_path / "t.xls"), "id_number") == [ZHANG[1]]


def test_an_xls_that_reaches_too_far(tmp_path: Path) -> None:
    import xlwt

    book = xlwt.Workbook()
    for row, column_ in ((0, 0), (65_535, 255)):
        (book.add_sheet("S") if not row else book.get_sheet(0)).write(row, column_, "x")
    book.save(str(tmp_path / "t.xls"))
    assert codes(examine(tmp_path / "t.xls")) == ["sheet-too-large"]


def test_parts_of_a_workbook_that_nobody_reads_may_be_in_utf16(tmp_path: Path) -> None:
    path = workbook(tmp_path / "t.xlsx", {"S": [HEADER, ZHANG]})
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr(
            "customXml/item1.xml", "<?xml version='1.0' encoding='UTF-16'?><a/>".encode("utf-16")
        )
    assert codes(examine(path)) == []
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("xl/comments1.xml", "<?xml version='1.0' encoding='UTF-16'?><a/>".encode("utf-16"))
    assert codes(examine(path)) == ["file-unsafe"]


def test_moments_of_which_python_knows_nothing(tmp_path: Path) -> None:
    moments = pa.array([1 << 62, 0, None], pa.timestamp("us"))
    fine = pa.array([1_561_939_200_000_000_001] * 3, pa.timestamp("ns"))
    people = {name: [cell] * 3 for name, cell in zip(HEADER, ZHANG, strict=True)}
    pq.write_table(pa.table({**people, "注册时间": fine, "远": moments}), tmp_path / "t.parquet")
    found = examine(tmp_path / "t.parquet")
    assert column(found, "name") == [ZHANG[0]] * 3
    assert '"注册时间": "2019-07-01"' in column(found, "extra")[1]
    assert '"远": "1970-01-01' in column(found, "extra")[1]


def test_a_parquet_file_without_columns(tmp_path: Path) -> None:
    pq.write_table(pa.table({}), tmp_path / "t.parquet")
    assert codes(examine(tmp_path / "t.parquet")) == ["file-empty"]


@pytest.mark.parametrize(
    ("limits", "code"), [(Limits(rows=9), "too-many-rows"), (Limits(unpacked_megabytes=0), "file-too-large")]
)
def test_the_footer_is_judged_before_a_page_is_unpacked(limits: Limits, code: str, tmp_path: Path) -> None:
    """The page itself is broken: had it been unpacked, the file would be damaged."""
    names = pa.table({"姓名": ["张三"] * 10, "证书编号": ["1"] * 10})
    pq.write_table(names, tmp_path / "t.parquet", use_dictionary=False)
    content = bytearray((tmp_path / "t.parquet").read_bytes())
    content[4:40] = b"\xff" * 36
    (tmp_path / "t.parquet").write_bytes(content)
    assert codes(examine(tmp_path / "t.parquet")) == ["file-damaged"]
    assert codes(examine(tmp_path / "t.parquet", settings=Settings(limits=limits))) == [code]


def test_a_text_with_a_few_nuls_is_a_text(tmp_path: Path) -> None:
    path = text(tmp_path / "t.csv", [["姓名", "身份证号", "证书编号"], [*ZHANG[:2], "1\0002"]])
    assert codes(examine(path)) == []


def test_no_table_has_more_columns_than_a_sheet(tmp_path: Path) -> None:
    path = text(tmp_path / "t.csv", [HEADER, ZHANG, ["x"] * 16_385])
    found = examine(path)
    assert codes(found) == ["too-wide"]
    assert "row 3" in found.refusals[0].line()


def test_a_file_is_refused_in_one_line(tmp_path: Path) -> None:
    lacking = [["姓名", "身份证号", "院校名称"], ZHANG[:3]]
    found = examine(workbook(tmp_path / "t.xlsx", {"一": lacking, "二": lacking, "三": [HEADER, LI]}))
    assert codes(found) == ["column-missing"]
    assert "（另有 1 处：column-missing 二）" in found.refusals[0].line()
    assert counts(found)[2] == (2, 0, 1, 0, 1)
