"""Proof on labelled cohorts: `python bench/labelled.py [--people N] [--seeds S …]`.

Makes a cohort per seed, runs the whole job on it as a user would, and adds the scores up: wrong bindings,
rows that must bind, codes, best candidates, each with its interval (Clopper–Pearson, 95 %).
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

from chsi_batch.intervals import at_most, interval


def chsi_batch(*arguments: str) -> str:
    """One command of the tool; its standard output."""
    done = subprocess.run(
        [sys.executable, "-m", "chsi_batch", *arguments], check=True, capture_output=True, text=True
    )
    return done.stdout


def scored(folder: Path, people: int, seed: int) -> dict[str, object]:
    """Sample, run and score one seed."""
    data, out = folder / "data", folder / "out"
    chsi_batch("sample", "--people", str(people), "--seed", str(seed), "--out", str(data))
    sides = [
        part
        for name in ("registrations", "degrees", "enrolments")
        for part in (f"--{name}", str(data / name))
    ]
    chsi_batch("run", *sides, "--no-workbooks", "--progress", "none", "--out", str(out))
    found: dict[str, object] = json.loads(chsi_batch("score", str(out), str(data / "truth.csv"), "--json"))
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--people", type=int, default=5200)
    parser.add_argument("--seeds", type=int, nargs="+", default=[101, 102, 103, 104, 105])
    asked = parser.parse_args()
    sums: dict[str, list[int]] = {}
    for seed in asked.seeds:
        with tempfile.TemporaryDirectory() as folder:
            result = scored(Path(folder), asked.people, seed)
        for name, count in counts(result).items():
            total = sums.setdefault(name, [0, 0])
            total[0] += count[0]
            total[1] += count[1]
        print(f"seed {seed}: {counts(result)}", flush=True)
    for name, (hits, size) in sums.items():
        low, high = interval(hits, size)
        bound = f", at most {at_most(0, size):.4%}" if hits == 0 else ""
        print(f"{name}: {hits} / {size}, 95 % {low:.4%} to {high:.4%}{bound}")


def counts(result: dict[str, object]) -> dict[str, tuple[int, int]]:
    """Hits and size of every figure of a score."""
    return {
        name: (int(figure["count"]), int(figure["of"]))
        for name, figure in result.items()
        if isinstance(figure, dict) and {"count", "of"} <= figure.keys()
    }


if __name__ == "__main__":
    main()
