"""What reviewers decided, as workbooks show it: who bound a pair, what is on hold, and the list of it all.

Works on the table `decisions`, which only a run has that was given some.
"""

from __future__ import annotations

from typing import Any

from chsi_batch.report import records, sheets
from chsi_batch.report.palette import PLAIN_LIGHT
from chsi_batch.report.records import Record
from chsi_batch.report.shown import Shown
from chsi_batch.report.words import Words
from chsi_batch.results import DECISION_STATUSES, Run
from chsi_batch.terms import Side

Decision = dict[str, Any]
Pair = tuple[str | None, str | None]

_ALIKE = ("name", "id_number", "certificate_number")
"""What two degrees share that one decision bound."""


def decisions(run: Run) -> list[Decision]:
    """Every entry of the log, in its order."""
    table = run.tables.get("decisions")
    return table.to_pylist() if table is not None else []


def _applied(run: Run, decision: str) -> dict[Pair, Decision]:
    """The decisions of one kind that hold, by both references; of several reviewers the last."""
    return {
        (row["registration_ref"], row["degree_ref"]): row
        for row in decisions(run)
        if row["status"] == "applied" and row["decision"] == decision
    }


def on_hold(run: Run) -> dict[Pair, Decision]:
    """What is on hold, by both references; one is None where the hold is about a row."""
    return _applied(run, "hold")


class Binders:
    """Who bound what: the decision behind each binding by decision."""

    def __init__(self, run: Run, degrees: dict[str, Record]) -> None:
        self._applied = _applied(run, "bind")
        self._degrees = degrees

    def of(self, binding: dict[str, str | None]) -> Decision:
        """The decision behind a binding; empty for those the rules made.

        One decision binds all degrees alike in every matched value, and names one of them.
        """
        if binding["method"] != "decision":
            return {}
        pair = (binding["registration_ref"], binding["degree_ref"])
        if pair in self._applied:
            return self._applied[pair]
        mine = self._degrees[binding["degree_ref"] or ""]
        return next(
            (
                row
                for (registration, degree), row in self._applied.items()
                if registration == pair[0]
                and all(self._degrees.get(degree or "", {}).get(field) == mine[field] for field in _ALIKE)
            ),
            {},
        )


def sheet(run: Run, words: Words, shown: Shown) -> sheets.Sheet | None:
    """Every decision with what came of it, those without effect first; None if there is none."""
    rows = sorted(decisions(run), key=lambda row: (DECISION_STATUSES.index(row["status"]), row["seq"]))
    if not rows:
        return None
    people = {
        side: records.wanted(run, side, (row[f"{side}_ref"] for row in rows))
        for side in (Side.DEGREE.value, Side.REGISTRATION.value)
    }
    data: dict[str, Any] = {
        "number": [row["seq"] for row in rows],
        "name": [shown.value("name", _name(row, people)) for row in rows],
        "decided": [words.known("decision", row["decision"]) for row in rows],
        "status": [words.known("decision_status", row["status"]) for row in rows],
        "reason": [row["reason"] for row in rows],
        "reviewer": [shown.value("reviewer", row["reviewer"]) for row in rows],
        "remark": [shown.value("remark", row["remark"]) for row in rows],
        "decided_at": [row["time"].replace("T", " ").replace("+00:00", " UTC") for row in rows],
        "registration_ref": [row["registration_ref"] for row in rows],
        "degree_ref": [row["degree_ref"] for row in rows],
    }
    applied = sum(row["status"] == "applied" for row in rows)
    return sheets.Sheet(
        name=words("sheet.decisions"),
        title=words("sheet.decisions.title"),
        facts=words("sheet.decisions.facts", rows=len(rows), applied=applied),
        columns=sheets.present(sheets.DECISIONS, data),
        data=data,
        rows=len(rows),
        colour=PLAIN_LIGHT,
        freeze="name",
    )


def binders(run: Run) -> Binders:
    """The decisions behind the bindings of a run."""
    import pyarrow.compute as pc

    bindings = run.tables["bindings"]
    refs = bindings.filter(pc.equal(bindings["method"], "decision"))["degree_ref"].to_pylist()
    return Binders(run, records.wanted(run, Side.DEGREE, refs))


def _name(row: Decision, people: dict[str, dict[str, Record]]) -> str | None:
    """Whom the decision is about: the name in the degree, else in the account, if the row is there."""
    for side, found in people.items():
        if row[f"{side}_ref"] in found:
            return found[row[f"{side}_ref"]]["name"]
    return None
