"""The decisions given to a run: a log, opened for reading only."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from chsi_batch.decisions.entries import Entry
from chsi_batch.decisions.log import Log
from chsi_batch.errors import InputError, system_words


@dataclass(frozen=True)
class Given:
    """The entries of a log, the secret of their row keys, and what `run.json` says of the log."""

    entries: tuple[Entry, ...]
    secret: bytes
    allow_severe: bool
    file: str = ""
    sha256: str = ""
    torn: bool = False


def log_of(path: Path) -> Log:
    """The log at `path`, which must be there."""
    try:
        path.stat()
    except OSError as error:
        raise InputError.of("decisions-unreadable", path.name, reason=system_words(error)) from None
    return Log(path)


def given(path: Path, *, allow_severe: bool) -> Given:
    """What stands in the log at `path`; InputError if it is missing, damaged or without its key.

    The digest is of the confirmed entries: of the whole file, unless a crash left a torn line at its end.
    """
    log = log_of(path)
    content = log.read()
    secret = log.secret() if content.entries else b""
    return Given(content.entries, secret, allow_severe, log.path.name, content.sha256, content.torn)
