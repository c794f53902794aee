"""Says in words why a row, or a pair of rows, ended as it did: the nearest rule, and where it failed."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from chsi_batch import rules, tables
from chsi_batch.errors import UsageError
from chsi_batch.results import RECORD_TABLES
from chsi_batch.terms import FIELDS, Side, Verdict
from chsi_batch.values.masking import mask_argument

Row = dict[str, Any]


class _Finished:
    """The tables of a finished run, read when asked for."""

    def __init__(self, folder: Path, language: str) -> None:
        self.folder = folder
        self.language = language
        self.words = tables.texts("explain_words", language)
        self.states = tables.texts("state_words", language)
        self.verdicts = tables.texts("cli_words", language)

    def rows(self, table: str, **wanted: str) -> list[Row]:
        """Rows of one result table whose columns have the wanted values."""
        found = pq.read_table(self.folder / "tables" / f"{table}.parquet")
        for column, value in wanted.items():
            found = found.filter(pc.equal(found[column], value))
        rows: list[Row] = found.to_pylist()
        return rows

    def record(self, side: Side, ref: str) -> pa.Table | None:
        """One input row in full values, if the run kept them."""
        path = self.folder / "private" / f"{RECORD_TABLES[side]}.parquet"
        if not path.exists():
            return None
        table = pq.read_table(path)
        return table.filter(pc.equal(table["ref"], ref))


def explain(folder: Path, ref: str, other: str | None, language: str) -> str:
    """The sentences for one row, or for a pair of rows."""
    run = _Finished(folder, language)
    if other:
        return "\n".join([_pair(run, ref, other), *_decided(run, ref, other)])
    return "\n".join([*(_row(run, row) for row in _ledger(run, ref)), *_decided(run, ref)])


def _decided(run: _Finished, *refs: str) -> list[str]:
    """A line for every decision about the row or pair: who decided what, when, and with what effect."""
    if not (run.folder / "tables" / "decisions.parquet").exists():
        return []
    shown = tables.texts("report_words", run.language)
    return [
        run.words["decided"].format(
            seq=row["seq"],
            reviewer=row["reviewer"],
            time=row["time"].replace("T", " ").replace("+00:00", " UTC"),
            a=row["registration_ref"] or "–",
            b=row["degree_ref"] or "–",
            decision=shown[f"decision.{row['decision']}"],
            status=shown[f"decision_status.{row['status']}"],
            remark=run.words["remark"].format(remark=row["remark"]) if row["remark"] else "",
        )
        for row in run.rows("decisions")
        if set(refs) <= {row["registration_ref"], row["degree_ref"]}
    ]


def _ledger(run: _Finished, ref: str) -> list[Row]:
    """The lines of a reference: two if one file was given as accounts and as degrees."""
    found = run.rows("ledger", ref=ref)
    if not found:
        raise UsageError(f"reference-unknown {mask_argument(ref)}: {run.words['unknown_ref']}")
    return found


def _row(run: _Finished, row: Row) -> str:
    ref = row["ref"]
    if row["outcome"] == "bound":
        rule = next(rule for rule in rules.match_rules() if rule.rule == row["rule"])
        return run.words["bound"].format(
            ref=ref, other=row["counterpart"], rule=rule.rule, reading=rule.reading[run.language]
        )
    exceptions = run.rows("exceptions", ref=ref, side=row["side"], code=row["code"])
    cause, advice = _texts(run, exceptions[0])
    first = run.words["exception"].format(
        ref=ref, title=_title(run, row["code"]), code=row["code"], cause=cause
    )
    return "\n".join([first, _nearest(run, row), run.words["advice"].format(advice=advice)])


def _texts(run: _Finished, exception: Row) -> tuple[str, str]:
    """Cause and advice in the language asked for, which need not be that of the run."""
    for entry in rules.exception_codes():
        if entry.code == exception["code"] and exception["cause"] in entry.cause.values():
            return entry.cause[run.language], entry.advice[run.language]
    return exception["cause"], exception["advice"]


def _title(run: _Finished, code: str) -> str:
    return next(entry.title[run.language] for entry in rules.exception_codes() if entry.code == code)


def _nearest(run: _Finished, row: Row) -> str:
    """The second sentence: the binding rule that fits the best candidate best, and what it fails on."""
    own, others = (
        ("registration_ref", "degree_ref")
        if row["side"] == Side.REGISTRATION
        else ("degree_ref", "registration_ref")
    )
    pairs = [
        pair for pair in run.rows("candidates", **{own: row["ref"]}) if pair[others] == row["counterpart"]
    ]
    if not pairs:
        return run.words["no_candidate"]
    rule, failed = nearest_rule(pairs[0])
    if not failed:
        return run.words["nearest_met"].format(rule=rule.rule, other=row["counterpart"])
    return run.words["nearest"].format(
        rule=rule.rule, other=row["counterpart"], failed=_failed(run, failed, pairs[0])
    )


def nearest_rule(states: Row) -> tuple[rules.Rule, list[str]]:
    """The binding rule that fails on the fewest fields, and those fields.

    Of several, the one of which more is met: a claim that fails on the year is nearest to the claim rule.
    """
    binding = [rule for rule in rules.match_rules() if rule.verdict is Verdict.BIND]
    known = [field for field in (*FIELDS, "birth_and_sex") if field in states]

    def judged(rule: rules.Rule) -> tuple[int, int, int]:
        asked = [field for field in known if rule.states[field] != frozenset(rules.STATES[field])]
        failed = [field for field in asked if states[field] not in rule.states[field]]
        return len(failed), len(failed) - len(asked), rule.line

    nearest = min(binding, key=judged)
    return nearest, [field for field in known if states[field] not in nearest.states[field]]


def _failed(run: _Finished, fields: Iterable[str], states: Row) -> str:
    return run.states["separator"].join(_state(run, field, states[field]) for field in fields)


def _state(run: _Finished, field: str, state: str) -> str:
    if field == "birth_and_sex":
        return run.words["birth_and_sex"]
    return run.words["field"].format(
        field=run.states[field], between=run.states["between"], state=run.states[state]
    )


def _pair(run: _Finished, one: str, two: str) -> str:
    rows = _two_sides(run, one, two)
    registration, degree = (row["ref"] for row in rows)
    states, rule = _judged(run, registration, degree)
    told = [
        run.words["pair"].format(
            a=registration,
            b=degree,
            states=run.states["separator"].join(_state(run, field, states[field]) for field in FIELDS),
            rule=rule.rule,
            verdict=run.verdicts[rule.verdict.value],
            reading=rule.reading[run.language],
        )
    ]
    nearest, failed = nearest_rule(states)
    key, values = ("pair_nearest", _failed(run, failed, states)) if failed else ("pair_met", "")
    told.append(run.words[key].format(rule=nearest.rule, failed=values))
    told += [
        run.words["pair_code"].format(ref=row["ref"], title=_title(run, row["code"]), code=row["code"])
        for row in rows
        if row["code"]
    ]
    return "\n".join(told)


def _two_sides(run: _Finished, one: str, two: str) -> tuple[Row, Row]:
    """The registration and the degree among two references, in whatever order they were given."""
    first, second = _ledger(run, one), _ledger(run, two)
    for registrations, degrees in ((first, second), (second, first)):
        found = [row for row in registrations if row["side"] == Side.REGISTRATION]
        others = [row for row in degrees if row["side"] == Side.DEGREE]
        if found and others:
            return found[0], others[0]
    raise UsageError(f"same-side {one}, {two}: {run.words['same_side']}")


def _judged(run: _Finished, registration: str, degree: str) -> tuple[Row, rules.Rule]:
    """States and rule: those of the run for a pair it looked at, else worked out from the two rows."""
    asked = run.rows("candidates", registration_ref=registration, degree_ref=degree)
    if not asked:
        states = _states(run, registration, degree)
        return states, rules.judge(states)
    named = [rule for rule in rules.match_rules() if rule.rule == asked[0]["rule"]]
    fitting = [rule for rule in named if all(asked[0][field] in rule.states[field] for field in FIELDS)]
    return {field: asked[0][field] for field in FIELDS}, (fitting or named)[0]


def _states(run: _Finished, registration: str, degree: str) -> Row:
    """One word per field for any two rows, from the same stages that made the run."""
    from chsi_batch import matching

    records = {
        Side.REGISTRATION: run.record(Side.REGISTRATION, registration),
        Side.DEGREE: run.record(Side.DEGREE, degree),
    }
    if any(record is None for record in records.values()):
        raise UsageError(f"no-private {run.folder}: {run.words['no_private']}")
    return matching.states_of(records[Side.REGISTRATION], records[Side.DEGREE])
