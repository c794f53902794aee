"""Makes a result appear whole or not at all: built beside its place, on the disk before it is moved there.

One lock per output; a second command on the same output stops at once. A previous run is moved aside only
when the new one is complete, and stays where it was if anything fails before. What a killed command left
is put right (`healing`) by the next one that writes to or reads from the same folder.
"""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
import shutil
import stat
import sys
import tempfile
import time
from collections.abc import Collection, Iterator
from pathlib import Path

from chsi_batch import system
from chsi_batch.errors import OutputError, system_words
from chsi_batch.healing import LOCK, NEW, OLD, beside, discard, left, mend
from chsi_batch.sealing import FILE_MODE, FOLDER_MODE, RUN, seal, settle

__all__ = ["FILE_MODE", "FOLDER_MODE", "seal"]

DESKTOP = ("desktop.ini", "thumbs.db", ".ds_store")
"""What a desktop puts into folders by itself."""
_PATIENCE = 0.3
"""Seconds to wait for a lock that may only be held by another command's tidying."""


@contextlib.contextmanager
def locked(out: Path) -> Iterator[list[Path]]:
    """Hold the lock of an output, or say that another command holds it. Leaves no lock file behind.

    What killed commands left here and beside it is put right first; gives the workbooks kept by that.
    """
    lock = beside(out, LOCK)
    made = [folder for folder in lock.parents if not folder.exists()]
    try:
        lock.parent.mkdir(parents=True, exist_ok=True)
        for folder in made:
            system.sync_folder(folder.parent)
        descriptor = _take(out, _PATIENCE)
    except OSError as error:
        held = isinstance(error, (BlockingIOError, PermissionError)) and lock.exists()
        code = "output-locked" if held else "output-not-writable"
        raise OutputError.of(code, out, reason=system_words(error)) from None
    try:
        kept = mend(out)
        tidy(lock.parent, but=out)
        yield kept
    finally:
        _give_back(out, descriptor)
        with contextlib.suppress(OSError):
            for folder in made:
                folder.rmdir()


def _take(out: Path, patience: float = 0.0) -> int:
    """The lock file of an output, open and locked; OSError if somebody holds it."""
    path, until = beside(out, LOCK), time.monotonic() + patience
    while True:
        descriptor = os.open(path, os.O_CREAT | os.O_RDWR, FILE_MODE)
        try:
            system.lock_file(descriptor)
            if os.path.samestat(os.fstat(descriptor), path.stat()):
                return descriptor
        except FileNotFoundError:
            pass  # its holder has just given it back, and whoever asks next locks another file
        except OSError:
            if time.monotonic() >= until:
                os.close(descriptor)
                raise
            time.sleep(patience / 10)
        os.close(descriptor)


def _give_back(out: Path, descriptor: int) -> None:
    """Remove the lock file while it is held. Windows removes no open file, be it open here or elsewhere."""
    if sys.platform == "win32":
        os.close(descriptor)
    with contextlib.suppress(OSError):
        beside(out, LOCK).unlink()
    if sys.platform != "win32":
        os.close(descriptor)


def tidy(folder: Path, but: Path | None = None) -> None:
    """Put right what killed commands left in a folder; what belongs to running ones is not touched."""
    for out in left(folder):
        if but is not None and beside(but, LOCK) == beside(out, LOCK):
            continue
        with contextlib.suppress(OSError):
            descriptor = _take(out)
            try:
                mend(out)
            finally:
                _give_back(out, descriptor)


def examine(out: Path, own: Collection[str]) -> None:
    """Refuse an output folder that is a file, or a folder that holds something that is not our `own`."""
    if out.exists() and not out.is_dir():
        raise OutputError.of("output-not-a-folder", out)
    try:
        found = {path.name for path in out.iterdir()} if out.is_dir() else set()
    except OSError as error:
        raise OutputError.of("output-not-writable", out, reason=system_words(error)) from None
    foreign = sorted(
        name
        for name in found
        if name not in own and name.lower() not in DESKTOP and not name.startswith(("~$", "."))
    )
    if found and (foreign or RUN not in found):
        raise OutputError.of("output-not-empty", out, name=(foreign or sorted(found))[0])


