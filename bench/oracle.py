"""Engine against the slow reading of the contract: `python bench/oracle.py [--first N] [--worlds N]`.

Draws small worlds, ordinary ones and crowded ones (the same few people, twice the slips), settles each with
the engine and with `tests/oracle`, and tells every row whose outcome, code or binding is another.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from chsi_batch.engines import open_engine
from tests.oracle import cases, contract
from tests.oracle.test_engine_agrees import outcomes, settle


def parted(world: cases.World, spill: Path) -> tuple[int, list[str]]:
    """How many rows a world has, and what engine and oracle say of those on which they part."""
    wanted = contract.settle(world.registrations, world.degrees, world.enrolments, cases.AS_OF)
    engine = open_engine("duckdb", 1, None, spill)
    try:
        found = settle(engine, world)
    finally:
        engine.close()
    ours, theirs = outcomes(found["ledger"].to_pylist()), outcomes(list(wanted.ledger))
    told = [
        f"{theirs_one[1]}: oracle {theirs_one[2:]}, engine {ours_one[2:]}"
        for theirs_one, ours_one in zip(theirs, ours, strict=True)
        if theirs_one != ours_one
    ]
    bound = {
        (row["registration_ref"], row["degree_ref"], row["rule"]) for row in found["bindings"].to_pylist()
    }
    return len(ours), told + [f"binding {pair}" for pair in sorted(bound ^ wanted.bound())]


def main() -> int:
    """Both kinds of worlds; ends with 1 if a row differs."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--first", type=int, default=1000, help="the first seed")
    parser.add_argument("--worlds", type=int, default=200, help="of each kind")
    asked = parser.parse_args()
    broken = 0
    for kind in (cases.Dice, cases.Crowded):
        begun, rows, differ = time.monotonic(), 0, 0
        for seed in range(asked.first, asked.first + asked.worlds):
            with tempfile.TemporaryDirectory() as folder:
                size, told = parted(cases.world(kind(seed)), Path(folder) / "spill")
            rows, differ = rows + size, differ + len(told)
            for line in told:
                print(f"{kind.__name__} {seed}, {line}", flush=True)
        broken += differ
        print(f"{kind.__name__}: {asked.worlds} worlds, {rows} rows, {differ} differ, "
              f"{time.monotonic() - begun:.0f} s", flush=True)  # fmt: skip
    return min(broken, 1)


if __name__ == "__main__":
    sys.exit(main())
