"""Reports and answers in English hold no Chinese of their own."""

from __future__ import annotations

import re
from pathlib import Path

import openpyxl
import pytest
from lxml import html

from chsi_batch import rules, tables
from chsi_batch.school_list import COLUMNS as SCHOOL_COLUMNS

from .calling import call, digests, table
from .conftest import Cohort, Finished

HAN = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff][\u3400-\u9fff\U00020000-\U0003ffff·]*")
TERMS = frozenset({"找回用户名", "找回密码", "学历勘误", "学籍", "肄业"})
"""Official names of services and states, which a person must find on Chinese pages."""


@pytest.fixture(scope="module")
def data(english: Finished) -> str:
    """What came from the input files – values, file and sheet names, headers –, and the names of schools."""
    parts: list[str] = []
    for name in ("registrations", "degrees", "enrolments"):
        for row in table(english.folder, name, private=True):
            parts += [str(value) for value in row.values() if value]
    for name, columns in (
        ("inputs", ("file", "sheet", "headers", "unmapped")),
        ("set_aside", ("ref", "text")),
        ("ledger", ("ref", "counterpart")),
    ):
        parts += [
            str(row[column]) for row in table(english.folder, name) for column in columns if row[column]
        ]
    return "\n".join([*parts, *(row["name"] for row in tables.rows("schools", SCHOOL_COLUMNS))])


def _own(text: str, data: str) -> set[str]:
    """Chinese words of a text that come neither from the input nor from the official terms."""
    for term in TERMS:
        text = text.replace(term, "")
    return {word for word in HAN.findall(text) if word not in data}


@pytest.mark.parametrize("name", ["binding_report.xlsx", "exception_report.xlsx"])
def test_workbooks(english: Finished, data: str, name: str) -> None:
    book = openpyxl.load_workbook(english.folder / name)
    assert _own("\n".join(book.sheetnames), data) == set()
    found = {
        (page.title, cell.coordinate): words
        for page in book
        for row in page.iter_rows()
        for cell in row
        if isinstance(cell.value, str) and (words := _own(cell.value, data))
    }
    assert found == {}


def test_page(english: Finished, data: str) -> None:
    page = html.fromstring((english.folder / "summary.html").read_bytes())
    assert page.get("lang") == "en"
    for style in page.xpath("//style"):
        style.getparent().remove(style)
    assert _own(page.text_content(), data) == set()


def test_tables(english: Finished, data: str) -> None:
    for name in ("exceptions", "candidates", "issues", "inputs"):
        for row in table(english.folder, name):
            told = " ".join(
                str(row[c]) for c in ("cause", "advice", "detail", "reading", "message", "note") if c in row
            )
            assert _own(told, data) == set(), name


def test_the_terminal(english: Finished, data: str) -> None:
    assert english.said.code == 0
    assert _own(english.said.err, data) == set()


def test_the_language_changes_no_finding(finished: Finished, english: Finished) -> None:
    one, other = digests(finished.folder), digests(english.folder)
    for name in ("ledger", "bindings", "registrations", "degrees", "enrolments", "set_aside"):
        assert one[f"tables/{name}.parquet"] == other[f"tables/{name}.parquet"]
    for name, texts in (("exceptions", ("cause", "advice")), ("candidates", ("detail", "reading"))):
        rows = [
            [
                {column: value for column, value in row.items() if column not in texts}
                for row in table(folder, name)
            ]
            for folder in (finished.folder, english.folder)
        ]
        assert rows[0] == rows[1]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_rule_is_listed(language: str) -> None:
    said = call("rules", "--lang", language)
    assert (said.code, said.err) == (0, "")
    flat = "".join(said.out.split())
    for rule in rules.match_rules():
        assert f" {rule.rule} " in said.out
        assert rule.code in said.out
    assert (HAN.search(said.out) is None) == (language == "en")
    assert "".join(rules.match_rules()[0].reading[language].split()) in re.sub("[│┃]", "", flat)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_code_is_listed(language: str) -> None:
    said = call("codes", "--lang", language)
    assert (said.code, said.err) == (0, "")
    joined = re.sub(r"[\s│┃├┤─┼]", "", said.out)
    for entry in rules.exception_codes():
        assert entry.code in joined
        assert "".join(entry.title[language].split())[:8] in joined
    if language == "en":
        assert _own(said.out, "") == set()


def test_the_language_may_stand_before_the_command() -> None:
    assert call("--lang", "en", "codes").out == call("codes", "--lang", "en").out
    assert call("--lang=en", "rules").out == call("rules", "--lang=en").out


@pytest.mark.parametrize("language", ["zh", "en"])
def test_score_speaks_the_language(cohort: Cohort, finished: Finished, language: str) -> None:
    said = call("score", finished.folder, cohort.folder / "truth.csv", "--lang", language)
    assert (HAN.search(said.err) is None) == (language == "en")


def test_check_in_english(cohort: Cohort, data: str, tmp_path: Path) -> None:
    said = call("check", *cohort.inputs, "--lang", "en", "--out", tmp_path / "checked")
    assert said.code == 0
    assert HAN.search(said.err) is None
    overview = openpyxl.load_workbook(tmp_path / "checked" / "check_report.xlsx").worksheets[0]
    cells = [cell.value for row in overview.iter_rows() for cell in row if isinstance(cell.value, str)]
    assert _own("\n".join(cells), data) == set()
