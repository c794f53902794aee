"""Runs a drawn case through the real stages and holds the outcome against its tables."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path

import pyarrow as pa

from chsi_batch import matching, previous
from chsi_batch.engines import open_engine
from chsi_batch.results import OF_ANOTHER, TABLES, Run
from chsi_batch.terms import COLUMNS, Side

from . import decided, shorthand
from .drawing import Case, Row

MIN_PEOPLE = 10
"""So many names under one number make it a placeholder."""

KEY_CAP = 20_000

_SHORTHAND: dict[str, Callable[[str], shorthand.Cell]] = {
    "id_number": shorthand.id_number,
    "certificate_number": shorthand.certificate,
    "claimed_certificate_number": shorthand.certificate,
}
_NUMERIC = {
    Side.REGISTRATION: ("id_number", "claimed_certificate_number"),
    Side.DEGREE: ("id_number", "certificate_number"),
    Side.ENROLMENT: ("id_number",),
}

Found = Mapping[str, list[dict[str, object]]]


def _cell(column: str, text: str) -> shorthand.Cell:
    return _SHORTHAND[column](text) if column in _SHORTHAND else (text or None, False)


def records(side: Side, files: list[list[Row]]) -> pa.Table:
    """The rows of a side as conforming gives them; each table of the drawing is a file."""
    rows = []
    for number, file in enumerate(files, start=1):
        for line, drawn in enumerate(file, start=2):
            cells = {column: _cell(column, text) for column, text in drawn.items() if column != "ref"}
            rows.append(
                {
                    "ref": drawn["ref"],
                    "file": f"{side}s_{number}.csv",
                    "row": line,
                    **{column: text for column, (text, _) in cells.items()},
                    **{f"{column}_numeric": cells.get(column, (None, False))[1] for column in _NUMERIC[side]},
                    "columns": json.dumps([column for column in COLUMNS[side] if column in drawn]),
                }
            )
    texts = ["ref", "file", "sheet", *COLUMNS[side], "extra", "columns"]
    return pa.table(
        {
            "rid": pa.array(range(len(rows)), pa.int64()),
            **{name: pa.array([row.get(name) for row in rows], pa.string()) for name in texts},
            "row": pa.array([row["row"] for row in rows], pa.int64()),
            **{
                f"{column}_numeric": pa.array([row[f"{column}_numeric"] for row in rows], pa.bool_())
                for column in _NUMERIC[side]
            },
        }
    )


def _former_names(rows: list[Row]) -> pa.Table:
    return matching.former_names(
        [
            {**{"id_number": "", "former_name": "", "name": "", "proof": ""}, **row,
             "id_number": shorthand.id_number(row["id_number"])[0] or ""}
            for row in rows
        ]
    )  # fmt: skip


def _previous(case: Case) -> previous.Previous | None:
    """The earlier run as drawn: its degrees are those of this run unless others are drawn."""
    if not case.previous:
        return None
    drawn = {
        side: [case.previous[name]] if (name := f"previous {side}s") in case.previous else case.inputs[side]
        for side in (Side.REGISTRATION, Side.DEGREE)
    }
    tables = {f"{side}s": records(side, files) for side, files in drawn.items()}
    for name in ("bindings", "remembered"):
        rows = case.previous.get(f"previous {name}", [])
        columns = {
            column: [row.get(column) or None for row in rows] for column in {**TABLES, **OF_ANOTHER}[name]
        }
        tables[name] = pa.table({column: pa.array(cells, pa.string()) for column, cells in columns.items()})
    passed = [text == "yes" for text in tables["remembered"]["passed"].to_pylist()]
    tables["remembered"] = tables["remembered"].set_column(1, "passed", pa.array(passed, pa.bool_()))
    return previous.remembered(Run(tables, {"as_of": case.previous_as_of}), MIN_PEOPLE)


def run(case: Case, engine_name: str, folder: Path) -> Found:
    """The result tables of a case, as rows."""
    engine = open_engine(engine_name, 1, None, folder / "spill")
    try:
        tables, _ = matching.match(
            engine,
            {side: records(side, case.inputs[side]) for side in Side},
            former=_former_names(case.former_names),
            as_of=datetime.fromisoformat(case.as_of) if case.as_of else None,
            min_people=MIN_PEOPLE,
            key_cap=KEY_CAP,
            language="zh",
            given=decided.given(case, records) if case.decisions is not None else None,
            previous=_previous(case),
        )
    finally:
        engine.close()
    return {name: table.to_pylist() for name, table in tables.items()}


def check(case: Case, found: Found) -> None:
    """Raise AssertionError, with everything that is different, unless the case came out as drawn."""
    wrong = [line for name in case.expected for line in _CHECKS[name](case, found)] + _always(case, found)
    assert not wrong, "\n".join([case.name, *wrong])


def _agrees(drawn: Row, got: Mapping[str, object]) -> bool:
    """Whether every drawn cell is as it came out; `*` is anything, blank is nothing."""
    return all(
        text in ("*", "" if got[column] is None else str(got[column])) for column, text in drawn.items()
    )


def _differences(label: str, expected: list[Row], got: list[dict[str, object]]) -> list[str]:
    """Row by row and column by column; both lists are in the order of the drawing."""
    lines = []
    for number in range(max(len(expected), len(got))):
        want = expected[number] if number < len(expected) else None
        have = got[number] if number < len(got) else None
        if want is None or have is None or not _agrees(want, have):
            columns = want or expected[0] if expected else have or {}
            shown = {column: have[column] for column in columns} if have else None
            lines.append(f"  {label}: drawn {want}, got {shown}")
    return lines


def _by(rows: list[dict[str, object]], expected: list[Row], *columns: str) -> list[dict[str, object]]:
    """Rows in the order in which the drawing names them, the unnamed ones last."""
    order = {tuple(row[column] for column in columns): place for place, row in enumerate(expected)}
    return sorted(rows, key=lambda row: order.get(tuple(str(row[column]) for column in columns), len(order)))


def _ledger(case: Case, found: Found) -> list[str]:
    expected = case.expected["ledger"]
    return _differences("ledger", expected, _by(list(found["ledger"]), expected, "ref"))


def _bindings(case: Case, found: Found) -> list[str]:
    expected = case.expected["bindings"]
    return _differences("bindings", expected, _by(list(found["bindings"]), expected, "degree_ref"))


def _candidates(case: Case, found: Found) -> list[str]:
    expected = case.expected["candidates"]
    got = _by(list(found["candidates"]), expected, "degree_ref", "registration_ref")
    return _differences("candidates", expected, got)


def _left_behind(case: Case, found: Found) -> list[str]:
    expected = case.expected["left behind"]
    got = _by(list(found["left_behind"]), expected, "previous_registration_ref", "previous_degree_ref")
    return _differences("left behind", expected, got)


def _notes(case: Case, found: Found) -> list[str]:
    """Everything said of a row beside the ledger's code, and nothing more."""
    first = {(row["ref"], row["code"]) for row in found["ledger"]}
    rest = [row for row in found["exceptions"] if (row["ref"], row["code"]) not in first]
    expected = case.expected["notes"]
    return _differences("notes", expected, _by(rest, expected, "ref", "code"))


