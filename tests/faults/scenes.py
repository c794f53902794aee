"""What stands before a fault, what a command makes of it, and what may stand after: the one or the other."""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from runs.calling import call
from runs.drawn import account, accounts, degree, degrees

from chsi_batch import publishing
from chsi_batch.decisions.entries import Decision
from chsi_batch.decisions.log import Log
from chsi_batch.errors import OutputError
from chsi_batch.verifying import verify

from . import trying
from .injecting import FAIL_ON, KILL, Fault
from .trying import Ended, Trial

OLD, NEW, MARKED = "old", "new", "marked"
"""As before; as the command makes it; a cohort that lacks its `truth.csv`, the sign that it is complete."""
CLEARING = ("unlink", "rmdir", "rename")
"""Calls by which something is cleared away."""
TIMED = "run.json"
LIST = Path(__file__).parents[1] / "data" / "schools" / "moe_regular_hei_2017_raw.xls"


@dataclass
class Scene:
    """A command, the folder `before` it, and what the folder looks like when all goes well."""

    name: str
    before: Path
    work: Callable[..., int]
    arguments: tuple[object, ...]
    marked_by: str | None = None
    fails_as: tuple[int, ...] = (0, 4)
    expected: dict[str, str] = field(default_factory=dict)
    points: tuple[tuple[str, str], ...] = ()

    def trial(self, place: Path, fault: Fault | None = None, notes: Path | None = None, **more: Any) -> Trial:
        """The command at `place`, in a fresh copy of what was before."""
        shutil.rmtree(place, ignore_errors=True)
        shutil.copytree(self.before, place / "work")
        given = [place / part if isinstance(part, Path) and not part.is_absolute() else part
                 for part in self.arguments]  # fmt: skip
        return Trial(place / "work", notes or place / "notes", self.work, *given, fault=fault, **more)

    def learn(self, place: Path) -> None:
        """Go through it once undisturbed: the fault points, and what stands in the end."""
        ended = self.trial(place).start().end()
        assert ended.code == 0, ended
        self.points, self.expected = ended.met, snapshot(place / "work")
        assert self.points
        assert self.expected != snapshot(self.before)

    def judge(self, place: Path, ended: Ended, fault: Fault | None) -> str:
        """What stands after the next command: OLD or NEW, and nothing else; AssertionError if not."""
        folder = place / "work"
        if ended.code != trying.KILLED:
            assert ended.code in self.fails_as, ended
            assert ended.code == 0 or (len(ended.lines), ended.out) == (1, ""), ended
            if not _clearing(fault, ended):
                assert left(folder) == [], (left(folder), ended, fault)
        publishing.tidy(folder)
        assert left(folder) == []
        if (folder / "result" / "run.json").exists():
            assert verify(folder / "result").faults == ()
        found = snapshot(folder)
        if found == self.expected:
            return NEW
        if self.marked_by and not (folder / self.marked_by).exists():
            return MARKED
        assert found == snapshot(self.before), sorted(found)
        assert ended.code != 0, ended
        return OLD


def _clearing(fault: Fault | None, ended: Ended) -> bool:
    """May the fault have kept a command from clearing away what it made, or what it has replaced?"""
    if fault is None:
        return False
    met = ended.met[fault.number - 1][0] if len(ended.met) >= fault.number else ""
    return fault.action == FAIL_ON or met in CLEARING


def snapshot(folder: Path) -> dict[str, str]:
    """Every file and folder, hidden ones too; of run.json, which tells the time, only that it is there."""
    return {
        path.relative_to(folder).as_posix(): ""
        if path.is_dir() or path.name == TIMED
        else hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
    }


def left(folder: Path) -> list[str]:
    """What lies there that no finished command leaves."""
    return sorted(path.name for path in folder.iterdir() if path.name.startswith("."))


