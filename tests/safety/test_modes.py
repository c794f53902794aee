"""Files are their owner's alone (0600), folders too (0700), whatever the umask, after every command."""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from proving import people
from proving.leaks import Place

from chsi_batch import writing
from chsi_batch.notebook import lab


@pytest.fixture(autouse=True)
def umask(request: pytest.FixtureRequest) -> Iterator[int]:
    """As a test asks for; else one that keeps nothing from anybody."""
    asked = getattr(request, "param", 0o000)
    before = os.umask(asked)
    yield asked
    os.umask(before)


@pytest.mark.parametrize("umask", [0o000, 0o077, 0o022], indirect=True, ids=oct)
def test_only_the_owner_may_read(tmp_path: Path) -> None:
    place = Place(tmp_path)
    cwd = tmp_path / "cwd"
    commands: list[list[object]] = [
        ["run", *place.inputs, "--out", place.out],
        ["check", *place.inputs, "--out", cwd / "checked"],
        ["diff", place.out, place.out, "--out", cwd / "changes"],
        ["audit", place.out, "--out", cwd / "audit.xlsx"],
        ["sample", "--people", 40, "--seed", 1, "--out", cwd / "samples"],
    ]
    for command in commands:
        assert place.call(*command) == 0, place.said
    lab.prepare(cwd / "result.notebooks")
    found = list(cwd.rglob("*"))
    assert len(found) > 40
    for path in found:
        wanted = 0o700 if path.is_dir() else 0o600
        assert stat.S_IMODE(path.stat().st_mode) == wanted, path.relative_to(cwd)
    assert people.in_folder(tmp_path / "tmp", people.EVERYTHING) == []


def test_nobody_else_reaches_what_is_being_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Tables, workbooks and what the engine spills, while they are written and before they are sealed."""
    place, cwd = Place(tmp_path), tmp_path / "cwd"
    seen: set[str] = set()
    open_: set[str] = set()

    def look(*given: Any, **named: Any) -> Any:
        found = write(*given, **named)
        for path in cwd.rglob("*"):
            seen.add(path.name)
            above = [path, *(folder for folder in path.parents if cwd in folder.parents)]
            if all(stat.S_IMODE(each.stat().st_mode) & 0o077 for each in above):
                open_.add(path.relative_to(cwd).as_posix())
        return found

    write = writing.write
    monkeypatch.setattr(writing, "write", look)
    assert place.call("run", *place.inputs, "--out", place.out) == 0, place.said
    assert {".spill", "ledger.parquet", "registrations.parquet"} <= seen
    assert open_ == set()
    assert not any(path.name == ".spill" for path in cwd.rglob("*"))


@pytest.mark.parametrize("more", [[], ["--unmask"]], ids=["masked", "unmasked"])
def test_a_check_says_whether_it_is_masked(tmp_path: Path, more: list[str]) -> None:
    place = Place(tmp_path)
    assert place.call("check", *place.inputs, *more, "--out", place.out) == 0, place.said
    assert json.loads((place.out / "run.json").read_text("utf-8"))["unmasked"] is bool(more)
