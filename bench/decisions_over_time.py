"""The stateful model of decisions, for longer: `python bench/decisions_over_time.py [--examples N]`.

Walks of run, decide, undo, edit, run again (`tests/properties/test_decisions_over_time.py`), and how often
each outcome of a decision was met.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))

from properties.test_decisions_over_time import DecisionsOverTime


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--examples", type=int, default=100)
    parser.add_argument("--steps", type=int, default=40)
    asked = parser.parse_args()
    begun = time.monotonic()
    how = settings(
        max_examples=asked.examples,
        stateful_step_count=asked.steps,
        deadline=None,
        database=None,
        phases=[Phase.generate, Phase.shrink],
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(DecisionsOverTime, settings=how)
    for what, times in DecisionsOverTime.met.most_common():
        print(f"{what}: {times}")
    print(f"{asked.examples} walks agree with the model, {time.monotonic() - begun:.0f} seconds")


if __name__ == "__main__":
    main()
