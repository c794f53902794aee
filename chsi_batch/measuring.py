"""How long each stage of a job took and how much memory it held: seconds, and the peak of all its processes.

Memory is looked at when a stage begins and twenty times a second. It is that of the resident sets, so what
processes share is counted in each of them.
"""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from chsi_batch import system

if TYPE_CHECKING:
    import psutil

_TICK = 0.05
_AGE = 0.5
"""Seconds after which it is worth asking for new children: the system looks through all processes."""
_MEGABYTE = 1_000_000


class Stages:
    """Call it with the name of the stage that begins (`clean`), or with how far it is (`clean 5/20`)."""

    def __init__(self, told: Callable[[str], None]) -> None:
        self._told = told
        self._family = _Family()
        self._now = ""
        self._since = time.perf_counter()
        self._peaks: dict[str, tuple[int, int]] = {}
        self.seconds: dict[str, float] = {}

    def __call__(self, stage: str) -> None:
        name, _, turn = stage.partition(" ")
        if not turn:
            now = time.perf_counter()
            if self._now:
                self.seconds[self._now] = round(self.seconds.get(self._now, 0.0) + now - self._since, 3)
            self._now, self._since = name, now
            self.look()
        if stage:
            self._told(stage)

    def counting(self, total: int) -> Callable[[int], None]:
        """Call what this gives, from any thread, with how many more of `total` are done in this stage."""
        stage, done, turn = self._now, 0, threading.Lock()

        def more(number: int) -> None:
            nonlocal done
            with turn:
                done += number
                self(f"{stage} {done}/{total}")

        more(0)
        return more

    @property
    def memory(self) -> dict[str, dict[str, int]]:
        """Per stage the most megabytes that this process, and that all its children together, held."""
        return {
            stage: {"own": own // _MEGABYTE, "children": children // _MEGABYTE}
            for stage, (own, children) in self._peaks.items()
        }

    def closed(self) -> dict[str, object]:
        """The last stage is over: the measures as `run.json` holds them."""
        self("")
        return {"seconds": self.seconds, "memory": self.memory}

    def look(self) -> None:
        """See what is held at this moment."""
        stage = self._now
        if stage:
            held, peak = self._family.held(), self._peaks.get(stage, (0, 0))
            self._peaks[stage] = max(peak[0], held[0]), max(peak[1], held[1])


class _Family:
    """This process and its children."""

    def __init__(self) -> None:
        inspector = system.inspector()
        self._own: psutil.Process | None = inspector.Process() if inspector else None
        self._children: list[psutil.Process] = []
        self._asked = float("-inf")

    def held(self) -> tuple[int, int]:
        """Bytes of this process, and of all its children; none where nothing can be known."""
        if self._own is None:
            return 0, 0
        if time.monotonic() - self._asked > _AGE:
            self._children, self._asked = self._own.children(recursive=True), time.monotonic()
        return _bytes(self._own), sum(map(_bytes, self._children))


def _bytes(process: psutil.Process) -> int:
    """What a process holds; nothing if it has ended or may not be asked."""
    import psutil

    try:
        return int(process.memory_info().rss)
    except psutil.Error:
        return 0


@contextlib.contextmanager
def measured(told: Callable[[str], None]) -> Iterator[Stages]:
    """Stages whose memory is watched until the block ends."""
    stages, over = Stages(told), threading.Event()
    watcher = threading.Thread(target=_watch, args=(stages, over), daemon=True)
    watcher.start()
    try:
        yield stages
    finally:
        over.set()
        watcher.join()


def _watch(stages: Stages, over: threading.Event) -> None:
    while not over.wait(_TICK):
        stages.look()
