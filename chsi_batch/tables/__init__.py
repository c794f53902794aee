"""Tables that registrars read and edit: UTF-8 CSV with BOM, one header row. The loader is strict.

Every fault names the table and the line, so that a person who edited one in Excel finds the place.
"""

import csv
from collections.abc import Iterable
from functools import cache
from importlib import resources

from chsi_batch.errors import Problem, UsageError

_STANDING_IN: dict[str, tuple[dict[str, str], ...]] = {}


def replace(name: str, found: Iterable[dict[str, str]]) -> None:
    """For the rest of this process `rows(name)` gives these rows; nothing on the disk changes.

    What others have already made of a table stays as it is: replace tables before anything reads them.
    """
    _STANDING_IN[name] = tuple(found)
    rows.cache_clear()
    texts.cache_clear()


@cache
def rows(name: str, columns: tuple[str, ...]) -> tuple[dict[str, str], ...]:
    """The rows of `<name>.csv`; its header must be exactly `columns`, no cell may be missing."""
    if name in _STANDING_IN:
        return _STANDING_IN[name]
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


def problem_line(problem: Problem, language: str) -> str:
    """One line for a person: code, place, what is wrong, what to do."""
    if problem.code is None:
        return str(problem)
    words = texts("problems", language)
    values = {
        key: words[value[1:]] if isinstance(value, str) and value.startswith("@") else value
        for key, value in problem.values.items()
    }
    return f"{problem.code} {problem.place}: {words[problem.code].format(**values)}"
