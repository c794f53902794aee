"""Has a result on the disk, for its owner alone, and writes down what it consists of: `run.json`."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from chsi_batch import system

FOLDER_MODE = 0o700
FILE_MODE = 0o600
RUN = "run.json"
_AT_ONCE = 4
"""Files hashed and synced at the same time."""


def seal(
    folder: Path, facts: Mapping[str, Any], more: Callable[[], Mapping[str, Any]] = dict[str, Any]
) -> None:
    """The last thing that is written: `run.json`, the facts and the SHA-256 of every other file.

    Every file and folder is for the owner alone, and on the disk, before `run.json` is. `more` is asked for
    what is only known then.
    """
    outputs = {path.relative_to(folder).as_posix(): found for path, found in settle(folder).items()}
    path = folder / RUN
    text = json.dumps({**facts, **more(), "outputs": outputs}, ensure_ascii=False, indent=1)
    path.write_text(text, encoding="utf-8")
    settle(path)
    system.sync_folder(folder)


def settle(place: Path, mode: int = FILE_MODE) -> dict[Path, str]:
    """Have a file, or all below a folder, on the disk and for the owner alone; the digests of the files."""
    found = sorted([place, *place.rglob("*")])
    files = [path for path in found if path.is_file()]
    for path in files:
        path.chmod(mode)
    with ThreadPoolExecutor(_AT_ONCE) as threads:
        digests = dict(zip(files, threads.map(_synced, files), strict=True))
    for path in reversed(found):
        if path.is_dir():
            path.chmod(FOLDER_MODE)
            system.sync_folder(path)
    return digests


def _synced(path: Path) -> str:
    with path.open("r+b") as stream:  # Windows syncs only what may be written
        os.fsync(stream.fileno())
    return digest(path)


def digest(path: Path) -> str:
    """SHA-256 of a file."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
