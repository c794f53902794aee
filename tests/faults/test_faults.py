"""A quick share of the faults; all of them: `python bench/faults.py`."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from chsi_batch.decisions.log import Log

from . import scenes, trying
from .injecting import FAIL, FAIL_ON, KILL, Fault
from .scenes import NEW, OLD, Scene
from .trying import Trial

STEP = 60
"""Of the fault points of a run every so many-th is tried here, and all of those that rename."""


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Scene]]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", os.environ.get("PYTHONPATH", ""))
        yield scenes.make(tmp_path_factory.mktemp("scenes"))


def some(scene: Scene) -> list[int]:
    """Points worth trying in little time: where names change, and a few of the rest."""
    last = {(call, path.split("/")[0]): number for number, (call, path) in enumerate(scene.points, 1)}
    names = [last[key] for key in last if key[0] in ("rename", "replace", "link")]
    return sorted({*names, *range(1, len(scene.points), STEP), len(scene.points)})


@pytest.mark.parametrize("name", ["run", "first run"])
def test_a_run_that_is_killed_leaves_the_old_or_the_new_one(
    made: dict[str, Scene], tmp_path: Path, name: str
) -> None:
    scene = made[name]
    scene.learn(tmp_path)
    found = set()
    for number in some(scene):
        fault = Fault(number, KILL)
        ended = scene.trial(tmp_path, fault).start().end()
        assert ended.code == trying.KILLED
        found.add(scene.judge(tmp_path, ended, fault))
    assert found == {OLD, NEW}


@pytest.mark.parametrize("action", [FAIL, FAIL_ON])
def test_a_disk_that_fails_gives_one_line(made: dict[str, Scene], tmp_path: Path, action: str) -> None:
    scene = made["run"]
    scene.learn(tmp_path)
    codes = set()
    for number in some(scene):
        fault = Fault(number, action)
        ended = scene.trial(tmp_path, fault).start().end()
        scene.judge(tmp_path, ended, fault)
        codes.add(ended.code)
    assert 4 in codes


@pytest.mark.parametrize("name", ["check", "diff", "sample", "first sample", "export", "audit", "schools"])
def test_other_files_are_whole_or_not_there(made: dict[str, Scene], tmp_path: Path, name: str) -> None:
    scene = made[name]
    scene.learn(tmp_path)
    writes = [number for number, (call, _) in enumerate(scene.points, 1) if call in ("write", "parquet")]
    names = [number for number in some(scene) if scene.points[number - 1][0] in ("rename", "replace", "link")]
    for fault in (Fault(writes[-1], FAIL), Fault(names[-1], KILL)):
        scene.judge(tmp_path, scene.trial(tmp_path, fault).start().end(), fault)


def test_decisions_that_were_confirmed_are_never_lost(made: dict[str, Scene], tmp_path: Path) -> None:
    """Two writers at once, killed at points of their own, again and again on the same log."""
    del made
    log, confirmed = tmp_path / "logs" / "x.decisions.jsonl", tmp_path / "confirmed"
    log.parent.mkdir()
    for turn in range(6):
        both = [
            Trial(log.parent, tmp_path / f"notes{writer}", scenes.decide, log, (2 * turn + writer) * 1000, 6,
                  confirmed, fault=Fault(3 + 3 * turn + writer, KILL))
            for writer in range(2)
        ]  # fmt: skip
        for one in both:
            one.start()
        for one in both:
            one.end()
        assert scenes.lost(log, confirmed) == []
    assert len(Log(log).entries()) > 12


def test_killed_at_any_moment(made: dict[str, Scene], tmp_path: Path) -> None:
    scene = made["run"]
    scene.learn(tmp_path)
    for pause in (0.3, 0.9, 1.5):
        trial = scene.trial(tmp_path).start()
        time.sleep(pause)
        if trial.process.pid and trial.process.is_alive():
            os.kill(trial.process.pid, signal.SIGKILL)
        scene.judge(tmp_path, trial.end(), None)


def test_two_runs_at_once_never_mix(made: dict[str, Scene], tmp_path: Path) -> None:
    scene = made["run"]
    scene.learn(tmp_path / "a")
    for _ in range(2):
        first = scene.trial(tmp_path / "a")
        second = Trial(tmp_path / "a" / "work", tmp_path / "b", trying.command, *first.arguments)
        ends = [trial.end() for trial in (first.start(), second.start())]
        codes = sorted(int(end.code or 0) for end in ends)
        assert codes in ([0, 0], [0, 4])
        assert all(end.code == 0 or end.lines[0].startswith("output-locked ") for end in ends)
        assert scene.judge(tmp_path / "a", min(ends, key=lambda end: end.code or 0), None) == NEW


@pytest.mark.parametrize("largest", [1500, 50_000, 10**9])
def test_files_that_may_not_grow(made: dict[str, Scene], tmp_path: Path, largest: int) -> None:
    """A limit of the system meets Arrow's own writing too."""
    scene = made["run"]
    scene.learn(tmp_path)
    ended = scene.trial(tmp_path, limit=largest).start().end()
    assert scene.judge(tmp_path, ended, None) == (NEW if largest == 10**9 else OLD)
    assert ended.code == (0 if largest == 10**9 else 4)


def test_a_run_of_somebody_else_is_named(made: dict[str, Scene], tmp_path: Path) -> None:
    """Nobody may look into the folder of the run itself."""
    scene = made["run"]
    scene.trial(tmp_path)
    (tmp_path / "work" / "result").chmod(0o000)
    for name in ("verify", "explain", "diff"):
        arguments = (
            name,
            tmp_path / "work" / "result",
            *({"explain": ("x",), "diff": (tmp_path,)}.get(name, ())),
        )
        trial = Trial(
            tmp_path / "else", tmp_path / "notes", trying.command, *arguments, read_only=tmp_path / "no"
        )
        ended = trial.start().end()
        assert (ended.code, len(ended.lines)) == (2, 1), ended
        assert ended.lines[0].startswith("run-unreadable ")
    trying.give_back(tmp_path / "work")


def test_a_folder_that_may_only_be_read(made: dict[str, Scene], tmp_path: Path) -> None:
    scene = made["run"]
    scene.learn(tmp_path)
    trial = scene.trial(tmp_path, read_only=tmp_path / "work")
    ended = trial.start().end()
    trying.give_back(tmp_path / "work")
    assert ended.code == 4
    assert ended.lines[0].startswith("output-not-writable ")
    assert scene.judge(tmp_path, ended, None) == OLD
