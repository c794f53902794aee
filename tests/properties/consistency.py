"""What the four tables of any result say of each other (contract, sections 3, 6 and 7)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from chsi_batch import rules
from chsi_batch.terms import FIELDS

Line = dict[str, Any]
Tables = dict[str, list[Line]]
SIDES = ("registration", "degree")
DIFFERING = ("near", "partial", "differ")
CODES = {entry.code: entry for entry in rules.exception_codes()}
FIELD_OF = {(entry.code, entry.field) for entry in rules.exception_codes() if entry.field}
BINDING = {rule.rule for rule in rules.match_rules() if rule.verdict.value == "bind"}


def contradictions(found: Tables, registrations: Sequence[str], degrees: Sequence[str]) -> list[str]:
    """Everything that does not hold; the references are those of the input, in input order."""
    return [
        *_ledger(found, registrations, degrees),
        *_bindings(found),
        *_exceptions(found),
        *_candidates(found),
        *_fields(found),
    ]


def _ledger(found: Tables, registrations: Sequence[str], degrees: Sequence[str]) -> Iterator[str]:
    stands = [(line["side"], line["ref"]) for line in found["ledger"]]
    wanted = [*(("registration", ref) for ref in registrations), *(("degree", ref) for ref in degrees)]
    if stands != wanted:
        yield "the ledger is not the input"
    for line in found["ledger"]:
        if (line["outcome"] == "bound") != (line["code"] is None):
            yield f"outcome and code: {line}"
        if line["outcome"] == "bound" and (line["rule"] is None or line["counterpart"] is None):
            yield f"bound to nothing: {line}"


def _bindings(found: Tables) -> Iterator[str]:
    bound = {(line["side"], line["ref"]): line for line in found["ledger"] if line["outcome"] == "bound"}
    degrees = [line["degree_ref"] for line in found["bindings"]]
    if len(degrees) != len(set(degrees)):
        yield "a degree is bound twice"
    if set(degrees) != {ref for side, ref in bound if side == "degree"}:
        yield "bound degrees and bindings differ"
    for line in found["bindings"]:
        told = bound.get(("degree", line["degree_ref"]), {})
        if (told.get("counterpart"), told.get("rule")) != (line["registration_ref"], line["rule"]):
            yield f"the ledger tells another binding: {line}, {told}"
        if ("registration", line["registration_ref"]) not in bound:
            yield f"the registration is not bound: {line}"
        if line["method"] != "decision" and line["rule"] not in BINDING:
            yield f"bound by a rule that does not bind: {line}"
    for (side, ref), line in bound.items():
        if side == "registration" and line["counterpart"] not in degrees:
            yield f"bound to a degree that is not: {ref}"


def _exceptions(found: Tables) -> Iterator[str]:
    ledger = {(line["side"], line["ref"]): line for line in found["ledger"]}
    first: dict[tuple[str, str], Line] = {}
    seen = set()
    for line in found["exceptions"]:
        row = (line["side"], line["ref"])
        first.setdefault(row, line)
        if (*row, line["code"]) in seen:
            yield f"told twice: {line}"
        seen.add((*row, line["code"]))
        if ledger[row]["outcome"] == "bound" and (
            line["severity"] != "note" or CODES[line["code"]].group not in ("note", "row")
        ):
            yield f"more than a note on a bound row: {line}"
        if not line["cause"] or not line["advice"]:
            yield f"no words: {line}"
        if ledger[row]["outcome"] != "bound" and line["severity"] not in _severities(line["code"]):
            yield f"severity: {line}"
    for row, line in ledger.items():
        if line["outcome"] == "exception":
            told = first.get(row, {})
            if (told.get("code"), told.get("counterpart")) != (line["code"], line["counterpart"]):
                yield f"the first code is not the ledger's: {line}, {told}"


def _severities(code: str) -> set[str]:
    return {entry.severity for entry in rules.exception_codes() if entry.code == code}


def _candidates(found: Tables) -> Iterator[str]:
    ranks: dict[str, list[int]] = {}
    for line in found["candidates"]:
        ranks.setdefault(line["degree_ref"], []).append(line["rank"])
        if line["rule"] not in ("Z0", *BINDING) and not _meets(line):
            yield f"the pair does not meet its rule: {line}"
    for degree, told in ranks.items():
        if told != list(range(1, len(told) + 1)):
            yield f"ranks of {degree}: {told}"
    first = {
        line["degree_ref"]: line["registration_ref"] for line in found["candidates"] if line["rank"] == 1
    }
    for line in found["bindings"]:
        if first.get(line["degree_ref"]) != line["registration_ref"]:
            yield f"somebody else stands first: {line}"


def _meets(line: Line) -> bool:
    """Do the pair's rule and its reading follow from its states?"""
    met = [
        rules.judge({**{field: line[field] for field in FIELDS}, "birth_and_sex": word})
        for word in rules.BIRTH_AND_SEX
    ]
    return line["rule"] in {rule.rule for rule in met} and line["reading"] in {r.reading["zh"] for r in met}


def _fields(found: Tables) -> Iterator[str]:
    """`fields` are the states that are not good, and the field that the code is about."""
    pairs = {(line["registration_ref"], line["degree_ref"]): line for line in found["candidates"]}
    for line in found["exceptions"]:
        pair = (line["ref"], line["counterpart"])
        states = pairs.get(pair if line["side"] == "registration" else pair[::-1])
        if states is None:
            continue
        wanted = [
            field
            for field in FIELDS
            if states[field] in DIFFERING
            or (field == "name" and states[field] == "alike")
            or (line["code"], field) in FIELD_OF
        ]
        if (line["fields"] or "") != ",".join(wanted):
            yield f"fields {line['fields']}, not {wanted}: {line['code']} {line['ref']}"
