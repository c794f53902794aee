"""What may be typed: commands, their options, help in both languages, and an example of each.

Only the standard library is imported here, so that `--help` answers at once.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NoReturn

from chsi_batch import plain, tables
from chsi_batch.terms import LANGUAGES, Side
from chsi_batch.values.masking import mask_argument, mask_typed

SIDES = {"registrations": Side.REGISTRATION, "degrees": Side.DEGREE, "enrolments": Side.ENROLMENT}


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
    """Says nothing raw: names of hostile files, or of people, may be among the arguments."""

    _typed: Sequence[str] = ()

    def parse_args(self, args: Any = None, namespace: Any = None) -> Any:
        """As it is, but what is too much is masked."""
        found, unknown = self.parse_known_args(args, namespace)
        if unknown:
            self.error(f"unrecognized arguments: {' '.join(map(mask_argument, unknown))}")
        return found

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> Any:
        """As it is, but keeps what was typed."""
        self._typed = sys.argv[1:] if args is None else list(args)
        return super().parse_known_args(args, namespace)

    def error(self, message: str) -> NoReturn:
        """Leave with the usage and the message, in which whatever was typed is masked like an argument."""
        offered = {
            word for action in self._actions for word in (*action.option_strings, *(action.choices or ()))
        }
        for typed in self._typed:
            for text in {typed, typed.partition("=")[2]} - offered - {""}:
                message = message.replace(repr(text), repr(mask_argument(text)))
            if "=" in typed:
                message = message.replace(typed, mask_argument(typed))
        super().error(message)

    def exit(self, status: int = 0, message: str | None = None) -> NoReturn:
        """Leave; numbers in what is said are masked, and every character of it is seen."""
        super().exit(status, plain.lines(mask_typed(message)) if message else message)


def language_option(parser: argparse.ArgumentParser, words: Words) -> None:
    parser.add_argument("--lang", choices=LANGUAGES, default=words.language, help=words["lang"])


def inputs(command: argparse.ArgumentParser, words: Words, required: Sequence[str]) -> None:
    for name in SIDES:
        command.add_argument(
            f"--{name}", nargs="+", action="extend", metavar="F", default=[], required=name in required,
            help=words[name],
        )  # fmt: skip
    command.add_argument("--config", type=Path, metavar="F.toml", help=words["config"])


def output(command: argparse.ArgumentParser, words: Words) -> None:
    command.add_argument("--out", type=Path, metavar="DIR", required=True, help=words["out"])


def json(command: argparse.ArgumentParser, words: Words) -> None:
    command.add_argument("--json", action="store_true", help=words["json"])


def progress(command: argparse.ArgumentParser, words: Words) -> None:
    command.add_argument("--progress", choices=("bar", "json", "none"), default="bar", help=words["progress"])
