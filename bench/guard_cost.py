"""What the guard and the independent count of a workbook cost: `python bench/guard_cost.py [--write] [FILE]`.

Processor seconds of each part of reading one xlsx file, medians of several turns, all in one process: looking
at the archive and unpacking every part under the eyes of the guard; the same with the count of rows and far
cells, as every run does it; calamine; laying the cells out as columns. Without FILE a registrations file of
100,000 people is made. For a small file: what a reader takes from its start to its first answer.
"""

from __future__ import annotations

import argparse
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import cohort
from results import write_section

from chsi_batch.layout.headers import vocabulary
from chsi_batch.settings import Settings
from chsi_batch.sources import census, parsing, taking, workbooks
from chsi_batch.sources.model import InputFile, Sheet, SourceFile
from chsi_batch.sources.unpacking import open_archive
from chsi_batch.terms import Side

TURNS = 5
SMALL = 100
"""People in a small file."""
GUARD = "guard: archive judged, every part unpacked"
COUNTED = "guard and independent count"
CALAMINE = "calamine"
LIMITS = Settings().limits
WORDS = vocabulary(Side.REGISTRATION, {})
READ = (
    "import sys; from pathlib import Path; from chsi_batch.sources import parsing; "
    "from chsi_batch.sources.model import InputFile; from chsi_batch.terms import Side; "
    "from chsi_batch.layout.headers import vocabulary; from chsi_batch.settings import Settings; "
    "told = parsing.parse(InputFile(Side.REGISTRATION, Path(sys.argv[1]), 'small.xlsx'), Settings().limits, "
    "vocabulary(Side.REGISTRATION, {}), 'zh', 1024, whole=False); assert told.taken"
)


def unpack(path: Path) -> None:
    """The guard alone: the directory judged, every part unpacked, its size and sum held to what is said."""
    stream, archive = open_archive(path, LIMITS)
    with stream:
        for name in archive.names():
            for _ in archive.blocks(name):
                pass


def lay_out(path: Path, sheets: list[Sheet]) -> None:
    """Cells as columns of text."""
    source = SourceFile(InputFile(Side.REGISTRATION, path, path.name), format="xlsx")
    for sheet in sheets:
        taking.take(source, sheet, WORDS, LIMITS, "zh")


def taken(work: Callable[[], object]) -> float:
    """Processor seconds."""
    before = time.process_time()
    work()
    return time.process_time() - before


def parts(path: Path) -> dict[str, list[float]]:
    """Seconds of each part, turn by turn; the first turn loads modules and is not counted."""
    turns = [_turn(path) for _ in range(TURNS + 1)][1:]
    return {name: [turn[name] for turn in turns] for name in turns[0]}


def _turn(path: Path) -> dict[str, float]:
    sheets: list[Sheet] = []
    works: dict[str, Callable[[], object]] = {
        "digest, twice": lambda: [parsing.digest(path) for _ in range(2)],
        GUARD: lambda: unpack(path),
        COUNTED: lambda: census.take(path, LIMITS),
        CALAMINE: lambda: sheets.extend(workbooks.read_workbook(path)),
        "cells laid out as columns": lambda: lay_out(path, sheets),
    }
    return {name: taken(work) for name, work in works.items()}


def start(path: Path) -> float:
    """Processor seconds of a process that starts, reads one file and ends."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, "-B", "-c", READ, str(path)], check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def made(people: int, folder: Path) -> Path:
    cohort.write(cohort.make(people, 1), folder, "xlsx")
    return folder / "registrations.xlsx"


def told(large: Path, small: Path) -> str:
    """The table."""
    medians = {name: statistics.median(seconds) for name, seconds in parts(large).items()}
    guard, counted = medians[GUARD], medians[COUNTED]
    reading = sum(medians.values()) - guard
    lines = [f"| {name} | {seconds:.2f} |" for name, seconds in medians.items()]
    little = statistics.median(parts(small)[COUNTED])
    started = statistics.median(start(small) for _ in range(TURNS))
    return "\n".join(
        [
            f"One registrations file of {large.stat().st_size / 1e6:.1f} MB, medians of {TURNS} turns.",
            "",
            "| part | processor seconds |",
            "|---|---|",
            *lines,
            f"| all of reading | {reading:.2f} |",
            "",
            f"The guard alone is {guard / reading:.0%} of reading, guard and count together "
            f"{counted / reading:.0%} ({counted / medians[CALAMINE]:.0%} of calamine). On a file of {SMALL} "
            f"people guard and count take {little * 1000:.1f} ms; a process that starts, reads it and ends "
            f"{started:.2f} s.",
        ]
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("file", type=Path, nargs="?", help="an xlsx file of registrations")
    parser.add_argument("--write", action="store_true", help="write the table into bench/RESULTS.md")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        large = asked.file or made(100_000, Path(folder, "large"))
        text = told(large, made(SMALL, Path(folder, "small")))
    print(text)
    if asked.write:
        write_section("Cost of the guard", "guard_cost.py", text)


if __name__ == "__main__":
    main()
