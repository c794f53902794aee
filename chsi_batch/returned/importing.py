"""Takes the decisions of a filled-in workbook into the log beside a run: all of them, or none."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from chsi_batch.decisions.entries import Decision, Entry
from chsi_batch.decisions.log import Log
from chsi_batch.decisions.standing import standing, undone_by
from chsi_batch.errors import Refused
from chsi_batch.report import origin
from chsi_batch.results import read_run
from chsi_batch.returned import workbook
from chsi_batch.returned.places import SIDES, Places
from chsi_batch.returned.understanding import Reading, Said, merged, plain
from chsi_batch.returned.workbook import REFS, Filled, Teller
from chsi_batch.terms import Side
from chsi_batch.values.masking import mask_text

SUFFIX = ".xlsx"


@dataclass(frozen=True)
class Imported:
    """What an import did: new entries, decisions that stood already, rows still without a decision.

    `withdrawn`: decisions that somebody has taken back since; an old workbook does not bring them back.
    `unsaid`: rows in which a reviewer or a remark stands, but no decision.
    """

    entries: tuple[Entry, ...]
    known: int
    withdrawn: int
    undecided: int
    unsaid: int

    @property
    def kinds(self) -> Counter[str]:
        """How many new entries decide what."""
        return Counter(entry.decision for entry in self.entries)

    def told(self, words: Mapping[str, str], log: str) -> list[str]:
        """What is said of it, line by line."""
        kinds = {kind: self.kinds[kind] for kind in ("bind", "reject", "hold")}
        lines = [words["imported"].format(rows=len(self.entries), **kinds)]
        for name in ("known", "withdrawn", "undecided", "unsaid"):
            if rows := getattr(self, name):
                lines.append(words[name].format(rows=rows))
        return [*lines, words["replay"].format(log=log)]


def take(run: Path, path: Path, log: Log, *, reviewer: str | None = None, language: str = "zh") -> Imported:
    """Append what the workbook at `path` decides about the rows of `run` to `log`.

    Refused with all faults, and nothing appended, unless every decision is understood. What stands already
    is not written again.
    """
    teller = Teller(path.name, language)
    filled = workbook.read(path, teller)
    found = read_run(run)
    if filled.run != origin.fingerprint(found.facts):
        raise teller.refused("decisions-other-run")
    shown = {side: {row.cells[REFS[side]] for row in filled.rows if row.cells["decision"]} for side in SIDES}
    places = Places(found, shown)
    reading = Reading(places, reviewer, teller)
    said = reading.understand(filled.rows)
    _check(reading)
    told = _keyed(said, places, log) if said else []
    decisions = merged(told, reading)
    _check(reading)
    entries = log.entries()
    stands, withdrawn = _marks(_standing(entries)), _marks(_undone(entries))
    unknown = [decision for decision in decisions if _mark(decision) not in stands]
    fresh = [decision for decision in unknown if _mark(decision) not in withdrawn]
    undecided = [row for row in filled.rows if not row.cells["decision"]]
    return Imported(
        tuple(log.append(fresh)) if fresh else (),
        len(decisions) - len(unknown),
        len(unknown) - len(fresh),
        len(undecided),
        sum(bool(row.cells["reviewer"] or row.cells["remark"]) for row in undecided),
    )


def _check(reading: Reading) -> None:
    if reading.faults:
        raise Refused(reading.faults)


def _keyed(said: Sequence[Said], places: Places, log: Log) -> list[tuple[Said, Decision]]:
    """Each decision with the keys of its rows."""
    secret = log.secret()
    keys = {
        side: places.keys(side, {ref for each in said if (ref := each.refs[side])}, secret) for side in SIDES
    }
    found = []
    for each in said:
        registration, degree = each.refs[Side.REGISTRATION], each.refs[Side.DEGREE]
        decision = Decision(
            each.decision,
            each.reviewer,
            registration_key=keys[Side.REGISTRATION].get(registration or ""),
            degree_key=keys[Side.DEGREE].get(degree or ""),
            registration_ref=registration,
            degree_ref=degree,
            rule=places.rule(registration, degree),
            code=places.code(registration, degree, each.row.cells["code"]),
            remark=each.remark,
            source="workbook",
        )
        found.append((each, decision))
    return found


def _standing(entries: Sequence[Entry]) -> Iterator[Entry]:
    return (said for each in standing(entries) for said in each.entries)


def _undone(entries: Sequence[Entry]) -> Iterator[Entry]:
    undone = undone_by(entries)
    return (entry for entry in entries if entry.seq in undone)


Mark = tuple[object, str, str, str]


def _mark(decision: Decision) -> Mark:
    """What makes two decisions the same."""
    return decision.pair, decision.decision, plain(decision.reviewer), decision.remark.strip()


def _marks(entries: Iterable[Entry]) -> set[Mark]:
    """The entries as they are and as a report shows them: it fills in what is on hold, masked."""
    return {
        _mark(said)
        for entry in entries
        for said in (
            entry,
            replace(entry, reviewer=mask_text(entry.reviewer), remark=mask_text(entry.remark)),
        )
    }


def log_of(path: Path, out: Path, language: str) -> Path:
    """The log that `run --decisions` replays: `path` itself, or for a workbook the log beside `out`.

    The workbook is taken in first; the run it belongs to is where it lies, or what `out` holds now.
    """
    if path.suffix.lower() != SUFFIX:
        return path
    teller = Teller(path.name, language)
    filled: Filled = workbook.read(path, teller)
    for run in (path.absolute().parent, out):
        if _fingerprint(run) == filled.run:
            log = Log.beside(out)
            take(run, path, log, language=language)
            return log.path
    raise teller.refused("decisions-other-run")


def _fingerprint(run: Path) -> str | None:
    try:
        facts = json.loads((run / "run.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return origin.fingerprint(facts)
