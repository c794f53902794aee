"""Where the time of matching goes: every statement an engine is given, with seconds, rows and peak memory.

    python bench/stage_times.py --registrations R.parquet --degrees D.parquet --keep DIR

Reads, conforms and cleans, then matches. With `--keep` the cleaned rows are held in DIR, and a second call
starts from them, so that a change of a statement shows at once and the memory is the engine's alone.
`--results DIR` writes the tables that come out, to be compared with those of another version.
"""

from __future__ import annotations

import argparse
import itertools
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from chsi_batch import intake, matching, pipeline
from chsi_batch.engines import open_engine
from chsi_batch.engines.base import Engine
from chsi_batch.pieces import PIECE_ROWS
from chsi_batch.results import Result
from chsi_batch.settings import Settings
from chsi_batch.stages import forget
from chsi_batch.terms import Side


def resident() -> int:
    """Megabytes this process holds now; the most so far where the system does not tell."""
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[1])
    except OSError:
        return peak()
    return pages * resource.getpagesize() // 1_000_000


def peak() -> int:
    """The most megabytes this process has held."""
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit // 1_000_000


@dataclass(frozen=True)
class Call:
    """One call: seconds by the clock and of processor time, rows, megabytes held after it and at most."""

    verb: str
    shown: str
    seconds: float
    work: float
    rows: int
    held: int
    most: int


class Watched:
    """An engine that notes what every call took."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self.calls: list[Call] = []

    def __getattr__(self, verb: str) -> Callable[..., Any]:
        inner = getattr(self._engine, verb)
        if not callable(inner):
            return inner  # type: ignore[no-any-return]

        def watched(*given: Any) -> Any:
            start, worked = time.perf_counter(), time.process_time()
            found = inner(*given)
            seconds, work = time.perf_counter() - start, time.process_time() - worked
            rows = -1
            if isinstance(found, pa.Table):
                rows = found.num_rows
            elif verb in ("make", "map", "put", "append"):
                rows = self._engine.count(given[0])
            shown = str(given[1] if verb == "write" else given[0]) if given else ""
            shown = " ".join(shown.split())[:70]
            self.calls.append(Call(verb, shown, seconds, work, rows, resident(), peak()))
            return found

        return watched


def taken(asked: argparse.Namespace, side: Side) -> tuple[pa.Table, pa.Table]:
    """The records of a side and their keys, read and cleaned or taken from where they were kept."""
    paths = [asked.keep / f"{side}.{kind}.arrow" for kind in ("records", "keys")] if asked.keep else []
    if not (paths and all(path.exists() for path in paths)):
        patterns = {side: tuple(getattr(asked, f"{side}s"))}
        pieces = list(pipeline.conformed(pipeline.Job(patterns, Path("unused")))[side].pieces())
        tables = pa.concat_tables(p.records for p in pieces), pa.concat_tables(p.keys for p in pieces)
        if not paths:
            return tables
        asked.keep.mkdir(parents=True, exist_ok=True)
        for table, path in zip(tables, paths, strict=True):
            with pa.OSFile(str(path), "wb") as sink, pa.ipc.new_file(sink, table.schema) as writer:
                writer.write_table(table)
    records, keys = (pa.ipc.open_file(pa.memory_map(str(path))).read_all() for path in paths)
    return records, keys


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--registrations", nargs="*", default=())
    parser.add_argument("--degrees", nargs="*", default=())
    parser.add_argument("--enrolments", nargs="*", default=())
    parser.add_argument("--as-of", type=datetime.fromisoformat)
    parser.add_argument("--keep", type=Path)
    parser.add_argument("--results", type=Path)
    parser.add_argument("--threads", type=int, default=0)
    parser.add_argument("--memory-limit", default="")
    parser.add_argument("--from-seconds", type=float, default=0.05, help="show calls that took as long")
    asked = parser.parse_args()
    given = {side: taken(asked, side) for side in Side}
    stages: list[tuple[str, float, float, int]] = []
    defaults = Settings()
    task = matching.Task(
        former=matching.former_names([]),
        as_of=asked.as_of,
        min_people=defaults.placeholders.min_people,
        key_cap=defaults.matching.key_cap,
        language="zh",
    )
    with tempfile.TemporaryDirectory() as spill:
        engine = Watched(open_engine("duckdb", asked.threads, asked.memory_limit, Path(spill) / "spill"))

        def stage(name: str) -> None:
            stages.append((name, time.perf_counter(), time.process_time(), len(engine.calls)))

        stage("take in")
        matching.begin(engine, task)  # type: ignore[arg-type]
        for side, (_, keys) in given.items():
            for start in range(0, max(keys.num_rows, 1), PIECE_ROWS):
                intake.hold(engine, side, keys.slice(start, PIECE_ROWS), None, False)  # type: ignore[arg-type]
        found = matching.matched(
            engine,  # type: ignore[arg-type]
            matching.held(lambda side, rows: given[side][0].take(pa.array(rows, pa.int64()))),
            task,
            stage,
        )
        forget.concluded(engine)  # type: ignore[arg-type]
        stage("results")
        sizes = {name: _write(engine, name, result, asked.results) for name, result in found.results.items()}
        stage("end")
        engine.close()
    for (name, start, worked, first), (_, end, done, last) in itertools.pairwise(stages):
        print(f"{name}: {end - start:.2f} s, {done - worked:.2f} s of processor time")
        for call in engine.calls[first:last]:
            if call.work >= asked.from_seconds:
                print(
                    f"  {call.seconds:6.2f} s {call.work:6.2f} cpu {call.rows:>10,} rows "
                    f"{call.held:6,} MB (most {call.most:6,}) {call.verb} {call.shown}"
                )
    print(sizes, found.capped)


def _write(engine: Watched, name: str, result: Result, folder: Path | None) -> int:
    """Let the engine write a result, or only make its rows; returns how many."""
    if folder is None:
        return sum(part.num_rows for select in result.selects for part in engine.batches(select))
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.parquet"
    path.unlink(missing_ok=True)
    engine.write(result.selects, path, result.finish)
    return int(pq.read_metadata(path).num_rows)


if __name__ == "__main__":
    main()
