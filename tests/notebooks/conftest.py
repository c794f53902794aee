"""Two finished runs of the same made-up people, the first without one of the account files."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from chsi_batch import arguments, cli
from chsi_batch.labelled import sample

PEOPLE, SEED = 150, 5
LATE = "accounts_store.parquet"
LEAST = 8
"""Shorter values, such as a lone placeholder, are no secret and may occur by chance."""


@dataclass(frozen=True)
class Runs:
    """Two finished runs beside each other."""

    early: Path
    late: Path


@pytest.fixture(scope="session")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Runs:
    folder = tmp_path_factory.mktemp("notebooks")
    as_of = str(sample.make(PEOPLE, SEED, folder / "data")["as_of"])
    found = Runs(folder / "runs" / "result-1", folder / "runs" / "result-2")
    for out, without in ((found.early, LATE), (found.late, None)):
        job = ["run", "--as-of", as_of, "--no-workbooks", "--progress", "none", "--out", str(out)]
        for name in arguments.SIDES:
            files = sorted((folder / "data" / name).iterdir())
            job += [f"--{name}", *(str(path) for path in files if path.name != without)]
        assert cli.main(job) == 0
    return found


@pytest.fixture(scope="session")
def secrets(runs: Runs) -> frozenset[str]:
    """Every full ID number, mobile number and address of the people."""
    found: set[str] = set()
    for name, columns in (
        ("registrations", ["id_number", "mobile", "email"]),
        ("degrees", ["id_number"]),
        ("enrolments", ["id_number"]),
    ):
        table = pq.read_table(runs.late / "private" / f"{name}.parquet", columns=columns)
        found |= {value.strip() for column in table.columns for value in column.to_pylist() if value}
    kept = frozenset(value for value in found if len(value) >= LEAST)
    assert len(kept) > PEOPLE
    return kept
