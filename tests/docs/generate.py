"""Writes what is generated: the tables of README.md and the notebooks' .ipynb files.

`python tests/docs/generate.py` writes; `tests/test_docs.py` and `tests/notebooks` fail while a file
differs from what would be written. A table stands in README.md between `<!-- table NAME -->` and
`<!-- end -->`; its facts are those of `chsi_batch/tables/*.csv` and of the command line itself.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

from chsi_batch import cli, rules, tables  # noqa: E402
from chsi_batch.arguments import Words  # noqa: E402
from chsi_batch.commands.rules import allowed  # noqa: E402
from chsi_batch.stages import pair  # noqa: E402
from chsi_batch.terms import COLUMNS, REQUIRED, Side  # noqa: E402
from docs import twin  # noqa: E402

README = ROOT / "README.md"
NOTEBOOKS = ROOT / "notebooks"
LANGUAGE = "zh"
_PLACE = re.compile(r"(?P<open><!-- table (?P<name>[a-z]+) -->\n).*?(?P<close><!-- end -->)", re.DOTALL)
_COLUMN_HEADER = ("side", "canonical", "header", "origin")
_ALSO_SHOWN = 5
"""So many other known headers are shown; the table on disk has them all."""


def markdown(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table as Markdown; a bar inside a cell is escaped."""
    lines = [header, ["---"] * len(header), *rows]
    return "".join(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in line)} |\n" for line in lines)


def options(parser: argparse.ArgumentParser) -> Iterator[str]:
    """What one command takes, as it is typed; every command has `--help` and `--lang`."""
    for action in parser._actions:
        if action.dest in ("help", "lang"):
            continue
        yield f"`{action.option_strings[0]}`" if action.option_strings else f"`{action.metavar}`"


def subcommands() -> dict[str, argparse.ArgumentParser]:
    """Every command and its parser; what a command itself has commands for stands there by both names."""
    found = {}
    for name, parser in _below(cli.parser(Words(LANGUAGE))).items():
        inner = {f"{name} {action}": below for action, below in _below(parser).items()}
        found |= inner or {name: parser}
    return found


def _below(parser: argparse.ArgumentParser) -> dict[str, argparse.ArgumentParser]:
    """The commands of a parser."""
    found = [action for action in parser._actions if isinstance(action, argparse._SubParsersAction)]
    return dict(found[0].choices) if found else {}


def commands() -> str:
    """Commands, what they do, what they take."""
    words = Words(LANGUAGE)
    return markdown(
        ["命令", "做什么", "参数"],
        [
            [f"`{name}`", words[name.replace(" ", "_")], " ".join(options(parser))]
            for name, parser in subcommands().items()
        ],
    )


def columns() -> str:
    """Canonical columns, the header that means each by default, and other known headers."""
    known: dict[tuple[str, str], list[str]] = {}
    for row in tables.rows("columns", _COLUMN_HEADER):
        known.setdefault((row["side"], row["canonical"]), []).append(row["header"])
    words = tables.texts("report_words", LANGUAGE)
    lines = []
    for side in Side:
        for column in COLUMNS[side]:
            first, *others = known.get((side, column), [""])
            star = "＊" if column in REQUIRED[side] else ""
            also = "、".join(others[:_ALSO_SHOWN]) + ("……" if len(others) > _ALSO_SHOWN else "")
            lines.append([words[f"side.{side}"], f"`{column}`{star}", first, also])
    return markdown(["文件", "列", "默认表头", "也认得"], lines)


def match_rules() -> str:
    """The rule table: the states are the words of `match_rules.csv`, a field that allows all shows `*`."""
    words = tables.texts("state_words", LANGUAGE)
    said = Words(LANGUAGE)
    fields = (*rules.FIELDS, "birth_and_sex")
    return markdown(
        ["规则", *(words[field] for field in rules.FIELDS), "出生日期、性别", "结论", "代码", "说明"],
        [
            [
                rule.rule,
                *(allowed(field, rule.states[field]).replace("*", "\\*") for field in fields),
                said[rule.verdict.value],
                f"`{rule.code}`" if rule.code else "",
                rule.reading[LANGUAGE],
            ]
            for rule in rules.match_rules()
        ],
    )


def codes() -> str:
    """The exception codes in the ledger's order; codes with other texts per side take a line for each."""
    words = tables.texts("report_words", LANGUAGE)
    return markdown(
        ["代码", "名称", "程度", "办理方", "原因", "怎么办"],
        [
            [
                f"`{entry.code}`" + ("" if entry.side == "both" else f"（{words[f'side.{entry.side}']}）"),
                entry.title[LANGUAGE],
                words[f"severity.{entry.severity}"],
                words[f"party.{entry.acts}"],
                entry.cause[LANGUAGE],
                entry.advice[LANGUAGE],
            ]
            for entry in rules.exception_codes()
        ],
    )


def routes() -> str:
    """The ways candidates are found; the second kind only looks at rows nothing stronger explains."""
    scopes = {"all": "全部行", "leftover": "尚无着落的行"}
    return markdown(
        ["途径", "用于", "条件", "可能得出的规则"],
        [
            [f"`{route.route}`", scopes[route.scope], route.purpose[LANGUAGE], " ".join(route.rules)]
            for route in pair.routes()
        ],
    )


TABLES: dict[str, Callable[[], str]] = {
    "commands": commands,
    "columns": columns,
    "rules": match_rules,
    "codes": codes,
    "routes": routes,
}


def filled(text: str) -> str:
    """The README with every generated table as it must be."""
    return _PLACE.sub(lambda m: m["open"] + TABLES[m["name"]]() + m["close"], text)


def main() -> None:
    """Write what is stale."""
    README.write_text(filled(README.read_text(encoding="utf-8")), encoding="utf-8", newline="\n")
    for script in sorted(NOTEBOOKS.glob("*.py")):
        script.with_suffix(".ipynb").write_text(twin.notebook(script), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