@contextlib.contextmanager
def building(out: Path, own: Collection[str], kept: list[Path] | None = None) -> Iterator[Path]:
    """A new folder beside `out` to build in; it replaces `out` if the block ends well. Needs the lock.

    The block ends with `seal`. `own` are the names such a result may have at the top of its folder.
    Workbooks of the result that is replaced which somebody has changed since are kept beside `out`, and
    named in `kept`.
    """
    examine(out, own)
    with _fresh(out) as fresh:
        yield fresh
        _replace(fresh, out, beside(out, OLD))
        system.sync_folder(fresh.parent)
        with contextlib.suppress(OSError):  # the new run stands; the next command clears what is left
            saved = discard(out)
            if kept is not None:
                kept += saved


@contextlib.contextmanager
def _fresh(out: Path, failed: str = "output-failed") -> Iterator[Path]:
    """An empty folder beside `out`, gone at the end; what the system refuses becomes one line."""
    fresh = beside(out, NEW)
    try:
        fresh.mkdir(mode=FOLDER_MODE)
        yield fresh
    except OSError as error:
        raise OutputError.of(failed, out, reason=system_words(error)) from None
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def _replace(fresh: Path, out: Path, aside: Path) -> None:
    """Move the run that stands aside and the new one in its place; if that fails, the old one back."""
    try:
        if out.exists():
            out.rename(aside)
        try:
            fresh.rename(out)
        except OSError:
            if aside.exists():
                aside.rename(out)
            raise
    except PermissionError as error:
        named = _in_use(out) or Path(error.filename or out)
        raise OutputError.of("output-in-use", out, name=named.name) from None


def _in_use(out: Path) -> Path | None:
    """The file another program holds: Windows then refuses to move the folder, and names nothing else."""
    for path in sorted(out.rglob("*")):
        try:
            if path.is_file():
                with path.open("r+b"):
                    pass
        except OSError:
            return path
    return None


@contextlib.contextmanager
def placing(path: Path, taken: str | None = None, failed: str = "output-failed") -> Iterator[Path]:
    """Where to write what becomes the file `path` when it is whole.

    With `taken` it must not exist, and this is the code of the problem if it does; without, it is replaced
    and keeps its permissions. `failed` is the code if it cannot be written. Folders above are not made.
    """
    if not path.absolute().parent.is_dir():
        raise OutputError.of(failed, path, reason=os.strerror(errno.ENOENT))
    with locked(path), _fresh(path, failed) as fresh:
        if taken and path.exists():
            raise OutputError.of(taken, path)
        written = fresh / path.name
        yield written
        settle(written, stat.S_IMODE(path.stat().st_mode) if path.exists() else FILE_MODE)
        try:
            _name(written, path, replacing=not taken)
        except FileExistsError:
            raise OutputError.of(str(taken), path) from None
        except PermissionError:
            raise OutputError.of("output-in-use", path, name=path.name) from None
        system.sync_folder(fresh.parent)


def _name(written: Path, path: Path, *, replacing: bool) -> None:
    """Give the whole file its name, unless somebody was quicker; some disks know no links."""
    if replacing:
        written.replace(path)
        return
    try:
        os.link(written, path)
    except FileExistsError:
        raise
    except OSError:
        if path.exists():
            raise FileExistsError(path) from None
        written.rename(path)


@contextlib.contextmanager
def filling(out: Path, last: str) -> Iterator[Path]:
    """Where to write what becomes the content of `out`; other things there stay.

    A folder that is not there yet appears whole. In one that is, the file `last` goes first and comes last:
    while it is missing, the rest is not complete.
    """
    with locked(out), _fresh(out) as fresh:
        yield fresh
        settle(fresh)
        if out.exists():
            _pour(fresh, out, last)
            system.sync_folder(out)
        else:
            fresh.rename(out)
        system.sync_folder(fresh.parent)


def _pour(fresh: Path, out: Path, last: str) -> None:
    entries = sorted(fresh.iterdir(), key=lambda path: (path.name == last, path.name))
    replaced = fresh / ".replaced"
    replaced.mkdir()
    (out / last).unlink(missing_ok=True)
    for path in entries:
        target = out / path.name
        if target.exists():
            target.rename(replaced / path.name)
        path.rename(target)


@contextlib.contextmanager
def scratch() -> Iterator[Path]:
    """An own folder among the system's temporary ones, for what outgrows the memory; gone at the end."""
    name = Path(tempfile.gettempdir()) / f"chsi-batch-{secrets.token_hex(8)}"
    with locked(name), _fresh(name) as fresh:
        yield fresh
