"""`check`: reads and validates only, and shows every bad cell where it stands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from chsi_batch import publishing
from chsi_batch.errors import Refusal
from chsi_batch.report import checked
from chsi_batch.settings import Settings
from chsi_batch.stages import conform, read
from chsi_batch.terms import Side

WORKBOOK = "check_report.xlsx"
SUMMARY = "run.json"
OUTPUTS = (WORKBOOK, SUMMARY)


@dataclass(frozen=True)
class Checked:
    """What was found: the summary as data, refusals, and the workbook if one was written."""

    summary: dict[str, Any]
    refusals: list[Refusal]
    workbook: Path | None


def check(
    patterns: Mapping[Side, Sequence[str]], out: Path, settings: Settings, language: str, *, unmask: bool
) -> Checked:
    """Read and validate every input; write the marked workbook to `out` unless an input is refused."""
    with publishing.locked(out):
        publishing.examine(out, OUTPUTS)
        opened = read.read_sides(read.collect(patterns, language), settings, language)
        sides = [
            conform.examine(side, sources, settings, language, shown=checked.MAX_ROWS)
            for side, sources in opened.items()
            if sources
        ]
        summary = checked.check_summary(sides)
        refusals = [refusal for side in sides for refusal in side.refusals]
        if refusals:
            return Checked(summary, refusals, None)
        with publishing.building(out, OUTPUTS) as folder:
            checked.write(folder / WORKBOOK, sides, language, unmask=unmask)
            publishing.seal(folder, {"check": summary, "unmasked": unmask})
        return Checked(summary, [], out / WORKBOOK)
