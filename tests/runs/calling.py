"""One command line and what was said, as the proofs carry it out, and what then lies in a folder."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
from proving.calling import Said, call, process

__all__ = ["PUBLISHED", "Said", "call", "digests", "everything", "process", "table"]
PUBLISHED = ("binding_report.xlsx", "exception_report.xlsx", "summary.html")


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
