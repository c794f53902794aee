"""dBASE III tables as ministry uploads are: GB18030, language byte 0, some records marked as deleted.

Fields are text of fixed length in bytes; what does not fit is cut, and may be cut inside a character.
"""

from __future__ import annotations

import struct
from pathlib import Path

from chsi_batch.labelled.grids import Book

WRITTEN = (126, 6, 30)
"""Date of the last change in the header: years since 1900, month, day."""


def write(path: Path, book: Book) -> None:
    """Write the table."""
    grid = book.grids[0]
    lengths = [length for _, length in book.layout.lengths]
    fields = list(zip(grid.headers, lengths, strict=True))
    header_size = 32 + 32 * len(fields) + 1
    record_size = 1 + sum(length for _, length in fields)
    parts = [struct.pack("<B3BIHH20x", 3, *WRITTEN, len(grid.cells), header_size, record_size)]
    parts += [struct.pack("<11sc4xB15x", name.encode("ascii"), b"C", length) for name, length in fields]
    parts.append(b"\r")
    for index, cells in enumerate(grid.cells):
        parts.append(b"*" if index in grid.deleted else b" ")
        for cell, (_, length) in zip(cells, fields, strict=True):
            parts.append(str(cell).encode(book.layout.encoding)[:length].ljust(length))
    parts.append(b"\x1a")
    path.write_bytes(b"".join(parts))
