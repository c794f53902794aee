"""`decisions`: reviewers' decisions, brought in, listed, written out, undone."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import Any

from chsi_batch import arguments, tables
from chsi_batch.arguments import Words
from chsi_batch.commands import ended
from chsi_batch.console import answer_json, answer_table, say

EXAMPLE = "chsi-batch decisions import result exception_report.xlsx"


ACTIONS = {
    "import": EXAMPLE,
    "list": "chsi-batch decisions list result",
    "export": "chsi-batch decisions export result --out decisions.xlsx",
    "undo": "chsi-batch decisions undo result 3 5 --reviewer 李老师 --remark 看错了",
}
"""What `decisions` can do, with an example of each."""


def options(command: argparse.ArgumentParser, words: Words) -> None:
    """Add what it takes."""
    actions = command.add_subparsers(
        title=words["decisions_actions"], metavar="ACTION", dest="action", required=True
    )
    for name, example in ACTIONS.items():
        action = actions.add_parser(
            name,
            help=words[f"decisions_{name}"],
            description=words[f"decisions_{name}"],
            epilog=f"{words['example']}: {example}",
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        arguments.language_option(action, words)
        action.add_argument("run_dir", type=Path, metavar="RUN", help=words["run_dir"])
        _ACTION_BUILDERS[name](action, words)


def _build_import(action: argparse.ArgumentParser, words: Words) -> None:
    action.add_argument("workbook", type=Path, metavar="WORKBOOK", help=words["filled_in"])
    action.add_argument("--reviewer", metavar="NAME", help=words["reviewer_else"])


def _build_export(action: argparse.ArgumentParser, words: Words) -> None:
    action.add_argument("--out", type=Path, metavar="F", required=True, help=words["export_out"])


def _build_undo(action: argparse.ArgumentParser, words: Words) -> None:
    action.add_argument("seq", type=int, nargs="+", metavar="SEQ", help=words["seq"])
    action.add_argument("--reviewer", metavar="NAME", required=True, help=words["undoer"])
    action.add_argument("--remark", metavar="TEXT", default="", help=words["undo_remark"])


_ACTION_BUILDERS: dict[str, Callable[[argparse.ArgumentParser, Words], None]] = {
    "import": _build_import,
    "list": arguments.json,
    "export": _build_export,
    "undo": _build_undo,
}


def carry_out(asked: argparse.Namespace, words: Words) -> int:
    """Do it; returns the exit code."""
    ended.require(asked.run_dir)
    from chsi_batch.decisions.log import Log

    log = Log.beside(asked.run_dir)
    told = tables.texts("decision_words", words.language)
    if log.read().torn:
        say(told["torn"].format(log=log.path.name))
    return _ACTIONS[asked.action](asked, log, told, words.language)


def _decisions_import(asked: argparse.Namespace, log: Any, told: dict[str, str], language: str) -> int:
    from chsi_batch.returned import importing

    done = importing.take(asked.run_dir, asked.workbook, log, reviewer=asked.reviewer, language=language)
    for line in done.told(told, log.path.name):
        say(line)
    return 0


def _decisions_list(asked: argparse.Namespace, log: Any, told: dict[str, str], language: str) -> int:
    from chsi_batch.returned import showing

    found = showing.shown(log.entries())
    if asked.json:
        answer_json({"log": log.path.name, "entries": found})
    else:
        answer_table(told["title"], showing.titles(language), showing.texts(found, language))
    return 0


def _decisions_export(asked: argparse.Namespace, log: Any, told: dict[str, str], language: str) -> int:
    from chsi_batch.returned import exporting, showing

    found = showing.shown(log.entries())
    exporting.export(found, asked.out, language)
    say(told["exported"].format(rows=len(found), path=asked.out))
    return 0


def _decisions_undo(asked: argparse.Namespace, log: Any, told: dict[str, str], _language: str) -> int:
    from chsi_batch.returned import undoing

    undoing.undo(log, asked.seq, asked.reviewer, asked.remark)
    say(told["undone"].format(seqs=", ".join(map(str, dict.fromkeys(asked.seq)))))
    return 0


_ACTIONS: dict[str, Callable[[argparse.Namespace, Any, dict[str, str], str], int]] = {
    "import": _decisions_import,
    "list": _decisions_list,
    "export": _decisions_export,
    "undo": _decisions_undo,
}
