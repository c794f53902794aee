"""The command line. Everything for people goes to stderr, `--json` gives one object on stdout."""

from __future__ import annotations

import argparse
import os
import sys
import traceback
from collections.abc import Sequence
from pathlib import Path

from chsi_batch import arguments, plain, tables
from chsi_batch.arguments import Words
from chsi_batch.commands import COMMANDS
from chsi_batch.console import say, say_traceback
from chsi_batch.errors import Problem, Refused
from chsi_batch.values.masking import mask_typed

DEFECT = 70
TRACEBACK = "CHSI_BATCH_TRACEBACK"
"""Set to anything, a defect of ours tells where it came from, without messages; set to `messages`, with them,
and then personal data may stand in what is said."""


def parser(words: Words) -> argparse.ArgumentParser:
    """The whole command line, its texts in the language of `words`."""
    top = arguments.Parser("chsi-batch", description=words["description"])
    arguments.language_option(top, words)
    commands = top.add_subparsers(title=words["commands"], metavar="COMMAND", dest="command", required=True)
    for name, known in COMMANDS.items():
        command = commands.add_parser(
            name,
            help=words[name],
            description=words[name],
            epilog=f"{words['example']}: {known.EXAMPLE}",
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        arguments.language_option(command, words)
        known.options(command, words)
    return top


def main(line: Sequence[str] | None = None) -> int:
    """Carry out one command line; returns the exit code."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    given = list(sys.argv[1:] if line is None else line)
    words = Words(arguments.language(given))
    asked = parser(words).parse_args(given)
    try:
        return COMMANDS[asked.command].carry_out(asked, words)
    except Problem as problem:
        told = mask_typed(tables.problem_line(problem, words.language))
        say(told if isinstance(problem, Refused) else plain.line(told))
        return problem.exit_code
    except KeyboardInterrupt:
        return 130
    except BaseException as error:  # what fails inside a library is not always an Exception
        if isinstance(error, (SystemExit, GeneratorExit)):
            raise
        return _defect(error, words)


def _defect(error: BaseException, words: Words) -> int:
    """Name the place, never the message: it could carry personal data."""
    if wanted := os.environ.get(TRACEBACK):
        say_traceback(error, messages=wanted == "messages")
    frames = traceback.extract_tb(error.__traceback__)
    own = next((frame for frame in reversed(frames) if "chsi_batch" in frame.filename), frames[-1])
    say(f"defect {type(error).__name__} {Path(own.filename).name}:{own.lineno}: {words['defect']}")
    return DEFECT
