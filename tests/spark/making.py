"""Cohorts of `bench/cohort.py`, for tests."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pyarrow as pa

PLACE = Path(__file__).parents[2] / "bench" / "cohort.py"
SEED = 7


def cohort(people: int) -> dict[str, pa.Table]:
    """`registrations`, `degrees` and `truth`."""
    spec = importlib.util.spec_from_file_location("cohort", PLACE)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    made: dict[str, pa.Table] = module.make(people, SEED)
    return made
