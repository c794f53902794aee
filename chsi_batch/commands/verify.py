"""`verify`: whether a finished run is still what was published."""

from __future__ import annotations

import argparse
from pathlib import Path

from chsi_batch import arguments
from chsi_batch.arguments import Words
from chsi_batch.console import answer_json, say
from chsi_batch.errors import OutputError

EXAMPLE = "chsi-batch verify result"


def options(command: argparse.ArgumentParser, words: Words) -> None:
    """Add what it takes."""
    command.add_argument("run_dir", type=Path, metavar="RUN", help=words["run_dir"])
    arguments.json(command, words)


def carry_out(asked: argparse.Namespace, words: Words) -> int:
    """Do it; returns the exit code."""
    from chsi_batch import verifying

    found = verifying.verify(asked.run_dir)
    told = found.summary(asked.run_dir, words.language)
    for fault in told["faults"]:
        say(fault["line"])
    if told["unmasked"]:
        say(words["verify_unmasked"])
    words_for = words["verify_damaged" if found.faults else "verify_whole"]
    say(words_for.format(files=found.files, faults=len(found.faults)))
    if asked.json:
        answer_json(told)
    return OutputError.exit_code if found.faults else 0
