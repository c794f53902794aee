"""Workbooks in which text is text: whoever writes a cell, a comment, a link or a sheet's name passes here.

XlsxWriter can make formulas, links and markup out of texts. These workbooks cannot: texts go through `plain`,
links lead only to places of the workbook itself, formulas are refused. Nothing tells when or by whom one was
made, so that the same contents give the same bytes.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

import xlsxwriter
from xlsxwriter.exceptions import FileCreateError
from xlsxwriter.worksheet import Worksheet

from chsi_batch import plain

CREATED = datetime(2000, 1, 1)
_INSIDE = re.compile("internal:'[^']+'![A-Z]+[0-9]+")
"""No name of a sheet holds an apostrophe, so nothing in it ends the name."""


class Page(Worksheet):  # type: ignore[misc]
    """A sheet that takes texts, numbers, and links to its own workbook."""

    book: Book

    def write_string(self, row: int, col: int, string: str, cell_format: Any = None) -> Any:
        """A text, and nothing else; quoted if an edited cell could become a formula."""
        shown = text(string)
        if plain.formula_like(shown):
            cell_format = self.book.quoted(cell_format)
        return super().write_string(row, col, shown, cell_format)

    def write_comment(self, row: int, col: int, comment: str, *arguments: Any) -> Any:
        """A comment beside a cell."""
        return super().write_comment(row, col, text(comment), *arguments)

    def write_url(self, row: int, col: int, url: str, cell_format: Any, string: str) -> Any:
        """A link to a cell of this workbook; where it leads is never foreign text."""
        if not _INSIDE.fullmatch(url):
            raise ValueError("a link leads out of the workbook")
        return super().write_url(row, col, url, cell_format, text(string))

    def write(self, *_: Any) -> Any:
        """Guesses what a text means: refused."""
        raise TypeError("say what is written: write_string, write_number, write_blank")

    def write_formula(self, *_: Any) -> Any:
        """No formula is ever written."""
        raise TypeError("no formulas")

    write_array_formula = write_dynamic_array_formula = write_rich_string = write_formula


class Book(xlsxwriter.Workbook):  # type: ignore[misc]
    """A workbook of such sheets."""

    worksheet_class = Page

    def __init__(self, target: Any, title: str = "", **options: Any) -> None:
        self._properties: dict[Any, dict[str, Any]] = {}
        self._quoted: dict[Any, Any] = {}
        super().__init__(
            target,
            {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, **options},
        )
        self.set_properties({"created": CREATED, "title": title})

    def add_worksheet(self, name: str | None = None, worksheet_class: Any = None) -> Any:
        """A new sheet."""
        page = super().add_worksheet(plain.sheet_name(name) if name else name, worksheet_class)
        page.book = self
        return page

    def add_format(self, properties: dict[str, Any] | None = None) -> Any:
        """A new format."""
        made = super().add_format(properties)
        self._properties[made] = properties or {}
        return made

    def close(self) -> None:
        """Write it; what the system refuses is told as the system tells it."""
        try:
            super().close()
        except FileCreateError as error:
            raise error.args[0] from None

    def quoted(self, cell_format: Any) -> Any:
        """The same format for a text that begins like a formula."""
        if cell_format not in self._quoted:
            properties = self._properties.get(cell_format, {})
            self._quoted[cell_format] = super().add_format({**properties, "quote_prefix": True})
        return self._quoted[cell_format]


def text(value: str) -> str:
    """Text for a cell; XlsxWriter would take `<r>…</r>` for markup of its own."""
    value = plain.cell(value)
    return f"{value} " if value.startswith("<r>") and value.endswith("</r>") else value
