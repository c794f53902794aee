"""The commands, a module each: `EXAMPLE`, `options` (what it takes), `carry_out` (what it does).

To add one: its module, its line here, its words in `cli_words.csv`. Only the standard library is imported
before a command is carried out, so that `--help` answers at once.
"""

from __future__ import annotations

import argparse
from typing import Protocol

from chsi_batch.arguments import Words
from chsi_batch.commands import (
    audit,
    check,
    codes,
    decisions,
    demo,
    diff,
    explain,
    lab,
    rules,
    run,
    sample,
    schools,
    score,
    verify,
)


class Command(Protocol):
    """What the module of a command holds."""

    EXAMPLE: str

    def options(self, command: argparse.ArgumentParser, words: Words, /) -> None:
        """Add what it takes."""

    def carry_out(self, asked: argparse.Namespace, words: Words, /) -> int:
        """Do it; returns the exit code."""


COMMANDS: dict[str, Command] = {
    "run": run,
    "check": check,
    "sample": sample,
    "score": score,
    "rules": rules,
    "codes": codes,
    "explain": explain,
    "audit": audit,
    "decisions": decisions,
    "verify": verify,
    "lab": lab,
    "diff": diff,
    "schools": schools,
    "demo": demo,
}
"""In the order in which help lists them."""
