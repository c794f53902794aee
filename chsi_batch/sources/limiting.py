"""What a reader process may use: the one module that knows `resource`, which Windows does not have.

Linux holds memory and processor time itself. Elsewhere (`ENFORCED` is false) the parent watches: it looks
at the memory of the reader from time to time and ends it; the clock is the parent's business everywhere.
"""

from __future__ import annotations

import signal
import sys

try:
    import resource
except ImportError:  # Windows
    resource = None  # type: ignore[assignment]

ENFORCED = resource is not None and sys.platform == "linux"
"""Does the system itself keep a process within its memory?"""

_MEGABYTE = 1 << 20
_FILES = 64


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


def memory_of(process: int) -> int:
    """The megabytes a process holds now; 0 if it is gone."""
    import psutil

    try:
        return int(psutil.Process(process).memory_info().rss) // _MEGABYTE
    except psutil.Error:
        return 0


def over_time(code: int) -> bool:
    """Is this the exit of a process that used up its processor time?"""
    return hasattr(signal, "SIGXCPU") and code == -signal.SIGXCPU


def signal_name(code: int) -> str:
    """The signal that ended a process, or its exit code."""
    try:
        return signal.Signals(-code).name
    except ValueError:
        return f"exit {code}"


def killed(code: int) -> bool:
    """Was the process killed from outside, as the system does when memory runs out?"""
    return hasattr(signal, "SIGKILL") and code == -signal.SIGKILL
