"""Proof that hostile files do no harm: `python bench/hostile.py [--mutations N] [--bomb MB] [--write]`.

Makes bombs, crafted files, a workbook cut at every percent, and N random mutations of good files of every
format; reads each as `check` does and counts what must not be: tracebacks, hangs, too much memory, and
anything but one line for a file that is refused.
"""

from __future__ import annotations

import argparse
import contextlib
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from foreign import hostile, mutations, parts
from foreign.reading import PEAK, Outcome, alone, outcomes, peak
from results import write_section

BATCH = 500
WORSE = ("TRACEBACK", "reader-crashed")


_PEAKS: list[float] = []


def _alone(path: Path, name: str) -> Iterator[Outcome]:
    found, megabytes = alone(path, name)
    _PEAKS.append(megabytes)
    yield found


def _peak() -> float:
    """Megabytes held by the largest process so far, be it a reader or the one that asks it."""
    return max([peak(), *_PEAKS])


def crafted(folder: Path) -> Iterator[Outcome]:
    """Every small file made by hand."""
    for name, maker in hostile.CRAFTED.items():
        path = maker(folder / "crafted")
        yield from _alone(path, name)


def bombs(folder: Path, size: int) -> Iterator[Outcome]:
    """Every file that unpacks to `size` megabytes."""
    for name, maker in hostile.BOMBS.items():
        path = maker(folder / f"{name}.xlsx", size << 20)
        yield from _alone(path, f"{name} of {size} MB")
        path.unlink()


def cuts(folder: Path) -> Iterator[Outcome]:
    """A workbook that ends at every percent of its length, and one whose sheet does."""
    whole = mutations.good(folder / "good")["xlsx_xlsxwriter"]
    sheet = parts.parts()[parts.SHEET]
    paths = []
    for percent in range(100):
        path = folder / f"cut at {percent} %"
        path.write_bytes(whole[: len(whole) * percent // 100])
        inside = folder / f"sheet cut at {percent} %"
        parts.save(inside, {**parts.parts(), parts.SHEET: sheet[: len(sheet) * percent // 100]})
        paths += [path, inside]
    yield from outcomes(paths)


def mutants(folder: Path, count: int, seed: int) -> Iterator[Outcome]:
    """Random changes of good files; a file that brings a reader down is kept."""
    changed = mutations.mutated(mutations.good(folder / "good"), count, seed)
    done = 0
    while done < count:
        place = folder / f"mutants {done}"
        place.mkdir()
        paths = []
        for number in range(done, min(done + BATCH, count)):
            name, content = next(changed)
            path = place / f"{number} {name}"
            path.write_bytes(content)
            paths.append(path)
        for found in outcomes(paths):
            if found.code in WORSE:
                kept = Path(tempfile.gettempdir()) / "hostile-kept"
                kept.mkdir(exist_ok=True)
                shutil.copy(place / found.name, kept / found.name.replace(" ", "-"))
            yield found
        done += len(paths)
        shutil.rmtree(place)


def line(kind: str, found: Sequence[Outcome], seconds: float) -> str:
    """One line of the table."""
    worse = Counter(entry.code for entry in found)
    refused = sum(bool(entry.code) for entry in found)
    return (
        f"| {kind} | {len(found):,} | {refused:,} | {len(found) - refused:,} | {worse['TRACEBACK']} "
        f"| {sum(entry.hung for entry in found)} | {worse['reader-crashed']} "
        f"| {sum(entry.lines > 1 for entry in found)} | {_peak():.0f} MB | {seconds:.0f} |"
    )


HEAD = (
    "| files | of them | refused | read | tracebacks | hangs | reader failed | more than a line "
    "| largest process | s |\n"
    "|---|---|---|---|---|---|---|---|---|---|"
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--mutations", type=int, default=20_000)
    parser.add_argument("--bomb", type=int, default=3072, help="megabytes a bomb unpacks to")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--verbose", action="store_true")
    parser.add_argument("--write", action="store_true", help="put the figures in bench/RESULTS.md")
    parser.add_argument("--only", choices=("crafted", "bombs", "cut", "random"), nargs="+")
    asked = parser.parse_args()
    lines, all_found = [HEAD], []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        kinds = {
            "crafted": crafted(folder),
            f"bombs of {asked.bomb} MB": bombs(folder, asked.bomb),
            "cut at every percent": cuts(folder),
            "random mutations": mutants(folder, asked.mutations, asked.seed),
        }
        for kind, producing in kinds.items():
            if asked.only and kind.split()[0] not in asked.only:
                continue
            began = time.perf_counter()
            found = []
            with contextlib.suppress(KeyboardInterrupt):  # shows what was done until then
                for entry in producing:
                    found.append(entry)
                    if asked.verbose or entry.code in WORSE or entry.hung:
                        what = entry.detail or "read"
                        print(f"{entry.name}: {entry.seconds:.1f} s: {what}", file=sys.stderr)
            all_found += found
            lines.append(line(kind, found, time.perf_counter() - began))
            print(lines[-1], flush=True)
    text = "\n".join(lines)
    print(text)
    if asked.write:
        write_section("Hostile files", __file__, text)
    bad = [entry for entry in all_found if entry.code == "TRACEBACK" or entry.hung or entry.lines > 1]
    sys.exit(1 if bad or _peak() > PEAK else 0)


if __name__ == "__main__":
    main()