def make(base: Path) -> dict[str, Scene]:
    """All scenes, in a folder of their own."""
    people = base / "in" / "registrations", base / "in" / "degrees"
    accounts(people[0] / "accounts.csv", [account(place) for place in range(3)])
    degrees(people[1] / "degrees.csv", [degree(place) for place in range(3)])
    few = accounts(base / "few" / "accounts.csv", [account(place) for place in range(2)])
    trying.serve()
    inputs = ("--registrations", people[0], "--degrees", people[1])
    old = ("--registrations", few, "--degrees", people[1])
    before = base / "before"
    quiet = ("--no-workbooks", "--progress", "none")
    done("run", *old, *quiet, "--out", before / "result")
    log = Log.beside(before / "result")
    log.secret()
    log.append([decision(place) for place in range(-3, 0)])
    done("check", *old, "--out", before / "checked")
    shutil.copytree(before / "result", base / "other" / "result")
    done("run", *inputs, *quiet, "--out", base / "later")
    done("diff", before / "result", before / "result", "--out", before / "changes")
    done("sample", "--people", 2, "--seed", 1, "--out", before / "cohort")
    shutil.copy(Path(publishing.__file__).with_name("tables") / "schools.csv", before / "schools.csv")
    bare = base / "bare"
    bare.mkdir()
    result = Path("work/result")
    shown = (*inputs, "--lang", "en")
    commands: dict[str, tuple[Path, tuple[object, ...], str | None]] = {
        "run": (before, ("run", *shown, *quiet, "--out", result), None),
        "first run": (bare, ("run", *shown, *quiet, "--out", result), None),
        "check": (before, ("check", *shown, "--out", Path("work/checked")), None),
        "diff": (before, ("diff", before / "result", base / "later", "--out", Path("work/changes")), None),
        "sample": (before, ("sample", "--people", 6, "--seed", 1, "--out", Path("work/cohort")),
                   "cohort/truth.csv"),
        "first sample": (bare, ("sample", "--people", 6, "--seed", 1, "--out", Path("work/cohort")), None),
        "export": (before, ("decisions", "export", result, "--out", Path("work/decisions.csv")), None),
        "audit": (before, ("audit", result, "--hide", 0, "--budget", 1, "--progress", "none",
                           "--out", Path("work/audit.xlsx")), None),
        "schools": (before, ("schools", LIST, "--out", Path("work/schools.csv")), None),
    }  # fmt: skip
    return {
        name: Scene(name, folder, trying.command, arguments, marked)
        for name, (folder, arguments, marked) in commands.items()
    }


def done(*arguments: object) -> None:
    """A command that must succeed."""
    said = call(*arguments)
    assert said.code == 0, said


def faults(scene: Scene, action: str) -> Iterator[Fault]:
    """A fault at each of the points the command met when it was not disturbed."""
    for number in range(1, len(scene.points) + 1):
        yield Fault(number, action, error=5 if scene.points[number - 1][0] == "fsync" else 28)


def decision(place: int) -> Decision:
    """One that nobody else makes."""
    return Decision("bind", "王老师", f"r{place}", f"d{place}", remark="看过原件")


def decide(log: Path, first: int, times: int, confirmed: Path) -> int:
    """Decisions one after the other, each noted as soon as it is confirmed; 4 if one cannot be recorded."""
    made = Log(log)
    try:
        made.secret()
        for place in range(first, first + times):
            entry = made.append([decision(place)])[0]
            with confirmed.open("a", encoding="utf-8") as notes:
                notes.write(f"{entry.registration_key}\n")
    except OutputError as problem:
        print(problem)
        return problem.exit_code
    return 0


def lost(log: Path, confirmed: Path) -> list[str]:
    """Confirmed decisions that do not stand in the log; it must be one that goes on."""
    made = Log(log)
    stand = {entry.registration_key for entry in made.entries()}
    made.append([decision(10**9 + len(stand))])
    noted = confirmed.read_text("utf-8").splitlines() if confirmed.exists() else []
    return [key for key in noted if key not in stand]


__all__ = ["KILL", "MARKED", "NEW", "OLD", "Scene", "decide", "faults", "lost", "make"]
