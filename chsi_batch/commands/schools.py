"""`schools`: the table of schools from the ministry's lists."""

from __future__ import annotations

import argparse
from pathlib import Path

from chsi_batch.arguments import Words
from chsi_batch.console import say

EXAMPLE = "chsi-batch schools moe_list_2025.xls"


def options(command: argparse.ArgumentParser, words: Words) -> None:
    """Add what it takes."""
    command.add_argument("file", type=Path, metavar="FILE", help=words["file"])
    command.add_argument("--out", type=Path, metavar="CSV", help=words["to"])


def carry_out(asked: argparse.Namespace, words: Words) -> int:
    """Do it; returns the exit code."""
    from chsi_batch import school_list

    out = asked.out or school_list.OWN_TABLE
    summary = school_list.rebuild(asked.file, out, words.language)
    say(f"{words['schools_written']}: {out}")
    say(summary)
    return 0
