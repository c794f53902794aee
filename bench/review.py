"""Measures the review of a large run without a browser: opening, the next case, a decision, memory.

`python bench/review.py [--cases 100000]` makes a run of made-up people and repeats it under other references
until it has that many cases.
"""

from __future__ import annotations

import argparse
import math
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

PEOPLE, SEED = 300, 2025
STEPS, DECISIONS = 300, 30
REFS = ("ref", "counterpart", "registration_ref", "degree_ref")
TABLES = ("ledger", "exceptions", "candidates", "registrations", "degrees")


def small_run(folder: Path) -> Path:
    """A finished run of made-up people."""
    from chsi_batch.arguments import SIDES
    from chsi_batch.cli import main
    from chsi_batch.labelled import sample

    as_of = str(sample.make(PEOPLE, SEED, folder / "data")["as_of"])
    job = ["run", "--as-of", as_of, "--no-workbooks", "--progress", "none", "--out", str(folder / "small")]
    for name in SIDES:
        job += [f"--{name}", str(folder / "data" / name)]
    if main(job):
        raise SystemExit("the run failed")
    return folder / "small"


def repeated(small: Path, large: Path, times: int) -> None:
    """The tables the review reads, `times` over, every copy under references of its own."""
    (large / "private").mkdir(parents=True)
    (large / "run.json").write_bytes((small / "run.json").read_bytes())
    for name in TABLES:
        table = pq.read_table(small / "private" / f"{name}.parquet")
        copies = pa.concat_tables([_copy(table, number) for number in range(times)])
        pq.write_table(copies, large / "private" / f"{name}.parquet", compression="zstd")


def _copy(table: pa.Table, number: int) -> pa.Table:
    for name in set(REFS) & set(table.column_names):
        own = pc.binary_join_element_wise(pa.scalar(f"{number}-"), table[name], pa.scalar(""))
        table = table.set_column(table.column_names.index(name), name, own)
    return table


def _times(act: Callable[[], object], count: int) -> list[float]:
    taken = []
    for _ in range(count):
        since = time.perf_counter()
        act()
        taken.append((time.perf_counter() - since) * 1000)
    return taken


def _told(taken: list[float]) -> str:
    ordered = sorted(taken)
    return f"median {statistics.median(ordered):.0f} ms, 95 % {ordered[int(len(ordered) * 0.95)]:.0f} ms"


def measure(folder: Path) -> None:
    """Print what opening, going on and deciding take."""
    from chsi_batch.review import Session
    from chsi_batch.review.card import Card

    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    since = time.perf_counter()
    session = Session(folder, reviewer="bench")
    card = Card(session)
    card.view()
    opened = time.perf_counter() - since
    print(f"{len(session.index.items):,} cases: opened in {opened:.1f} s, {session.rows.kept} rows read")

    def further() -> None:
        session.next()
        card.view()
        session.prefetch()

    def decide() -> None:
        session.decide("hold", "bench")
        card.view()
        session.prefetch()

    print("next case:", _told(_times(further, STEPS)))
    print("decision: ", _told(_times(decide, DECISIONS)))
    more = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    print(f"memory: {more:.0f} MB more, {session.rows.kept} rows kept")


def main() -> None:
    """Make the runs and measure both sizes."""
    from chsi_batch.review.index import Index

    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--cases", type=int, default=100_000)
    cases = asked.parse_args().cases
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        small = small_run(folder)
        count = len(Index(small).items)
        for wanted in (500, cases):
            large = folder / f"large-{wanted}"
            repeated(small, large, math.ceil(wanted / count))
            measure(large)


if __name__ == "__main__":
    main()
