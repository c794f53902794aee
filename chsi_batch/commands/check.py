"""`check`: what is in the files, and every cell that is wrong."""

from __future__ import annotations

import argparse

from chsi_batch import arguments
from chsi_batch.arguments import SIDES, Words
from chsi_batch.console import answer_json, say
from chsi_batch.errors import Refused, UsageError

EXAMPLE = "chsi-batch check --degrees degrees.dbf --out checked"


def options(command: argparse.ArgumentParser, words: Words) -> None:
    """Add what it takes."""
    arguments.inputs(command, words, ())
    command.add_argument("--unmask", action="store_true", help=words["unmask"])
    arguments.output(command, words)
    arguments.json(command, words)


def carry_out(asked: argparse.Namespace, words: Words) -> int:
    """Do it; returns the exit code."""
    if not any(getattr(asked, name) for name in SIDES):
        raise UsageError(f"no-input: {words['needs_input']}")
    from chsi_batch import settings

    configured = settings.load(asked.config)
    from chsi_batch import checking

    result = checking.check(
        {side: tuple(getattr(asked, name)) for name, side in SIDES.items()},
        asked.out,
        configured,
        words.language,
        unmask=asked.unmask,
    )
    if asked.json:
        answer_json(result.summary)
    if result.refusals:
        raise Refused(result.refusals)
    say(f"{words['checked']}: {result.workbook}")
    return 0
