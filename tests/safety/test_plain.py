"""Each function of `plain` over every naughty text."""

from __future__ import annotations

import csv
import io
import json
import unicodedata
from xml.sax.saxutils import escape

import pytest
from lxml import etree, html
from proving import naughty

from chsi_batch import console, plain

UNSEEN = {"Cc", "Cf", "Cs", "Zl", "Zp"}


def unseen(text: str) -> set[str]:
    return {c for c in text if unicodedata.category(c) in UNSEEN}


def test_there_are_enough_of_every_kind() -> None:
    assert len(naughty.STRINGS) >= 600
    assert all(len(texts) >= 10 for texts in naughty.CATEGORIES.values())


@pytest.mark.parametrize("text", ["张伟", "a b", "ＡＢ１２", "𠮷田·阿", "-", "Ünï—“x”…"])
def test_what_is_seen_stays(text: str) -> None:
    assert plain.line(text) == text


def test_lines_hold_no_character_that_cannot_be_seen() -> None:
    for text in naughty.STRINGS:
        assert unseen(plain.line(text)) == set()
        assert unseen(plain.lines(text)) <= {"\n"}
    everything = "".join(map(chr, range(0x110000)))
    assert unseen(plain.line(everything)) == set()
    assert [c for c in everything if unicodedata.category(c) not in UNSEEN and plain.line(c) != c] == []


def test_markup_is_one_text() -> None:
    for text in naughty.STRINGS:
        found = html.fromstring(f'<div title="{plain.page(text)}">{plain.page(text)}</div>')
        assert len(found) == 0
        assert list(found.attrib) == ["title"]
        assert found.text_content() == found.get("title") == plain.lines(text)


def test_cells_can_be_written_and_lose_only_what_they_cannot_hold() -> None:
    for text in naughty.STRINGS:
        cell = plain.cell(text)
        etree.fromstring(f"<t>{escape(cell)}</t>")
        assert len(cell.encode("utf-16-le")) // 2 <= plain.LONGEST_CELL
        if not plain.loses(text) and len(text) < plain.LONGEST_CELL // 2:
            assert cell == text.replace("\r\n", "\n").replace("\r", "\n")


def test_formulas_are_known_behind_whatever_stands_before_them() -> None:
    for category in ("formulas", "formulas behind something"):
        for text in naughty.CATEGORIES[category]:
            assert plain.formula_like(text) or text[0] in ";,|", text
    assert not any(map(plain.formula_like, ("张伟", "1-2", "a=b", "　张", "１", "")))


def test_rows_of_csv_come_back_and_begin_no_formula() -> None:
    stream = io.StringIO(newline="")
    plain.write_rows(stream, ([text, "x"] for text in naughty.STRINGS))
    stream.seek(0)
    rows = list(csv.reader(stream, strict=True))
    assert len(rows) == len(naughty.STRINGS)
    for (shown, after), text in zip(rows, naughty.STRINGS, strict=True):
        assert after == "x"
        assert shown.removeprefix("'") in (plain.cell(text), plain.cell(text).removeprefix("'"))
        assert shown.startswith("'") or not plain.formula_like(shown)


def test_no_field_of_csv_begins_a_formula_where_lists_are_parted_otherwise() -> None:
    stream = io.StringIO(newline="")
    plain.write_rows(stream, [["a;=1+1", "b"], ["\t=1+1", "c"]])
    for delimiter in ";\t|":
        for line in csv.reader(io.StringIO(stream.getvalue(), newline=""), delimiter=delimiter):
            assert not any(field.startswith(tuple(plain.FORMULA_STARTS)) for field in line)


def test_json_says_the_same_and_hides_nothing() -> None:
    for text in naughty.STRINGS:
        written = plain.json_text({text: [text]})
        assert unseen(written) <= {"\n"}
        assert json.loads(written) == {text: [text]}


def test_names_of_sheets() -> None:
    for text in naughty.STRINGS:
        name = plain.sheet_name(text)
        assert 1 <= len(name) <= 31
        assert not set("[]:*?/\\'") & set(name)


def test_tables_show_texts_as_they_are(capsys: pytest.CaptureFixture[str]) -> None:
    texts = [text for text in naughty.STRINGS if len(text) < 60]
    console.answer_table("[red]t[/red]", ["[b]c[/b]"], [[text] for text in texts])
    said = capsys.readouterr().out
    assert unseen(said) == {"\n"}
    for text in ("[red]t[/red]", "[b]c[/b]", *naughty.CATEGORIES["rich"]):
        assert text in said
    console.say("\x1b[31m[red]张")
    assert capsys.readouterr().err == "‹U+001B›[31m[red]张\n"
