"""A web page that a system sells as `.xls`."""

from __future__ import annotations

from html import escape
from pathlib import Path

from chsi_batch.labelled.grids import Book, Grid


def write(path: Path, book: Book) -> None:
    """Write the page in the encoding it names."""
    charset = {"gb18030": "gb2312"}.get(book.layout.encoding, book.layout.encoding)
    head = f'<html><head><meta http-equiv="Content-Type" content="text/html; charset={charset}"></head><body>'
    text = "\r\n".join([head, '<table border="1">', *_lines(book.grids[0]), "</table></body></html>"])
    path.write_bytes(text.encode(book.layout.encoding))


def _lines(grid: Grid) -> list[str]:
    spans = {(top, left): right - left + 1 for top, left, _, right in grid.merges}
    first_row, lines = min(grid.rows, default=len(grid.cells)), []
    for index, cells in enumerate(grid.cells):
        tag = "th" if index < first_row else "td"
        parts, skip = [], 0
        for column, cell in enumerate(cells):
            if skip:
                skip -= 1
                continue
            span = spans.get((index, column), 1)
            skip = span - 1
            wide = f' colspan="{span}"' if span > 1 else ""
            parts.append(f"<{tag}{wide} style=\"mso-number-format:'\\@'\">{escape(str(cell))}</{tag}>")
        lines.append(f"<tr>{''.join(parts)}</tr>")
    return lines
