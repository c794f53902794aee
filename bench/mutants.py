"""Mutation testing: `python bench/mutants.py [--sample N] [--seed S] [--jobs J] [--only FILE …]`.

mutmut and cosmic-ray change Python only; here most of what decides stands in SQL texts and in rule tables.
So the package makes its own faults (`bench/mutation`): operators, constants, branches, returns and calls in
Python; comparisons, AND/OR, NULL tests, joins, branches and parts in SQL; rows and cells of the tables.

A sample is drawn over the files in proportion to what can be changed in each, with a least share. Each fault
meets the quickest tests about its file. What survives these meets the drawn cases about the file, several
faults of one file at once, and with `--everything` all tests about matching; a failing test is then asked
of each fault alone. Everything found is kept beside (`--log`), and the command goes on where it stopped.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import random
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from multiprocessing.pool import ThreadPool
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))

from mutation import plan, trying
from mutation.changes import Change, changes

ROOT = Path(__file__).resolve().parent.parent
MOST_ASKED = 30
"""Failed tests that each fault of a group is asked about alone."""
LEAST = 4
"""Faults drawn from every file that has as many."""


def drawn(size: int, seed: int, only: Sequence[str]) -> list[Change]:
    """The sample, mixed over the files; a larger one holds the smaller."""
    whole = {file: changes(ROOT, file) for file in plan.files(ROOT)}
    total = sum(map(len, whole.values()))
    picked = []
    for file, found in whole.items():
        share = min(len(found), max(LEAST, round(size * len(found) / total)))
        mixed = random.Random(f"{seed} {file}").sample(found, len(found))
        if not only or any(name in file for name in only):
            picked += mixed[:share]
    return random.Random(seed).sample(picked, len(picked))


class Log:
    """What is known of each fault; one line of JSON each, so that a stopped command goes on."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.known: dict[str, dict[str, object]] = {}
        if path.exists():
            for line in path.read_text("utf-8").splitlines():
                entry = json.loads(line)
                self.known[entry["key"]] = entry

    def note(self, change: Change, stage: str, ended: trying.Ended) -> None:
        entry: dict[str, object] = {
            "key": change.key,
            "file": change.file,
            "kind": change.kind,
            "told": change.told(),
            "stage": stage,
            "noticed": ended.noticed,
            "by": ended.by,
            "seconds": ended.seconds,
        }
        self.known[change.key] = entry
        with self._path.open("a", encoding="utf-8") as stream:
            stream.write(json.dumps(entry, ensure_ascii=False) + "\n")
        print(
            "noticed " if ended.noticed else "SURVIVED", stage, change.told(), "|", ended.by[-90:], flush=True
        )


def groups(found: Sequence[Change], size: int) -> Iterator[list[Change]]:
    """Up to `size` faults that do not touch each other."""
    left = list(found)
    while left:
        group: list[Change] = []
        for change in left:
            apart = all(
                change.file != other.file or change.end < other.start or other.end < change.start
                for other in group
            )
            if apart and len(group) < size:
                group.append(change)
        left = [change for change in left if change not in group]
        yield group


class Trial:
    """All faults of one sample against the tests."""

    def __init__(self, log: Log, work: Path, jobs: int, limit: float) -> None:
        self._log, self._work, self._jobs, self._limit = log, work, jobs, limit
        self._turn = itertools.count()

    def _place(self) -> Path:
        return self._work / f"{os.getpid()}-{next(self._turn)}"

    def first(self, found: Sequence[Change]) -> None:
        """Each fault against the tests about its file."""
        with ThreadPool(self._jobs) as pool:
            pool.map(self._alone, [change for change in found if change.key not in self._log.known], 1)

    def _alone(self, change: Change) -> None:
        steps = plan.steps(change.file)
        ended = trying.try_out(ROOT, self._place(), [change], steps, self._limit, first=True)
        self._log.note(change, "own tests", ended)

    def again(self, found: Sequence[Change], size: int, stage: str, *, everything: bool) -> None:
        """What survived against further tests, several faults of one file at once."""
        left: dict[str, list[Change]] = {}
        for change in found:
            known = self._log.known[change.key]
            if not known["noticed"] and known["stage"] != stage:
                left.setdefault("" if everything else change.file, []).append(change)
        asked = [
            (group, [plan.REST] if everything else plan.second(file), stage)
            for file, changed in left.items()
            for group in groups(changed, size)
        ]
        with ThreadPool(self._jobs) as pool:
            pool.starmap(self._together, asked, 1)

    def _together(self, group: list[Change], steps: Sequence[plan.Step], stage: str) -> None:
        """A fault that another one hides counts as a survivor, until it is asked alone."""
        ended = trying.try_out(ROOT, self._place(), group, steps, 8 * self._limit, first=False)
        print(f"{len(group)} at once: {len(ended.failed)} tests failed in {ended.seconds} s", flush=True)
        for change in group:
            if not (ended.noticed and self._falls(change, ended.failed, stage)):
                self._log.note(change, stage, trying.Ended(False, "", ended.seconds))

    def _falls(self, change: Change, failed: Sequence[str], stage: str) -> bool:
        """Does one of these tests notice the fault alone?"""
        asked = tuple(dict.fromkeys(name.removesuffix(" (collection)") for name in failed))[:MOST_ASKED]
        if not asked:
            return False
        ended = trying.try_out(ROOT, self._place(), [change], [asked], 4 * self._limit, first=True)
        if ended.noticed:
            self._log.note(change, stage, ended)
        return ended.noticed


def told(log: Log, found: Sequence[Change]) -> str:
    """Counts by folder, and every survivor."""
    entries = [log.known[change.key] for change in found if change.key in log.known]
    lines = []
    whole: Counter[str] = Counter()
    noticed: Counter[str] = Counter()
    for entry in entries:
        name = str(entry["file"]).removeprefix("chsi_batch/")
        whole[name] += 1
        noticed[name] += bool(entry["noticed"])
    for name in sorted(whole):
        lines.append(f"| `{name}` | {noticed[name]} | {whole[name]} |")
    lines.append(f"| all | {noticed.total()} | {whole.total()} |")
    lines += [f"survived ({e['stage']}): {e['told']}" for e in entries if not e["noticed"]]
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sample", type=int, default=400)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--only", nargs="+", default=[], help="parts of file names")
    parser.add_argument("--limit", type=float, default=240.0, help="seconds for the tests about one file")
    parser.add_argument("--together", type=int, default=8, help="survivors tried at once")
    parser.add_argument("--log", type=Path, default=ROOT / "bench" / ".mutants.jsonl")
    parser.add_argument("--work", type=Path, default=ROOT.parent / ".mutants")
    parser.add_argument("--everything", action="store_true", help="ask all tests about the last survivors")
    asked = parser.parse_args()
    begun = time.monotonic()
    trying.preload()
    log = Log(asked.log)
    trial = Trial(log, asked.work, asked.jobs, asked.limit)
    found = drawn(asked.sample, asked.seed, asked.only)
    print(f"{len(found)} faults", flush=True)
    trial.first(found)
    trial.again(found, asked.together, "drawn cases", everything=False)
    trial.again(found, 1, "drawn cases, alone", everything=False)
    if asked.everything:
        trial.again(found, asked.together, "all tests", everything=True)
    print(told(log, found))
    print(f"{(time.monotonic() - begun) / 60:.0f} minutes")


if __name__ == "__main__":
    main()
