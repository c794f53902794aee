"""Workbooks by XlsxWriter: text stays text, numbers are numbers, dates are date cells."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any

from chsi_batch.labelled.grids import Book, Grid

CREATED = datetime(2026, 6, 30, 12, 0, 0)


def write(path: Path, book: Book) -> None:
    """Write the workbook."""
    import io

    import xlsxwriter

    content = io.BytesIO()  # the library would tell in its own way that a disk is full
    with xlsxwriter.Workbook(content, {"in_memory": True}) as workbook:
        workbook.set_properties({"created": CREATED})
        formats = {
            "title": workbook.add_format({"bold": True, "font_size": 14, "align": "center"}),
            "header": workbook.add_format({"bold": True, "text_wrap": True, "align": "center", "border": 1}),
            "day": workbook.add_format({"num_format": "yyyy/m/d"}),
            "moment": workbook.add_format({"num_format": "yyyy/m/d hh:mm:ss"}),
            "text": workbook.add_format({"num_format": "@"}),
        }
        for grid in book.grids:
            _sheet(workbook.add_worksheet(grid.name), grid, formats)
        first = next(i for i, grid in enumerate(book.grids) if not grid.hidden)
        workbook.worksheets()[first].activate()
    path.write_bytes(content.getvalue())


def _sheet(sheet: Any, grid: Grid, formats: dict[str, Any]) -> None:
    first_row = min(grid.rows, default=len(grid.cells))
    for index, cells in enumerate(grid.cells):
        for column, cell in enumerate(cells):
            if isinstance(cell, datetime):
                sheet.write_datetime(index, column, cell, formats["moment"])
            elif isinstance(cell, date):
                sheet.write_datetime(index, column, cell, formats["day"])
            elif isinstance(cell, (int, float)):
                sheet.write_number(index, column, cell)
            elif cell:
                sheet.write_string(index, column, cell, formats["header" if index < first_row else "text"])
    for top, left, bottom, right in grid.merges:
        text = grid.cells[top][left]
        style = "title" if right - left + 1 == len(grid.headers) else "header"
        sheet.merge_range(top, left, bottom, right, str(text), formats[style])
    if grid.headers:
        sheet.set_column(0, len(grid.headers) - 1, 16)
    if grid.hidden:
        sheet.hide()
