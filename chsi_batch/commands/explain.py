"""`explain`: why a row, or a pair, ended as it did."""

from __future__ import annotations

import argparse
from pathlib import Path

from chsi_batch.arguments import Words
from chsi_batch.commands import ended
from chsi_batch.console import answer

EXAMPLE = "chsi-batch explain result 'accounts.xlsx#Sheet1!5'"


def options(command: argparse.ArgumentParser, words: Words) -> None:
    """Add what it takes."""
    command.add_argument("run_dir", type=Path, metavar="RUN", help=words["run_dir"])
    command.add_argument("ref", metavar="REF", help=words["ref"])
    command.add_argument("other", nargs="?", metavar="REF", help=words["other"])


def carry_out(asked: argparse.Namespace, words: Words) -> int:
    """Do it; returns the exit code."""
    ended.require(asked.run_dir)
    from chsi_batch import explain

    answer(explain.explain(asked.run_dir, asked.ref, asked.other, words.language))
    return 0
