"""Tables that registrars read and edit: UTF-8 CSV with BOM, one header row. The loader is strict.

Every fault names the table and the line, so that a person who edited one in Excel finds the place.
"""

import csv
from functools import cache
from importlib import resources

from chsi_batch.errors import UsageError


@cache
def rows(name: str, columns: tuple[str, ...]) -> tuple[dict[str, str], ...]:
    """The rows of `<name>.csv`; its header must be exactly `columns`, no cell may be missing."""
    text = (resources.files(__name__) / f"{name}.csv").read_text(encoding="utf-8-sig")
    reader = csv.reader(text.splitlines())
    header = tuple(next(reader, ()))
    if header != columns:
        raise UsageError(f"{name}.csv, line 1: the columns are {list(header)}: they must be {list(columns)}")
    found = []
    for cells in reader:
        if len(cells) != len(columns):
            raise UsageError(
                f"{name}.csv, line {reader.line_num}: {len(cells)} cells: there must be {len(columns)}"
            )
        found.append(dict(zip(columns, cells, strict=True)))
    return tuple(found)


@cache
def texts(name: str, language: str) -> dict[str, str]:
    """`key -> text` in one language, from a table with the columns key, zh, en."""
    return {row["key"]: row[language] for row in rows(name, ("key", "zh", "en"))}
