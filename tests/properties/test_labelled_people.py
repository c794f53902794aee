"""Every person of a labelled cohort ends as labelled, and the tables agree; one run for each cohort."""

from __future__ import annotations

from pathlib import Path

import pytest

from chsi_batch.terms import Outcome, Side

from . import consistency, labelled_people

Settled = tuple[labelled_people.Cohort, labelled_people.Found]


@pytest.fixture(
    scope="module",
    params=[(300, 1), (700, 2)],
    ids=lambda drawn: "{} people, seed {}".format(*drawn),
)
def settled(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Settled:
    people, seed = request.param
    cohort = labelled_people.cohort(people, seed)
    return cohort, labelled_people.settled(cohort, tmp_path_factory.mktemp("people"))


def test_every_row_ends_as_labelled(settled: Settled) -> None:
    cohort, found = settled
    assert labelled_people.mistakes(cohort, found) == []
    must = [row for row in cohort.sides[Side.DEGREE] if row.expect is Outcome.BOUND]
    assert len(found["bindings"]) >= len(must) > 100
    assert len({line["code"] for line in found["ledger"]}) > 25


def test_no_table_contradicts_another(settled: Settled) -> None:
    cohort, found = settled
    sides = [[row.ref for row in cohort.sides[side]] for side in (Side.REGISTRATION, Side.DEGREE)]
    assert consistency.contradictions(found, *sides) == []


def test_the_state_of_every_binding(settled: Settled) -> None:
    cohort, found = settled
    told = {str(line["degree_ref"]): line["state"] for line in found["bindings"]}
    wanted = labelled_people.states(cohort)
    assert {ref: state for ref, state in told.items() if wanted[ref] != state} == {}
    assert set(told.values()) == {"unverified", "verification-pending", "verified", "enrolment-missing"}
    notes = {
        (line["ref"], line["code"])
        for line in found["exceptions"]
        if line["code"] in ("verification-pending", "enrolment-missing") and line["side"] == "degree"
    }
    assert notes == {
        (ref, state)
        for ref, state in wanted.items()
        if state in ("verification-pending", "enrolment-missing")
    }


def test_a_wrong_label_is_noticed(tmp_path: Path) -> None:
    """The check can fail: one label turned, one row too many."""
    cohort = labelled_people.cohort(60, 3)
    found = labelled_people.settled(cohort, tmp_path)
    assert labelled_people.mistakes(cohort, found) == []
    bound = next(row for row in cohort.sides[Side.DEGREE] if row.expect is Outcome.BOUND)
    bound.expect, bound.codes = Outcome.EXCEPTION, ("no-account",)
    assert len(labelled_people.mistakes(cohort, found)) == 2
