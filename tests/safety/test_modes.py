"""Files are their owner's alone (0600), folders too (0700), whatever the umask, after every command."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
from proving import people
from proving.leaks import Place

from chsi_batch.notebook import lab


@pytest.fixture(autouse=True, params=[0o000, 0o077, 0o022], ids=oct)
def umask(request: pytest.FixtureRequest) -> Iterator[int]:
    before = os.umask(request.param)
    yield request.param
    os.umask(before)


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
