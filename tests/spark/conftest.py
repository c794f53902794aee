"""One Spark for all tests of this folder: small, quiet, and quick to start rather than fast for long."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from pyspark import SparkConf, SparkContext

from chsi_batch.engines import cluster
from chsi_batch.settings import Spark

QUICK = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"
"""Most of a short run is the compiler of Java: its first level is enough."""


@pytest.fixture(scope="session", autouse=True)
def spark(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    workspace: Path = tmp_path_factory.mktemp("spark")
    options = cluster.options(Spark(shuffle_partitions=2), 2, workspace, None)
    options["spark.driver.extraJavaOptions"] += f" {QUICK}"
    context = SparkContext(conf=SparkConf().setAll(list(options.items())))
    yield
    context.stop()
