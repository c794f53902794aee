"""Engines run the same plain SQL: equi-joins, CASE and windows over ready columns."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from chsi_batch import settings

if TYPE_CHECKING:
    from chsi_batch.engines.base import Engine

ENGINES = ("duckdb", "spark")
"""Names accepted by `--engine`."""


def open_engine(
    name: str,
    threads: int | None,
    memory_limit: str | None,
    spill: Path,
    spark: settings.Spark = settings.Spark(),  # noqa: B008 - frozen
) -> Engine:
    """The engine called `name`; `spill` is an own folder it may use and will clear.

    `spark` is heeded by the engine of that name alone, `memory_limit` by the other one.
    """
    if name == "duckdb":
        from chsi_batch.engines.duckdb import DuckDB

        return DuckDB(threads, memory_limit, spill)
    if name == "spark":
        from chsi_batch.engines.spark import Spark

        return Spark(spark, threads, spill)
    raise KeyError(name)
