"""`audit`: how often bindings are wrong."""

from __future__ import annotations

import argparse
from pathlib import Path

from chsi_batch import arguments
from chsi_batch.arguments import Words
from chsi_batch.commands import ended
from chsi_batch.console import answer_json, show
from chsi_batch.errors import UsageError

EXAMPLE = "chsi-batch audit result --margin 0.01 --out audit.xlsx"
HIDDEN_PEOPLE = 2_000
"""How many people are changed unless told otherwise: the rates are then known to about 0.15 %."""


def options(command: argparse.ArgumentParser, words: Words) -> None:
    """Add what it takes."""
    command.add_argument("run_dir", type=Path, metavar="RUN", help=words["run_dir"])
    command.add_argument("--margin", type=float, metavar="SHARE", help=words["margin"])
    command.add_argument("--budget", type=int, metavar="N", help=words["budget"])
    command.add_argument("--seed", type=int, metavar="S", help=words["seed"])
    command.add_argument("--out", type=Path, metavar="F.xlsx", help=words["audit_out"])
    command.add_argument("--answers", type=Path, metavar="F.xlsx", help=words["answers"])
    command.add_argument("--hide", type=int, metavar="N", default=HIDDEN_PEOPLE, help=words["hide"])
    command.add_argument("--unmask", action="store_true", help=words["unmask"])
    arguments.json(command, words)
    arguments.progress(command, words)


def carry_out(asked: argparse.Namespace, words: Words) -> int:
    """Do it; returns the exit code."""
    ended.require(asked.run_dir)
    if asked.hide < 0:
        raise UsageError.of("audit-people", f"--hide {asked.hide}")
    from chsi_batch import progress
    from chsi_batch.audit import auditing

    with progress.shown(asked.progress, words) as tell:
        found = auditing.audit(
            auditing.Asked(
                run=asked.run_dir, out=asked.out, answers=asked.answers, margin=asked.margin,
                budget=asked.budget, seed=asked.seed, people=asked.hide, language=words.language,
                unmask=asked.unmask,
            ),
            tell,
        )  # fmt: skip
    if asked.progress != "json":
        show(found.told.shown(asked.out))
    if asked.json:
        answer_json(found.summary)
    return 0
