"""Small CSV files beside the inputs: a list of former names, the labels of a sample.

Read once: the digest that is written down is of the very bytes that were used.
"""

from __future__ import annotations

import csv
import hashlib
import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from chsi_batch.errors import UsageError, system_words


@dataclass(frozen=True)
class Listed:
    """The rows of such a file, and what a run writes down of it."""

    header: tuple[str, ...]
    rows: tuple[dict[str, str], ...]
    file: str
    sha256: str

    @property
    def named(self) -> dict[str, str]:
        """The file as `run.json` names it."""
        return {"file": self.file, "sha256": self.sha256}


def read(path: Path, kind: str, expected: Sequence[str], needed: Sequence[str]) -> Listed:
    """The file at `path`; UsageError, with codes that begin with `kind`, if it is no such list.

    A cell that a row lacks is empty, one beyond the header is left out.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise UsageError.of(f"{kind}-unreadable", path.name, reason=system_words(error)) from None
    try:
        header, *lines = csv.reader(io.StringIO(_text(content), newline=""), strict=True)
    except UnicodeDecodeError:
        raise UsageError.of(f"{kind}-encoding", path.name) from None
    except csv.Error:
        raise UsageError.of(f"{kind}-damaged", path.name) from None
    except ValueError:  # not even a header
        header, lines = [], []
    if missing := [column for column in needed if column not in header]:
        raise UsageError.of(
            f"{kind}-columns", path.name, missing=", ".join(missing), expected=",".join(expected)
        )
    rows = tuple(dict(zip(header, [*line, *[""] * len(header)], strict=False)) for line in lines if any(line))
    return Listed(tuple(header), rows, path.name, hashlib.sha256(content).hexdigest())


def _text(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("gb18030")
