"""Kills, failing disks, full disks and races: what stands afterwards is the old result or the new one, whole.

`python bench/faults.py` goes through all parts and writes RESULTS.md; `--only kills` shows one. A small run
over an older one, the whole job each time. After each fault the next command is `verify`.
"""

from __future__ import annotations

import argparse
import collections
import itertools
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

sys.path[:0] = [str(Path(__file__).resolve().parents[1]), str(Path(__file__).resolve().parents[1] / "tests")]

from faults import scenes, trying  # noqa: E402
from faults.injecting import FAIL, FAIL_ON, KILL, Fault  # noqa: E402
from faults.scenes import Scene  # noqa: E402
from faults.trying import Trial  # noqa: E402
from results import write_section  # noqa: E402

from chsi_batch.decisions.log import Log  # noqa: E402

AT_ONCE = 3
RANDOM_KILLS, RACES, WRITER_KILLS = 200, 100, 200
SMALL_DISKS, SMALL_STEP, PAGE = 32, 30_000, 4096
LARGEST_FILES = [400, *(1000 * 2**power for power in range(10))]
"""Bytes; the line on stderr must have room too."""
SEED = 1
Told = Iterator[tuple[str, str]]


def every_point(made: dict[str, Scene], base: Path, action: str, names: Iterable[str]) -> Told:
    """A fault at each point of each command."""
    for name in names:
        scene = made[name]
        scene.learn(base / "learn")
        found = _all(scene, base, list(scenes.faults(scene, action)))
        yield f"{action} at each point of {name}", f"{len(scene.points)} points: {found}"


def _all(scene: Scene, base: Path, faults: list[Fault]) -> str:
    places = [base / f"place{number}" for number in range(AT_ONCE)]
    with ThreadPoolExecutor(AT_ONCE) as threads:
        found = threads.map(
            lambda number: _some(scene, places[number], faults[number::AT_ONCE]), range(AT_ONCE)
        )
        return _counted(itertools.chain.from_iterable(found))


def _some(scene: Scene, place: Path, faults: list[Fault]) -> list[str]:
    found = []
    for fault in faults:
        ended = scene.trial(place, fault).start().end()
        state = scene.judge(place, ended, fault)
        found.append(state if ended.code == trying.KILLED else f"{state}, exit {ended.code}")
    return found


def _counted(found: Iterable[str]) -> str:
    return "; ".join(f"{state} {times}" for state, times in sorted(collections.Counter(found).items()))


def kills(made: dict[str, Scene], base: Path) -> Told:
    """kill -9 at each fault point."""
    return every_point(made, base, KILL, made)


def failing(made: dict[str, Scene], base: Path) -> Told:
    """The Nth call fails, for all N, once."""
    return every_point(made, base, FAIL, made)


def failing_on(made: dict[str, Scene], base: Path) -> Told:
    """The Nth call fails and whatever follows that needs room or the disk."""
    return every_point(made, base, FAIL_ON, made)


def random_kills(made: dict[str, Scene], base: Path) -> Told:
    """kill -9 at random times."""
    scene, rng = made["run"], random.Random(SEED)
    scene.learn(base / "learn")
    place, found = base / "place", []
    span = _seconds(scene, place)
    for _ in range(RANDOM_KILLS):
        trial = scene.trial(place).start()
        _kill(trial, rng.uniform(0, span))
        found.append(_judged(scene, place, trial))
    yield f"kill at {RANDOM_KILLS} random times", _counted(found)


def _seconds(scene: Scene, place: Path) -> float:
    """How long the command takes once it has begun, the shortest of three."""
    found = []
    for _ in range(3):
        trial = scene.trial(place).start()
        trial.end()
        found.append(time.time() - trial.begun.stat().st_mtime)
    return min(found)


def _kill(trial: Trial, pause: float) -> None:
    while trial.process.is_alive() and not trial.begun.exists():
        time.sleep(0.002)
    until = time.monotonic() + pause
    while trial.process.is_alive() and time.monotonic() < until:
        time.sleep(0.002)
    if trial.process.is_alive() and trial.process.pid:
        os.kill(trial.process.pid, signal.SIGKILL)


def _judged(scene: Scene, place: Path, trial: Trial) -> str:
    ended = trial.end()
    return _named(scene.judge(place, ended, None), ended.code)


def _named(state: str, code: int | None) -> str:
    return f"{state}, killed" if code == trying.KILLED else f"{state}, over before"


def races(made: dict[str, Scene], base: Path) -> Told:
    """Two runs on one output at once."""
    scene = made["run"]
    scene.learn(base / "learn")
    found = []
    for _ in range(RACES):
        first = scene.trial(base / "place")
        second = Trial(base / "place" / "work", base / "notes", trying.command, *first.arguments)
        ends = [trial.end() for trial in (first.start(), second.start())]
        codes = sorted(int(end.code or 0) for end in ends)
        assert codes in ([0, 0], [0, 4]), ends
        assert all(end.code == 0 or end.lines[0].startswith("output-locked ") for end in ends)
        assert scene.judge(base / "place", min(ends, key=lambda end: end.code or 0), None) == scenes.NEW
        found.append(f"exits {codes[0]} and {codes[1]}")
    yield f"two runs at once, {RACES} times", _counted(found)


