"""What may be typed: commands, their options, help in both languages, and an example of each.

Only the standard library is imported here, so that `--help` answers at once.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NoReturn

from chsi_batch import plain, tables
from chsi_batch.terms import LANGUAGES, Side
from chsi_batch.values.masking import mask_typed

SIDES = {"registrations": Side.REGISTRATION, "degrees": Side.DEGREE, "enrolments": Side.ENROLMENT}
DEMO_PEOPLE, DEMO_SEED = 300, 2025
HIDDEN_PEOPLE = 2_000
"""How many people `audit` changes unless told otherwise: the rates are then known to about 0.15 %."""

EXAMPLES = {
    "run": "chsi-batch run --registrations accounts.xlsx --degrees degrees/ --out result",
    "check": "chsi-batch check --degrees degrees.dbf --out checked",
    "sample": "chsi-batch sample --people 300 --seed 1 --out samples",
    "score": "chsi-batch score result samples/truth.csv",
    "rules": "chsi-batch rules --lang en",
    "codes": "chsi-batch codes",
    "explain": "chsi-batch explain result 'accounts.xlsx#Sheet1!5'",
    "audit": "chsi-batch audit result --margin 0.01 --out audit.xlsx",
    "decisions": "chsi-batch decisions import result exception_report.xlsx",
    "verify": "chsi-batch verify result",
    "lab": "chsi-batch lab result",
    "diff": "chsi-batch diff last_week result --out changes",
    "schools": "chsi-batch schools moe_list_2025.xls",
    "demo": "chsi-batch demo --out demo",
}

ACTIONS = {
    "import": EXAMPLES["decisions"],
    "list": "chsi-batch decisions list result",
    "export": "chsi-batch decisions export result --out decisions.xlsx",
    "undo": "chsi-batch decisions undo result 3 5 --reviewer 李老师 --remark 看错了",
}
"""What `decisions` can do, with an example of each."""


class Words(dict[str, str]):
    """The command line's texts in one language."""

    def __init__(self, language: str) -> None:
        super().__init__(tables.texts("cli_words", language))
        self.language = language


def language(arguments: Sequence[str]) -> str:
    """The language is needed before the arguments are parsed: help is written in it."""
    for place, argument in enumerate(arguments):
        value = argument.partition("=")[2] or (arguments[place + 1] if place + 1 < len(arguments) else "")
        if argument.partition("=")[0] == "--lang" and value in LANGUAGES:
            return value
    return "zh"


class Parser(argparse.ArgumentParser):
    """Says nothing raw: a shell may have put the names of hostile files into the arguments."""

    def exit(self, status: int = 0, message: str | None = None) -> NoReturn:
        """Leave; numbers in what is said are masked, and every character of it is seen."""
        super().exit(status, plain.lines(mask_typed(message)) if message else message)


