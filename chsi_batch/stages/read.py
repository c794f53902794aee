"""From what a user types to sheets: which files there are, how they are called, what is in them.

A file is known by its base name; two files of one base name get the shortest distinguishing folder in front.
Files are ordered by that label, so the order of arguments never shows. A folder gives every data file below
it, without lock files (`~$…`) and hidden ones.
"""

from __future__ import annotations

import glob
import os
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from chsi_batch.layout.headers import vocabulary
from chsi_batch.settings import Settings
from chsi_batch.sources.model import InputFile, SourceFile
from chsi_batch.sources.opening import Told, nobody_asked, take_files
from chsi_batch.sources.refusing import refusal
from chsi_batch.terms import Side

EXTENSIONS = frozenset({".xlsx", ".xlsm", ".xls", ".csv", ".tsv", ".txt", ".dbf", ".parquet"})
"""What a folder is searched for; a file named by itself is tried whatever its name."""


def collect(patterns: Mapping[Side, Sequence[str]], language: str = "zh") -> dict[Side, list[InputFile]]:
    """The input files of the whole call. A pattern that finds nothing gives a file with its refusal."""
    paths: dict[Side, list[Path]] = {}
    missing: dict[Side, list[InputFile]] = defaultdict(list)
    for side, given in patterns.items():
        found: dict[Path, Path] = {}
        for pattern in sorted(set(given)):
            matches, code = _expand(pattern)
            if code:
                told = refusal(code, Path(pattern).name or pattern, language=language)
                missing[side].append(InputFile(side, Path(pattern), told.file, told))
            for path in matches:
                plain = Path(os.path.normpath(Path.cwd() / path))
                real = path.resolve()
                found[real] = min(plain, found.get(real, plain))
        paths[side] = sorted(found.values())
    labels = label(sorted({path for listed in paths.values() for path in listed}))
    return {
        side: sorted(
            [InputFile(side, path, labels[path]) for path in listed] + missing[side],
            key=lambda file: (file.label, str(file.path)),
        )
        for side, listed in paths.items()
    }


def _expand(pattern: str) -> tuple[list[Path], str | None]:
    path = Path(pattern)
    try:
        if path.is_dir():
            found = sorted(_below(path))
            return found, None if found else "folder-empty"
        if path.exists() or not glob.has_magic(pattern):
            return ([path], None) if path.exists() else ([], "file-missing")
    except (OSError, ValueError):
        return [], "file-missing"
    found = []
    for match in sorted(glob.glob(pattern, recursive=True)):  # noqa: PTH207 - absolute and relative alike
        if Path(match).is_dir():
            found.extend(_below(Path(match)))
        elif _wanted(Path(match).name):
            found.append(Path(match))
    return found, None if found else "pattern-empty"


def _below(folder: Path) -> Iterator[Path]:
    for base, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(files):
            if _wanted(name) and Path(name).suffix.lower() in EXTENSIONS:
                yield Path(base) / name


def _wanted(name: str) -> bool:
    return not name.startswith(("~$", "."))


def label(paths: Sequence[Path]) -> dict[Path, str]:
    """How each file is called: as few trailing parts of its path as tell it from its namesakes."""
    groups: dict[str, list[Path]] = defaultdict(list)
    for path in paths:
        groups[path.name].append(path)
    labels: dict[Path, str] = {}
    for namesakes in groups.values():
        for path in namesakes:
            others = [other for other in namesakes if other != path]
            labels[path] = _shortest(path, others)
    return labels


def _shortest(path: Path, others: Sequence[Path]) -> str:
    for length in range(1, len(path.parts)):
        tail = path.parts[-length:]
        if all(other.parts[-length:] != tail for other in others):
            return "/".join(tail)
    return path.as_posix()


def read(
    files: Sequence[InputFile], settings: Settings, language: str = "zh", told: Told = nobody_asked
) -> list[SourceFile]:
    """Open every file of any side; one that cannot be used carries its refusal."""
    words = {side: vocabulary(side, settings.columns[side]) for side in {file.side for file in files}}
    usable = [file for file in files if file.refusal is None]
    wanted = [(file, words[file.side]) for file in usable]
    opened = iter(take_files(wanted, settings.limits, language, told))
    return [
        next(opened) if file.refusal is None else SourceFile(file, refusal=file.refusal) for file in files
    ]


def read_sides(
    files: Mapping[Side, Sequence[InputFile]],
    settings: Settings,
    language: str = "zh",
    told: Told = nobody_asked,
) -> dict[Side, list[SourceFile]]:
    """Open the files of all sides, several at once; `told` hears how many have been read."""
    opened = iter(read([file for listed in files.values() for file in listed], settings, language, told))
    return {side: [next(opened) for _ in listed] for side, listed in files.items()}
