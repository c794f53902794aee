"""A Spark cluster on this host – a master and workers of one core each – and what becomes of runs on it.

`python bench/spark_cluster.py --people 1000000 --work DIR`: the same run on DuckDB, on one worker and on two;
with one of two workers killed in the middle; and with the master killed. The tables must be the same each
time, and a run that fails must leave the one before it whole. `--skew` gives one name to 29 % of the people
and one school to 10 %. Figures go to `DIR/figures.json`: seconds per stage of the run, processor seconds of
all workers with what they started, and from Spark's event log the totals of the run and, for each stage of
some weight, the longest task against the median one and the bytes it shuffled.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import signal
import socket
import statistics
import subprocess
import sys
import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import psutil
import pyarrow as pa
import pyarrow.parquet as pq
import pyspark
from cohort import make, write

SPARK_CLASS = Path(pyspark.__file__).parent / "bin" / "spark-class"
RUN = [sys.executable, "-m", "chsi_batch"]
HOST = "127.0.0.1"
LOOK_SECONDS = 1.0
TOTALS = ("Executor Run Time", "Executor CPU Time", "Disk Bytes Spilled", "Peak Execution Memory")
"""Milliseconds, nanoseconds, bytes, bytes, summed over all tasks; the time of Python is in the first only."""
WEIGHTY_SECONDS = 2.0
"""Stages whose tasks took less than this together say nothing of balance."""


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as asked:
        asked.bind((HOST, 0))
        return int(asked.getsockname()[1])


class Cluster:
    """A standalone master and its workers; only processes started here are ended here."""

    def __init__(self, folder: Path, workers: int, memory: str) -> None:
        self.folder, self.port = folder, free_port()
        folder.mkdir(parents=True, exist_ok=True)
        self.events = folder / "events"
        self.events.mkdir(exist_ok=True)
        settings = f"spark.eventLog.enabled true\nspark.eventLog.dir file:{self.events}\n"
        settings += "spark.eventLog.rolling.enabled false\nspark.eventLog.compress false\n"
        (folder / "spark-defaults.conf").write_text(settings, encoding="utf-8")
        self.environment = {
            **os.environ,
            "SPARK_CONF_DIR": str(folder),
            "SPARK_LOCAL_DIRS": str(folder / "local"),
        }
        self.url = f"spark://{HOST}:{self.port}"
        self.master = self._start(
            "master.Master", "--host", HOST, "--port", str(self.port), "--webui-port", "0"
        )
        self._wait()
        self.workers = [
            self._start(
                "worker.Worker", "--host", HOST, "--cores", "1", "--memory", memory, "--webui-port", "0",
                "-d", str(folder / f"worker-{number}"), self.url,
            )
            for number in range(workers)
        ]  # fmt: skip
        self._over = threading.Event()
        self._spent: dict[int, float] = {}
        threading.Thread(target=self._look, daemon=True).start()

    def _start(self, name: str, *arguments: str) -> subprocess.Popen[bytes]:
        log = (self.folder / f"{name}-{time.monotonic_ns()}.log").open("wb")
        command = [str(SPARK_CLASS), f"org.apache.spark.deploy.{name}", *arguments]
        return subprocess.Popen(command, env=self.environment, stdout=log, stderr=log, start_new_session=True)

    def _wait(self) -> None:
        for _ in range(600):
            with contextlib.suppress(OSError), socket.create_connection((HOST, self.port), 1):
                return
            time.sleep(0.2)
        raise SystemExit("the master did not start")

    def kill(self, process: subprocess.Popen[bytes]) -> None:
        """End a process and what it started, without notice."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def _look(self) -> None:
        while not self._over.wait(LOOK_SECONDS):
            for worker in self.workers:
                with contextlib.suppress(psutil.Error):
                    process = psutil.Process(worker.pid)
                    for each in (process, *process.children(recursive=True)):
                        with contextlib.suppress(psutil.Error):
                            self._spent[each.pid] = sum(each.cpu_times()[:2])

    def worked(self) -> float:
        """Processor seconds of the workers, their executors, Python and readers, as often as was looked."""
        return round(sum(self._spent.values()), 1)

    def close(self) -> None:
        """End all of it."""
        self._over.set()
        for process in (*self.workers, self.master):
            self.kill(process)


