"""Lets go of tables that nobody asks for any more, so that results find the memory to be sorted in."""

from __future__ import annotations

from chsi_batch.engines.base import Engine

_RANKED = (
    "exact_states", "judged_exact", "near_pairs", "near_states", "judged_near", "judged", "judged_crossed",
    "crossed_states", "words", "lines", "near_fields", "right_rows", "pointing",
    "bearers", "free_degrees", "touched", "classed", "rivals", "registration_state", "degree_state",
    "unplain_registrations", "unplain_degrees", "keys_few", "keys_many", "best_rule",
)  # fmt: skip
"""What nobody asks for once candidates are in order."""

_CONCLUDED = (
    "exact_pairs", "plain_pairs", "account_rows", "sharing", "knit_rows", "accounts", "own_codes", "bindable",
    "bound_rows", "contested",
    "loose_registrations", "loose_degrees", "unbound", "best", "slipped", "best_explaining",
    "claims_not_found", "found", "nothing", "row_codes", "first_codes", "binding_notes", "steps", "crossed",
)  # fmt: skip
"""What nobody asks for once every row has its codes."""
_ROWS = {"registrations": "r, ref, year", "degrees": "d, ref, year"}
"""The columns of cleaned rows that results are made of."""


def ranked(engine: Engine) -> None:
    """Let go of what led to the order of the candidates."""
    engine.drop(*_RANKED)


def concluded(engine: Engine) -> None:
    """Only what results are made of stays, so that they can be sorted in the memory of the rest."""
    engine.drop(*_RANKED, *_CONCLUDED)
    for name, columns in _ROWS.items():
        engine.make(name, f"SELECT {columns} FROM {name}")
