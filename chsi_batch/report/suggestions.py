"""The best candidates of a case in words: at most three lines, each a row and how its fields stand."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from chsi_batch import rules
from chsi_batch.report.cases import Case
from chsi_batch.report.records import Record
from chsi_batch.report.shown import Shown
from chsi_batch.report.words import Words
from chsi_batch.results import Run
from chsi_batch.terms import FIELDS, FieldState, Side

MOST = 3
"""Candidates shown beside a case."""

Candidate = dict[str, str]


class Suggestions:
    """The candidates of the given cases, looked up once."""

    def __init__(self, run: Run, cases: Sequence[Case]) -> None:
        self._of_degree: dict[str, list[Candidate]] = {}
        self._of_registration: dict[str, list[Candidate]] = {}
        for row in _rows(run, cases):
            self._of_degree.setdefault(row["degree_ref"], []).append(row)
            self._of_registration.setdefault(row["registration_ref"], []).append(row)
        lines = _rule_lines()
        for found in self._of_registration.values():
            found.sort(key=lambda row: (lines.get(row["rule"], len(lines)), row["rank"]))

    def refs(self, case: Case) -> set[tuple[str, str]]:
        """Side and reference of the rows that `lines` will name."""
        side, found = self._best(case)
        return {(side, row[f"{side}_ref"]) for row in found}

    def _best(self, case: Case) -> tuple[str, list[Candidate]]:
        """The side the candidates are on, and the candidates; the counterpart comes first."""
        if Side.DEGREE in case.sides:
            side, shown = Side.REGISTRATION.value, case.registration
            found = self._of_degree.get(case.degree or "", [])
        else:
            side, shown = Side.DEGREE.value, case.degree
            found = self._of_registration.get(case.registration or "", [])
        return side, sorted(found, key=lambda row: row[f"{side}_ref"] != shown)[:MOST]

    def lines(self, case: Case, records: dict[str, dict[str, Record]], words: Words, shown: Shown) -> str:
        """One line per candidate: number, name, place, states in words, rule."""
        side, found = self._best(case)
        told = []
        for number, row in enumerate(found, start=1):
            ref = row[f"{side}_ref"]
            name = shown.value("name", records[side].get(ref, {}).get("name"))
            states = in_words(tuple(row[field] for field in FIELDS), words)
            told.append(f"{number}. {name} {ref}\n{states} ({row['rule']})")
        return "\n".join(told)


@cache
def _rule_lines() -> dict[str, int]:
    return {rule.rule: rule.line for rule in reversed(rules.match_rules())}


def in_words(states: tuple[str, ...], words: Words) -> str:
    """The states that say something, in words; what was not given on either side is left out."""
    said = [
        f"{words.states[field]}{words.states['between']}{words.states[state]}"
        for field, state in zip(FIELDS, states, strict=True)
        if state != FieldState.BLANK
    ]
    return words.comma.join(said)


def _rows(run: Run, cases: Sequence[Case]) -> list[Candidate]:
    """The candidate rows that touch any case, best first per degree."""
    import pyarrow as pa
    import pyarrow.compute as pc

    table = run.tables["candidates"]
    degrees = pa.array(sorted({case.degree for case in cases if case.degree}), pa.string())
    accounts = pa.array(sorted({case.registration for case in cases if case.registration}), pa.string())
    touched = table.filter(
        pc.or_(
            pc.is_in(table["degree_ref"], value_set=degrees),
            pc.is_in(table["registration_ref"], value_set=accounts),
        )
    ).sort_by([("degree_ref", "ascending"), ("rank", "ascending")])
    rows: list[Candidate] = touched.select(
        ["degree_ref", "registration_ref", "rank", "rule", *FIELDS]
    ).to_pylist()
    return rows
