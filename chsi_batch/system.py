"""The one module that knows how systems differ: locks, folders on the disk, what a process may use, its end.

Linux holds a process to its memory and processor time. Elsewhere (`ENFORCED` is false) the parent watches: it
looks at the reader from time to time and ends it. No other module imports what only some systems have.
"""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path
from typing import Any

try:
    import resource
except ImportError:  # Windows
    resource = None  # type: ignore[assignment]
try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]

ENFORCED = resource is not None and sys.platform == "linux"
"""Does the system itself keep a process within its memory and its processor time?"""
PERMISSIONS = os.name == "posix"
"""Does a file say who may read it?"""
BINARY = getattr(os, "O_BINARY", 0)
"""For `os.open`: Windows would change line ends."""

_MEGABYTE = 1 << 20
_FILES = 64
_LOCKED_BYTE = 1 << 30
"""Windows locks bytes, and a locked byte cannot be read: one that no file has."""


def lock_file(descriptor: int) -> None:
    """Take the lock of an open file or raise OSError; it falls when the process ends."""
    if fcntl is not None:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    elif hasattr(os, "lockf"):
        os.lockf(descriptor, os.F_TLOCK, 0)
    else:
        import msvcrt

        place = os.lseek(descriptor, 0, os.SEEK_CUR)
        os.lseek(descriptor, _LOCKED_BYTE, os.SEEK_SET)
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        os.lseek(descriptor, place, os.SEEK_SET)


def sync_folder(folder: Path) -> None:
    """Have the names in a folder on the disk, where a folder can be opened at all."""
    try:
        descriptor = os.open(folder, os.O_RDONLY)
    except PermissionError:
        if sys.platform == "win32":
            return
        raise
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def confine() -> None:
    """For the life of a reader: no core dump, no file written, few open files; Ctrl-C is its parent's."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if resource is None:
        return
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    _lower(resource.RLIMIT_NOFILE, _FILES)


def allow(memory: int, seconds: int) -> None:
    """For the next file: megabytes of memory, and seconds of processor time from now on."""
    if resource is None:
        return
    used = resource.getrusage(resource.RUSAGE_SELF)
    _lower(resource.RLIMIT_CPU, int(used.ru_utime + used.ru_stime) + 1 + seconds)
    if ENFORCED:
        _lower(resource.RLIMIT_DATA, memory * _MEGABYTE)


def _lower(kind: int, wanted: int) -> None:
    """Set the soft limit, never above the hard one, which stays: the next file may need more."""
    _, hard = resource.getrlimit(kind)
    if hard != resource.RLIM_INFINITY:
        wanted = min(wanted, hard)
    resource.setrlimit(kind, (wanted, hard))


def used_by(process: int) -> tuple[int, float]:
    """Megabytes a process holds now and seconds of processor time it has taken; nothing if it is gone."""
    psutil = inspector()
    if psutil is None:
        return _by_proc(process)
    try:
        told = psutil.Process(process)
        times = told.cpu_times()
        return int(told.memory_info().rss) // _MEGABYTE, float(times.user + times.system)
    except psutil.Error:
        return 0, 0.0


def inspector() -> Any:
    """The library that knows about other processes; on Linux it needs `resource` itself."""
    if resource is None and sys.platform == "linux":
        return None
    import psutil

    return psutil


def _by_proc(process: int) -> tuple[int, float]:
    """The same of Linux itself."""
    try:
        told = Path(f"/proc/{process}/stat").read_text(encoding="ascii", errors="replace")
    except OSError:
        return 0, 0.0
    facts = told.rpartition(")")[2].split()
    held = int(facts[21]) * os.sysconf("SC_PAGE_SIZE")
    return held // _MEGABYTE, (int(facts[11]) + int(facts[12])) / os.sysconf("SC_CLK_TCK")


def over_time(code: int) -> bool:
    """Is this the exit of a process that used up its processor time?"""
    return hasattr(signal, "SIGXCPU") and code == -signal.SIGXCPU


def killed(code: int) -> bool:
    """Was the process killed from outside, as the system does when memory runs out?"""
    return hasattr(signal, "SIGKILL") and code == -signal.SIGKILL


def signal_name(code: int) -> str:
    """The signal that ended a process, or its exit code."""
    try:
        return signal.Signals(-code).name
    except ValueError:
        return f"exit {code}"
