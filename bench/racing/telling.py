"""The table of the comparison, from what has been measured so far."""

from __future__ import annotations

import platform
import statistics
from collections.abc import Sequence
from dataclasses import dataclass, field
from importlib import metadata

import psutil

from racing.lanes import OURS

TASKS = {
    "workbooks": "Spreadsheets in, workbooks out",
    "tables": "Parquet in, tables out",
    "leftovers": "Near matches among the leftovers of the same cohort",
}
_PACKAGES = ("duckdb", "pyarrow", "pandas", "XlsxWriter", "python-calamine", "rapidfuzz")


@dataclass
class Row:
    """All that is known of one lane at one size."""

    lane: str
    task: str
    people: int
    seconds: list[float] = field(default_factory=list)
    processor: list[float] = field(default_factory=list)
    megabytes: list[float] = field(default_factory=list)
    verdict: str = ""
    fault: str = ""
    note: str = ""

    @property
    def median(self) -> float | None:
        """The middle of the times that count."""
        return statistics.median(self.seconds) if self.seconds and not self.fault else None

    def cells(self, ours: float | None) -> list[str]:
        """As a line of the table; the ratio is how many times as long as this package it took."""
        name = f"**{self.lane}**{f' ({self.note})' if self.note else ''}"
        if self.median is None:
            return [name, "–", "–", "–", "–", "–", " ".join(self.fault.split())[-160:] or "not measured yet"]
        spread = f"{min(self.seconds):.2f}–{max(self.seconds):.2f}" if len(self.seconds) > 1 else "once"
        ratio = f"{self.median / ours:.2f} ×" if ours else "–"
        processor = f"{statistics.median(self.processor):.2f}" if self.processor else "–"
        return [
            name, f"{self.median:.2f}", spread, processor, f"{max(self.megabytes):,.0f}", ratio,
            self.verdict or "–",
        ]  # fmt: skip


def told(rows: Sequence[Row], command: str) -> str:
    """Machine facts and one table for each task and size."""
    parts = [machine(), f"`{command}`, one after the other in turns; seconds are medians, by the clock and "
             "of the processors in all processes; memory is the highest peak of the process and all its "
             "children (resident sets added up). A time counts only if what came out is right."]  # fmt: skip
    for task, people in dict.fromkeys((row.task, row.people) for row in rows):
        mine = [row for row in rows if (row.task, row.people) == (task, people)]
        ours = next((row.median for row in mine if row.lane == OURS), None)
        parts.append(f"### {TASKS[task]}, {people:,} people")
        head = ["who", "seconds", "least–most", "processor", "MB", "to ours", "held against the truth"]
        lines = [head, ["---"] * len(head), *(row.cells(ours) for row in mine)]
        parts.append("\n".join(f"| {' | '.join(line)} |" for line in lines))
    return "\n\n".join(parts)


def machine() -> str:
    """What it ran on."""
    memory = psutil.virtual_memory().total / 1e9
    versions = ", ".join(f"{name} {metadata.version(name)}" for name in _PACKAGES)
    load = psutil.getloadavg()[0]
    return (
        f"{psutil.cpu_count()} cores ({platform.machine()}), {memory:.0f} GB, {platform.system()}, Python "
        f"{platform.python_version()}, {versions}. Load when the table was written: {load:.1f}."
    )
