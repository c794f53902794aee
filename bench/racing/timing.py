"""Seconds by the clock and of the processor, and peak memory, of a command with all its children."""

from __future__ import annotations

import contextlib
import os
import subprocess
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil

_TICK = 0.02
_AGE = 0.2
"""Seconds between two looks for new children."""
_LAST = 400
"""Characters of what a failing command said."""


@dataclass(frozen=True)
class Timed:
    """What a command took; `fault` is the end of what it said if it failed.

    `processor` are the seconds of all its processes, which other work on the machine changes least.
    """

    seconds: float
    processor: float
    megabytes: float
    fault: str | None = None


def timed(command: Sequence[str], log: Path, patience: float) -> Timed:
    """Run a command and watch it; one that takes longer than `patience` is ended."""
    start, used = time.perf_counter(), _used()
    with log.open("wb") as said:
        process = psutil.Popen(list(command), stdout=said, stderr=subprocess.STDOUT, env=_environment())
        peak, late = _watched(process, start + patience)
    seconds = time.perf_counter() - start
    fault = f"took longer than {patience:.0f} s" if late else None
    if not late and process.wait():
        fault = log.read_text(encoding="utf-8", errors="replace")[-_LAST:].strip() or "failed"
    return Timed(seconds, _used() - used, peak / 1e6, fault)


def _used() -> float:
    """Processor seconds of the children that have ended, and of theirs."""
    told = os.times()
    return told.children_user + told.children_system


def _environment() -> dict[str, str]:
    return {**os.environ, "PYTHONUTF8": "1"}


def _watched(process: psutil.Popen, deadline: float) -> tuple[int, bool]:
    """The peak of the process and its children, and whether it had to be ended."""
    peak, children, asked = 0, [], 0.0
    while process.poll() is None:
        if time.perf_counter() > deadline:
            for one in (*process.children(recursive=True), process):
                with contextlib.suppress(psutil.Error):
                    one.kill()
            process.wait()
            return peak, True
        with contextlib.suppress(psutil.Error):
            if time.perf_counter() - asked > _AGE:
                children, asked = process.children(recursive=True), time.perf_counter()
            peak = max(peak, sum(map(_held, (process, *children))))
        time.sleep(_TICK)
    return peak, False


def _held(process: psutil.Process) -> int:
    try:
        return int(process.memory_info().rss)
    except psutil.Error:
        return 0
