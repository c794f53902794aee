"""One labelled cohort and one finished run of it, made once; a small pair of files for everything else."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from chsi_batch.labelled import sample

from .calling import Said, call
from .drawn import account, accounts, degree, degrees

PEOPLE, SEED = 300, 1


@dataclass(frozen=True)
class Cohort:
    """A labelled cohort: where it is, and what the sample says of it."""

    folder: Path
    summary: dict[str, Any]

    @property
    def inputs(self) -> list[object]:
        """The arguments that give its files, folder by folder."""
        folders = ("registrations", "degrees", "enrolments")
        return [part for name in folders for part in (f"--{name}", self.folder / name)]

    @property
    def arguments(self) -> list[object]:
        """Its files and the time as of which it is told."""
        return [*self.inputs, "--as-of", self.summary["as_of"]]

    def files(self, name: str) -> list[Path]:
        """The input files of one side."""
        return sorted((self.folder / name).iterdir())


@dataclass(frozen=True)
class Finished:
    """A finished run: its folder, and what was said."""

    folder: Path
    said: Said


@dataclass(frozen=True)
class Pair:
    """Three accounts and three degrees in a file each."""

    registrations: Path
    degrees: Path

    @property
    def arguments(self) -> list[object]:
        """The arguments that give both files."""
        return ["--registrations", self.registrations, "--degrees", self.degrees]


@pytest.fixture(scope="session")
def cohort(tmp_path_factory: pytest.TempPathFactory) -> Cohort:
    folder = tmp_path_factory.mktemp("cohort")
    return Cohort(folder, sample.make(PEOPLE, SEED, folder))


@pytest.fixture(scope="session")
def finished(cohort: Cohort, tmp_path_factory: pytest.TempPathFactory) -> Finished:
    folder = tmp_path_factory.mktemp("finished") / "result"
    return Finished(folder, call("run", *cohort.arguments, "--out", folder))


@pytest.fixture(scope="session")
def english(cohort: Cohort, tmp_path_factory: pytest.TempPathFactory) -> Finished:
    folder = tmp_path_factory.mktemp("english") / "result"
    return Finished(folder, call("run", *cohort.arguments, "--lang", "en", "--out", folder))


@pytest.fixture
def pair(tmp_path: Path) -> Pair:
    people = range(3)
    return Pair(
        accounts(tmp_path / "in" / "accounts.csv", [account(place) for place in people]),
        degrees(tmp_path / "in" / "degrees.xlsx", [degree(place) for place in people]),
    )
