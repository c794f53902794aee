"""How a file is read and what came of it: the machinery of `check`, with the clock and the memory watched."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from chsi_batch import system
from chsi_batch.settings import Settings
from chsi_batch.sources import opening
from chsi_batch.sources.model import SourceFile
from chsi_batch.stages import conform, read
from chsi_batch.terms import Side

RAISED = "TRACEBACK"
PEAK = 1024
"""Megabytes no hostile file may make us hold."""
BASE, PER_MEGABYTE = 60.0, 10.0
"""Seconds of processor time no file may take: a hang."""
ASLEEP = 10
"""By the clock it is a hang after so many times these: other programs want the processor, too."""


_ALONE = """
import pickle, resource, sys
sys.path.insert(0, sys.argv[1])
from pathlib import Path
from foreign.reading import outcome, peak
found = outcome(Path(sys.argv[2]), sys.argv[3])
own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
sys.stdout.buffer.write(pickle.dumps((found, max(own, peak()))))
"""


@dataclass(frozen=True)
class Outcome:
    """What came of one file."""

    name: str
    code: str
    """Of the refusal; '' if the file was read, `RAISED` if anything was raised."""
    lines: int
    detail: str
    seconds: float
    """By the clock."""
    megabytes: float
    rows: int = 0
    sheets: tuple[tuple[str | None, int], ...] = ()
    """Physical rows of each sheet."""
    spent: float = 0.0
    """Processor time of this process and its readers."""

    @property
    def hung(self) -> bool:
        """Did it take longer than anybody waits? The clock alone would call a busy machine a hang."""
        most = BASE + PER_MEGABYTE * self.megabytes
        return self.spent > most or self.seconds > ASLEEP * most


def outcome(
    path: Path, name: str = "", side: Side = Side.DEGREE, settings: Settings | None = None
) -> Outcome:
    """Read one file."""
    settings = settings or Settings()
    began, before = time.perf_counter(), processor_time()
    megabytes = path.stat().st_size / 1e6
    try:
        files = read.collect({side: [str(path)]})
        found = conform.examine(side, read.read(files[side], settings), settings)
    except Exception as error:
        seconds, spent = time.perf_counter() - began, processor_time() - before
        told = repr(error)[:300]
        return Outcome(name or path.name, RAISED, 0, told, seconds, megabytes, spent=spent)
    seconds, spent = time.perf_counter() - began, processor_time() - before
    told = found.refusals
    rows = found.inputs["physical"].to_pylist()
    sheets = tuple(zip(found.inputs["sheet"].to_pylist(), rows, strict=True))
    detail = told[0].line() if told else ""
    code = told[0].code if told else ""
    return Outcome(
        name or path.name, code, len(told), detail, seconds, megabytes, sum(rows), sheets, spent
    )  # fmt: skip


def processor_time() -> float:
    """Seconds this process and its readers have taken, those that ended and those at work."""
    own = sum(time_ for time_ in os.times()[:4])
    with opening._POOL._lock:
        alive = [reader._process.pid for reader in opening._POOL._idle]
    return own + sum(system.used_by(process)[1] for process in alive)


def peak() -> float:
    """Megabytes held by the largest reader so far; those at work are ended first."""
    opening._POOL.close()
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024


def alone(path: Path, name: str = "") -> tuple[Outcome, float]:
    """Read one file in a process that does nothing else: the outcome, and the most MB that was held.

    A process that has held much hands its peak on to the children it starts: nothing else must happen in it.
    """
    import pickle

    done = subprocess.run(
        [sys.executable, "-c", _ALONE, str(Path(__file__).parents[1]), str(path), name],
        stdout=subprocess.PIPE,
        check=True,
    )
    found: tuple[Outcome, float] = pickle.loads(done.stdout)
    return found


def outcomes(paths: Sequence[Path], settings: Settings | None = None) -> list[Outcome]:
    """Read many small files of different names, several at once."""
    settings = settings or Settings()
    began, before = time.perf_counter(), processor_time()
    files = [read.collect({Side.DEGREE: [str(path)]})[Side.DEGREE][0] for path in paths]
    sources = read.read(files, settings)
    told = _examined(sources, settings)
    seconds, spent = time.perf_counter() - began, processor_time() - before
    found = []
    for path in paths:
        lines = told[path.name]
        code, detail = lines[0] if lines else ("", "")
        lines_told = 0 if code == RAISED else len(lines)
        found.append(
            Outcome(path.name, code, lines_told, detail, seconds / len(paths), 0.0, spent=spent / len(paths))
        )
    return found


def _examined(sources: Sequence[SourceFile], settings: Settings) -> Mapping[str, list[tuple[str, str]]]:
    """Code and line of each refusal by file; all together, and one by one if that raises."""
    found: dict[str, list[tuple[str, str]]] = defaultdict(list)
    try:
        for told in conform.examine(Side.DEGREE, sources, settings).refusals:
            found[told.file].append((told.code, told.line()))
    except Exception as error:
        if len(sources) == 1:
            return {sources[0].file.label: [(RAISED, repr(error)[:300])]}
        for source in sources:
            found |= _examined([source], settings)
    return found
