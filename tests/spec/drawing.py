"""Reads the Markdown files of `cases/`: a section is a case, its tables say what goes in and comes out."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

from chsi_batch.results import OF_ANOTHER, TABLES
from chsi_batch.terms import COLUMNS, FIELDS, Side

FOLDER = Path(__file__).parent / "cases"
INPUTS = {"registrations": Side.REGISTRATION, "degrees": Side.DEGREE, "enrolments": Side.ENROLMENT}
EXPECTED = {
    "ledger": ("side", "ref", "outcome", "code", "rule", "counterpart"),
    "bindings": ("registration_ref", "degree_ref", "rule", "method", "state", "bound_at"),
    "notes": ("side", "ref", "code"),
    "codes": ("ref", "codes"),
    "exceptions": ("ref", "code", "severity", "acts", "counterpart", "fields"),
    "candidates": ("degree_ref", "registration_ref", "rank", "rule", *FIELDS),
    "decisions listed": (
        "seq", "reviewer", "decision", "registration_ref", "degree_ref", "remark", "status", "reason",
    ),
    "left behind": OF_ANOTHER["left_behind"],
}  # fmt: skip
BEFORE = {"registrations before": Side.REGISTRATION, "degrees before": Side.DEGREE}
DECISIONS = "decisions"
DECISION_COLUMNS = ("reviewer", "decision", "registration", "degree", "remark", "undoes")
ALLOW_SEVERE = "allow severe"
PREVIOUS = {
    "previous registrations": ("ref", *COLUMNS[Side.REGISTRATION]),
    "previous degrees": ("ref", *COLUMNS[Side.DEGREE]),
    "previous bindings": TABLES["bindings"],
    "previous remembered": OF_ANOTHER["remembered"],
}
FORMER_NAMES = "former names"
FORMER_COLUMNS = ("id_number", "former_name", "name", "proof")

Row = dict[str, str]


@dataclass
class Case:
    """One section. `inputs` holds each table of a side by itself: every table is a file of its own."""

    file: str
    title: str
    inputs: dict[Side, list[list[Row]]] = field(default_factory=lambda: {side: [] for side in Side})
    expected: dict[str, list[Row]] = field(default_factory=dict)
    former_names: list[Row] = field(default_factory=list)
    as_of: str | None = None
    before: dict[Side, list[Row]] = field(default_factory=lambda: {side: [] for side in Side})
    decisions: list[Row] | None = None
    allow_severe: bool = False
    previous: dict[str, list[Row]] = field(default_factory=dict)
    previous_as_of: str | None = None

    @property
    def name(self) -> str:
        """What the case is called in a test's name."""
        return f"{self.file}: {self.title}"


def cases() -> list[Case]:
    """All cases of all files."""
    files = {path.stem: path.read_text("utf-8") for path in sorted(FOLDER.glob("*.md"))}
    found = [case for file, text in files.items() for case in read(file, text)]
    names = [case.name for case in found]
    if doubled := {name for name in names if names.count(name) > 1}:
        raise ValueError(f"drawn twice: {sorted(doubled)}")
    return found


def read(file: str, text: str) -> list[Case]:
    """The cases of one file."""
    found = []
    for section in re.split(r"(?m)^## ", text)[1:]:
        title, _, body = section.partition("\n")
        case = Case(file, title.strip())
        try:
            _fill(case, body.splitlines())
        except ValueError as error:
            raise ValueError(f"{case.name}: {error}") from None
        if "ledger" not in case.expected:
            raise ValueError(f"{case.name}: no ledger")
        found.append(case)
    return found


def _fill(case: Case, lines: list[str]) -> None:
    label = ""
    place = 0
    while place < len(lines):
        line = lines[place].strip()
        if line.startswith("|"):
            block = place
            while place < len(lines) and lines[place].strip().startswith("|"):
                place += 1
            _take(case, label, _table(lines[block:place]))
            label = ""
            continue
        if when := re.fullmatch(r"as of ([0-9T:-]+)", line):
            case.as_of = when[1]
        elif line == ALLOW_SEVERE:
            case.allow_severe = True
        elif when := re.fullmatch(r"previous as of ([0-9T:-]+)", line):
            case.previous_as_of = when[1]
        elif line in (*INPUTS, *EXPECTED, *BEFORE, *PREVIOUS, FORMER_NAMES, DECISIONS):
            label = line
        place += 1


def _table(lines: list[str]) -> tuple[tuple[str, ...], list[Row]]:
    """Header and rows of a Markdown table; `\\|` is not needed and not known."""
    cells = [[cell.strip() for cell in line.strip().strip("|").split("|")] for line in lines]
    header, body = cells[0], cells[2:]
    if any(set(cell) - set(":-") for cell in cells[1]):
        raise ValueError(f"no ruler under {header}")
    for row in body:
        if len(row) != len(header):
            raise ValueError(f"{row} has {len(row)} cells, the header {len(header)}")
    return tuple(header), [dict(zip(header, row, strict=True)) for row in body]


def _take(case: Case, label: str, table: tuple[tuple[str, ...], list[Row]]) -> None:
    header, rows = table
    if label in INPUTS:
        _known(label, header, ("ref", *COLUMNS[INPUTS[label]]))
        case.inputs[INPUTS[label]].append(rows)
    elif label in BEFORE:
        _known(label, header, ("ref", *COLUMNS[BEFORE[label]]))
        case.before[BEFORE[label]] = rows
    elif label == DECISIONS:
        _known(label, header, DECISION_COLUMNS)
        case.decisions = rows
    elif label == FORMER_NAMES:
        _known(label, header, FORMER_COLUMNS)
        case.former_names = rows
    elif label in PREVIOUS:
        _known(label, header, PREVIOUS[label])
        case.previous[label] = rows
    elif label in EXPECTED:
        _known(label, header, EXPECTED[label])
        case.expected[label] = rows
    else:
        raise ValueError(f"no word says what the table {header} is")


def _known(label: str, header: tuple[str, ...], columns: tuple[str, ...]) -> None:
    if unknown := set(header) - set(columns):
        raise ValueError(f"{label}: unknown columns {sorted(unknown)}")
