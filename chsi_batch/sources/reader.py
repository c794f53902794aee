"""A reader: a process of its own that parses foreign files, one after the other, and holds nothing else.

It is started with an empty environment and knows only its pipes. It ends when its parent does, or after
having waited in vain for a while.
"""

from __future__ import annotations

import gc
import os
import queue
import sys
import threading
from dataclasses import dataclass
from importlib.abc import MetaPathFinder
from typing import IO, TYPE_CHECKING, Any, NoReturn

from chsi_batch import system
from chsi_batch.sources import wire

if TYPE_CHECKING:
    from chsi_batch.layout.headers import Vocabulary
    from chsi_batch.settings import Limits
    from chsi_batch.sources.model import InputFile, Stretch

WAITS = 30.0
"""Seconds without work after which a reader ends itself."""


IDLE = 0
"""The exit code of a reader that nobody asks any more."""
_FREE = 25
"""Megabytes of a file for which the least memory is enough."""
MEMORY_PER_MEGABYTE = 20
SECONDS_PER_MEGABYTE = 10


@dataclass(frozen=True)
class Request:
    """One file to read, and under which limits."""

    file: InputFile
    megabytes: int
    limits: Limits
    words: Vocabulary
    language: str
    whole: bool
    piece: bool = False
    """The next rows of the file this reader is at, the first ones if it is at none."""
    stretch: Stretch | None = None
    """The part of the file whose rows are wanted; all of it if None."""

    @property
    def memory(self) -> int:
        """Megabytes the reader may hold: large files honestly need more."""
        return self.limits.memory_megabytes + MEMORY_PER_MEGABYTE * max(0, self.megabytes - _FREE)

    @property
    def seconds(self) -> int:
        """Seconds of processor time the reader may take."""
        return self.limits.seconds + SECONDS_PER_MEGABYTE * self.megabytes

    @property
    def large(self) -> bool:
        """Does reading it leave so much memory behind that the reader is better ended?"""
        return self.megabytes > _FREE


class _Without(MetaPathFinder):
    """Has a module that is installed not be found."""

    def __init__(self, name: str) -> None:
        self._name = name

    def find_spec(self, fullname: str, path: object, target: object = None) -> None:  # noqa: ARG002
        """Refuse the module, leave all others to the next finder."""
        if fullname == self._name:
            raise ModuleNotFoundError(name=fullname)


def main() -> NoReturn:
    """Read what is asked for until nobody asks any more."""
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    silent = os.open(os.devnull, os.O_WRONLY)
    os.dup2(silent, sys.stdout.fileno())  # whatever a library prints is no answer
    sys.meta_path.insert(0, _Without("pandas"))  # 0.25 s: Arrow would ask it about every list
    system.confine()
    gc.disable()  # millions of cells that live until the answer is sent are not worth looking through
    inbox: queue.SimpleQueue[Request] = queue.SimpleQueue()
    threading.Thread(target=_listen, args=(sys.stdin.buffer, inbox), daemon=True).start()
    waits: float | None = WAITS
    while True:
        try:
            request = inbox.get(timeout=waits)
        except queue.Empty:
            os._exit(IDLE)  # the listening thread would not let the interpreter end in order
        waits = None if request.piece else WAITS  # in the middle of a file it waits until its parent ends it
        wire.send(answers, _answer(request))
        gc.collect()


def _listen(stream: IO[bytes], inbox: queue.SimpleQueue[Any]) -> None:
    """Hand on requests; when the parent is gone, nobody wants the answer to the current one."""
    try:
        while True:
            inbox.put(wire.receive(stream, trusted=True))
    except wire.BrokenMessageError:
        os._exit(IDLE)


def _answer(request: Request) -> object:
    system.allow(request.memory, request.seconds)
    from chsi_batch.sources.parsing import following, parse

    if request.piece:
        return following(
            request.file, request.limits, request.words, request.language, request.memory, request.stretch
        )
    return parse(
        request.file,
        request.limits,
        request.words,
        request.language,
        request.memory,
        whole=request.whole,
    )
