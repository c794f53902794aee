"""The log of decisions: `<DIR>.decisions.jsonl` beside a run, append-only, untouched by publishing.

Each entry is one write and one sync, numbered, and names the digest of the line before it, so that a line
changed or taken out is noticed. A last line torn by a crash was never confirmed: it is cut and reported. So
is one with zero bytes, which stand where a disk knew the length of a file but had not yet got its content.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import secrets
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from chsi_batch import publishing, system
from chsi_batch.decisions.entries import START, Decision, Entry, digest, entry
from chsi_batch.errors import InputError, OutputError, system_words

SUFFIX, KEY_SUFFIX = ".decisions.jsonl", ".decisions.key"
SECRET_BYTES = 32
_BLOCK = 1 << 20
_PATIENCE = 10.0
"""Seconds to wait for another writer."""


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


@dataclass(frozen=True)
class Content:
    """What a log holds: the entries, how many bytes they take, and whether a torn line follows them."""

    entries: tuple[Entry, ...]
    size: int
    last: str
    torn: bool
    sha256: str = hashlib.sha256().hexdigest()
    """Of those bytes."""


class Log:
    """The log at `path`; `clock` gives the time of new entries."""

    def __init__(self, path: Path, clock: Callable[[], str] = _now) -> None:
        self.path = path
        self._clock = clock

    @classmethod
    def beside(cls, run: Path) -> Log:
        """The log of a run's folder."""
        place = run.absolute()
        return cls(place.parent / f"{place.name}{SUFFIX}")

    def read(self) -> Content:
        """The whole log; an absent one is empty. InputError for a line that was changed or taken out."""
        try:
            data = self.path.read_bytes()
        except FileNotFoundError:
            return Content((), 0, START, False)
        except OSError as error:
            raise InputError.of("decisions-unreadable", self.path.name, reason=system_words(error)) from None
        return self._content(data)

    def entries(self) -> tuple[Entry, ...]:
        """The entries in order."""
        return self.read().entries

    def _content(self, data: bytes) -> Content:
        content = self._entries(data)
        return replace(content, sha256=hashlib.sha256(data[: content.size]).hexdigest())

    def _entries(self, data: bytes) -> Content:
        found: list[Entry] = []
        size, last = 0, START
        lines = data.splitlines(keepends=True)
        for place, line in enumerate(lines, start=1):
            if place == len(lines) and (not line.endswith(b"\n") or b"\0" in line):
                return Content(tuple(found), size, last, True)
            try:
                said = entry(line)
                if (said.seq, said.previous) != (place, last):
                    raise ValueError
            except (ValueError, TypeError):
                raise InputError.of("decisions-damaged", self.path.name, line=place) from None
            found.append(said)
            size, last = size + len(line), digest(line)
        return Content(tuple(found), size, last, False)

    def append(self, decisions: Sequence[Decision]) -> list[Entry]:
        """Write the decisions one after the other; each is on the disk when it is returned."""
        written: list[Entry] = []
        with self._open() as handle:
            content = self._content(b"".join(iter(lambda: os.read(handle, _BLOCK), b"")))
            last, end = content.last, content.size
            if content.torn:
                os.ftruncate(handle, end)
                os.fsync(handle)
            if not content.entries:
                system.sync_folder(self.path.parent)  # an entry is no use in a file that may be gone
            for seq, decision in enumerate(decisions, len(content.entries) + 1):
                said = Entry(**asdict(decision), seq=seq, time=self._clock(), previous=last)
                line = said.line()
                _write(handle, line, end)
                last, end = digest(line), end + len(line)
                written.append(said)
        return written

    @contextlib.contextmanager
    def _open(self) -> Iterator[int]:
        """The file, locked against other writers."""
        try:
            flags = os.O_RDWR | os.O_CREAT | os.O_APPEND | system.BINARY
            handle = os.open(self.path, flags, publishing.FILE_MODE)
        except OSError as error:
            raise OutputError.of(
                "decisions-not-written", self.path.name, reason=system_words(error)
            ) from None
        try:
            self._lock(handle)
            yield handle
        except OSError as error:
            raise OutputError.of(
                "decisions-not-written", self.path.name, reason=system_words(error)
            ) from None
        finally:
            os.close(handle)

    def _lock(self, handle: int) -> None:
        until = time.monotonic() + _PATIENCE
        while True:
            try:
                return system.lock_file(handle)
            except OSError:
                if time.monotonic() > until:
                    raise
                time.sleep(0.02)

    @property
    def key_path(self) -> Path:
        """Where the secret of the row keys lies: beside the log."""
        name = self.path.name
        stem = name.removesuffix(SUFFIX) if name.endswith(SUFFIX) else self.path.stem
        return self.path.with_name(f"{stem}{KEY_SUFFIX}")

    def secret(self) -> bytes:
        """The secret of the row keys, made on first use; InputError if the log has entries but no secret."""
        path = self.key_path
        try:
            known = _secret(path.read_bytes()) if path.exists() else None
            return known or self._make_secret()
        except OSError as error:
            raise OutputError.of("decisions-not-written", path.name, reason=system_words(error)) from None

    def _make_secret(self) -> bytes:
        """Write the key file; of several makers at once all end with the same one.

        A file that is not whole was being written when its maker died: nothing was keyed with it, unless the
        log has entries.
        """
        path = self.key_path
        if self.entries():
            code = "decisions-key-damaged" if path.exists() else "decisions-key-missing"
            raise InputError.of(code, path.name, log=self.path.name)
        handle = os.open(path, os.O_RDWR | os.O_CREAT | system.BINARY, publishing.FILE_MODE)
        try:
            self._lock(handle)
            found = _secret(os.read(handle, _BLOCK))
            if found is None:
                found = secrets.token_bytes(SECRET_BYTES)
                os.ftruncate(handle, 0)
                os.lseek(handle, 0, os.SEEK_SET)
                _write(handle, found.hex().encode() + b"\n", 0)
            system.sync_folder(path.parent)
            return found
        finally:
            os.close(handle)


def _secret(content: bytes) -> bytes | None:
    """The secret in a key file; None if it is not whole."""
    try:
        found = bytes.fromhex(content.decode("ascii").strip())
    except ValueError:
        return None
    return found if len(found) == SECRET_BYTES else None


def _write(handle: int, line: bytes, end: int) -> None:
    """One write and one sync at the `end` of a file; what could not be confirmed is taken back."""
    try:
        if os.write(handle, line) != len(line):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        os.fsync(handle)
    except OSError:
        with contextlib.suppress(OSError):
            os.ftruncate(handle, end)
        raise
