"""`diff`: what changed between two runs."""

from __future__ import annotations

import argparse
from pathlib import Path

from chsi_batch import arguments
from chsi_batch.arguments import Words
from chsi_batch.commands import ended
from chsi_batch.console import answer_json, say, show

EXAMPLE = "chsi-batch diff last_week result --out changes"


def options(command: argparse.ArgumentParser, words: Words) -> None:
    """Add what it takes."""
    command.add_argument("run_a", type=Path, metavar="RUN_A", help=words["run_a"])
    command.add_argument("run_b", type=Path, metavar="RUN_B", help=words["run_b"])
    command.add_argument("--out", type=Path, metavar="DIR", help=words["diff_out"])
    arguments.json(command, words)


def carry_out(asked: argparse.Namespace, words: Words) -> int:
    """Do it; returns the exit code."""
    for folder in (asked.run_a, asked.run_b):
        ended.require(folder)
    from chsi_batch.comparing import diff, telling
    from chsi_batch.report.words import Words as ReportWords

    found = diff.diff(asked.run_a, asked.run_b, asked.out, words.language)
    show(telling.shown(found.found, ReportWords(words.language)))
    if asked.out:
        say(f"{words['diff_written']}: {asked.out / diff.WORKBOOK}")
    if asked.json:
        answer_json(found.summary)
    return 0
