"""Carries out one command line in this process and keeps what was said."""

from __future__ import annotations

import contextlib
import hashlib
import io
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from chsi_batch import cli

PUBLISHED = ("binding_report.xlsx", "exception_report.xlsx", "summary.html")


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


def table(folder: Path, name: str, *, private: bool = False) -> list[dict[str, Any]]:
    """The rows of one table of a finished run."""
    part = "private" if private else "tables"
    rows: list[dict[str, Any]] = pq.read_table(folder / part / f"{name}.parquet").to_pylist()
    return rows


def digests(folder: Path) -> dict[str, str]:
    """SHA-256 of every file of a finished run but run.json, which tells the time."""
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name != "run.json"
    }


def everything(folder: Path) -> dict[str, bytes]:
    """Every file below a folder, hidden ones too."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
