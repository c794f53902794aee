"""`rules`: the match rules."""

from __future__ import annotations

import argparse

from chsi_batch.arguments import Words
from chsi_batch.console import answer_table

EXAMPLE = "chsi-batch rules --lang en"


def options(command: argparse.ArgumentParser, words: Words) -> None:
    """No more than the language."""


def carry_out(_: argparse.Namespace, words: Words) -> int:
    """Do it; returns the exit code."""
    from chsi_batch import rules

    fields = (*rules.FIELDS, "birth_and_sex")
    answer_table(
        words["rules"],
        [
            words["column_rule"],
            *fields,
            words["column_verdict"],
            words["column_code"],
            words["column_reading"],
        ],
        [
            [
                rule.rule,
                *(allowed(field, rule.states[field]) for field in fields),
                words[rule.verdict.value],
                rule.code,
                rule.reading[words.language],
            ]
            for rule in rules.match_rules()
        ],
    )
    return 0


def allowed(field: str, states: frozenset[str]) -> str:
    """The states of a field that a rule takes, as the rule table writes them."""
    from chsi_batch import rules

    every = rules.STATES[field]
    return rules.ANY if states == frozenset(every) else "/".join(state for state in every if state in states)
