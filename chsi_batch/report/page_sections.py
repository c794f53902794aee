"""What the page says beside pictures and totals: who acts, bindings, inputs, decisions, facts of the run."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from chsi_batch.report import palette, shown
from chsi_batch.report.totals import Totals
from chsi_batch.report.words import Words, party_order, readings
from chsi_batch.results import Run

ADVICE_PER_PARTY = 5
"""Codes named under each party; the others are in the table of codes."""
MOST_SET_ASIDE = 300
MOST_DECISIONS = 500
"""Rows listed on the page; all of them are in the tables of the run."""


@dataclass(frozen=True)
class Party:
    """Who must act, on how many rows, and what to do about the most frequent codes."""

    name: str
    colour: str
    rows: int
    steps: tuple[tuple[str, int, str], ...]


def parties(found: Totals, words: Words) -> list[Party]:
    """Per acting party its most frequent codes with their advice."""
    told = []
    for acts in sorted({entry.acts for entry in found.codes}, key=party_order):
        mine = sorted((entry for entry in found.codes if entry.acts == acts), key=lambda entry: -entry.rows)
        steps = tuple(
            (words.title(entry.code), entry.rows, entry.advice) for entry in mine[:ADVICE_PER_PARTY]
        )
        colour = palette.STRONG.get(acts, palette.INK)
        told.append(Party(words.party(acts), colour, sum(entry.rows for entry in mine), steps))
    return told


def bindings(found: Totals, words: Words) -> dict[str, list[tuple[str | int, ...]]]:
    """Bindings by rule and method, and by state, each with what it means."""
    reading = readings(words.language)
    return {
        "rules": [
            (rule, words.known("method", method), reading.get(rule, ""), number)
            for (rule, method), number in found.rules.items()
        ],
        "states": [
            (words.known("state", state), words.known("state_means", state), number)
            for state, number in found.states.items()
        ],
    }


def inputs(run: Run, words: Words) -> list[dict[str, Any]]:
    """Every sheet of every file."""
    return [_input(row, words) for row in run.tables["inputs"].to_pylist()]


def _input(row: Mapping[str, Any], words: Words) -> dict[str, Any]:
    """One sheet of one file; the parts must add up to the physical rows."""
    parts = row["blank"] + row["heading"] + row["set_aside"] + row["records"]
    return {
        **row,
        "side": words.known("side", row["side"]),
        "sheet": f"{row['sheet'] or ''} ({words('inputs.hidden')})" if row["hidden"] else row["sheet"] or "",
        "closes": parts == row["physical"],
        "unmapped": words.comma.join(str(column) for column in json.loads(row["unmapped"] or "[]")),
        "note": words.comma.join(words.known("sheet_note", note) for note in (row["note"] or "").split("; ")),
    }


def set_aside(run: Run, words: Words, unmask: bool) -> dict[str, Any]:
    """The first rows that are no records, masked unless asked otherwise."""
    table = run.tables["set_aside"]
    rows = table.slice(0, MOST_SET_ASIDE).to_pylist()
    told = str if unmask else shown.free
    return {
        "total": table.num_rows,
        "rows": [(row["ref"], words.known("reason", row["reason"]), told(row["text"] or "")) for row in rows],
    }


def decisions(run: Run, words: Words, unmask: bool) -> dict[str, Any] | None:
    """Decisions of reviewers and what became of them, None where none were given."""
    table = run.tables.get("decisions")
    if table is None or not table.num_rows:
        return None
    told = str if unmask else shown.free
    rows = [
        (
            row["seq"], words.known("decision", row["decision"]),
            words.known("decision_status", row["status"]),
            *(told(row[key] or "") for key in ("reviewer", "remark")),
            *(row[key] or "" for key in ("registration_ref", "degree_ref", "reason")),
        )
        for row in table.slice(0, MOST_DECISIONS).to_pylist()
    ]  # fmt: skip
    counted = Counter(table["status"].to_pylist())
    counts = words.comma.join(
        f"{words.known('decision_status', status)} {number:,}" for status, number in counted.items()
    )
    return {"total": table.num_rows, "rows": rows, "counts": counts}


def facts(run: Run, found: Totals, words: Words, unmask: bool) -> list[tuple[str, str]]:
    """What a reader must know to make the same run again; nothing that changes from run to run."""
    known = run.facts
    as_of = known.get("as_of")
    rules = (known.get("rules_sha256") or {}).get("match_rules.csv", "")
    capped = known.get("capped_routes") or []
    told = {
        "as_of": str(as_of).replace("T", " ") if as_of else words("facts.no_as_of"),
        "version": str(known.get("version", "")),
        "engine": str(known.get("engine", "")),
        "masking": words("facts.unmasked") if unmask else words("facts.masked"),
        "rules": rules,
        "enrolments": f"{found.enrolments:,}",
        "capped": json.dumps(capped, ensure_ascii=False) if capped else "",
    }
    return [(words(f"facts.row.{key}"), text) for key, text in told.items() if text]
