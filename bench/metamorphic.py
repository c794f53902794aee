"""Relations between whole runs: `python bench/metamorphic.py [--seeds N] [--people N]`.

Every relation of `tests/metamorphic` on a labelled cohort of its own for each seed.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))

from metamorphic.cohorts import cohort
from metamorphic.relations import RELATIONS, Base


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument("--first", type=int, default=1, help="the first seed")
    parser.add_argument("--people", type=int, default=150)
    asked = parser.parse_args()
    begun, broken, runs, rows = time.monotonic(), 0, 0, 0
    for seed in range(asked.first, asked.first + asked.seeds):
        with tempfile.TemporaryDirectory() as folder:
            base = Base(cohort(asked.people, seed), Path(folder), random.Random(seed))
            for name, relation in RELATIONS.items():
                try:
                    relation(base)
                except AssertionError as error:
                    broken += 1
                    print(f"seed {seed}: {name}: {str(error)[:600]}", flush=True)
            runs += base.runs
            rows += base.runs * len(base.tables["ledger"])
        print(f"seed {seed}: {len(RELATIONS)} relations", flush=True)
    seconds = time.monotonic() - begun
    print(f"{asked.seeds} cohorts, {len(RELATIONS)} relations, {runs} runs, {rows} rows, {broken} broken")
    print(f"{seconds:.0f} seconds")
    return min(broken, 1)


if __name__ == "__main__":
    sys.exit(main())
