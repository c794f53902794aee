"""The table with which a run ends in the terminal, and where to look next.

File names are printed as plain text: nothing in them is markup or a control sequence.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from chsi_batch import plain
from chsi_batch.report import totals
from chsi_batch.report.totals import Totals
from chsi_batch.report.words import Words, party_order
from chsi_batch.results import DECISION_STATUSES, Run

if TYPE_CHECKING:
    from rich.console import Group
    from rich.table import Table
    from rich.text import Text

WRITTEN = ("exception_report.xlsx", "binding_report.xlsx", "summary.html", "tables", "private", "run.json")
"""What a run leaves, in the order in which people open it."""


def closing(run: Run, out_dir: Path, language: str) -> Group:
    """Totals per file, exceptions per acting party, and the paths."""
    from rich.console import Group

    words, found = Words(language), totals.count(run)
    return Group(
        _files(found, words),
        _parties(found, words),
        *_decisions(run, words),
        *_paths(run, out_dir, words),
    )


def _plain(text: str) -> Text:
    from rich.text import Text

    return Text(plain.line(text))


def _table(title: str, heads: list[str], rows: list[list[str]]) -> Table:
    from rich import box
    from rich.table import Table

    table = Table(title=title, title_justify="left", box=box.SIMPLE_HEAD, show_footer=False)
    for place, head in enumerate(heads):
        table.add_column(head, justify="left" if place == 0 else "right", overflow="fold")
    for number, row in enumerate(rows):
        table.add_row(*(_plain(cell) for cell in row), style="bold" if number == len(rows) - 1 else "")
    return table


def _files(found: Totals, words: Words) -> Table:
    heads = words("files.header").split("|")
    rows = [
        [entry.file, words.known("side", entry.side), f"{entry.records:,}", f"{entry.bound:,}",
         f"{entry.exception:,}", words("terminal.closes")]
        for entry in found.files
    ]  # fmt: skip
    total = [
        words("total"),
        "",
        f"{found.records:,}",
        f"{found.bound:,}",
        f"{found.exception:,}",
        words("terminal.closes"),
    ]
    return _table(words("terminal.title"), heads, [*rows, total])


def _parties(found: Totals, words: Words) -> Table:
    rows: dict[str, int] = {}
    for entry in found.codes:
        rows[entry.acts] = rows.get(entry.acts, 0) + entry.rows
    told = []
    for acts in sorted(rows, key=party_order):
        most = max((entry for entry in found.codes if entry.acts == acts), key=lambda entry: entry.rows)
        told.append([words.party(acts), f"{rows[acts]:,}", f"{words.title(most.code)} {most.rows:,}"])
    heads = words("parties.header").split("|")
    return _table(
        words("terminal.next"),
        [heads[0], heads[4], heads[5]],
        [*told, [words("total"), f"{found.exception:,}", ""]],
    )


def _decisions(run: Run, words: Words) -> list[Text]:
    """One line on what came of the decisions that were given."""
    table = run.tables.get("decisions")
    if table is None:
        return []
    statuses = table["status"].to_pylist()
    told = words.comma.join(
        f"{words(f'decision_status.{status}')} {statuses.count(status):,}"
        for status in DECISION_STATUSES
        if status in statuses
    )
    return [_plain(words("terminal.decisions", rows=f"{len(statuses):,}", told=told or "0")), _plain("")]


def _paths(run: Run, out_dir: Path, words: Words) -> list[Text]:
    """One line per thing that was written, with what it is for."""
    lines = [_plain(f"{words('terminal.written')} {out_dir}")]
    for name in WRITTEN:
        if (out_dir / name).exists():
            unmasked = name == "tables" and run.facts.get("unmasked")
            lines.append(
                _plain(
                    f"  {name:<22} {words(f'terminal.{name}.unmasked' if unmasked else f'terminal.{name}')}"
                )
            )
    return lines