def parser(words: Words) -> argparse.ArgumentParser:
    """The whole command line, its texts in the language of `words`."""
    top = Parser("chsi-batch", description=words["description"])
    _language_option(top, words)
    commands = top.add_subparsers(title=words["commands"], metavar="COMMAND", dest="command", required=True)
    for name, build in _BUILDERS.items():
        command = commands.add_parser(
            name,
            help=words[name],
            description=words[name],
            epilog=f"{words['example']}: {EXAMPLES[name]}",
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        _language_option(command, words)
        build(command, words)
    return top


def _language_option(parser: argparse.ArgumentParser, words: Words) -> None:
    parser.add_argument("--lang", choices=LANGUAGES, default=words.language, help=words["lang"])


def _inputs(command: argparse.ArgumentParser, words: Words, required: Sequence[str]) -> None:
    for name in SIDES:
        command.add_argument(
            f"--{name}", nargs="+", action="extend", metavar="F", default=[], required=name in required,
            help=words[name],
        )  # fmt: skip
    command.add_argument("--config", type=Path, metavar="F.toml", help=words["config"])


def _output(command: argparse.ArgumentParser, words: Words) -> None:
    command.add_argument("--out", type=Path, metavar="DIR", required=True, help=words["out"])


def _json(command: argparse.ArgumentParser, words: Words) -> None:
    command.add_argument("--json", action="store_true", help=words["json"])


def _progress_option(command: argparse.ArgumentParser, words: Words) -> None:
    command.add_argument("--progress", choices=("bar", "json", "none"), default="bar", help=words["progress"])


def _build_run(command: argparse.ArgumentParser, words: Words) -> None:
    from chsi_batch.engines import ENGINES

    _inputs(command, words, ("registrations", "degrees"))
    command.add_argument("--former-names", type=Path, metavar="F", help=words["former_names"])
    command.add_argument("--decisions", type=Path, metavar="F", help=words["decisions_file"])
    command.add_argument("--allow-severe", action="store_true", help=words["allow_severe"])
    command.add_argument("--previous", type=Path, metavar="RUN", help=words["previous"])
    command.add_argument("--as-of", metavar="ISO", help=words["as_of"])
    command.add_argument("--engine", choices=ENGINES, default=ENGINES[0], help=words["engine"])
    command.add_argument("--unmask", action="store_true", help=words["unmask"])
    command.add_argument("--no-private", action="store_true", help=words["no_private"])
    command.add_argument("--no-workbooks", action="store_true", help=words["no_workbooks"])
    command.add_argument(
        "--fail-on", nargs="+", action="extend", metavar="CODE", default=[], help=words["fail_on"]
    )
    _output(command, words)
    _json(command, words)
    _progress_option(command, words)


def _build_check(command: argparse.ArgumentParser, words: Words) -> None:
    _inputs(command, words, ())
    command.add_argument("--unmask", action="store_true", help=words["unmask"])
    _output(command, words)
    _json(command, words)


def _build_sample(command: argparse.ArgumentParser, words: Words) -> None:
    command.add_argument("--people", type=int, metavar="N", required=True, help=words["people"])
    command.add_argument("--seed", type=int, metavar="S", required=True, help=words["seed"])
    _output(command, words)


def _build_score(command: argparse.ArgumentParser, words: Words) -> None:
    command.add_argument("run_dir", type=Path, metavar="RUN", help=words["run_dir"])
    command.add_argument("truth", type=Path, metavar="TRUTH", help=words["truth"])
    _json(command, words)


def _build_nothing(command: argparse.ArgumentParser, words: Words) -> None:
    """`rules` and `codes` take no more than the language."""


def _build_explain(command: argparse.ArgumentParser, words: Words) -> None:
    command.add_argument("run_dir", type=Path, metavar="RUN", help=words["run_dir"])
    command.add_argument("ref", metavar="REF", help=words["ref"])
    command.add_argument("other", nargs="?", metavar="REF", help=words["other"])


def _build_audit(command: argparse.ArgumentParser, words: Words) -> None:
    command.add_argument("run_dir", type=Path, metavar="RUN", help=words["run_dir"])
    command.add_argument("--margin", type=float, metavar="SHARE", help=words["margin"])
    command.add_argument("--budget", type=int, metavar="N", help=words["budget"])
    command.add_argument("--seed", type=int, metavar="S", help=words["seed"])
    command.add_argument("--out", type=Path, metavar="F.xlsx", help=words["audit_out"])
    command.add_argument("--answers", type=Path, metavar="F.xlsx", help=words["answers"])
    command.add_argument("--hide", type=int, metavar="N", default=HIDDEN_PEOPLE, help=words["hide"])
    command.add_argument("--unmask", action="store_true", help=words["unmask"])
    _json(command, words)
    _progress_option(command, words)


def _build_verify(command: argparse.ArgumentParser, words: Words) -> None:
    command.add_argument("run_dir", type=Path, metavar="RUN", help=words["run_dir"])
    _json(command, words)


def _build_decisions(command: argparse.ArgumentParser, words: Words) -> None:
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
        _language_option(action, words)
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
    "list": _json,
    "export": _build_export,
    "undo": _build_undo,
}


def _build_diff(command: argparse.ArgumentParser, words: Words) -> None:
    command.add_argument("run_a", type=Path, metavar="RUN_A", help=words["run_a"])
    command.add_argument("run_b", type=Path, metavar="RUN_B", help=words["run_b"])
    command.add_argument("--out", type=Path, metavar="DIR", help=words["diff_out"])
    _json(command, words)


def _build_schools(command: argparse.ArgumentParser, words: Words) -> None:
    command.add_argument("file", type=Path, metavar="FILE", help=words["file"])
    command.add_argument("--out", type=Path, metavar="CSV", help=words["to"])


def _build_lab(command: argparse.ArgumentParser, words: Words) -> None:
    command.add_argument("run_dir", type=Path, metavar="RUN", help=words["run_dir"])
    command.add_argument("--to", type=Path, metavar="DIR", help=words["lab_to"])
    command.add_argument("--port", type=int, metavar="N", help=words["port"])
    command.add_argument("--no-browser", action="store_true", help=words["no_browser"])


def _build_demo(command: argparse.ArgumentParser, words: Words) -> None:
    command.add_argument("--out", type=Path, metavar="DIR", default=Path("chsi-demo"), help=words["out"])
    command.add_argument("--people", type=int, metavar="N", default=DEMO_PEOPLE, help=words["people"])
    command.add_argument("--seed", type=int, metavar="S", default=DEMO_SEED, help=words["seed"])
    _progress_option(command, words)


_BUILDERS: dict[str, Callable[[argparse.ArgumentParser, Words], None]] = {
    "run": _build_run,
    "check": _build_check,
    "sample": _build_sample,
    "score": _build_score,
    "rules": _build_nothing,
    "codes": _build_nothing,
    "explain": _build_explain,
    "audit": _build_audit,
    "decisions": _build_decisions,
    "verify": _build_verify,
    "lab": _build_lab,
    "diff": _build_diff,
    "schools": _build_schools,
    "demo": _build_demo,
}
