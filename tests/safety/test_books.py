"""A workbook of ours cannot be made to hold a formula or a link out, whatever its sheets are called."""

from __future__ import annotations

import io

import openpyxl
import pytest
from proving import naughty

from chsi_batch.report import books


def test_links_lead_inside_whatever_the_sheet_is_called() -> None:
    for text in ("!A1", "a!b", "x.xlsx#Sheet1!1", "=1+1", "http://evil"):
        buffer = io.BytesIO()
        with books.Book(buffer, in_memory=True) as book:
            page = book.add_worksheet(text)
            page.write_url(0, 0, f"internal:'{page.get_name()}'!A1", None, text)
        cell = openpyxl.load_workbook(buffer).worksheets[0]["A1"]
        assert cell.hyperlink.target is None
        assert cell.value == text


@pytest.mark.parametrize(
    "url", ["http://evil.example", "external:c:x", "internal:'a'b'!A1", "file:///x", "mailto:x"]
)
def test_a_link_out_is_refused(url: str) -> None:
    book = books.Book(io.BytesIO(), in_memory=True)
    with pytest.raises(ValueError, match="leads out"):
        book.add_worksheet("a").write_url(0, 0, url, None, "x")


def test_formulas_and_guesses_are_refused() -> None:
    page = books.Book(io.BytesIO(), in_memory=True).add_worksheet("a")
    for write in (page.write, page.write_formula, page.write_array_formula, page.write_rich_string):
        with pytest.raises(TypeError):
            write(0, 0, "=1+1")


def test_every_naughty_text_is_a_text() -> None:
    buffer = io.BytesIO()
    with books.Book(buffer, in_memory=True) as book:
        page = book.add_worksheet("a")
        for row, text in enumerate(naughty.STRINGS):
            page.write_string(row, 0, text)
    cells = [row[0] for row in openpyxl.load_workbook(buffer)["a"].iter_rows()]
    assert {cell.data_type for cell in cells} <= {"s", "n"}
    assert all(cell.value is None for cell in cells if cell.data_type == "n")
    assert all(cell.hyperlink is None for cell in cells)