def _codes(case: Case, found: Found) -> list[str]:
    """All codes of the rows named, in order."""
    lines = []
    for row in case.expected["codes"]:
        got = " ".join(str(entry["code"]) for entry in found["exceptions"] if entry["ref"] == row["ref"])
        if got != row["codes"]:
            lines.append(f"  codes of {row['ref']}: drawn {row['codes']!r}, got {got!r}")
    return lines


def _exceptions(case: Case, found: Found) -> list[str]:
    """Lines that must be there; others may be."""
    lines = []
    for want in case.expected["exceptions"]:
        of_row = [row for row in found["exceptions"] if row["ref"] == want["ref"]]
        if not any(_agrees(want, row) for row in of_row):
            lines.append(f"  exceptions: drawn {want}, got {[{c: row[c] for c in want} for row in of_row]}")
    return lines


def _decisions(case: Case, found: Found) -> list[str]:
    """Every entry of the log; a drawn reason is a key of `decision_reasons.csv`."""
    expected = case.expected["decisions listed"]
    got = [{**row, "reason": decided.reason(str(row["reason"]))} for row in found["decisions"]]
    return _differences("decisions listed", expected, got)


_CHECKS: dict[str, Callable[[Case, Found], list[str]]] = {
    "ledger": _ledger,
    "bindings": _bindings,
    "candidates": _candidates,
    "notes": _notes,
    "codes": _codes,
    "exceptions": _exceptions,
    "decisions listed": _decisions,
    "left behind": _left_behind,
}


def _always(case: Case, found: Found) -> list[str]:
    """What holds for every run, drawn or not."""
    lines = []
    sides = (Side.REGISTRATION, Side.DEGREE)
    refs = [row["ref"] for side in sides for file in case.inputs[side] for row in file]
    if [row["ref"] for row in found["ledger"]] != refs:
        lines.append(f"  the ledger holds {[row['ref'] for row in found['ledger']]}, the files {refs}")
    for row in found["ledger"]:
        codes = [entry for entry in found["exceptions"] if entry["ref"] == row["ref"]]
        if (row["outcome"] == "bound") != (row["code"] is None):
            lines.append(f"  {row['ref']} is {row['outcome']} with code {row['code']}")
        if row["outcome"] == "bound" and any(entry["severity"] != "note" for entry in codes):
            lines.append(f"  {row['ref']} is bound and has more than notes: {codes}")
        if row["outcome"] == "exception" and (not codes or codes[0]["code"] != row["code"]):
            lines.append(f"  {row['ref']}: {row['code']} is not the first of its exceptions")
    if case.decisions is not None:
        listed = [row["seq"] for row in found["decisions"]]
        if listed != list(range(1, len(case.decisions) + 1)):
            lines.append(f"  {len(case.decisions)} decisions were made, listed are {listed}")
    bound = {row["ref"]: row["counterpart"] for row in found["ledger"] if row["outcome"] == "bound"}
    if {row["degree_ref"]: row["registration_ref"] for row in found["bindings"]} != {
        ref: other for ref, other in bound.items() if ref.startswith("d")
    }:
        lines.append("  the bindings and the ledger do not agree")
    lines += [f"  {row['ref']}, {row['code']}: no cause or advice" for row in found["exceptions"]
              if not row["cause"] or not row["advice"]]  # fmt: skip
    return lines
