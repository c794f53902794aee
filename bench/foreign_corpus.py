"""How files of other projects are read: `python bench/foreign_corpus.py FOLDER [--list FILE] [--write]`.

Takes any folder of files, such as the test files of other spreadsheet readers, reads each as `check` does
and as the readers do that everybody uses, and prints what was read, refused by which code, and counted
differently; tracebacks, hangs, memory and time. None of those files belongs to this project.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from foreign.common import Common, Counts
from foreign.reading import PEAK, Outcome, outcome, peak
from results import write_section

WITHOUT_COLUMNS = frozenset({"column-missing", "wrong-side", "column-twice", "no-rows", "file-empty"})
"""Said of a file that was read, but holds no persons."""


@dataclass(frozen=True)
class Case:
    """One file, what we made of it and what others count in it."""

    path: Path
    ours: Outcome
    others: Mapping[str, Counts]

    @property
    def kind(self) -> str:
        """Its ending."""
        return self.path.suffix.lower()[1:] or "none"

    @property
    def read(self) -> bool:
        """Were its rows told?"""
        return self.ours.code in ("", *WITHOUT_COLUMNS) and bool(self.ours.sheets)

    @property
    def counts(self) -> bool:
        """Do others load it?"""
        return any(sum(counts.values()) for counts in self.others.values())

    @property
    def agrees(self) -> bool:
        """Does any other reader find the same rows in every sheet?"""
        own = {name or "": rows for name, rows in self.ours.sheets}
        return any(_same(own, counts) for counts in self.others.values())


def _same(own: Counts, other: Counts) -> bool:
    if len(own) == 1 == len(other):
        return list(own.values()) == list(other.values())
    return own == other


def table(cases: Sequence[Case]) -> str:
    """The figures, one line per ending."""
    lines = [
        "| ending | files | read | refused | loaded by others | of them read | with equal rows | tracebacks "
        "| hangs | reader failed |",
        "|---|---|---|---|---|---|---|---|---|---|",
    ]
    kinds: dict[str, list[Case]] = defaultdict(list)
    for case in cases:
        kinds[case.kind].append(case)
    for kind, found in [*sorted(kinds.items(), key=lambda item: -len(item[1])), ("all", list(cases))]:
        loaded = [case for case in found if case.counts]
        read = [case for case in loaded if case.read]
        codes = Counter(case.ours.code for case in found)
        lines.append(
            f"| {kind} | {len(found):,} | {sum(case.read for case in found):,} "
            f"| {sum(not case.read for case in found):,} | {len(loaded):,} | {len(read):,} "
            f"| {sum(case.agrees for case in read):,} | {codes['TRACEBACK']} "
            f"| {sum(case.ours.hung for case in found)} | {codes['reader-crashed']} |"
        )
    return "\n".join(lines)


def refusals(cases: Sequence[Case]) -> str:
    """Codes of refused files: how many, and how many of them others load."""
    refused = [case for case in cases if not case.read]
    every = Counter(case.ours.code for case in refused)
    loaded = Counter(case.ours.code for case in refused if case.counts)
    return "Refused: " + ", ".join(
        f"{code} {number}" + (f" ({loaded[code]} loaded by others)" if loaded[code] else "")
        for code, number in every.most_common()
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--list", type=Path, help="write what was refused or counted differently")
    parser.add_argument("--write", action="store_true", help="put the figures in bench/RESULTS.md")
    asked = parser.parse_args()
    paths = sorted(path for path in asked.folder.rglob("*") if path.is_file())
    ours = {path: outcome(path) for path in paths}
    held = peak()
    common = Common()
    cases = [Case(path, ours[path], common.ask(path)) for path in paths]
    common.close()
    slowest = max(ours.values(), key=lambda entry: entry.spent / max(1.0, entry.megabytes))
    text = (
        f"{table(cases)}\n\n{refusals(cases)}.\n\nLargest reader {held:.0f} MB; slowest "
        f"{slowest.spent / max(1.0, slowest.megabytes):.1f} s of processor time per megabyte, with readers "
        "that had to start again (smaller files count as one)."
    )
    print(text)
    print(f"slowest: {slowest.name}", file=sys.stderr)
    if asked.list:
        with asked.list.open("w", encoding="utf-8") as stream:
            for case in cases:
                if not case.read or not case.agrees:
                    told = [case.path.name, case.counts, case.ours.sheets, case.others, case.ours.detail]
                    stream.write(json.dumps(told, ensure_ascii=False) + "\n")
    if asked.write:
        write_section("Files of other projects", f"{__file__} FOLDER", text)
    bad = [entry for entry in ours.values() if entry.code == "TRACEBACK" or entry.hung or entry.lines > 1]
    for entry in bad:
        print(f"{entry.name}: {entry.lines} lines, {entry.seconds:.1f} s: {entry.detail}", file=sys.stderr)
    sys.exit(1 if bad or held > PEAK else 0)


if __name__ == "__main__":
    main()
