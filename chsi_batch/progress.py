"""Shows how far a long job is: a line for people, in a terminal or a notebook, lines of JSON for machines.

A job tells the name of each stage that begins, and how much of it is done: `clean`, `clean 5000/20000`. How
long the rest takes is an estimate: what the stages usually take of the whole, held against the clock.
"""

from __future__ import annotations

import contextlib
import json
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from chsi_batch import console

if TYPE_CHECKING:
    from rich.console import RenderableType

SHARES = {"read": 0.31, "clean": 0.16, "match": 0.05, "settle": 0.09, "report": 0.37, "publish": 0.02}
"""The stages of a run and what they take of it: 100,000 + 100,000 rows of xlsx with all reports. Other jobs
differ, so the first estimates are rough; the further a job is, the better they are."""
STAGES = tuple(SHARES)
UNITS = {"read": "files", "clean": "rows", "report": "files", "hide": "turns"}
"""What is counted while a stage runs."""
_KNOWN = 0.02
"""The share of a job that must be done before the rest is estimated."""
_ALMOST = 0.9
"""A stage that does not tell how far it is counts as done up to here, however long it takes."""
_WIDTH = 30
"""Of the bar, where there is room."""
LINE_WIDTH = 110
"""Of the line as plain text."""
_A_SECOND = 4
"""How often a terminal is drawn anew."""

Tell = Callable[[str], None]


@dataclass(frozen=True)
class Standing:
    """How far a job is; `left` are the seconds it will still take, None while nobody can tell."""

    stage: str
    done: int | None
    total: int | None
    unit: str | None
    seconds: float
    left: float | None
    share: float


class Course:
    """Follows one job."""

    def __init__(self, clock: Callable[[], float] = time.perf_counter) -> None:
        self._clock = clock
        self._start = self._since = clock()
        self._stage = ""
        self._turn: tuple[int, int] | None = None

    def tell(self, told: str) -> None:
        """A stage begins, or is so far."""
        stage, _, turn = told.partition(" ")
        if stage != self._stage:
            self._stage, self._since, self._turn = stage, self._clock(), None
        if turn:
            done, total = turn.split("/")
            self._turn = int(done), int(total)

    def now(self) -> Standing:
        """Where the job stands at this moment."""
        seconds, share = self._clock() - self._start, self._share()
        left = seconds * (1 - share) / share if share > _KNOWN else None
        done, total = self._turn or (None, None)
        unit = UNITS.get(self._stage) if self._turn else None
        return Standing(self._stage, done, total, unit, round(seconds, 3), left and round(left, 1), share)

    def _share(self) -> float:
        """The part of the whole job that is done."""
        if self._stage not in SHARES:
            return self._part() or 0.0
        before = sum(SHARES[stage] for stage in STAGES[: STAGES.index(self._stage)])
        part, own = self._part(), SHARES[self._stage]
        if part is None:
            usual = (self._since - self._start) / before * own if before else 0.0
            part = min((self._clock() - self._since) / usual, _ALMOST) if usual else 0.0
        return before + own * part

    def _part(self) -> float | None:
        """The part of the stage that is done, if it tells."""
        return self._turn[0] / self._turn[1] if self._turn and self._turn[1] else None


@contextlib.contextmanager
def shown(kind: str, words: Mapping[str, str]) -> Iterator[Tell]:
    """A function to call with each stage and how far it is. `kind` is bar, json or none."""
    course = Course()
    if kind == "json":
        yield _lines(course)
    elif kind == "bar" and _in_notebook():
        yield _cell(course, words)
    elif kind == "bar" and sys.stderr.isatty():
        with _terminal(course, words):
            yield course.tell
    else:
        yield _silent


def _silent(stage: str) -> None:
    """Nobody looks."""


def _lines(course: Course) -> Tell:
    def tell(told: str) -> None:
        course.tell(told)
        line = asdict(course.now())
        del line["share"]
        console.say(json.dumps(line))

    return tell


@contextlib.contextmanager
def _terminal(course: Course, words: Mapping[str, str]) -> Iterator[None]:
    from rich.live import Live

    def look() -> RenderableType:
        return drawn(course.now(), words)

    there = console.drawing(stderr=True)
    with Live(get_renderable=look, console=there, transient=True, refresh_per_second=_A_SECOND):
        yield


def _in_notebook() -> bool:
    ipython = sys.modules.get("IPython")
    return ipython is not None and hasattr(ipython.get_ipython(), "kernel")


def _cell(course: Course, words: Mapping[str, str]) -> Tell:
    """One line below the cell, written anew; it needs no widget and stays as it was at the end."""
    from IPython.display import display

    def bundle() -> dict[str, str]:
        return {"text/plain": text(course.now(), words)}

    shown_there: Any = display(bundle(), raw=True, display_id=True)  # type: ignore[no-untyped-call]

    def tell(told: str) -> None:
        course.tell(told)
        shown_there.update(bundle(), raw=True)

    return tell


def text(standing: Standing, words: Mapping[str, str]) -> str:
    """The line as plain text."""
    return console.as_text(drawn(standing, words), LINE_WIDTH)


def drawn(standing: Standing, words: Mapping[str, str]) -> RenderableType:
    """The stage and its count, a bar, the time so far and the time left."""
    from rich.progress_bar import ProgressBar
    from rich.table import Table

    said = words[f"stage_{standing.stage}"] if standing.stage else ""
    if standing.unit:
        count = f"{standing.done:,} / {standing.total:,}"
        said = f"{said} {words[f'unit_{standing.unit}'].format(count=count)}"
    left = words["time_left"].format(time=_clock(standing.left)) if standing.left is not None else ""
    line = Table.grid(padding=(0, 1), expand=True)
    line.add_column(no_wrap=True)
    line.add_column(ratio=1, max_width=_WIDTH)
    line.add_column(no_wrap=True)
    line.add_column(no_wrap=True)
    line.add_row(said, ProgressBar(total=1, completed=standing.share), _clock(standing.seconds), left)
    return line


def _clock(seconds: float) -> str:
    return str(timedelta(seconds=round(seconds)))
