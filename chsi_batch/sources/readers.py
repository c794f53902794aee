"""A reader as its parent sees it: a process that is asked for one file at a time and may die over it.

Its environment holds nothing but what it needs to start, and it inherits no file but its three pipes. How it
died is told by its exit and by the beginning of what it wrote to its error stream, which is never shown.
"""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import IO

from chsi_batch import system
from chsi_batch.sources import wire
from chsi_batch.sources.model import SourceFile
from chsi_batch.sources.reader import Request

IDLE = "idle"
"""The end of a reader that had waited in vain, just before it was asked."""

_PATIENCE = 3
"""Clock seconds allowed for each second of processor time: other programs want the processor too."""
_AWAKE = 0.01
"""The share of the processor that a reader takes at least while it works, however busy the machine is."""
_GRACE = 5.0
_UNLIMITED = float("inf")
_SAID = 4096
_SHORT_OF_MEMORY = (b"memory allocation", b"bad_alloc", b"memoryerror", b"out of memory")
_START = (
    "import json, sys; sys.path[:] = json.loads(sys.argv[1]); "
    "from chsi_batch.sources.reader import main; main()"
)
_PASSED_ON = ("SYSTEMROOT", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")
"""What a process needs of its environment to start at all."""
_ENVIRONMENT = {
    "ARROW_DEFAULT_MEMORY_POOL": "system",
    "MALLOC_ARENA_MAX": "2",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
}


class Died(Exception):  # noqa: N818 - told of a process
    """A reader ended without an answer: the code of the refusal, and how it ended."""

    def __init__(self, code: str, how: str = "") -> None:
        super().__init__(code)
        self.code, self.how = code, how


class Reader:
    """One process."""

    def __init__(self) -> None:
        environment = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
        self.owner = os.getpid()
        self._used = False
        self._why = ""
        self._patience = self._spent = 0.0
        self._said = b""
        self._deadline = self._memory = self._seconds = _UNLIMITED
        self._process = subprocess.Popen(
            [sys.executable, "-I", "-S", "-B", "-X", "utf8", "-c", _START, _path()],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env={**environment, **_ENVIRONMENT},
        )
        self._ear = threading.Thread(target=self._hear, daemon=True)
        self._ear.start()

    def ask(self, request: Request) -> SourceFile:
        """The answer to a request; raises `Died` if none came."""
        self._memory = request.memory
        if not system.ENFORCED:
            self._seconds = request.seconds + system.used_by(self._process.pid)[1]
        self._patience = request.seconds * _PATIENCE
        self._deadline = time.monotonic() + self._patience
        try:
            wire.send(_open(self._process.stdin), request)
            answer = wire.receive(_open(self._process.stdout))
        except (wire.BrokenMessageError, OSError):
            raise self._death() from None
        finally:
            self._deadline = self._memory = self._seconds = _UNLIMITED
        if not isinstance(answer, SourceFile):
            raise self._death()
        self._used = True
        return answer

    def watch(self, *, limits: bool) -> None:
        """End the process if its time is up or, where the system sets no `limits`, it took too much."""
        if time.monotonic() > self._deadline:
            self._wait_or_end()
        elif limits:
            held, spent = system.used_by(self._process.pid)
            if held > self._memory:
                self.end("reader-memory")
            elif spent > self._seconds:
                self.end("reader-time")

    def _wait_or_end(self) -> None:
        """Its time by the clock is up: end it if it sleeps; one that works ends by its processor time."""
        before, self._spent = self._spent, system.used_by(self._process.pid)[1]
        if self._spent - before < self._patience * _AWAKE:
            self.end("reader-time")
        elif self._deadline < _UNLIMITED:
            self._deadline += self._patience

    def end(self, why: str = "") -> None:
        """Kill it; whoever waits for its answer learns why."""
        self._why = self._why or why
        with contextlib.suppress(OSError):
            self._process.kill()

    def close(self) -> None:
        """End it and clear away what is left of it."""
        self.end()
        self._process.wait()
        self._ear.join()
        for stream in (self._process.stdin, self._process.stdout, self._process.stderr):
            with contextlib.suppress(OSError):
                _open(stream).close()

    def _death(self) -> Died:
        try:
            code = self._process.wait(_GRACE)
        except subprocess.TimeoutExpired:  # it lives, but what it says is no answer
            self.end("reader-crashed")
            code = self._process.wait()
        self._ear.join()
        if self._why:
            return Died(self._why, "answer")
        if system.over_time(code):
            return Died("reader-time")
        if system.killed(code) or any(mark in self._said.lower() for mark in _SHORT_OF_MEMORY):
            return Died("reader-memory")
        return Died(IDLE if code == 0 and self._used else "reader-crashed", system.signal_name(code))

    def _hear(self) -> None:
        stream = _open(self._process.stderr)
        while block := stream.read1(_SAID):  # type: ignore[attr-defined]
            self._said = (self._said + block)[:_SAID]


def _open(stream: IO[bytes] | None) -> IO[bytes]:
    assert stream is not None  # all three are pipes
    return stream


def _path() -> str:
    """Where the reader finds the same modules as this process."""
    own = str(Path(__file__).parents[2])
    found = [str(Path(entry).absolute()) for entry in sys.path if entry]
    return json.dumps(found if own in found else [*found, own])
