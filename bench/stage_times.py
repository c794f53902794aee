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

from chsi_batch import matching, pipeline
from chsi_batch.engines import open_engine
from chsi_batch.engines.base import Engine
from chsi_batch.settings import Settings
from chsi_batch.stages import clean
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
            elif verb in ("make", "map", "put"):
                rows = self._engine.count(given[0])
            shown = " ".join(given[0].split())[:70] if given and isinstance(given[0], str) else ""
            self.calls.append(Call(verb, shown, seconds, work, rows, resident(), peak()))
            return found

        return watched


def records(asked: argparse.Namespace) -> dict[Side, pa.Table]:
    """The conformed rows of the three sides, read or taken from where they were kept."""
    kept = {side: asked.keep / f"{side}.arrow" for side in Side} if asked.keep else {}
    if kept and all(path.exists() for path in kept.values()):
        return {side: pa.ipc.open_file(pa.memory_map(str(path))).read_all() for side, path in kept.items()}
    given = {
        Side.REGISTRATION: asked.registrations,
        Side.DEGREE: asked.degrees,
        Side.ENROLMENT: asked.enrolments,
    }
    job = pipeline.Job({side: tuple(paths) for side, paths in given.items()}, Path("unused"))
    sides = {side: conformed.records for side, conformed in pipeline.conformed(job).items()}
    for side, path in kept.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        _hold(sides[side], path)
    return sides


def _hold(table: pa.Table, path: Path) -> None:
    with pa.OSFile(str(path), "wb") as sink, pa.ipc.new_file(sink, table.schema) as writer:
        writer.write_table(table)


def cleaned_once(folder: Path) -> None:
    """Let the cleaners take cleaned rows from `folder`, or put them there."""
    for side, cleaner in dict(clean.CLEANERS).items():
        clean.CLEANERS[side] = _kept(cleaner, folder / f"{side}.cleaned.arrow")


def _kept(cleaner: Callable[[pa.Table], pa.Table], path: Path) -> Callable[[pa.Table], pa.Table]:
    def cleaned(rows: pa.Table) -> pa.Table:
        if not path.exists():
            _hold(cleaner(rows), path)
        return pa.ipc.open_file(pa.memory_map(str(path))).read_all()

    return cleaned


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
    if asked.keep:
        cleaned_once(asked.keep)
    rows = records(asked)
    stages: list[tuple[str, float, float, int]] = []
    with tempfile.TemporaryDirectory() as spill:
        engine = Watched(open_engine("duckdb", asked.threads, asked.memory_limit, Path(spill) / "spill"))

        def stage(name: str) -> None:
            stages.append((name, time.perf_counter(), time.process_time(), len(engine.calls)))

        settings = Settings()
        found, capped = matching.match(
            engine,  # type: ignore[arg-type]
            rows,
            former=matching.former_names([]),
            as_of=asked.as_of,
            min_people=settings.placeholders.min_people,
            key_cap=settings.matching.key_cap,
            language="zh",
            progress=stage,
        )
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
    print({name: table.num_rows for name, table in found.items()}, capped)
    if asked.results:
        asked.results.mkdir(parents=True, exist_ok=True)
        for name, table in found.items():
            pq.write_table(table, asked.results / f"{name}.parquet")


if __name__ == "__main__":
    main()
