"""Delimited text: encodings, delimiters, protected digits, and records against lines."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from odd_files import HEADER, LI, ZHANG, codes, column, counts, examine, text

from chsi_batch.layout.headers import vocabulary
from chsi_batch.sources import counting, delimited
from chsi_batch.sources.refusing import UnreadableError
from chsi_batch.terms import Side


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";", "|"])
def test_encodings_and_delimiters(tmp_path: Path, encoding: str, delimiter: str) -> None:
    rows = [HEADER, ["䶮𬱖", *ZHANG[1:]], LI]
    found = examine(text(tmp_path / "t.csv", rows, encoding, delimiter))
    assert column(found, "name") == ["䶮𬱖", "李四"]
    assert column(found, "ref") == ["t.csv#2", "t.csv#3"]
    assert found.inputs.column("encoding").to_pylist() == [encoding]


def test_tab_text_that_calls_itself_xls(tmp_path: Path) -> None:
    found = examine(text(tmp_path / "t.xls", [HEADER, ZHANG], "gb18030", "\t"))
    assert found.inputs.column("format").to_pylist() == ["tsv"]
    assert column(found, "ref") == ["t.xls#2"]


@pytest.mark.parametrize("written", ['="{}"', '"=""{}"""', "'{}", "\t{}", " {} "])
def test_protected_digits(tmp_path: Path, written: str) -> None:
    path = text(tmp_path / "t.csv", [HEADER, [ZHANG[0], written.format(ZHANG[1]), *ZHANG[2:]]])
    assert column(examine(path), "id_number") == [ZHANG[1]]


def test_words_that_other_readers_take_for_nothing_are_text(tmp_path: Path) -> None:
    found = examine(text(tmp_path / "t.csv", [HEADER, ["NA", ZHANG[1], "null", "nan", ZHANG[4]]]))
    assert [column(found, name) for name in ("name", "school", "graduation_year")] == [
        ["NA"],
        ["null"],
        ["nan"],
    ]


def test_references_are_the_first_line_of_the_record(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text(
        f'姓名,证书编号,备注\n张三,{ZHANG[4]},"一\n二\r\n三"\n\n李四,{LI[4]},"他说""好"""\n',
        encoding="utf-8",
        newline="",
    )
    found = examine(path)
    assert column(found, "ref") == ["t.csv#2", "t.csv#6"]
    assert column(found, "remark") == ["一\n二\r\n三", '他说"好"']
    assert counts(found) == [(4, 1, 1, 0, 2)]


def test_titles_and_totals_in_text(tmp_path: Path) -> None:
    path = text(tmp_path / "t.csv", [["名单"], [], HEADER, ZHANG, ["合计", "", "", "", "1"]])
    assert counts(examine(path)) == [(5, 1, 1, 2, 1)]


def test_a_quote_that_is_never_closed_is_refused(tmp_path: Path) -> None:
    found = examine(text(tmp_path / "t.csv", [HEADER, ZHANG, ['"李四', *LI[1:]], ZHANG]))
    assert codes(found) == ["quote-open"]
    assert found.refusals[0].row == 3


def test_half_a_character_is_refused_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_bytes("姓名,证书编号\n张".encode("gb18030") + b"\xff\xff,1\n")
    found = examine(path)
    assert codes(found) == ["encoding-unknown"]
    assert found.refusals[0].row == 2


FIELDS = st.text(alphabet=list('ab"\n\r ,;\t1张'), max_size=6)


@settings(deadline=None, max_examples=300)
@given(
    rows=st.lists(st.lists(FIELDS, min_size=1, max_size=4), max_size=8),
    delimiter=st.sampled_from(delimited.DELIMITERS),
    end=st.sampled_from(["\n", "\r\n"]),
    quoting=st.sampled_from([csv.QUOTE_ALL, csv.QUOTE_MINIMAL]),
    cut=st.booleans(),
)
def test_the_count_agrees_with_the_reader(
    rows: list[list[str]], delimiter: str, end: str, quoting: int, cut: bool
) -> None:
    stream = io.StringIO(newline="")
    csv.writer(stream, delimiter=delimiter, lineterminator=end, quoting=quoting).writerows(rows)
    written = stream.getvalue()
    written = written.removesuffix(end) if cut else written
    read, numbers = delimited.records(written, delimiter)
    count = counting.count_delimited(written, delimiter)
    assert count.physical == len(read) == len(numbers)
    assert count.filled == sum(1 for row in read if any(cell.strip() for cell in row))
    lines = io.StringIO(written, newline="").readlines()
    assert all(1 <= number <= len(lines) for number in numbers)


@settings(deadline=None, max_examples=200)
@given(st.text(alphabet=list('a"\n\r,='), max_size=30))
def test_the_count_agrees_on_any_text(written: str) -> None:
    try:
        count = counting.count_delimited(written, ",").physical
    except UnreadableError as fault:
        count = fault.code  # type: ignore[assignment]
    read, _ = delimited.records(written, ",")
    assert count in (len(read), "quote-open")


def test_the_delimiter_is_found_by_the_headers(tmp_path: Path) -> None:  # noqa: ARG001
    words = vocabulary(Side.DEGREE, {})
    assert delimited.find_delimiter("名单；一,二,三\n姓名;证书编号\n张,三;1\n", words) == ";"
