"""`lab`: the notebooks, in JupyterLab."""

from __future__ import annotations

import argparse
from pathlib import Path

from chsi_batch.arguments import Words
from chsi_batch.commands import ended
from chsi_batch.console import say

EXAMPLE = "chsi-batch lab result"


def options(command: argparse.ArgumentParser, words: Words) -> None:
    """Add what it takes."""
    command.add_argument("run_dir", type=Path, metavar="RUN", help=words["run_dir"])
    command.add_argument("--to", type=Path, metavar="DIR", help=words["lab_to"])
    command.add_argument("--port", type=int, metavar="N", help=words["port"])
    command.add_argument("--no-browser", action="store_true", help=words["no_browser"])


def carry_out(asked: argparse.Namespace, words: Words) -> int:
    """Do it; returns the exit code."""
    from chsi_batch.notebook import lab

    lab.require()
    ended.require(asked.run_dir)
    if not (asked.run_dir / "private").is_dir():
        say(words["lab_no_private"])
    folder = asked.to or lab.folder_beside(asked.run_dir)
    copied = lab.prepare(folder)
    say(words["lab_copied"].format(folder=folder, copied=len(copied)))
    return lab.start(asked.run_dir, folder, asked.port, browser=not asked.no_browser)
