"""This package beside what a user would pick instead, in one go: `python bench/compare.py --out DIR`.

Makes labelled cohorts, runs everyone in turns (A B C A B C …), holds what comes out against the truth, and
only then counts seconds and memory. A peer that is not there is installed into an environment of its own
below DIR; where that fails the table says so. The table is written after every run, so it is never lost.

    python bench/compare.py --out DIR                                 # 100k of xlsx, 1m of parquet
    python bench/compare.py --sizes 10k,100k,1m,10m --repeat 5 --out DIR
    python bench/compare.py --sizes 300 --peers installed --repeat 1 --out DIR --results DIR/told.md
"""

from __future__ import annotations

import argparse
import shutil
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from racing import cohorts, judging, telling, timing
from racing.lanes import LANES, OURS, PEERS, Lane, interpreter, ours, own_seconds
from results import write_section

TITLE = "Side by side"
SIZES = {"k": 1_000, "m": 1_000_000}
PATIENCE = 900.0
"""Seconds after which a peer is ended."""
ENOUGH = 150.0
"""A lane that has used this many seconds at one size is not repeated."""


def size(text: str) -> int:
    """`10k` → 10,000."""
    number, unit = (text[:-1], text[-1].lower()) if text[-1:].lower() in SIZES else (text, "")
    return int(number) * SIZES.get(unit, 1)


class Race:
    """Everyone at every size."""

    def __init__(self, asked: argparse.Namespace) -> None:
        self.asked = asked
        self.rows: list[telling.Row] = []
        self.command = f"python bench/compare.py {' '.join(_shown(asked))}"

    def run(self) -> bool:
        """Run all; False if anything of ours was wrong."""
        for people in self.asked.sizes:
            for form in ("xlsx", "parquet"):
                if form == "parquet" or people <= self.asked.xlsx_up_to:
                    self._size(people, form)
        return not any(row.fault for row in self.rows if row.lane == OURS)

    def _size(self, people: int, form: str) -> None:
        lanes = [
            (lane, python) for lane in LANES if lane.form == form and (python := self._python(lane, people))
        ]
        if not lanes:
            return
        _say(f"{people:,} people as {form}: making or finding the data")
        data = cohorts.made(people, form, self.asked.seed, self.asked.out / "data")
        rows = {lane: self._row(lane, people) for lane, _ in lanes}
        for turn in range(self.asked.repeat):
            for lane, python in lanes:
                if not rows[lane].fault and sum(rows[lane].seconds) <= ENOUGH:
                    self._once(lane, python, data, rows[lane], turn)
                    self._write()

    def _python(self, lane: Lane, people: int) -> str | None:
        make = self.asked.peers != "installed"
        python, why = interpreter(lane, self.asked.out / "environments", make=make)
        if python is None:
            self._row(lane, people).fault = why
            _say(f"{lane.name}: {why}")
        return python

    def _row(self, lane: Lane, people: int) -> telling.Row:
        row = telling.Row(lane.name, lane.task, people, note="the whole job" if lane.name == OURS else "")
        self.rows.append(row)
        return row

    def _once(self, lane: Lane, python: str, data: Path, row: telling.Row, turn: int) -> None:
        out = self.asked.out / "made"
        shutil.rmtree(out, ignore_errors=True)
        out.mkdir(parents=True)
        own, form = lane.name == OURS, lane.form
        command = (
            ours(data, lane.form, out) if own else [python, str(PEERS / lane.script), str(data), str(out)]
        )
        done = timing.timed(command, self.asked.out / "said.txt", PATIENCE)
        verdicts = [] if done.fault else self._verdicts(lane, data, out, own=own)
        wrong = [verdict.text for verdict in verdicts if not verdict.good]
        row.fault = done.fault or ("not right: " + "; ".join(wrong) if wrong else "")
        row.verdict = "; ".join(verdict.text for verdict in verdicts)
        row.seconds.append(done.seconds)
        row.processor.append(done.processor)
        row.megabytes.append(done.megabytes)
        if own and form == "parquet" and not row.fault:
            self._near(row, own_seconds(out)["settle"], done.megabytes)
        shutil.rmtree(out, ignore_errors=True)
        said = row.fault or f"{done.seconds:.2f} s, {done.megabytes:,.0f} MB; {row.verdict}"
        _say(f"  {turn + 1}. {lane.name}: {said}")

    @staticmethod
    def _verdicts(lane: Lane, data: Path, out: Path, *, own: bool) -> Sequence[judging.Verdict]:
        return judging.verdicts(lane.gives, data, out, own=own, form=lane.form)

    def _near(self, whole: telling.Row, seconds: float, megabytes: float) -> None:
        """Our own near matches are a stage of the whole job: `settle`, with binding and ranking."""
        place = (OURS, "leftovers", whole.people)
        row = next((row for row in self.rows if (row.lane, row.task, row.people) == place), None)
        if row is None:
            row = telling.Row(*place, note="stage `settle` of the whole job")
            self.rows.append(row)
        row.seconds.append(seconds)
        row.megabytes.append(megabytes)
        row.verdict = whole.verdict

    def _write(self) -> None:
        order = {task: place for place, task in enumerate(telling.TASKS)}
        rows = sorted(self.rows, key=lambda row: (order[row.task], row.people, row.lane != OURS))
        text = telling.told(rows, self.command)
        if self.asked.results:
            self.asked.results.write_text(text + "\n", encoding="utf-8")
        else:
            write_section(TITLE, "compare.py", text)


def _shown(asked: argparse.Namespace) -> list[str]:
    sizes = ",".join(map(str, asked.sizes))
    return [f"--sizes {sizes}", f"--repeat {asked.repeat}", f"--seed {asked.seed}", "--out DIR"]


def _say(text: str) -> None:
    print(f"{time.strftime('%H:%M:%S')} {text}", file=sys.stderr, flush=True)


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--sizes", type=lambda text: [size(one) for one in text.split(",")])
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=Path, required=True, help="data, environments and results of the runs")
    parser.add_argument("--xlsx-up-to", type=size, default=100_000, help="the largest size also made as xlsx")
    parser.add_argument("--peers", choices=("all", "installed"), default="all")
    parser.add_argument("--results", type=Path, help="where the table goes, if not into bench/RESULTS.md")
    asked = parser.parse_args()
    asked.out = asked.out.absolute()
    asked.out.mkdir(parents=True, exist_ok=True)
    asked.sizes = asked.sizes or [100_000, 1_000_000]
    return 0 if Race(asked).run() else 1


if __name__ == "__main__":
    sys.exit(main())
