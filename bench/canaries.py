"""Proof of privacy: `python bench/canaries.py [--every N] [--write]`.

People who occur nowhere else go through a hundred runs that fail and twenty that end well; afterwards their
numbers, addresses and names are looked for in what was said, in results, home, caches and temporary folders,
in packed files too.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from pathlib import Path

from proving import leaks
from results import write_section


def main() -> None:
    """Run them all, tell the hits."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--every", type=int, default=1)
    parser.add_argument("--write", action="store_true")
    asked = parser.parse_args()
    lines = ["| runs | of them | places with a value that must not be there | seconds |", "|---|---|---|---|"]
    for kind, scenarios in (("failing", leaks.failing), ("good", leaks.good)):
        start, hits, chosen = time.perf_counter(), 0, list(scenarios())[:: asked.every]
        for scenario in chosen:
            with tempfile.TemporaryDirectory(prefix="chsi-canary-") as folder:
                found = scenario.hits(Path(folder) / "place")
            hits += len(found)
            for entry in found[:4]:
                print(f"{scenario.name}: {entry}", flush=True)
        lines.append(f"| {kind} | {len(chosen)} | {hits} | {time.perf_counter() - start:.0f} |")
    text = "\n".join(lines)
    print(text)
    if asked.write:
        write_section("Canaries", __file__, text)


if __name__ == "__main__":
    main()
