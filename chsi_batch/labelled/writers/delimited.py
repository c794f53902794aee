"""Comma, semicolon and tab text in the encodings met; tab text is also sold as `.xls`."""

from __future__ import annotations

import csv
import io
from datetime import date
from pathlib import Path

from chsi_batch.labelled.grids import Book


def write(path: Path, book: Book) -> None:
    """Write the text; a record may hold quoted line breaks, an empty record is a blank line."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, delimiter=book.layout.delimiter, lineterminator="\r\n")
    for cells in book.grids[0].cells:
        writer.writerow([cell.isoformat() if isinstance(cell, date) else cell for cell in cells])
    path.write_bytes(buffer.getvalue().encode(_bytes(book.layout.encoding)))


def _bytes(encoding: str) -> str:
    """`utf-16` takes the byte order of the machine, so it is named: little-endian with its mark."""
    return "utf-16" if encoding == "utf-16" else encoding
