"""`score`: a run held against the labels of its sample."""

from __future__ import annotations

import argparse
from pathlib import Path

from chsi_batch import arguments
from chsi_batch.arguments import Words
from chsi_batch.commands import ended
from chsi_batch.console import answer_json, say

EXAMPLE = "chsi-batch score result samples/truth.csv"


def options(command: argparse.ArgumentParser, words: Words) -> None:
    """Add what it takes."""
    command.add_argument("run_dir", type=Path, metavar="RUN", help=words["run_dir"])
    command.add_argument("truth", type=Path, metavar="TRUTH", help=words["truth"])
    arguments.json(command, words)


def carry_out(asked: argparse.Namespace, words: Words) -> int:
    """Do it; returns the exit code."""
    ended.require(asked.run_dir)
    from chsi_batch.labelled import score

    result = score.score(asked.run_dir, asked.truth)
    if asked.json:
        answer_json(result)
    else:
        say(score.render(result, words.language))
    return 0
