"""DBF: GB18030 with language byte 0, deleted records, cut characters, numeric fields."""

from __future__ import annotations

from pathlib import Path

from odd_files import LI, ZHANG, codes, column, counts, dbf, examine, reasons

FIELDS = [("XM", "C", 8), ("SFZH", "C", 18), ("YXMC", "C", 20), ("BYRQ", "D", 8), ("ZSBH", "C", 18)]


def gb(*cells: str) -> list[bytes]:
    return [cell.encode("gb18030") for cell in cells]


def test_records_count_from_one_and_deleted_ones_are_listed(tmp_path: Path) -> None:
    records = [
        gb(*ZHANG[:3], "20190701", ZHANG[4]),
        gb("某", "1", "", "", ""),
        gb(*LI[:3], "20200701", LI[4]),
    ]
    found = examine(dbf(tmp_path / "t.dbf", FIELDS, records, deleted=[1]))
    assert column(found, "ref") == ["t.dbf#1", "t.dbf#3"]
    assert column(found, "name") == ["张三", "李四"]
    assert column(found, "graduation_date") == ["2019-07-01", "2020-07-01"]
    assert reasons(found) == [("t.dbf#2", "deleted")]
    assert counts(found) == [(3, 0, 0, 1, 2)]


def test_long_names_are_cut_and_half_characters_dropped(tmp_path: Path) -> None:
    names = ["阿卜杜热合曼·买买提", "a阿卜杜热", "䶮"]
    records = [gb(name, *ZHANG[1:3], "20190701", ZHANG[4]) for name in names]
    found = examine(dbf(tmp_path / "t.dbf", FIELDS, records))
    assert column(found, "name") == ["阿卜杜热", "a阿卜杜", "䶮"]


def test_numeric_fields_are_numbers(tmp_path: Path) -> None:
    fields = [("XM", "C", 8), ("SFZH", "N", 18), ("ZSBH", "N", 18), ("BYNF", "N", 4)]
    found = examine(dbf(tmp_path / "t.dbf", fields, [gb("张三", "110105194912310021", ZHANG[4], "2019")]))
    assert column(found, "id_number") == ["110105194912310021"]
    assert column(found, "id_number_numeric") == [True]
    assert column(found, "certificate_number_numeric") == [True]
    assert column(found, "graduation_year") == ["2019"]


def test_memo_fields_are_noted_not_read(tmp_path: Path) -> None:
    fields = [*FIELDS, ("BZ", "M", 10)]
    found = examine(dbf(tmp_path / "t.dbf", fields, [[*gb(*ZHANG[:3], "20190701", ZHANG[4]), b"         1"]]))
    assert column(found, "remark") == [None]
    assert found.inputs.column("note").to_pylist() == ["memo: BZ"]


def test_a_cut_file_is_refused(tmp_path: Path) -> None:
    path = dbf(tmp_path / "t.dbf", FIELDS, [gb(*ZHANG[:3], "20190701", ZHANG[4])] * 5)
    path.write_bytes(path.read_bytes()[:-100])
    assert codes(examine(path)) == ["file-damaged"]


def test_a_utf8_table_is_recognised(tmp_path: Path) -> None:
    record = [cell.encode() for cell in (ZHANG[0], ZHANG[1], "北京大学", "20190701", ZHANG[4])]
    found = examine(dbf(tmp_path / "t.dbf", FIELDS, [record]))
    assert column(found, "school") == ["北京大学"]
    assert found.inputs.column("encoding").to_pylist() == ["utf-8"]
