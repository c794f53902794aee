"""Carries out commands in processes of their own that a fault is in store for, and looks at what is left.

The processes come from a server that has imported everything already, so that hundreds of them take minutes.
"""

from __future__ import annotations

import ctypes
import json
import multiprocessing
import os
import resource
import shutil
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from chsi_batch import cli

from .injecting import Fault, arm

KILLED = -9
CAPABILITIES = 0x20080522
"""The version of the structure that `capset` takes."""
CONTEXT = multiprocessing.get_context("forkserver")
CONTEXT.set_forkserver_preload(["chsi_batch.pipeline", "chsi_batch.report.html", "duckdb", __name__])


def serve() -> None:
    """Let the server of the trials find what it imports."""
    tests = Path(__file__).parents[1]
    os.environ["PYTHONPATH"] = os.pathsep.join([str(tests.parent), str(tests)])


@dataclass(frozen=True)
class Ended:
    """How a process ended: code (negative for a signal), what it said, and the fault points it met."""

    code: int | None
    out: str
    lines: tuple[str, ...]
    met: tuple[tuple[str, str], ...]


class Trial:
    """One process: a function with its arguments, and what is in store for it below `folder`."""

    def __init__(
        self, folder: Path, notes: Path, work: Callable[..., int], *arguments: Any,
        fault: Fault | None = None, limit: int | None = None, read_only: Path | None = None,
    ) -> None:  # fmt: skip
        self._notes, self.arguments = notes, arguments
        self.begun = notes / "begun"
        """There as soon as the process is at work."""
        shutil.rmtree(notes, ignore_errors=True)
        notes.mkdir(parents=True)
        self.process = CONTEXT.Process(
            target=_carry_out, args=(folder, notes, work, arguments, fault, limit, read_only)
        )

    def start(self) -> Trial:
        """Begin; the end is waited for by `end`."""
        self.process.start()
        return self

    def end(self) -> Ended:
        """Wait until it is over."""
        self.process.join()
        notes = {path.name: path.read_text("utf-8", "replace") for path in self._notes.iterdir()}
        lines = tuple(line for line in notes.get("err", "").splitlines() if _said(line))
        met = tuple((call, path) for call, path in json.loads(notes.get("met") or "[]"))
        return Ended(self.process.exitcode, notes.get("out", ""), lines, met)


def _said(line: str) -> bool:
    """Warnings that other packages print while they are imported are none of ours."""
    return bool(line.strip()) and "Warning" not in line and not line.startswith("  ")


def _carry_out(
    folder: Path, notes: Path, work: Callable[..., int], arguments: Sequence[Any],
    fault: Fault | None, limit: int | None, read_only: Path | None,
) -> None:  # fmt: skip
    for stream, name in ((1, "out"), (2, "err")):
        os.dup2(os.open(notes / name, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o666), stream)
    if limit is not None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
    (notes / "begun").touch()
    if read_only:
        _may_only_read(read_only)
    injector = arm(folder, fault)
    code = work(*arguments)
    if limit is None and not read_only:
        (notes / "met").write_text(json.dumps(injector.met), encoding="utf-8")
    sys.stdout.flush()
    sys.stderr.flush()
    sys.exit(code)


def _may_only_read(folder: Path) -> None:
    """Become somebody who may look into a folder and no more."""
    for path in (folder, *folder.rglob("*")) if folder.exists() else ():
        path.chmod(0o555 if path.is_dir() else 0o444)
    if os.getuid() == 0:  # Linux: give up what lets root do anything anywhere
        header, none = (ctypes.c_uint32 * 2)(CAPABILITIES, 0), (ctypes.c_uint32 * 6)()
        assert ctypes.CDLL(None).capset(header, none) == 0


def give_back(folder: Path) -> None:
    """After a trial that could only read: as it was."""
    for path in (folder, *folder.rglob("*")):
        path.chmod(0o700 if path.is_dir() else 0o600)


def command(*arguments: object) -> int:
    """`chsi-batch ARGUMENTS`."""
    try:
        return cli.main([str(argument) for argument in arguments])
    except SystemExit as end:
        return int(end.code or 0)
