"""All commands over one set of inputs, and all they left and said."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow.parquet as pq

from proving import alive, naughty
from proving.calling import Said, call

NAMES = {
    "binding_report.xlsx", "exception_report.xlsx", "check_report.xlsx", "summary.html", "run.json",
    "diff.xlsx", "diff.parquet", "audit.xlsx", "result.decisions.jsonl", "result.decisions.key", "list.xlsx",
    "list.csv", "list.jsonl",
    *(f"{name}.parquet" for name in (
        "ledger", "bindings", "exceptions", "candidates", "issues", "inputs", "set_aside", "registrations",
        "degrees", "enrolments", "decisions", "left_behind", "remembered",
    )),
}  # fmt: skip
"""What files are called, whatever the inputs are called."""


@dataclass
class Walked:
    """Where outputs lie, and what was said."""

    folder: Path
    said: list[tuple[str, Said]] = field(default_factory=list)

    def call(self, *arguments: object) -> Said:
        """One command in this process."""
        self.said.append((str(arguments[0]), call(*arguments)))
        return self.said[-1][1]

    @property
    def commands(self) -> set[str]:
        """The commands that ended well."""
        return {command for command, said in self.said if said.code == 0}

    @property
    def files(self) -> list[Path]:
        """Everything that was written."""
        return [path for path in self.folder.rglob("*") if path.is_file()]

    @property
    def workbooks(self) -> list[Path]:
        """Every workbook that was written."""
        return sorted(path for path in self.files if path.suffix == ".xlsx")

    @property
    def pages(self) -> list[Path]:
        """Every page that was written."""
        return sorted(path for path in self.files if path.suffix == ".html")

    @property
    def rows(self) -> int:
        """Rows of the ledger."""
        return int(pq.read_metadata(self.folder / "result" / "tables" / "ledger.parquet").num_rows)

    def alive(self) -> list[str]:
        """Everything that came alive, anywhere."""
        found = [f"name {path}" for path in self.files if path.name not in NAMES]
        for path in self.files:
            found += alive.in_file(path)
        for command, said in self.said:
            if said.code in (2, 70):
                found.append(f"{command} ended with {said.code}: {said.err[-300:]}")
            found += [f"{command}: {entry}" for entry in alive.in_text(said.out + said.err)]
        return found


def walk(arguments: Sequence[str], folder: Path, explained: int = 25) -> Walked:
    """Every command that writes or says something of people; so many rows are explained."""
    made = Walked(folder / "out")
    made.folder.mkdir()
    result = made.folder / "result"
    if (said := made.call("run", *arguments, "--out", result)).code:
        raise SystemExit(said.err)
    made.call("check", *arguments, "--json", "--out", made.folder / "checked")
    made.call(
        "run", *arguments, "--lang", "en", "--unmask", "--previous", result, "--out", made.folder / "again"
    )
    made.call("diff", result, made.folder / "again", "--json", "--out", made.folder / "changes")
    made.call("audit", result, "--out", made.folder / "audit.xlsx")
    made.call("verify", result, "--json")
    ledger: dict[str, Any] = pq.read_table(result / "tables" / "ledger.parquet").to_pydict()
    for ref in dict.fromkeys(ledger["ref"][:: max(1, len(ledger["ref"]) // explained)]):
        made.call("explain", result, ref)
    _decide(made, result)
    return made


def _decide(made: Walked, result: Path) -> None:
    """Decisions by reviewers with naughty names and remarks, given back, listed and exported."""
    book = openpyxl.load_workbook(result / "exception_report.xlsx")
    texts = iter([text for text in naughty.held("xlsx") if text.strip() and len(text) < 250] * 9)
    for page in book.worksheets[1:]:
        heads = [cell.value for cell in page[3]]
        if "处理决定" not in heads:
            continue
        places = {head: heads.index(head) + 1 for head in ("处理决定", "审核人", "备注")}
        for row in range(4, page.max_row + 1):
            page.cell(row, places["处理决定"]).value = "暂缓"
            for head in ("审核人", "备注"):
                cell = page.cell(row, places[head], next(texts, "李老师"))
                cell.data_type = "s"
    filled = made.folder / "filled.xlsx"
    book.save(filled)
    made.call("decisions", "import", result, filled, "--reviewer", naughty.FORMULAS[0])
    filled.unlink()
    log = made.folder / "result.decisions.jsonl"
    if log.exists():
        made.call("decisions", "list", result)
        json.loads(made.call("decisions", "list", result, "--json").out)
        for extension in ("xlsx", "csv", "jsonl"):
            made.call("decisions", "export", result, "--out", made.folder / f"list.{extension}")
        made.call("decisions", "undo", result, 1, "--reviewer", naughty.FORMULAS[0])
