"""`demo`: a sample, a run, and where to look."""

from __future__ import annotations

import argparse
from datetime import datetime
from pathlib import Path

from chsi_batch import arguments
from chsi_batch.arguments import SIDES, Words
from chsi_batch.commands import ended

EXAMPLE = "chsi-batch demo --out demo"
PEOPLE, SEED = 300, 2025


def options(command: argparse.ArgumentParser, words: Words) -> None:
    """Add what it takes."""
    command.add_argument("--out", type=Path, metavar="DIR", default=Path("chsi-demo"), help=words["out"])
    command.add_argument("--people", type=int, metavar="N", default=PEOPLE, help=words["people"])
    command.add_argument("--seed", type=int, metavar="S", default=SEED, help=words["seed"])
    arguments.progress(command, words)


def carry_out(asked: argparse.Namespace, words: Words) -> int:
    """Do it; returns the exit code."""
    from chsi_batch import pipeline, progress
    from chsi_batch.labelled import sample

    data = asked.out / "data"
    with progress.shown(asked.progress, words) as tell:
        tell("sample")
        summary = sample.make(asked.people, asked.seed, data)
        job = pipeline.Job(
            patterns={side: (str(data / name),) for name, side in SIDES.items()},
            out=asked.out / "result",
            as_of=datetime.fromisoformat(str(summary["as_of"])),
            language=words.language,
        )
        finished = pipeline.run(job, tell)
    if asked.progress != "json":
        ended.closing(finished, job.out, words)
    return 0