@contextlib.contextmanager
def cluster(folder: Path, workers: int, memory: str) -> Iterator[Cluster]:
    """A cluster for a while."""
    opened = Cluster(folder, workers, memory)
    try:
        yield opened
    finally:
        opened.close()


def config(path: Path, on: Cluster, memory: str) -> Path:
    """The settings of a run on the cluster."""
    lines = ["[spark]", f'master = "{on.url}"', f'executor_memory = "{memory}"', 'driver_memory = "1g"']
    path.write_text("\n".join([*lines, "executor_cores = 1", "shuffle_partitions = 8", ""]), encoding="utf-8")
    return path


def run(
    inputs: Path, out: Path, *more: str, environment: dict[str, str] | None = None
) -> subprocess.Popen[str]:
    """Begin a run; its progress comes on stderr, a line each."""
    sides = [f"--{side}={inputs / f'{side}.parquet'}" for side in ("registrations", "degrees")]
    command = [*RUN, "run", *sides, "--no-workbooks", "--progress", "json", "--lang", "en", "--out", str(out)]
    return subprocess.Popen([*command, *more], env=environment, stderr=subprocess.PIPE, text=True)


def finish(begun: subprocess.Popen[str], at: str = "", action: Any = None) -> tuple[int, list[str]]:
    """Wait for a run; when it tells of the stage `at`, do `action`. Returns the exit code and its lines."""
    lines = []
    assert begun.stderr is not None
    for line in begun.stderr:
        lines.append(line.rstrip())
        if action and f'"{at}"' in line:
            print(f"  {at}: now", flush=True)
            action()
            action = None
    return begun.wait(), lines


def tables(out: Path) -> dict[str, pa.Table]:
    """The tables of a finished run."""
    return {path.stem: pq.read_table(path) for path in sorted((out / "tables").iterdir())}


def same(found: dict[str, pa.Table], expected: dict[str, pa.Table]) -> bool:
    """Equal rows and values in equal order."""
    return found.keys() == expected.keys() and all(
        found[name].cast(table.schema).equals(table) for name, table in expected.items()
    )


def seconds(out: Path) -> dict[str, float]:
    """Per stage, as the run itself measured."""
    facts = json.loads((out / "run.json").read_text(encoding="utf-8"))
    return {name: round(value, 1) for name, value in facts["seconds"].items()}


def stages(events: Path) -> dict[str, Any]:
    """From Spark's own log: the totals, and each stage of some weight, the heaviest first."""
    tasks: dict[int, list[float]] = defaultdict(list)
    bytes_: dict[int, int] = defaultdict(int)
    told: dict[int, str] = {}
    totals: dict[str, float] = dict.fromkeys((*TOTALS, "shuffled"), 0.0)
    for path in events.iterdir():
        for line in path.read_text(encoding="utf-8").splitlines():
            event = json.loads(line)
            if event["Event"] == "SparkListenerStageSubmitted":
                properties = event.get("Properties") or {}
                told[event["Stage Info"]["Stage ID"]] = properties.get("spark.job.description", "")
            elif event["Event"] == "SparkListenerTaskEnd" and event["Task End Reason"]["Reason"] == "Success":
                stage, info = event["Stage ID"], event["Task Info"]
                tasks[stage].append((info["Finish Time"] - info["Launch Time"]) / 1000)
                metrics = event.get("Task Metrics") or {}
                written = metrics.get("Shuffle Write Metrics") or {}
                bytes_[stage] += written.get("Shuffle Bytes Written", 0)
                for name in TOTALS:
                    totals[name] += metrics.get(name, 0)
    totals["shuffled"] = sum(bytes_.values())
    weighty = sorted(
        (
            {
                "table": told.get(stage, "").removeprefix("SELECT ")[:40],
                "tasks": len(times),
                "seconds": round(sum(times), 1),
                "longest": round(max(times), 2),
                "median": round(statistics.median(times), 2),
                "longest_to_median": round(max(times) / max(statistics.median(times), 0.001), 1),
                "shuffled_megabytes": round(bytes_[stage] / 1e6, 1),
            }
            for stage, times in tasks.items()
            if sum(times) >= WEIGHTY_SECONDS
        ),
        key=lambda entry: -entry["seconds"],
    )
    return {"tasks": sum(map(len, tasks.values())), "totals": totals, "weighty": weighty}


