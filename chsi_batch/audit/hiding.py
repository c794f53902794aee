"""Takes the ID numbers of known people away, and sees whom the other rules find: no reviewer needed.

Known are those whom B1 bound: name and ID number agree. One degree of each is changed as life changes
degrees, and the whole job is matched again:

- `hidden`: the degree has no ID number, as records before 2001 have none; claims are as they are;
- `claimed`: the same, and the account's row claims this degree, as its holder would copy it;
- `slipped`: one digit of the degree's ID number is another one.

The right person is the account the degree was bound to, with every account of the same name and ID number.
Only a few people are changed at a time, so that the others stay as they are: in turns, each of which has
other people hidden, claimed and slipped. Who is chosen, and how a digit changes, hangs on seed and content.
It is the rules that are measured: reviewers' decisions and the list of former names take no part.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from chsi_batch import matching, publishing, rules
from chsi_batch.audit import changing
from chsi_batch.audit.population import Population
from chsi_batch.engines import open_engine
from chsi_batch.results import RECORD_TABLES, Run
from chsi_batch.stages import clean
from chsi_batch.terms import Side, Verdict

HIDDEN, CLAIMED, SLIPPED = SCENARIOS = ("hidden", "claimed", "slipped")
KNOWN_BY = "B1"
AT_ONCE = 0.05
"""The largest share of the known people changed in one turn, per scenario."""


@dataclass(frozen=True)
class Known:
    """One degree of a person whom B1 bound, with the account's row and who that is."""

    degree: str
    registration: str
    person: str
    mark: str


@dataclass(frozen=True)
class Ending:
    """How a changed degree ended: the rule of the binding or of the best candidate, and whom it names."""

    scenario: str
    known: Known
    verdict: Verdict
    """`none` when nobody was found."""
    rule: str | None = None
    registration: str | None = None
    right: bool = False


def hide(
    run: Run, drawn: Population, most: int, progress: matching.Progress = matching.quiet
) -> list[Ending]:
    """How the changed degrees of up to `most` known people end, scenario by scenario."""
    persons = _persons(run)
    everyone = known_people(drawn, persons)
    people = everyone[:most]
    if not people:
        return []
    turns = max(len(SCENARIOS), -(-len(people) // max(1, int(AT_ONCE * len(everyone)))))
    endings: list[Ending] = []
    for turn in range(turns):
        chosen = {
            scenario: people[(turn + place) % turns :: turns] for place, scenario in enumerate(SCENARIOS)
        }
        progress(f"hide {turn}/{turns}")
        endings += _endings(chosen, _matched(run, changed(run, chosen)), persons)
    return sorted(endings, key=lambda end: (SCENARIOS.index(end.scenario), end.known.mark))


def known_people(drawn: Population, persons: Mapping[str, str]) -> list[Known]:
    """The people whom B1 bound, one degree of each, in the order of drawing."""
    found: dict[str, Known] = {}
    for binding in drawn.bindings:
        if binding.lot == KNOWN_BY:
            person = persons[binding.registration]
            known = Known(binding.degree, binding.registration, person, binding.mark)
            found.setdefault(person, known)
    return list(found.values())


def _persons(run: Run) -> dict[str, str]:
    """Reference of a registration -> its name and ID number as matching uses them."""
    keys = clean.registrations(run.tables["registrations"])
    columns = [keys[column].to_pylist() for column in ("id_group", "id_key", "name_key")]
    told = ("|".join(map(str, row)) for row in zip(*columns, strict=True))
    return dict(zip(keys["ref"].to_pylist(), told, strict=True))


def changed(run: Run, chosen: Mapping[str, Sequence[Known]]) -> dict[Side, pa.Table]:
    """The records of a run with the degrees of the chosen people changed."""
    records = {Side(side): run.tables[name] for side, name in RECORD_TABLES.items()}
    claims = {known.registration: known.degree for known in chosen[CLAIMED]}
    records[Side.REGISTRATION] = changing.with_claims(
        records[Side.REGISTRATION], records[Side.DEGREE], claims
    )
    without = [known.degree for scenario in (HIDDEN, CLAIMED) for known in chosen[scenario]]
    degrees = changing.without_ids(records[Side.DEGREE], without)
    slips = {known.degree: known.mark for known in chosen[SLIPPED]}
    records[Side.DEGREE] = changing.with_slips(degrees, slips)
    return records


def _matched(run: Run, records: Mapping[Side, pa.Table]) -> dict[str, pa.Table]:
    """The result tables of the same job on these records."""
    settings: dict[str, Any] = run.facts["settings"]
    as_of = run.facts.get("as_of")
    with publishing.scratch() as spill:
        engine = open_engine(
            run.facts["engine"],
            settings["engine"]["threads"],
            settings["engine"]["memory_limit"],
            spill,
        )
        try:
            found, _ = matching.match(
                engine,
                records,
                former=matching.former_names([]),
                as_of=datetime.fromisoformat(as_of) if as_of else None,
                min_people=settings["placeholders"]["min_people"],
                key_cap=settings["matching"]["key_cap"],
                language="en",
            )
        finally:
            engine.close()
    return found


def _endings(
    chosen: Mapping[str, Sequence[Known]], found: Mapping[str, pa.Table], persons: Mapping[str, str]
) -> Iterator[Ending]:
    refs = pa.array([known.degree for people in chosen.values() for known in people], pa.string())
    bound = set(_within(found["bindings"], refs)["degree_ref"].to_pylist())
    best = found["candidates"].filter(pc.equal(found["candidates"]["rank"], 1))
    named = {row["degree_ref"]: row for row in _within(best, refs).to_pylist()}
    for scenario, people in chosen.items():
        for known in people:
            row = named.get(known.degree)
            if row is None:
                yield Ending(scenario, known, Verdict.NONE)
                continue
            verdict = Verdict.BIND if known.degree in bound else _suggesting(row["rule"])
            other = row["registration_ref"]
            yield Ending(scenario, known, verdict, row["rule"], other, persons[other] == known.person)


def _within(table: pa.Table, refs: pa.Array) -> pa.Table:
    return table.filter(pc.is_in(table["degree_ref"], value_set=refs))


def _suggesting(rule: str) -> Verdict:
    """What a rule says of a candidate that is not bound: one that could have been is for people to review."""
    verdict = next(line.verdict for line in rules.match_rules() if line.rule == rule)
    return Verdict.REVIEW if verdict is Verdict.BIND else verdict
