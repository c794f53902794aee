"""Writes the tables of a run: whole, and as they may be passed on.

A table without personal data is the same in both places and written once.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pyarrow as pa

from chsi_batch import pieces
from chsi_batch.engines.base import Engine
from chsi_batch.intake import Folders
from chsi_batch.report import masked
from chsi_batch.results import Result

WRITERS = 2
"""Tables written at the same time: each has a thread of its own, and the engine works beside them."""


def write(
    engine: Engine, results: Mapping[str, Result], tables: Mapping[str, pa.Table], folders: Folders
) -> None:
    """Write the results and the tables; the records are there already."""
    with ThreadPoolExecutor(WRITERS) as writers:
        begun = [
            writers.submit(engine.write, result.selects, folders.whole / f"{name}.parquet", result.finish)
            for name, result in results.items()
        ]
    for told in begun:
        told.result()
    for name, table in tables.items():
        _write(table, folders.whole / f"{name}.parquet")
        if name in masked.FREE_TEXTS and not folders.unmask:
            _write(masked.texts(name, table), folders.shown / f"{name}.parquet")
    for path in sorted(folders.whole.glob("*.parquet")):
        if not (folders.shown / path.name).exists():
            _share(path, folders.shown / path.name)


def _write(table: pa.Table, path: Path) -> None:
    with pieces.Parquet(path) as written:
        for piece in pieces.cut([table]):
            written.add(piece)


def _share(path: Path, other: Path) -> None:
    """The same file, or folder of parts, in a second place; a copy where the disk knows no second names."""
    if path.is_dir():
        other.mkdir(mode=0o700)
        for part in sorted(path.iterdir()):
            _share(part, other / part.name)
        return
    try:
        os.link(path, other)
    except OSError:
        shutil.copyfile(path, other)