def skewed(made: dict[str, pa.Table], seed: int) -> dict[str, pa.Table]:
    """One name for 29 % of all people and one school for 10 %, on both sides alike."""
    rng = np.random.default_rng(seed)
    for side, school in (("registrations", "毕业学校"), ("degrees", "院校名称")):
        table = made[side]
        for column, share in (("姓名", 0.29), (school, 0.10)):
            values = table[column].combine_chunks()
            common = pa.scalar(values[0].as_py())
            hit = pa.array(rng.random(len(values)) < share)
            place = table.column_names.index(column)
            table = table.set_column(place, column, pa.compute.if_else(hit, common, values))
        made[side] = table
    return made


def check(said: str, holds: bool, figures: dict[str, Any]) -> None:
    """Write down whether something holds, and say so."""
    figures[said] = holds
    print(f"{said}: {'yes' if holds else 'NO'}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--people", type=int, default=1_000_000)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--memory", default="1500m")
    parser.add_argument("--skew", action="store_true")
    parser.add_argument("--only", nargs="*", default=["duckdb", "one", "two", "worker", "master"])
    asked = parser.parse_args()
    work = asked.work.resolve()
    inputs = work / "in"
    if not inputs.exists():
        made = make(asked.people, 1)
        write(skewed(made, 2) if asked.skew else made, inputs, "parquet")
    figures: dict[str, Any] = {"people": asked.people, "skew": asked.skew}
    if "duckdb" in asked.only:
        code, _ = finish(run(inputs, work / "duckdb"))
        check("DuckDB finishes", code == 0, figures)
        figures["seconds_duckdb"] = seconds(work / "duckdb")
    expected = tables(work / "duckdb")
    for name, workers in (("one", 1), ("two", 2)):
        if name in asked.only:
            with cluster(work / f"cluster-{name}", workers, "2g") as on:
                told = config(work / f"{name}.toml", on, asked.memory)
                begun = run(
                    inputs, work / name, "--engine=spark", f"--config={told}", environment=on.environment
                )
                code, lines = finish(begun)
                print(*lines[-1:], sep="\n")
                check(f"{name}: finishes", code == 0, figures)
                figures[f"workers_processor_seconds_{name}"] = on.worked()
                check(f"{name}: the tables are DuckDB's", same(tables(work / name), expected), figures)
                figures[f"seconds_{name}"] = seconds(work / name)
                figures[f"stages_{name}"] = stages(on.events)
    if "worker" in asked.only:
        with cluster(work / "cluster-worker", 2, "2g") as on:
            told = config(work / "worker.toml", on, asked.memory)
            begun = run(
                inputs, work / "worker", "--engine=spark", f"--config={told}", environment=on.environment
            )
            code, lines = finish(begun, "settle", lambda: on.kill(on.workers[0]))
            print(*lines[-1:], sep="\n")
            check("a worker killed: finishes", code == 0, figures)
            check(
                "a worker killed: the tables are DuckDB's", same(tables(work / "worker"), expected), figures
            )
    if "master" in asked.only:
        with cluster(work / "cluster-master", 2, "2g") as on:
            told = config(work / "master.toml", on, asked.memory)
            before = (work / "duckdb" / "run.json").read_bytes()
            begun = run(
                inputs, work / "duckdb", "--engine=spark", f"--config={told}", environment=on.environment
            )
            code, lines = finish(begun, "match", lambda: on.kill(on.master))
            print(*lines[-1:], sep="\n")
            check("the master killed: exit code 4 and one line", code == 4, figures)
            figures["line"] = lines[-1]
            kept = (work / "duckdb" / "run.json").read_bytes() == before
            whole = subprocess.run([*RUN, "verify", str(work / "duckdb")], check=False).returncode == 0
            check("the master killed: the run before is whole", kept and whole, figures)
    (work / "figures.json").write_text(json.dumps(figures, ensure_ascii=False, indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
