"""A finished run of made-up people; each test reviews it with a log of its own."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from pathlib import Path

import pytest

from chsi_batch import arguments, cli
from chsi_batch.labelled import sample
from chsi_batch.review import Session

PEOPLE, SEED = 200, 11
Make = Callable[..., Session]


@pytest.fixture(scope="session")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("review")
    as_of = str(sample.make(PEOPLE, SEED, folder / "data")["as_of"])
    job = ["run", "--as-of", as_of, "--no-workbooks", "--progress", "none"]
    for name in arguments.SIDES:
        job += [f"--{name}", str(folder / "data" / name)]
    assert cli.main([*job, "--out", str(folder / "result")]) == 0
    return folder / "result"


@pytest.fixture(scope="session")
def fresh(finished: Path, tmp_path_factory: pytest.TempPathFactory) -> Callable[[], Path]:
    """The run under another name, so with no decisions beside it."""
    numbers = itertools.count()

    def made() -> Path:
        place = tmp_path_factory.mktemp("fresh") / f"result-{next(numbers)}"
        place.symlink_to(finished, target_is_directory=True)
        return place

    return made


@pytest.fixture
def session(fresh: Callable[[], Path]) -> Session:
    return Session(fresh(), reviewer="李老师")
