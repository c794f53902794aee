"""The same input gives the same bytes, however it is given and wherever the program runs."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

import pytest

from .calling import call, digests, process
from .conftest import Cohort, Finished

SIDES = ("registrations", "degrees", "enrolments")
Given = Callable[[Cohort], list[object]]


def _files(cohort: Cohort, order: Callable[[list[Path]], list[Path]]) -> list[object]:
    return [part for name in SIDES for part in (f"--{name}", *order(cohort.files(name)))]


def _shuffled(files: list[Path]) -> list[Path]:
    return random.Random(7).sample(files, len(files))


def _globs(cohort: Cohort) -> list[object]:
    return [part for name in SIDES for part in (f"--{name}", cohort.folder / name / "*")]


def _repeated_options(cohort: Cohort) -> list[object]:
    pieces = [(f"--{name}", path) for name in SIDES for path in cohort.files(name)]
    return [part for piece in random.Random(3).sample(pieces, len(pieces)) for part in piece]


def _twice(cohort: Cohort) -> list[object]:
    return [
        part
        for name in SIDES
        for part in (
            f"--{name}",
            cohort.folder / name,
            *cohort.files(name)[:3],
            cohort.folder / name / "*.csv",
        )
    ]


GIVEN: dict[str, Given] = {
    "files": lambda cohort: _files(cohort, list),
    "files backwards": lambda cohort: _files(cohort, lambda files: files[::-1]),
    "files shuffled": lambda cohort: _files(cohort, _shuffled),
    "globs": _globs,
    "one option per file": _repeated_options,
    "folder, files and glob overlapping": _twice,
}


@pytest.mark.parametrize("given", GIVEN)
def test_however_files_are_given(cohort: Cohort, finished: Finished, tmp_path: Path, given: str) -> None:
    out = tmp_path / "result"
    said = call("run", *GIVEN[given](cohort), "--as-of", cohort.summary["as_of"], "--out", out)
    assert said.code == 0
    assert digests(out) == digests(finished.folder)


@pytest.mark.parametrize("threads", [1, 2, 4])
def test_on_any_number_of_threads(cohort: Cohort, finished: Finished, tmp_path: Path, threads: int) -> None:
    config = tmp_path / "settings.toml"
    config.write_text(f"[engine]\nthreads = {threads}\n", "utf-8")
    out = tmp_path / "result"
    assert call("run", *cohort.arguments, "--config", config, "--out", out).code == 0
    assert digests(out) == digests(finished.folder)


@pytest.mark.parametrize(
    "surroundings",
    [
        {"PYTHONHASHSEED": "0", "LC_ALL": "C", "TZ": "America/St_Johns"},
        {
            "PYTHONHASHSEED": "4711",
            "LC_ALL": "C.UTF-8",
            "TZ": "Pacific/Kiritimati",
            "PYTHONIOENCODING": "gbk",
        },
        {"PYTHONHASHSEED": "1", "LANG": "POSIX", "LC_ALL": "POSIX", "TZ": "UTC", "PYTHONUTF8": "0"},
    ],
    ids=["C, New Foundland", "GBK, Kiritimati", "POSIX, UTC"],
)
def test_in_any_surroundings(
    cohort: Cohort, finished: Finished, tmp_path: Path, surroundings: dict[str, str]
) -> None:
    out = tmp_path / "result"
    said = process("run", *cohort.arguments, "--out", out, surroundings=surroundings)
    assert said.code == 0
    assert digests(out) == digests(finished.folder)


def test_relative_and_absolute_paths(
    cohort: Cohort, finished: Finished, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(cohort.folder)
    out = tmp_path / "result"
    relative = [part for name in SIDES for part in (f"--{name}", f"./{name}/../{name}")]
    assert call("run", *relative, "--as-of", cohort.summary["as_of"], "--out", out).code == 0
    assert digests(out) == digests(finished.folder)


@pytest.mark.parametrize(
    "as_of", ["2026-06-30T12:00", "2026-06-30 12:00:00", "2026-06-30T12:00:00+08:00", "2026-06-30T04:00:00Z"]
)
def test_one_moment_in_several_writings(
    cohort: Cohort, finished: Finished, tmp_path: Path, as_of: str
) -> None:
    assert cohort.summary["as_of"] == "2026-06-30T12:00:00"
    out = tmp_path / "result"
    said = call("run", *cohort.inputs, "--as-of", as_of, "--no-workbooks", "--no-private", "--out", out)
    assert said.code == 0
    wanted = digests(finished.folder)
    assert digests(out) == {
        name: digest
        for name, digest in wanted.items()
        if name.startswith("tables/") or name == "summary.html"
    }
