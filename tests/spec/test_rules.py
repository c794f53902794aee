"""The rule table as a whole: complete, without idle lines, and the same in Python and in SQL."""

from collections.abc import Iterator
from itertools import product
from pathlib import Path

import pyarrow as pa
import pytest

from chsi_batch import rules
from chsi_batch.engines import open_engine
from chsi_batch.terms import Verdict

WORDS = tuple(rules.STATES)


def combinations() -> Iterator[dict[str, str]]:
    """Every way in which a pair can be described."""
    for words in product(*rules.STATES.values()):
        yield dict(zip(WORDS, words, strict=True))


def test_every_combination_meets_a_rule() -> None:
    """The last rule fits everything, and says that there is nothing to go by."""
    assert all(rules.judge(words) for words in combinations())
    last = rules.match_rules()[-1]
    assert last.verdict is Verdict.NONE
    assert all(last.fits(words) for words in combinations())


def test_no_rule_is_shadowed() -> None:
    """Every line decides at least one combination."""
    deciding = {rules.judge(words).line for words in combinations()}
    assert deciding == {rule.line for rule in rules.match_rules()}


@pytest.mark.parametrize("engine", ["duckdb"])
def test_python_and_sql_agree(engine: str, tmp_path: Path) -> None:
    """The CASE made from the table picks the same line as the table read from top to bottom."""
    rows = list(combinations())
    held = open_engine(engine, 1, None, tmp_path / "spill")
    try:
        held.put(
            "described",
            pa.table(
                {
                    "place": pa.array(range(len(rows)), pa.int64()),
                    **{word: pa.array([row[word] for row in rows], pa.string()) for word in WORDS},
                }
            ),
        )
        case = rules.case({word: word for word in WORDS})
        lines = held.take(f"SELECT {case} AS line FROM described ORDER BY place")["line"].to_pylist()
    finally:
        held.close()
    assert lines == [rules.judge(row).line for row in rows]


def test_only_a_bind_names_no_code() -> None:
    """Every other verdict tells the reader which code it gives."""
    codes = {entry.code for entry in rules.exception_codes()}
    for rule in rules.match_rules():
        if rule.verdict in (Verdict.BIND, Verdict.NONE):
            assert not rule.code, rule.rule
        else:
            assert rule.code in codes, rule.rule
    assert {rule.method for rule in rules.match_rules() if rule.verdict is Verdict.BIND} == {"auto", "claim"}


def test_a_number_or_a_claim_stands_behind_every_binding() -> None:
    """No rule binds on a name alone, whatever else is written into the table."""
    for words in combinations():
        if rules.judge(words).verdict is Verdict.BIND:
            assert words["name"] == "same"
            assert words["id_number"] in ("same", "alike") or (
                words["id_number"] == "blank"
                and words["certificate_number"] == words["graduation_year"] == "same"
                and words["school"] in ("same", "alike")
                and words["birth_and_sex"] == "agree"
            )
