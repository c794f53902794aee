"""The rule table that registrars edit says what the contract says, for every way to describe a pair."""

from __future__ import annotations

from itertools import product

import pytest
from oracle import judging

from chsi_batch import rules
from chsi_batch.terms import FIELDS

CONTRADICTED = ("B3", "review", "claim-mismatch")
"""What becomes of B3 when the record's birth date or sex contradicts the account's ID (S6)."""


@pytest.mark.parametrize("id_number", rules.STATES["id_number"])
def test_the_table_is_the_contracts(id_number: str) -> None:
    rest = [rules.STATES[field] for field in FIELDS[1:]]
    for states in product((id_number,), *rest):
        wanted = judging.judge(states)
        for birth_and_sex in rules.BIRTH_AND_SEX:
            found = rules.judge({**dict(zip(FIELDS, states, strict=True)), "birth_and_sex": birth_and_sex})
            told = (found.rule, found.verdict.value, found.code)
            plain = (wanted.name, wanted.verdict, wanted.code or "")
            contradicted = wanted.name == "B3" and birth_and_sex == "differ"
            assert told == (CONTRADICTED if contradicted else plain), (states, birth_and_sex)


def test_bindings_say_how_they_came_about() -> None:
    methods = {rule.rule: rule.method for rule in rules.match_rules() if rule.verdict.value == "bind"}
    assert methods == {"B1": "auto", "B2": "auto", "B3": "claim"}
    assert {rule.method for rule in rules.match_rules() if rule.verdict.value != "bind"} == {""}
