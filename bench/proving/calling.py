"""Carries out one command line and keeps what was said: the one home of it for proofs and tests."""

from __future__ import annotations

import contextlib
import io
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from chsi_batch import cli


@dataclass(frozen=True)
class Said:
    """The end of one command: exit code, and both streams."""

    code: int
    out: str
    err: str

    @property
    def lines(self) -> list[str]:
        """The lines on stderr that say something."""
        return [line for line in self.err.splitlines() if line.strip()]


def call(*arguments: object) -> Said:
    """`chsi-batch ARGUMENTS` in this process."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            code = cli.main([str(argument) for argument in arguments])
        except SystemExit as end:
            code = int(end.code or 0)
    return Said(code, out.getvalue(), err.getvalue())


def process(
    *arguments: object, surroundings: Mapping[str, str] | None = None, folder: Path | None = None
) -> Said:
    """`python -m chsi_batch ARGUMENTS` as a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "chsi_batch", *map(str, arguments)],
        capture_output=True,
        env={**os.environ, **(surroundings or {})},
        cwd=folder,
        check=False,
    )
    return Said(
        done.returncode, done.stdout.decode("utf-8", "replace"), done.stderr.decode("utf-8", "replace")
    )
