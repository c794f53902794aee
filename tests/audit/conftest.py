"""One labelled cohort, a finished run of it, and its truth."""

from __future__ import annotations

from pathlib import Path

import pytest
from runs.calling import call

from chsi_batch.audit.population import Population, population
from chsi_batch.labelled import sample, truth
from chsi_batch.results import Run, read_run

PEOPLE, SEED = 400, 21


@pytest.fixture(scope="session")
def cohort(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("cohort")
    sample.make(PEOPLE, SEED, folder)
    return folder


@pytest.fixture(scope="session")
def finished(cohort: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("finished") / "result"
    sides = ("registrations", "degrees", "enrolments")
    inputs = [part for name in sides for part in (f"--{name}", cohort / name)]
    assert call("run", *inputs, "--no-workbooks", "--progress", "none", "--out", out).code == 0
    return out


@pytest.fixture(scope="session")
def run(finished: Path) -> Run:
    return read_run(finished)


@pytest.fixture(scope="session")
def drawn(run: Run) -> Population:
    return population(run, 1)


@pytest.fixture(scope="session")
def owners(cohort: Path) -> dict[str, frozenset[str]]:
    """Degree -> the account rows it belongs to, in truth."""
    labels = truth.read(cohort / "truth.csv")
    return {label.ref: label.to for label in labels if label.side == "degree" and label.to}
