"""Starts Spark, keeps it quiet, and notices when it is gone.

Spark's own log can quote values, so it is silent; what goes wrong is told in one line of ours. A driver whose
master is lost would wait for ever: a watch asks for it every few seconds and gives the run up instead.
"""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import sys
import threading
import time
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from chsi_batch.errors import OutputError, UsageError
from chsi_batch.settings import Spark as Settings

if TYPE_CHECKING:
    from pyspark import SparkContext
    from pyspark.sql import SparkSession

WATCH_SECONDS = 5.0
MISSED = 3
"""The master is given up when it did not answer so many times in a row."""
PATIENCE_SECONDS = 120.0
"""How long a cluster may leave the run without a single executor."""
BATCH_ROWS = 100_000
LOCAL_PARTITIONS = 4
"""Parts of a shuffle for each thread of this machine, if the user does not say: Spark's 200 are for many."""

FIXED = {
    "spark.app.name": "chsi-batch",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.sql.ansi.enabled": "true",
    "spark.sql.caseSensitive": "true",
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.execution.arrow.maxRecordsPerBatch": str(BATCH_ROWS),
    "spark.python.authenticate.socketTimeout": "300s",
    "spark.network.timeout": "600s",
    "spark.hadoop.fs.permissions.umask-mode": "077",
    "spark.hadoop.mapreduce.fileoutputcommitter.marksuccessfuljobs": "false",
    "spark.hadoop.fs.file.impl": "org.apache.hadoop.fs.RawLocalFileSystem",
}
"""What the results rest on, and patience with machines that are busy; the rest is the user's."""


@dataclass
class Cluster:
    """A session, who started it, and what is known of the master."""

    session: SparkSession
    ours: bool
    lost: str = ""
    _over: threading.Event = field(default_factory=threading.Event)

    def close(self) -> None:
        """Leave Spark as it was found: what was started here is stopped."""
        self._over.set()
        if self.ours:
            with contextlib.suppress(Exception):
                self.session.stop()

    @contextlib.contextmanager
    def watched(self, what: str) -> Iterator[None]:
        """Name the jobs of a statement, and tell in one line if the cluster went away under them."""
        from py4j.protocol import Py4JError
        from pyspark.errors import PySparkException

        try:
            self.session.sparkContext.setJobDescription(what)
            yield
        except (Py4JError, PySparkException, OSError) as error:
            gone = self.lost or _gone(error)
            if not gone:
                raise
            raise OutputError.of(gone, self.session.sparkContext.master) from None

    def watch(self, master: str) -> None:
        """Ask for the master until the run is over; when it stays away, give the jobs up."""
        places = [urlsplit(f"//{place}") for place in master.removeprefix("spark://").split(",")]
        threading.Thread(target=self._look, args=(places,), daemon=True).start()

    def _look(self, places: list[Any]) -> None:
        missed, alone = 0, time.monotonic()
        while not self._over.wait(WATCH_SECONDS):
            missed = 0 if any(_answers(place.hostname, place.port) for place in places) else missed + 1
            if self._executors():
                alone = time.monotonic()
            if missed >= MISSED:
                self.lost = "spark-master-lost"
            elif time.monotonic() - alone > PATIENCE_SECONDS:
                self.lost = "spark-no-workers"
            if self.lost:
                with contextlib.suppress(Exception):
                    self.session.sparkContext.cancelAllJobs()

    def _executors(self) -> int:
        with contextlib.suppress(Exception):
            known = self.session.sparkContext._jsc.sc().getExecutorMemoryStatus()
            return int(known.size()) - 1
        return 0


def open_session(settings: Settings, threads: int | None, workspace: Path) -> Cluster:
    """A session of its own in the running Spark, or in one started with `settings`."""
    try:
        import pyspark  # noqa: F401
    except ImportError:
        raise UsageError.of("spark-not-installed", "--engine spark") from None
    warnings.filterwarnings("ignore", "PySpark does not yet fully support pandas", FutureWarning)
    from pyspark import SparkContext
    from pyspark.sql import SparkSession

    running = SparkContext._active_spark_context
    context = running or _start(settings, threads, workspace)
    context.pythonExec = settings.python or sys.executable
    session = SparkSession(context).newSession()
    for key, value in FIXED.items():
        if key.startswith("spark.sql."):
            session.conf.set(key, value)
    cluster = Cluster(session, ours=running is None)
    master = context.master or ""
    if master.startswith("spark://"):
        cluster.watch(master)
    return cluster


def _start(settings: Settings, threads: int | None, workspace: Path) -> SparkContext:
    from py4j.protocol import Py4JError
    from pyspark import SparkConf, SparkContext
    from pyspark.errors import PySparkException
    from pyspark.java_gateway import launch_gateway

    conf = SparkConf()
    for key, value in options(settings, threads, workspace, conf.get("spark.master")).items():
        conf.set(key, value)
    try:
        gateway = launch_gateway(conf, {"stderr": subprocess.DEVNULL})  # type: ignore[no-untyped-call]
    except (PySparkException, OSError):
        raise UsageError.of("spark-no-java", "--engine spark") from None
    try:
        return SparkContext(conf=conf, gateway=gateway)
    except (Py4JError, PySparkException):
        raise OutputError.of("spark-master-lost", conf.get("spark.master")) from None


def options(
    settings: Settings, threads: int | None, workspace: Path, submitted: str | None
) -> dict[str, str]:
    """What Spark is started with; what a user left open stays as spark-submit or spark-defaults.conf say."""
    master = settings.master or submitted or f"local[{threads or '*'}]"
    quiet = resources.files("chsi_batch.engines") / "spark-log4j2.properties"
    asked = {
        **FIXED,
        "spark.master": master,
        "spark.driver.memory": settings.driver_memory,
        "spark.executor.memory": settings.executor_memory,
        "spark.executor.cores": settings.executor_cores,
        "spark.cores.max": settings.cores,
        "spark.sql.shuffle.partitions": settings.shuffle_partitions,
        "spark.driver.extraJavaOptions": f"-Dlog4j2.configurationFile=file:{quiet}",
        "spark.sql.warehouse.dir": str(workspace / "warehouse"),
    }
    if master.startswith("local"):
        asked |= {"spark.driver.host": "127.0.0.1", "spark.local.dir": str(workspace)}
        if not settings.shuffle_partitions:
            asked["spark.sql.shuffle.partitions"] = LOCAL_PARTITIONS * (threads or os.cpu_count() or 1)
    return {key: str(value) for key, value in asked.items() if value}


def _answers(host: str | None, port: int | None) -> bool:
    try:
        with socket.create_connection((host or "", port or 0), timeout=WATCH_SECONDS):
            return True
    except OSError:
        return False


def _gone(error: Exception) -> str:
    """The word for a cluster that went away, empty for anything else."""
    words = ("SparkContext was shut down", "stopped SparkContext", "Master removed", "unresponsive")
    gone = isinstance(error, ConnectionError) or any(word in str(error) for word in words)
    return "spark-master-lost" if gone else ""
