"""Engines run the same plain SQL: equi-joins, CASE and windows over ready columns."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from chsi_batch.engines.base import Engine

ENGINES = ("duckdb",)
"""Names accepted by `--engine`."""


def open_engine(name: str, threads: int | None, memory_limit: str | None, spill: Path) -> Engine:
    """The engine called `name`; `spill` is an own folder it may use and will clear."""
    if name == "duckdb":
        from chsi_batch.engines.duckdb import DuckDB

        return DuckDB(threads, memory_limit, spill)
    raise KeyError(name)
