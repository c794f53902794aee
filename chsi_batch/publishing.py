"""Makes a run appear whole or not at all: built in a sibling folder, moved into place at the end.

One lock per output folder; a second run on the same folder stops at once. The previous run is moved aside
only when the new one is complete, and stays where it was if anything fails before.
"""

from __future__ import annotations

import contextlib
import hashlib
import itertools
import json
import os
import shutil
from collections.abc import Collection, Iterator
from pathlib import Path

from chsi_batch import system
from chsi_batch.errors import OutputError

FOLDER_MODE = 0o700
FILE_MODE = 0o600
_DESKTOP = ("desktop.ini", "thumbs.db")
"""What a desktop puts into folders by itself."""


@contextlib.contextmanager
def locked(out: Path) -> Iterator[None]:
    """Hold the lock of an output folder, or say that another run holds it. Leaves no lock file behind.

    A crash between the two moves of an earlier run is healed first.
    """
    path = _beside(out, "lock")
    made = [folder for folder in path.parents if not folder.exists()]
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_CREAT | os.O_RDWR, FILE_MODE)
    except OSError as error:
        raise OutputError.of("output-not-writable", out, reason=error.strerror or error) from None
    try:
        system.lock_file(descriptor)
        if not os.path.samestat(os.fstat(descriptor), path.stat()):
            # its holder has just given it back, and whoever asks next locks another file
            raise FileNotFoundError(path)
    except OSError:
        os.close(descriptor)
        raise OutputError.of("output-locked", out) from None
    try:
        heal(out)
        yield
    finally:
        with contextlib.suppress(OSError):
            path.unlink()
        os.close(descriptor)
        with contextlib.suppress(OSError):
            for folder in made:
                folder.rmdir()


def _beside(out: Path, kind: str) -> Path:
    return out.absolute().parent / f".{out.absolute().name}.{kind}"


def interrupted(out: Path) -> bool:
    """Did a crash leave the run that belongs here beside its place?"""
    return _beside(out, "old").exists() and not out.exists()


def heal(out: Path) -> None:
    """Put a run that a crash left aside back in its place. Needs the lock."""
    if interrupted(out):
        with contextlib.suppress(OSError):
            _beside(out, "old").rename(out)


def examine(out: Path, own: Collection[str]) -> None:
    """Refuse an output folder that is a file, or a folder that holds something that is not our `own`."""
    if out.exists() and not out.is_dir():
        raise OutputError.of("output-not-a-folder", out)
    try:
        found = {path.name for path in out.iterdir()} if out.is_dir() else set()
    except OSError as error:
        raise OutputError.of("output-not-writable", out, reason=error.strerror or error) from None
    foreign = sorted(
        name
        for name in found
        if name not in own and name.lower() not in _DESKTOP and not name.startswith(("~$", "."))
    )
    if found and (foreign or "run.json" not in found):
        raise OutputError.of("output-not-empty", out, name=(foreign or sorted(found))[0])


@contextlib.contextmanager
def building(out: Path, own: Collection[str], kept: list[Path] | None = None) -> Iterator[Path]:
    """A new folder beside `out` to build in; it replaces `out` if the block ends well. Needs the lock.

    `own` are the names such a result may have at the top of its folder. Workbooks of the result
    that is replaced which somebody has changed since are kept beside `out`, and named in `kept`.
    """
    examine(out, own)
    fresh, aside = _beside(out, "new"), _beside(out, "old")
    try:
        saved = _save_changed(aside, out)
        for left in (fresh, aside):
            shutil.rmtree(left, ignore_errors=True)
        fresh.mkdir(mode=FOLDER_MODE)
        yield fresh
        _sync(fresh)
        _replace(fresh, out, aside)
        saved += _save_changed(aside, out)
        shutil.rmtree(aside, ignore_errors=True)
        if kept is not None:
            kept += saved
    except PermissionError as error:
        named = Path(error.filename or out).name
        raise OutputError.of("output-in-use", out, name=named) from None
    except OSError as error:
        raise OutputError.of("output-failed", out, reason=error.strerror or error) from None
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


def _sync(folder: Path) -> None:
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            with path.open("r+b") as handle:  # Windows syncs only what may be written
                os.fsync(handle.fileno())


def _replace(fresh: Path, out: Path, aside: Path) -> None:
    if out.exists():
        out.rename(aside)
    try:
        fresh.rename(out)
    except OSError:
        if aside.exists():
            aside.rename(out)
        raise


def _save_changed(aside: Path, out: Path) -> list[Path]:
    """Move workbooks that were changed since they were written out of `aside`, to names beside `out`."""
    saved = []
    for path in sorted(aside.glob("*.xlsx")):
        if _changed(path):
            saved.append(_free(out, path))
            path.rename(saved[-1])
    return saved


def _changed(path: Path) -> bool:
    """Is the file no longer what its `run.json` says it is? Nobody decides twice gladly."""
    try:
        written = json.loads((path.parent / "run.json").read_text(encoding="utf-8"))["outputs"]
        return bool(written[path.name] != hashlib.sha256(path.read_bytes()).hexdigest())
    except (OSError, ValueError, KeyError, TypeError):
        return False


def _free(out: Path, path: Path) -> Path:
    """A name beside `out` that nothing has yet: result.exception_report.1.xlsx."""
    place = out.absolute()
    names = (place.with_name(f"{place.name}.{path.stem}.{n}{path.suffix}") for n in itertools.count(1))
    return next(name for name in names if not name.exists())
