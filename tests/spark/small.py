"""The engine with its tables held at the driver: for rows so few that writing them would be all of the work.

Statements, translation and functions are those of the engine; only where a table lies is different.
"""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
from pyspark.sql import DataFrame

from chsi_batch.engines import parts, spark
from chsi_batch.settings import Spark


class SmallSpark(spark.Spark):
    """Implements `engines.base.Engine` for a few hundred rows."""

    def __init__(self, spill: Path) -> None:
        super().__init__(Spark(), 2, spill)
        for key, value in {
            "spark.sql.adaptive.enabled": "false",
            "spark.sql.shuffle.partitions": "1",
            "spark.sql.codegen.wholeStage": "false",
            "spark.sql.codegen.factoryMode": "NO_CODEGEN",
        }.items():
            self._cluster.session.conf.set(key, value)

    def put(self, name: str, table: pa.Table) -> None:
        """Hold `table` as rows of a plan; of a table in several chunks Spark 4.3 loses some."""
        self._cluster.session.createDataFrame(parts.plain(table).combine_chunks()).createOrReplaceTempView(
            name
        )

    def _keep(self, name: str, rows: DataFrame) -> None:
        with self._cluster.watched(name):
            self.put(name, rows.toArrow())
