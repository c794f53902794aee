"""Every person of a labelled cohort ends as labelled, on every engine, in one run per cohort."""

from __future__ import annotations

from pathlib import Path

import pytest

from chsi_batch.engines import ENGINES
from chsi_batch.terms import Outcome, Side

from . import labelled_people


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(("people", "seed"), [(300, 1), (700, 2)])
def test_every_row_ends_as_labelled(people: int, seed: int, engine: str, tmp_path: Path) -> None:
    cohort = labelled_people.cohort(people, seed)
    found = labelled_people.settled(cohort, tmp_path, engine)
    assert labelled_people.mistakes(cohort, found) == []
    must = [row for row in cohort.sides[Side.DEGREE] if row.expect is Outcome.BOUND]
    assert len(found["bindings"]) >= len(must) > 100
    assert len({line["code"] for line in found["ledger"]}) > 25


def test_a_wrong_label_is_noticed(tmp_path: Path) -> None:
    """The check can fail: one label turned, one row too many."""
    cohort = labelled_people.cohort(60, 3)
    found = labelled_people.settled(cohort, tmp_path)
    assert labelled_people.mistakes(cohort, found) == []
    bound = next(row for row in cohort.sides[Side.DEGREE] if row.expect is Outcome.BOUND)
    bound.expect, bound.codes = Outcome.EXCEPTION, ("no-account",)
    assert len(labelled_people.mistakes(cohort, found)) == 2
