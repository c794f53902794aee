"""From paths to `SourceFile`s, by way of readers: nothing foreign is parsed in this process.

Several files are read at once. A reader that dies, hangs or swells costs the file it was at, and nothing
else; its end is told by the refusal of that file. The thread that asks keeps the time, so that Ctrl-C ends
all readers at once.
"""

from __future__ import annotations

import atexit
import dataclasses
import os
import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait

from chsi_batch import system
from chsi_batch.layout.headers import Vocabulary
from chsi_batch.settings import Limits
from chsi_batch.sources.model import InputFile, SourceFile, Stretch
from chsi_batch.sources.reader import Request
from chsi_batch.sources.readers import IDLE, Died, Reader
from chsi_batch.sources.refusing import refusal

Told = Callable[[int, int], None]
"""Hears how many of how many files are done."""
_TICK = 0.2 if system.ENFORCED else 0.02
"""Seconds between two looks at the readers: a careless one fills a gigabyte in a third of a second."""
_MEGABYTE = 1_000_000
_MOST = 4
"""Readers at once, if the user does not say: more would not be faster, but hold more memory."""


def nobody_asked(done: int, total: int) -> None:
    """Nobody wants to know how far it is."""


def open_file(file: InputFile, limits: Limits, words: Vocabulary, language: str = "zh") -> SourceFile:
    """One file with all rows of its sheets and their independent counts, or the reason why there are none."""
    return _read([_request(file, limits, words, language, whole=True)], 1)[0]


def take_files(
    files: Sequence[tuple[InputFile, Vocabulary]],
    limits: Limits,
    language: str = "zh",
    told: Told = nobody_asked,
) -> list[SourceFile]:
    """Files laid out as tables, in their order, each with the words of its side.

    `told` hears how many of them have been read.
    """
    at_once = limits.readers or min(os.cpu_count() or 1, _MOST)
    asked = [_request(file, limits, words, language, whole=False) for file, words in files]
    return _read(asked, at_once, told)


def end_waiting() -> None:
    """End the readers that wait for another file: they hold what the last one took."""
    _POOL.close()


def pieces(
    file: InputFile, limits: Limits, words: Vocabulary, language: str = "zh", stretch: Stretch | None = None
) -> Iterator[SourceFile]:
    """A file that is read `later`, laid out piece by piece, by one reader that is a piece ahead.

    The last answer has no rows, but the digest of the file (of a `stretch` there is none) or its refusal.
    """
    whole = _request(file, limits, words, language, whole=False)
    request = dataclasses.replace(whole, file=_absolute(file), piece=True, stretch=stretch)
    reader = _POOL.new()
    try:
        with ThreadPoolExecutor(1) as ahead:
            coming = ahead.submit(_next, reader, request)
            while True:
                _wait([coming], nobody_asked)
                answer = coming.result()
                if not answer.taken:
                    break
                coming = ahead.submit(_next, reader, request)
                yield answer
        yield answer
    finally:
        _POOL.give_back(reader, keep=False)


def _next(reader: Reader, request: Request) -> SourceFile:
    try:
        answer = reader.ask(request)
        _validate(answer)
    except Died as died:
        return _refused(request, died)
    return answer


def _absolute(file: InputFile) -> InputFile:
    return dataclasses.replace(file, path=file.path.absolute())


def _request(file: InputFile, limits: Limits, words: Vocabulary, language: str, *, whole: bool) -> Request:
    try:
        megabytes = -(-file.path.stat().st_size // _MEGABYTE)
    except OSError:  # the reader tells what is wrong with it
        megabytes = 0
    return Request(file, megabytes, limits, words, language, whole)


class _Pool:
    """All readers of this process: those at work, and those that wait for the next file."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._idle: list[Reader] = []
        self._busy: set[Reader] = set()

    def take(self) -> Reader:
        """One that waits, or a new one; one of a process this was forked from is not ours."""
        with self._lock:
            own = _own(self._idle)
            reader = own.pop() if own else Reader()
            self._idle = own
            self._busy.add(reader)
        return reader

    def new(self) -> Reader:
        """One that has no other work."""
        reader = Reader()
        with self._lock:
            self._busy.add(reader)
        return reader

    def give_back(self, reader: Reader, *, keep: bool) -> None:
        """After its work: keep it for the next file, or end it."""
        with self._lock:
            self._busy.discard(reader)
            if keep:
                self._idle.append(reader)
        if not keep:
            reader.close()

    def busy(self) -> list[Reader]:
        """Those at work."""
        with self._lock:
            return _own(self._busy)

    def close(self) -> None:
        """End those that wait."""
        with self._lock:
            idle, self._idle = _own(self._idle), []
        for reader in idle:
            reader.close()


def _own(readers: Iterable[Reader]) -> list[Reader]:
    return [reader for reader in readers if reader.owner == os.getpid()]


_POOL = _Pool()
atexit.register(_POOL.close)


def _read(requests: Sequence[Request], at_once: int, told: Told = nobody_asked) -> list[SourceFile]:
    """The answer to each request; the largest files begin."""
    with ThreadPoolExecutor(at_once) as threads:
        order = sorted(range(len(requests)), key=lambda place: -requests[place].megabytes)
        begun = {place: threads.submit(_answer, requests[place]) for place in order}
        try:
            _wait(list(begun.values()), told)
        except BaseException:
            threads.shutdown(wait=False, cancel_futures=True)
            for reader in _POOL.busy():
                reader.end()
            raise
    return [begun[place].result() for place in range(len(requests))]


def _wait(begun: Sequence[Future[SourceFile]], told: Told) -> None:
    told(0, len(begun))
    while waiting := wait(begun, _TICK).not_done:
        told(len(begun) - len(waiting), len(begun))
        for reader in _POOL.busy():
            reader.watch(limits=not system.ENFORCED)


def _answer(request: Request) -> SourceFile:
    """One file, read by some reader."""
    asked = dataclasses.replace(request, file=_absolute(request.file))
    reader = _POOL.take()
    keep = False
    try:
        answer = reader.ask(asked)
        _validate(answer)
        keep = not request.large
    except Died as died:
        return _answer(request) if died.code == IDLE else _refused(request, died)
    finally:
        _POOL.give_back(reader, keep=keep)
    answer.file = request.file
    return answer


def _validate(answer: SourceFile) -> None:
    """Columns are used without further checks: what came from outside must be what it says."""
    import pyarrow as pa

    try:
        for taken in answer.taken:
            for part in taken.parts:
                for column in (*part.texts, *part.numbers.values()):
                    column.validate(full=True)
    except (pa.ArrowException, AttributeError) as fault:
        raise Died("reader-crashed", "columns") from fault


def _refused(request: Request, died: Died) -> SourceFile:
    limit = request.seconds if died.code == "reader-time" else request.memory
    told = refusal(died.code, request.file.label, language=request.language, limit=limit, how=died.how)
    return SourceFile(request.file, refusal=told)
