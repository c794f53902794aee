"""Shows how far a long job is: a bar for people, lines of JSON for machines; always on stderr."""

from __future__ import annotations

import contextlib
import json
import sys
import time
from collections.abc import Callable, Iterator, Mapping

from chsi_batch import console

STAGES = ("read", "clean", "match", "settle", "report", "publish")


@contextlib.contextmanager
def shown(kind: str, words: Mapping[str, str]) -> Iterator[Callable[[str], None]]:
    """A function to call with each stage's name, of long ones also the turn (`hide 3/13`).

    `kind` is bar, json or none.
    """
    if kind == "json":
        yield _lines()
    elif kind == "bar" and sys.stderr.isatty():
        with _bar(words) as progress:
            yield progress
    else:
        yield _silent


def _silent(stage: str) -> None:
    """Nobody looks."""


def _lines() -> Callable[[str], None]:
    start = time.perf_counter()

    def tell(stage: str) -> None:
        line = {"stage": stage, "seconds": round(time.perf_counter() - start, 3)}
        console.say(json.dumps(line))

    return tell


@contextlib.contextmanager
def _bar(words: Mapping[str, str]) -> Iterator[Callable[[str], None]]:
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console.drawing(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=len(STAGES))

        def tell(stage: str) -> None:
            name, _, turn = stage.partition(" ")
            done, total = STAGES.index(name) if name in STAGES else 0, len(STAGES)
            if turn:
                done, total = (int(number) for number in turn.split("/"))
            bar.update(task, completed=done, total=total, description=words[f"stage_{name}"])

        yield tell