def full_disk(made: dict[str, Scene], base: Path) -> Told:
    """A file system of its own with ever more room; and a limit on the size of files."""
    scene = made["run"]
    scene.learn(base / "learn")
    files = [path for path in scene.before.rglob("*") if path.is_file()]
    held = sum(-(-path.stat().st_size // PAGE) * PAGE for path in files)
    sizes = [held + step * SMALL_STEP for step in range(SMALL_DISKS)]
    if _mount(base / "small", held):
        _unmount(base / "small")
        shown = f"tmpfs with {held // 1000} to {sizes[-1] // 1000} kB, {len(sizes)} sizes"
        yield shown, _counted([_on_disk(scene, base / "small", size) for size in sizes])
    else:
        yield "full disk (tmpfs)", "not measured: only root may mount"
    states = []
    for limit in LARGEST_FILES:
        ended = scene.trial(base / "place", limit=limit).start().end()
        states.append(f"{scene.judge(base / 'place', ended, None)}, exit {ended.code}")
    yield f"files may not grow beyond {LARGEST_FILES[0]} to {LARGEST_FILES[-1]} bytes", _counted(states)


def _on_disk(scene: Scene, place: Path, size: int) -> str:
    assert _mount(place, size)
    try:
        try:
            trial = scene.trial(place / "disk", notes=place.with_name("notes"))
        except OSError:
            return "no room for the old run"
        ended = trial.start().end()
        return f"{scene.judge(place / 'disk', ended, None)}, exit {ended.code}"
    finally:
        _unmount(place)


def _mount(place: Path, size: int) -> bool:
    place.mkdir(exist_ok=True)
    command = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(place)]
    return subprocess.run(command, check=False, capture_output=True).returncode == 0


def _unmount(place: Path) -> None:
    subprocess.run(["umount", str(place)], check=True)


def read_only(made: dict[str, Scene], base: Path) -> Told:
    """A folder that somebody else may only look into."""
    told = []
    for name in ("run", "first run", "check", "export"):
        scene = made[name]
        scene.learn(base / "learn")
        ended = scene.trial(base / "place", read_only=base / "place" / "work").start().end()
        trying.give_back(base / "place" / "work")
        assert ended.code == 4, ended
        told.append(f"{name}: {scene.judge(base / 'place', ended, None)}, exit {ended.code}")
    yield "read-only folder", "; ".join(told)


def decisions(made: dict[str, Scene], base: Path) -> Told:
    """The log: killed at each point, failing at each point, and two writers killed at random times."""
    del made
    for action in (KILL, FAIL, FAIL_ON):
        found = []
        for number in itertools.count(1):
            place = base / f"log{action}{number}"
            log, confirmed = place / "logs" / "x.decisions.jsonl", place / "confirmed"
            log.parent.mkdir(parents=True)
            fault = Fault(number, action)
            ended = Trial(log.parent, place / "notes", scenes.decide, log, 0, 5, confirmed, fault=fault)
            code = ended.start().end().code
            assert scenes.lost(log, confirmed) == []
            if code == 0:
                break
            assert code == (trying.KILLED if action == KILL else 4), code
            noted = len(confirmed.read_text().splitlines()) if confirmed.exists() else 0
            stand = len(Log(log).entries()) - 1
            assert action == KILL or noted == stand, (number, noted, stand)
            found.append(f"{noted} confirmed")
        yield f"log: {action} at each point of five decisions", f"0 lost: {_counted(found)}"
    rng, log, confirmed = random.Random(SEED), base / "logs" / "x.decisions.jsonl", base / "confirmed"
    log.parent.mkdir()
    for turn in range(WRITER_KILLS // 2):
        both = [
            Trial(log.parent, base / f"notes{writer}", scenes.decide, log, (2 * turn + writer) * 10**6, 10**5,
                  confirmed).start()
            for writer in range(2)
        ]  # fmt: skip
        for trial in both:
            _kill(trial, rng.uniform(0.01, 0.3))
        for trial in both:
            trial.end()
        assert scenes.lost(log, confirmed) == []
    noted = len(confirmed.read_text().splitlines())
    yield f"log: two writers, {WRITER_KILLS} kills at random times", f"0 of {noted} confirmed lost"


PARTS: dict[str, Callable[[dict[str, Scene], Path], Told]] = {
    "kills": kills,
    "failing": failing,
    "failing_on": failing_on,
    "random_kills": random_kills,
    "races": races,
    "full_disk": full_disk,
    "read_only": read_only,
    "decisions": decisions,
}


def main() -> None:
    """All parts, or those asked for."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--only", nargs="+", choices=PARTS, default=list(PARTS))
    asked.add_argument("--commands", nargs="+", help="of those whose every point is tried")
    given = asked.parse_args()
    only = given.only
    told: list[tuple[str, str]] = []
    with tempfile.TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        made = scenes.make(Path(folder) / "scenes")
        made = {name: scene for name, scene in made.items() if name in (given.commands or made)}
        for name in only:
            begun = time.monotonic()
            (Path(folder) / name).mkdir()
            for what, found in PARTS[name](made, Path(folder) / name):
                print(f"| {what} | {found} |", flush=True)
                told.append((what, found))
            print(f"{name}: {time.monotonic() - begun:.0f} s", file=sys.stderr)
    if len(only) == len(PARTS) and not given.commands:
        lines = "".join(f"| {what} | {found} |\n" for what, found in told)
        write_section(
            "Faults", __file__, f"| fault | what stood after the next command |\n|---|---|\n{lines}"
        )


if __name__ == "__main__":
    main()
