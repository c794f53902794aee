"""`codes`: the exception codes."""

from __future__ import annotations

import argparse

from chsi_batch.arguments import Words
from chsi_batch.console import answer_table

EXAMPLE = "chsi-batch codes"


def options(command: argparse.ArgumentParser, words: Words) -> None:
    """No more than the language."""


def carry_out(_: argparse.Namespace, words: Words) -> int:
    """Do it; returns the exit code."""
    from chsi_batch import rules

    answer_table(
        words["codes"],
        [words[f"column_{name}"] for name in ("code", "title", "severity", "acts", "cause", "advice")],
        [
            [
                entry.code,
                entry.title[words.language],
                words[entry.severity],
                words[entry.acts],
                entry.cause[words.language],
                entry.advice[words.language],
            ]
            for entry in rules.exception_codes()
        ],
    )
    return 0
