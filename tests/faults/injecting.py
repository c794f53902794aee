"""Makes the calls that change a disk die or fail, in the process that arms it and for one folder only.

Every call of the standard library that changes something below the folder is a fault point: opening for
writing, writing, syncing, renaming, linking, removing, making folders, changing permissions, cutting. A
parquet file is written by Arrow itself: beginning it and each table put into it are points. What lies
between such points is met by kills at random times, by limits of the system and by small disks.
"""

from __future__ import annotations

import builtins
import io
import os
import signal
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

KILL, FAIL, FAIL_ON = "kill", "fail", "fail-on"
GROWING = ("open", "write", "fsync", "mkdir", "link", "rename", "replace", "parquet")
"""What fails on a disk that stays full or broken; removing goes on."""
_BY_PATH = ("mkdir", "rmdir", "unlink", "remove", "rename", "replace", "link", "chmod", "truncate")
_BY_DESCRIPTOR = ("write", "fsync", "ftruncate")
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT


@dataclass(frozen=True)
class Fault:
    """At the point of this number: die, fail once, or fail there and at whatever follows and needs room."""

    number: int
    action: str
    error: int = 28


class Injector:
    """The fault points of this process, as they are met."""

    def __init__(self, folder: Path, fault: Fault | None) -> None:
        self._folder = os.path.join(os.path.abspath(folder), "")  # noqa: PTH100, PTH118 - compared as text
        self._fault = fault
        self._lock = threading.Lock()
        self.paths: dict[int, str] = {}
        self.met: list[tuple[str, str]] = []

    def inside(self, path: str) -> bool:
        """Is this a place where faults happen?"""
        return os.path.join(path, "").startswith(self._folder)  # noqa: PTH118

    def meet(self, call: str, path: str) -> None:
        """One fault point."""
        if not self.inside(path):
            return
        with self._lock:
            self.met.append((call, path[len(self._folder) :]))
            number = len(self.met)
        fault = self._fault
        if fault is None or number < fault.number:
            return
        if fault.action == KILL:
            os.kill(os.getpid(), signal.SIGKILL)
        if number == fault.number or (fault.action == FAIL_ON and call in GROWING):
            raise OSError(fault.error, os.strerror(fault.error), path)

    def where(self, place: Any, folder: int | None = None) -> str:
        """The path that a path or a descriptor stands for; nothing if it is not known."""
        if isinstance(place, int):
            return self.paths.get(place, "")
        path = os.fsdecode(place)
        return os.path.abspath(os.path.join(self.where(folder), path) if folder is not None else path)  # noqa: PTH100, PTH118


def arm(folder: Path, fault: Fault | None) -> Injector:
    """For the rest of this process."""
    injector = Injector(folder, fault)
    for name in (*_BY_PATH, *_BY_DESCRIPTOR):
        setattr(os, name, _counted(injector, name, getattr(os, name)))
    os.open = _os_open(injector, os.open)
    os.close = _os_close(injector, os.close)
    builtins.open = io.open = _open(injector, builtins.open)  # type: ignore[assignment]
    _parquet(injector)
    return injector


def _counted(injector: Injector, name: str, real: Callable[..., Any]) -> Callable[..., Any]:
    def call(place: Any, *more: Any, **named: Any) -> Any:
        folder = named.get("dir_fd", named.get("src_dir_fd"))
        injector.meet(name, injector.where(place, folder))
        return real(place, *more, **named)

    return call


def _os_open(injector: Injector, real: Callable[..., int]) -> Callable[..., int]:
    def call(place: Any, flags: int, mode: int = 0o777, *, dir_fd: int | None = None) -> int:
        path = injector.where(place, dir_fd)
        if flags & _WRITING:
            injector.meet("open", path)
        descriptor = real(place, flags, mode, dir_fd=dir_fd)
        injector.paths[descriptor] = path
        return descriptor

    return call


def _os_close(injector: Injector, real: Callable[[int], None]) -> Callable[[int], None]:
    def call(descriptor: int) -> None:
        injector.paths.pop(descriptor, None)
        real(descriptor)

    return call


def _open(injector: Injector, real: Callable[..., Any]) -> Callable[..., Any]:
    class File(io.FileIO):
        def write(self, content: Any, /) -> int:
            injector.meet("write", injector.paths.get(self.fileno(), ""))
            return super().write(content)

        def close(self) -> None:
            if not self.closed:
                injector.paths.pop(self.fileno(), None)
            super().close()

    def call(
        file: Any, mode: str = "r", buffering: int = -1, encoding: str | None = None,
        errors: str | None = None, newline: str | None = None, *more: Any, **named: Any,
    ) -> Any:  # fmt: skip
        changes = not isinstance(file, int) and set(mode) & set("wax+")
        path = injector.where(file) if changes else ""
        if not injector.inside(path):
            return real(file, mode, buffering, encoding, errors, newline, *more, **named)
        injector.meet("open", path)
        raw = File(path, mode.replace("b", "").replace("t", ""))
        injector.paths[raw.fileno()] = path
        buffered = io.BufferedRandom(raw) if "+" in mode else io.BufferedWriter(raw)
        return buffered if "b" in mode else io.TextIOWrapper(buffered, encoding, errors, newline)

    return call


def _parquet(injector: Injector) -> None:
    from pyarrow import parquet

    begin, put = parquet.ParquetWriter.__init__, parquet.ParquetWriter.write_table

    def begin_counted(writer: Any, where: Any, *more: Any, **named: Any) -> None:
        writer._place = injector.where(where)
        injector.meet("parquet", writer._place)
        begin(writer, where, *more, **named)

    def put_counted(writer: Any, *more: Any, **named: Any) -> None:
        injector.meet("parquet", writer._place)
        put(writer, *more, **named)

    parquet.ParquetWriter.__init__ = begin_counted
    parquet.ParquetWriter.write_table = put_counted
