"""Brings reviewers' decisions to the rows of a run, and what came of them back to the log's entries."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from chsi_batch.decisions import listing
from chsi_batch.decisions.given import Given
from chsi_batch.decisions.row_keys import row_keys
from chsi_batch.decisions.standing import standing
from chsi_batch.engines.base import Engine, Growing
from chsi_batch.stages import decide
from chsi_batch.terms import Side

KEY_TABLES = {Side.REGISTRATION: ("registration_keys", "r"), Side.DEGREE: ("degree_keys", "d")}
"""Where the keys of a side stand, and what a row's number is called."""


def put_keys(engine: Growing, given: Given, side: Side, cleaned: pa.Table) -> None:
    """Add the keys `k` of the rows that a decision may mean; other sides than those of a pair have none."""
    if side not in KEY_TABLES:
        return
    name, row = KEY_TABLES[side]
    asked = {getattr(entry, f"{side}_key") for entry in given.entries} - {None}
    whole = pa.table({row: cleaned[row], "k": pa.nulls(cleaned.num_rows, pa.string())})
    if asked:
        whole = whole.set_column(1, "k", row_keys(side, cleaned, given.secret))
    engine.append(name, whole.filter(pc.is_in(whole["k"], pa.array(sorted(asked), pa.string()))))


def put(engine: Engine, given: Given) -> None:
    """Hold the decisions as `standing_decisions`, one row per pair of keys.

    n, decision (null where none stands any more), registration_key, degree_key, conflicting, remarked (0/1).
    """
    stands = {each.entry.pair: each for each in standing(given.entries)}
    pairs = list(dict.fromkeys(entry.pair for entry in given.entries))
    held = [stands.get(pair) for pair in pairs]
    disagreeing = [each is not None and each.conflicting for each in held]
    remarked = [each is not None and any(said.remark.strip() for said in each.entries) for each in held]
    found = {
        "n": pa.array(range(len(pairs)), pa.int64()),
        "decision": pa.array([each and each.decision for each in held], pa.string()),
        "registration_key": pa.array([pair[0] for pair in pairs], pa.string()),
        "degree_key": pa.array([pair[1] for pair in pairs], pa.string()),
        "conflicting": pa.array(disagreeing, pa.bool_()).cast(pa.int64()),
        "remarked": pa.array(remarked, pa.bool_()).cast(pa.int64()),
    }
    engine.put("standing_decisions", pa.table(found))


def listed(engine: Engine, given: Given, language: str) -> pa.Table:
    """The result table `decisions`: every entry of the log, with what came of it."""
    found = {
        (row["registration_key"], row["degree_key"]): listing.Outcome(
            row["reason"], row["registration_ref"], row["degree_ref"]
        )
        for row in decide.outcomes(engine).to_pylist()
    }
    return listing.listed(given.entries, found, language)
