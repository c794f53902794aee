"""Every relation holds for a small cohort; `bench/metamorphic.py` asks many more."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from .cohorts import cohort
from .relations import RELATIONS, Base

PEOPLE, SEED = 70, 11


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Base:
    return Base(cohort(PEOPLE, SEED), tmp_path_factory.mktemp("metamorphic"), random.Random(SEED))


def test_the_cohort_is_worth_it(base: Base) -> None:
    assert len(base.tables["bindings"]) > 40
    assert len({line["code"] for line in base.tables["ledger"]}) >= 15


@pytest.mark.parametrize("name", RELATIONS)
def test_relation(base: Base, name: str, tmp_path: Path) -> None:
    base.folder = tmp_path
    RELATIONS[name](base)
