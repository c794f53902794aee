"""Old workbooks (BIFF) by xlwt."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

from chsi_batch.labelled.grids import Book


def write(path: Path, book: Book) -> None:
    """Write the workbook."""
    import xlwt

    workbook = xlwt.Workbook(encoding="utf-8")
    day, moment = xlwt.XFStyle(), xlwt.XFStyle()
    day.num_format_str, moment.num_format_str = "yyyy-mm-dd", "yyyy-mm-dd hh:mm:ss"
    for grid in book.grids:
        sheet = workbook.add_sheet(grid.name)
        covered = {(top, left) for top, left, _, _ in grid.merges}
        for top, left, bottom, right in grid.merges:
            sheet.write_merge(top, bottom, left, right, grid.cells[top][left])
        for index, cells in enumerate(grid.cells):
            for column, cell in enumerate(cells):
                if cell == "" or (index, column) in covered:
                    continue
                if isinstance(cell, date):
                    sheet.write(index, column, cell, moment if isinstance(cell, datetime) else day)
                else:
                    sheet.write(index, column, cell)
    workbook.save(str(path))
