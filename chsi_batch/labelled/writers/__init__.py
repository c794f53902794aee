"""Writes a book in its format. Timestamps are fixed, so the same cohort gives the same bytes."""

from __future__ import annotations

from pathlib import Path

from chsi_batch.labelled.grids import Book


def write(book: Book, out: Path) -> Path:
    """The file of a book below `out`; a format is one module with a `write`."""
    from importlib import import_module

    modules = {"csv": "delimited", "txt": "delimited", "tabs": "delimited", "html": "page"}
    folder = out / book.folder
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / book.file
    name = modules.get(book.layout.format, book.layout.format)
    import_module(f"{__name__}.{name}").write(path, book)
    return path
