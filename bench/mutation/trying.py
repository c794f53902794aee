"""Tries a fault: the tests on a copy of the package, in a forked child, within a time limit.

The parent has imported what the tests need from elsewhere, so that a child starts at once. It never imports
the package itself: each child finds it in its own copy, made of links, with the changed files written anew.
"""

from __future__ import annotations

import contextlib
import importlib
import os
import shutil
import signal
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from .changes import Change, applied
from .plan import Step

COPIED = ("chsi_batch", "tests", "pyproject.toml", "README.md", "data", "notebooks")
PRELOADED = (
    "pytest", "_pytest.assertion.rewrite", "hypothesis", "pandas", "pyarrow.parquet", "pyarrow.compute",
    "duckdb", "openpyxl", "xlsxwriter", "rapidfuzz", "lxml.etree", "jinja2", "numpy",
)  # fmt: skip


def preload() -> None:
    """Import once what every child would import."""
    for name in PRELOADED:
        importlib.import_module(name)


@contextlib.contextmanager
def copy(root: Path, place: Path, made: Sequence[Change]) -> Iterator[Path]:
    """A copy of the project with these changes."""
    place.mkdir(parents=True)
    try:
        for name in COPIED:
            _link(root / name, place / name)
        for file in dict.fromkeys(change.file for change in made):
            text = (root / file).read_bytes().decode()
            (place / file).unlink()
            (place / file).write_bytes(
                applied(text, [change for change in made if change.file == file]).encode()
            )
        yield place
    finally:
        shutil.rmtree(place, ignore_errors=True)


def _link(source: Path, target: Path) -> None:
    ignored = shutil.ignore_patterns("*.png", ".hypothesis")
    if source.is_dir():
        shutil.copytree(source, target, copy_function=os.link, ignore=ignored)
    else:
        os.link(source, target)


@dataclass(frozen=True)
class Ended:
    """How the tests ended: whether they noticed, by which test, after how many seconds."""

    noticed: bool
    by: str
    seconds: float
    failed: tuple[str, ...] = ()


class Watcher:
    """A pytest plugin that writes down which tests failed, in a file that outlives the child."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def pytest_runtest_logreport(self, report: object) -> None:
        if getattr(report, "failed", False):
            self._note(str(getattr(report, "nodeid", "")))

    def pytest_collectreport(self, report: object) -> None:
        if getattr(report, "failed", False):
            self._note(f"{getattr(report, 'nodeid', '')} (collection)")

    def _note(self, what: str) -> None:
        with self._path.open("a", encoding="utf-8") as stream:
            stream.write(what + "\n")


def try_out(
    root: Path, place: Path, made: Sequence[Change], steps: Sequence[Step], limit: float, *, first: bool
) -> Ended:
    """Run the steps on a changed copy until a test fails (`first`), or all of them."""
    begun = time.monotonic()
    with copy(root, place, made):
        failed = place / "failed.txt"
        child = os.fork()
        if child == 0:
            _child(place, failed, steps, first)
        code = _wait(child, begun + limit)
        told = tuple(failed.read_text("utf-8").splitlines()) if failed.exists() else ()
        if code and not told:
            shutil.copy(place / "output.txt", root / "bench" / ".mutants-output.txt")
    seconds = round(time.monotonic() - begun, 1)
    by = told[0] if told else {None: "time limit", 0: ""}.get(code, f"exit {code}")
    return Ended(code != 0, by, seconds, told)


def _child(place: Path, failed: Path, steps: Sequence[Step], first: bool) -> None:
    """Never returns."""
    code = 99
    try:
        os.setsid()
        output = os.open(place / "output.txt", os.O_CREAT | os.O_WRONLY)
        for descriptor in (1, 2):
            os.dup2(output, descriptor)
        os.chdir(place)
        os.environ.update({"PYTHONPATH": str(place), "PYTHONDONTWRITEBYTECODE": "1"})
        sys.dont_write_bytecode = True
        sys.path[:] = [str(place), *(part for part in sys.path if Path(part or ".").name != "bench")]
        import pytest

        code = 0
        for step in steps:
            present = [
                part for part in step if not part.startswith("tests/") or Path(part.split("::")[0]).exists()
            ]
            arguments = [*present, *(["-x"] if first else []), "-p", "no:xdist", "-q"]
            code = int(pytest.main(arguments, plugins=[Watcher(failed)])) or code
            if code and first:
                break
    finally:
        sys.stdout.flush()
        os._exit(code)


def _wait(child: int, until: float) -> int | None:
    """The child's exit code; None if it was still at work and had to be stopped."""
    while True:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            return os.waitstatus_to_exitcode(status)
        if time.monotonic() > until:
            os.killpg(child, signal.SIGKILL)
            os.waitpid(child, 0)
            return None
        time.sleep(0.05)
