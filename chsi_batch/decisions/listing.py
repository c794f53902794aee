"""Lists every entry of a log with what came of it in a run: applied, or why not. None is ever left out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from chsi_batch import tables
from chsi_batch.decisions.entries import Entry
from chsi_batch.decisions.standing import standing, undone_by
from chsi_batch.results import DECISION_STATUSES

if TYPE_CHECKING:
    import pyarrow as pa

Pair = tuple[str | None, str | None]
"""The keys of a registration and a degree."""


@dataclass(frozen=True)
class Outcome:
    """What came of a standing decision: a key of `decision_reasons.csv`, and the rows as they stand now."""

    reason: str
    registration_ref: str | None = None
    degree_ref: str | None = None


def reasons(language: str) -> dict[str, tuple[str, str]]:
    """`reason -> status, sentence` in one language."""
    rows = tables.rows("decision_reasons", ("reason", "status", "zh", "en"))
    return {row["reason"]: (row["status"], row[language]) for row in rows}


def listed(entries: Sequence[Entry], outcomes: Mapping[Pair, Outcome], language: str) -> pa.Table:
    """One row per entry in the order of the log (columns of `results.DECISIONS`, text but for `seq`).

    `outcomes` holds every pair that is in the log.
    """
    import pyarrow as pa

    words = reasons(language)
    why = _reasons(entries, outcomes)
    by_seq = {entry.seq: entry for entry in entries}
    rows = []
    for entry in entries:
        reason, by = why[entry.seq]
        status, sentence = words[reason]
        about = by_seq.get(entry.undoes or 0, entry)
        now = outcomes[about.pair]
        rows.append(
            {
                "seq": entry.seq,
                "time": entry.time,
                "reviewer": entry.reviewer,
                "decision": entry.decision,
                "remark": entry.remark,
                "registration_ref": now.registration_ref or about.registration_ref,
                "degree_ref": now.degree_ref or about.degree_ref,
                "status": status,
                "reason": sentence.format(by=by),
            }
        )
    texts = ("time", "reviewer", "decision", "remark", "registration_ref", "degree_ref", "status", "reason")
    kinds = [("seq", pa.int64()), *((name, pa.string()) for name in texts)]
    return pa.Table.from_pylist(rows, pa.schema(kinds))


def _reasons(entries: Sequence[Entry], outcomes: Mapping[Pair, Outcome]) -> dict[int, tuple[str, int | None]]:
    """By `seq`: a key of `decision_reasons.csv`, and the number of the entry that its sentence names."""
    undone = undone_by(entries)
    holds = {
        (said.pair, said.reviewer.strip()): said.seq for each in standing(entries) for said in each.entries
    }
    found: dict[int, tuple[str, int | None]] = {}
    for entry in entries:
        instead = holds.get((entry.pair, entry.reviewer.strip()))
        if entry.seq in undone:
            found[entry.seq] = "undone", undone[entry.seq]
        elif entry.decision == "undo":
            taken = undone.get(entry.undoes or 0) == entry.seq and (entry.undoes or 0) < entry.seq
            found[entry.seq] = "undo" if taken else "nothing-to-undo", entry.undoes
        elif entry.seq != instead:
            found[entry.seq] = "replaced", instead
        else:
            found[entry.seq] = outcomes[entry.pair].reason, None
    return found


def counts(decisions: pa.Table) -> dict[str, int]:
    """How many entries have each status, in the order of `results.DECISION_STATUSES`."""
    found = decisions["status"].to_pylist()
    return {status: found.count(status) for status in DECISION_STATUSES if status in found}
