"""The comparison of two runs as frozen results: one line per row of either, and totals that close."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from chsi_batch.comparing.classes import CLASSES, classify
from chsi_batch.comparing.pairing import pairs
from chsi_batch.comparing.rows import END, SHOWN, SIDES, rows
from chsi_batch.errors import Defect
from chsi_batch.results import Run

COLUMNS = ("side", "class", *(f"{when}_{name}" for when in ("before", "after") for name in SHOWN))
"""Columns of `lines`, all text, '' for none."""


@dataclass(frozen=True)
class Comparison:
    """`lines` has one line per pair of rows, or per row that stands in one run only; `totals` count them."""

    lines: pd.DataFrame
    totals: Mapping[str, Mapping[str, int]]
    """Per side: `before`, `after` (rows of each run) and every class."""

    def changed(self) -> pd.DataFrame:
        """The lines but those that are unchanged."""
        return self.lines[self.lines["class"] != "unchanged"]

    def steps(self, column: str) -> dict[tuple[str, str], int]:
        """How often the degrees' `state`, or the rows' `code`, went from one word to another."""
        known = self.lines[(self.lines["before_ref"] != "") & (self.lines["after_ref"] != "")]
        if column == "state":
            known = known[known["side"] == "degree"]
        was, now = known[f"before_{column}"], known[f"after_{column}"]
        moved = known[(was != now) & (was != "") & (now != "")]
        sizes = moved.groupby([f"before_{column}", f"after_{column}"]).size().reset_index(name="rows")
        return {(row[0], row[1]): int(row[2]) for row in sizes.itertuples(index=False, name=None)}


def compare(before: Run, after: Run) -> Comparison:
    """Both runs with full values; Defect if a row would be in no class or in two."""
    old, new = rows(before), rows(after)
    parts, totals = [], {}
    for side in SIDES:
        lines = _lines(old[side], new[side]).assign(side=side.value)
        counted = lines["class"].value_counts()
        totals[side.value] = {
            "before": len(old[side]),
            "after": len(new[side]),
            **{name: int(counted.get(name, 0)) for name in CLASSES},
        }
        _close(side.value, lines, totals[side.value])
        parts.append(lines[list(COLUMNS)])
    return Comparison(pd.concat(parts, ignore_index=True), totals)


def _lines(old: pd.DataFrame, new: pd.DataFrame) -> pd.DataFrame:
    """The pairs of one side, in the order of the later run; rows that have gone come last, in their order."""
    found = pairs(old, new)
    found = found.assign(last=found["b"] < 0).sort_values(["last", "b", "a"])
    columns = list(dict.fromkeys([*SHOWN, *END]))
    then, now = (
        frame.set_index("place")[columns]
        .reindex(found[side])
        .fillna("")
        .set_axis([f"{side}_{name}" for name in columns], axis=1)
        .reset_index(drop=True)
        for frame, side in ((old, "a"), (new, "b"))
    )
    lines = pd.concat([then, now], axis=1)
    lines["class"] = classify(lines)
    names = {f"{side}_{name}": f"{when}_{name}" for side, when in _WHEN.items() for name in SHOWN}
    return lines.rename(columns=names)


_WHEN = {"a": "before", "b": "after"}


def _close(side: str, lines: pd.DataFrame, totals: Mapping[str, int]) -> None:
    for when, absent in (("before", "come"), ("after", "gone")):
        stand = lines[f"{when}_ref"]
        counted = sum(totals[name] for name in CLASSES if name != absent)
        if not int((stand != "").sum()) == totals[when] == counted:
            raise Defect(f"diff-open {side}: {totals[when]} rows {when}, {counted} in classes")


def summary(found: Comparison, before: Run, after: Run, digests: tuple[str, str]) -> dict[str, Any]:
    """What `diff --json` prints: both runs, totals, steps of state and code, and every changed row."""
    decisions = after.tables.get("decisions")
    statuses = decisions["status"].value_counts().to_pylist() if decisions is not None else []
    runs = {
        when: {"as_of": run.facts.get("as_of"), "version": run.facts.get("version"), "sha256": digest}
        for when, run, digest in zip(("before", "after"), (before, after), digests, strict=True)
    }
    return {
        **runs,
        "totals": {side: dict(counts) for side, counts in found.totals.items()},
        **{f"{column}s": _plain(found.steps(column)) for column in ("state", "code")},
        "decisions": {row["values"]: row["counts"] for row in sorted(statuses, key=lambda r: r["values"])},
        "changes": [
            {name: value or None for name, value in row.items()}
            for row in found.changed().to_dict(orient="records")
        ],
    }


def _plain(steps: Mapping[tuple[str, str], int]) -> list[dict[str, Any]]:
    return [{"before": a, "after": b, "rows": number} for (a, b), number in steps.items()]
