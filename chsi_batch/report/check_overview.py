"""The first sheet of the `check` workbook: what was in the files, what became of it, and every bad cell.

Sections below each other: input sheets with their row counts, refused inputs, which header became which
column, and the bad cells with a link to where they stand.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from chsi_batch.layout.headers import default_header
from chsi_batch.sources.conformed import Conformed
from chsi_batch.sources.taking import Taken
from chsi_batch.terms import Side

COUNTS = ("physical", "blank", "heading", "set_aside", "records")
PLAIN, HEAD, ASIDE, BAD, TITLE = "plain", "head", "aside", "bad", "title"
"""Looks of a line."""


@dataclass(frozen=True)
class Line:
    """One line: its cells, its look, and where the third cell leads ('' for nowhere)."""

    cells: Sequence[str] = ()
    look: str = PLAIN
    target: str = ""


def lines(
    conformed: Sequence[Conformed],
    words: Mapping[str, str],
    target: Callable[[Taken, str | None, int], str],
    *,
    unmask: bool,
) -> Iterator[Line]:
    """All lines. `target` gives the link to a sheet, or to the cell of a column in a numbered row."""
    yield Line([words["title"]], TITLE)
    for key in ("legend_bad", "legend_aside", "unmasked" if unmask else "masked"):
        yield Line([words[key]])
    yield Line()
    names = ("side", "file", "sheet", "format", "encoding", "hidden", *COUNTS, "issues", "note")
    yield Line([words[name] for name in names], HEAD)
    for side in conformed:
        yield from _sheets(side, words, target)
    yield from _refusals(conformed, words)
    yield Line()
    yield Line([words[name] for name in ("side", "file", "sheet", "column", "header")], HEAD)
    for side in conformed:
        yield from _headers(side, words)
    yield Line()
    yield Line([words[name] for name in ("side", "file", "ref", "header", "value", "code", "message")], HEAD)
    for side in conformed:
        yield from _issues(side, words, target)


def issue_counts(side: Conformed) -> dict[tuple[str, str | None], Counter[str]]:
    """(file, sheet) -> issues by code."""
    counted: dict[tuple[str, str | None], Counter[str]] = defaultdict(Counter)
    columns = (side.issues[name].to_pylist() for name in ("file", "sheet", "code"))
    for file, sheet, code in zip(*columns, strict=True):
        counted[file, sheet][code] += 1
    return counted


def _sheets(
    side: Conformed, words: Mapping[str, str], target: Callable[[Taken, str | None, int], str]
) -> Iterator[Line]:
    counted = issue_counts(side)
    for row, taken in zip(side.inputs.to_pylist(), side.taken, strict=True):
        note = row["note"] or ""
        cells = [
            words[row["side"]],
            row["file"],
            row["sheet"] or words["whole_file"],
            row["format"],
            row["encoding"] or "",
            words["yes"] if row["hidden"] else "",
            *(str(row[name]) for name in COUNTS),
            str(sum(counted[row["file"], row["sheet"]].values())),
            words.get(f"note_{note}", note),
        ]
        yield Line(cells, PLAIN, target(taken, None, 1))


def _refusals(conformed: Sequence[Conformed], words: Mapping[str, str]) -> Iterator[Line]:
    refused = [told for side in conformed for told in side.refusals]
    if refused:
        yield Line()
        yield Line([words["refused"]], HEAD)
    for told in refused:
        yield Line([told.line()], BAD)


def _headers(side: Conformed, words: Mapping[str, str]) -> Iterator[Line]:
    for row in side.inputs.to_pylist():
        place = [words[row["side"]], row["file"], row["sheet"] or ""]
        for canonical, header in json.loads(row["headers"]).items():
            usual = default_header(Side(row["side"]), canonical)
            yield Line([*place, usual if usual == canonical else f"{usual} ({canonical})", header])
        for header in json.loads(row["unmapped"]):
            yield Line([*place, words["unmapped"], header], ASIDE)


def _issues(
    side: Conformed, words: Mapping[str, str], target: Callable[[Taken, str | None, int], str]
) -> Iterator[Line]:
    places = {(taken.source.file.label, taken.sheet.name): taken for taken in side.taken}
    for row in side.issues.to_pylist():
        told = [row[name] or "" for name in ("file", "ref", "header", "value", "code", "message")]
        place = target(places[row["file"], row["sheet"]], row["column"], row["row"])
        yield Line([words[row["side"]], *told], PLAIN, place)
