"""The manual can fail: one other word in a drawing is noticed, and README.md tells the shorthand truly."""

import re
from copy import deepcopy
from pathlib import Path

import pytest

from chsi_batch.decisions import listing
from chsi_batch.results import DECISION_STATUSES

from . import drawn, shorthand
from .drawing import cases, read

README = (Path(__file__).parent / "README.md").read_text("utf-8")

CASE = """
## Two rows

as of 2024-06-02T12:00:00

registrations

| ref | name | id_number | bound_at |
|---|---|---|---|
| r1 | 王小明 | A | 2024-06-02 11:00:00 |

degrees

| ref | name | id_number | certificate_number |
|---|---|---|---|
| d1 | 王小明 | A | c1 |

enrolments

| ref | name | id_number |
|---|---|---|
| e1 | 王小明 | A |

decisions

| reviewer | decision | registration | degree | remark |
|---|---|---|---|---|
| 张老师 | bind | r1 | d1 | 看过 |

decisions listed

| seq | reviewer | decision | registration_ref | degree_ref | remark | status | reason |
|---|---|---|---|---|---|---|---|
| 1 | 张老师 | bind | r1 | d1 | 看过 | superfluous | binds-by-itself |

ledger

| side | ref | outcome | code | rule | counterpart |
|---|---|---|---|---|---|
| registration | r1 | bound | | B1 | d1 |
| degree | d1 | bound | | B1 | r1 |

bindings

| registration_ref | degree_ref | rule | method | state |
|---|---|---|---|---|
| r1 | d1 | B1 | auto | verification-pending |

notes

| side | ref | code |
|---|---|---|
| registration | r1 | verification-pending |
| degree | d1 | verification-pending |

codes

| ref | codes |
|---|---|
| r1 | verification-pending |

exceptions

| ref | code | severity | acts | counterpart |
|---|---|---|---|---|
| r1 | verification-pending | note | nobody | d1 |

candidates

| degree_ref | registration_ref | rank | rule | id_number | name |
|---|---|---|---|---|---|
| d1 | r1 | 1 | B1 | same | same |
"""


def test_another_word_in_any_cell_is_noticed(tmp_path: Path) -> None:
    """Every cell of every table counts, and so does a row too few."""
    (case,) = read("harness", CASE)
    found = drawn.run(case, "duckdb", tmp_path)
    drawn.check(case, found)
    for name, rows in case.expected.items():
        for place, row in enumerate(rows):
            for column in row:
                wrong = deepcopy(case)
                wrong.expected[name][place][column] = "other"
                with pytest.raises((AssertionError, KeyError)):
                    drawn.check(wrong, found)
            if name not in ("codes", "exceptions"):
                wrong = deepcopy(case)
                del wrong.expected[name][place]
                with pytest.raises(AssertionError):
                    drawn.check(wrong, found)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("## A\n\nregistrations\n\n| ref | nmae |\n|---|---|\n| r1 | x |\n", "unknown columns"),
        ("## A\n\n| ref |\n|---|\n| r1 |\n", "no word says"),
        ("## A\n\nledger\n\n| ref | code |\n|---|---|\n| r1 |\n", "cells"),
        ("## A\n\nwords only\n", "no ledger"),
    ],
)
def test_a_careless_drawing_is_refused(text: str, message: str) -> None:
    """A misspelt column or a missing word would silently draw nothing."""
    with pytest.raises(ValueError, match=message):
        read("harness", text)


def test_readme_tells_the_people() -> None:
    """The numbers in README.md are those of the shorthand."""
    told = re.findall(r"(?m)^\| `([^`]+)` \| `([^`]+)` \|", README)
    assert len(told) > 20
    for word, number in told:
        read_as = shorthand.certificate if word.startswith("c") else shorthand.id_number
        assert read_as(word)[0] == number, word


def test_every_rule_and_code_is_drawn() -> None:
    """The manual has a case for every rule of the table and every code."""
    from chsi_batch import rules

    drawings = cases()
    rules_drawn = {
        row.get("rule", "") for case in drawings for rows in case.expected.values() for row in rows
    }
    assert {rule.rule for rule in rules.match_rules()} <= rules_drawn
    codes_drawn = {
        code
        for case in drawings
        for rows in case.expected.values()
        for row in rows
        for code in (row.get("code", ""), *row.get("codes", "").split())
    }
    assert {entry.code for entry in rules.exception_codes()} - codes_drawn == set()


def test_every_reason_is_drawn() -> None:
    """The manual has a case for everything that can come of a decision."""
    drawn_reasons = {row["reason"] for case in cases() for row in case.expected.get("decisions listed", ())}
    assert drawn_reasons == set(listing.reasons("zh"))
    assert {status for status, _ in listing.reasons("zh").values()} == set(DECISION_STATUSES)
