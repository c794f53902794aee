"""`sample`: labelled people who do not exist."""

from __future__ import annotations

import argparse

from chsi_batch import arguments
from chsi_batch.arguments import Words
from chsi_batch.console import say

EXAMPLE = "chsi-batch sample --people 300 --seed 1 --out samples"


def options(command: argparse.ArgumentParser, words: Words) -> None:
    """Add what it takes."""
    command.add_argument("--people", type=int, metavar="N", required=True, help=words["people"])
    command.add_argument("--seed", type=int, metavar="S", required=True, help=words["seed"])
    arguments.output(command, words)


def carry_out(asked: argparse.Namespace, words: Words) -> int:
    """Do it; returns the exit code."""
    from chsi_batch.labelled import sample

    summary = sample.make(asked.people, asked.seed, asked.out)
    say(f"{words['samples_in']}: {asked.out}")
    for key, value in summary.items():
        say(f"  {key}: {value}")
    return 0
