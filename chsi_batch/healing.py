"""What a command that was killed leaves beside its output, and how the next one puts it right.

Beside the output X there may be `.X.chsi-batch.new` (what was being built), `.X.chsi-batch.old` (the run that
was to be replaced) and `.X.chsi-batch.lock`. Nobody else uses such names, so they may be cleared away.
"""

from __future__ import annotations

import contextlib
import itertools
import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from chsi_batch.sealing import RUN, digest

LOCK, NEW, OLD = "lock", "new", "old"
_MARK = ".chsi-batch."


def beside(out: Path, kind: str) -> Path:
    """Where the lock, the new or the old one of an output lies."""
    place = Path(os.path.abspath(out))  # noqa: PTH100 - `a/..` must go even if there is no a
    return place.parent / f".{place.name}{_MARK}{kind}"


def left(folder: Path) -> Iterator[Path]:
    """Each output in a folder beside which something lies: it is being made, or a killed command left it."""
    found = set()
    with contextlib.suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            name, mark, kind = entry.name.rpartition(_MARK)
            if mark and kind in (LOCK, NEW, OLD) and name.startswith(".") and _ours(entry):
                found.add(name[1:])
    yield from (folder / name for name in sorted(found))


def _ours(entry: os.DirEntry[str]) -> bool:
    """In a folder that many users share, what belongs to others is theirs to clear."""
    getuid = getattr(os, "getuid", None)
    return getuid is None or entry.stat(follow_symlinks=False).st_uid == getuid()


def mend(out: Path) -> list[Path]:
    """Put a run that lies aside back in its place and clear the rest. Needs the lock of `out`.

    Workbooks that somebody has filled in since they were written are kept beside `out`, and named.
    """
    shutil.rmtree(beside(out, NEW), ignore_errors=True)
    if not beside(out, OLD).exists():
        return []
    with contextlib.suppress(OSError):
        if out.is_dir():
            out.rmdir()  # only if it is empty: somebody has made the missing folder again
    with contextlib.suppress(OSError):
        if not out.exists():
            beside(out, OLD).rename(out)
        elif (out / RUN).is_file():
            return discard(out)
    return []


def discard(out: Path) -> list[Path]:
    """Clear away the run that `out` has replaced; what lies aside is whole until it is gone."""
    aside, gone = beside(out, OLD), beside(out, NEW)
    saved = _save_changed(aside, out)
    if aside.exists():
        aside.rename(gone)
    shutil.rmtree(gone, ignore_errors=True)
    return saved


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
        written = json.loads((path.parent / RUN).read_text(encoding="utf-8"))["outputs"]
        return bool(written[path.name] != digest(path))
    except (OSError, ValueError, KeyError, TypeError):
        return False


def _free(out: Path, path: Path) -> Path:
    """A name beside `out` that nothing has yet: result.exception_report.1.xlsx."""
    place = out.absolute()
    names = (place.with_name(f"{place.name}.{path.stem}.{n}{path.suffix}") for n in itertools.count(1))
    return next(name for name in names if not name.exists())
