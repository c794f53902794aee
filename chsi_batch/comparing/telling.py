"""The comparison as people read it: a table in the terminal, and the words of both ends of a row."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chsi_batch.comparing.classes import CLASSES
from chsi_batch.comparing.comparison import Comparison
from chsi_batch.comparing.rows import SIDES
from chsi_batch.report.words import Words

if TYPE_CHECKING:
    from rich.console import Group

Row = tuple[str | int, ...]


def classes(found: Comparison, words: Words) -> list[Row]:
    """Class, rows of registrations, of degrees, together, meaning; the total last."""
    rows: list[Row] = []
    for name in CLASSES:
        numbers = [found.totals[side.value][name] for side in SIDES]
        rows.append((words(f"diff.{name}"), *numbers, sum(numbers), words(f"diff_means.{name}")))
    numbers = [sum(found.totals[side.value][name] for name in CLASSES) for side in SIDES]
    return [*rows, (words("total"), *numbers, sum(numbers), "")]


def sides(found: Comparison, words: Words) -> list[Row]:
    """Both runs close: before − gone + come = after."""
    rows: list[Row] = []
    for side in SIDES:
        counts = found.totals[side.value]
        kept = counts["before"] - counts["gone"]
        closes = kept + counts["come"] == counts["after"]
        said = words("closes") if closes else words("open")
        numbers = [counts[name] for name in ("before", "gone", "come", "after")]
        rows.append((words.known("side", side.value), *numbers, said))
    return rows


def steps(found: Comparison, column: str, words: Words) -> list[Row]:
    """From one state or code to another, and how often; the most frequent first."""
    moved = sorted(found.steps(column).items(), key=lambda step: (-step[1], step[0]))
    word = words.title if column == "code" else lambda key: words.known("state", key)
    return [(f"{word(before)} → {word(after)}", number, "") for (before, after), number in moved]


def end(outcome: str, code: str, rule: str, state: str, method: str, words: Words) -> str:
    """How a row ended, in words; '' where there was no row."""
    if not outcome:
        return ""
    if outcome != "bound":
        return words.title(code)
    parts = [part for part in (rule, words.known("state", state or None)) if part]
    if method != "auto":
        parts.insert(1, words.known("method", method or None))
    return f"{words('chart.bound')}{words.colon}{words.comma.join(parts)}"


def shown(found: Comparison, words: Words) -> Group:
    """What `diff` says in the terminal."""
    from rich import box
    from rich.console import Group
    from rich.table import Table

    def table(title: str, header: str, rows: list[Row]) -> Table:
        made = Table(title=words(title), title_justify="left", box=box.SIMPLE_HEAD)
        for place, head in enumerate(words(header).split("|")):
            made.add_column(
                head, justify="right" if isinstance(rows[0][place], int) else "left", overflow="fold"
            )
        for row in rows:
            made.add_row(*(f"{cell:,}" if isinstance(cell, int) else cell for cell in row))
        return made

    parts = [
        table("diff.sides", "diff.sides.header", sides(found, words)),
        table("diff.classes", "diff.classes.header", classes(found, words)),
    ]
    if moved := steps(found, "state", words):
        parts.append(table("diff.states", "diff.steps.header", moved))
    return Group(*parts)
