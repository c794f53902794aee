"""Known people's ID numbers hidden or mistyped: whom the other rules find, held against the truth."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import given
from hypothesis import strategies as st
from runs.calling import call
from runs.drawn import account, accounts, degree, degrees, job

from chsi_batch.audit import changing, endings, hiding
from chsi_batch.audit.hiding import CLAIMED, HIDDEN, SCENARIOS, SLIPPED, Ending
from chsi_batch.audit.population import Population, population
from chsi_batch.results import Run, read_run
from chsi_batch.terms import Side, Verdict
from chsi_batch.values import id_number

from .test_population import shuffled

MOST = 60


@pytest.fixture(scope="module")
def ended(run: Run, drawn: Population) -> list[Ending]:
    return hiding.hide(run, drawn, MOST)


def of(ended: list[Ending], scenario: str) -> list[Ending]:
    return [end for end in ended if end.scenario == scenario]


def test_the_same_people_go_through_every_scenario(ended: list[Ending]) -> None:
    people = [{end.known.person for end in of(ended, scenario)} for scenario in SCENARIOS]
    assert [len(of(ended, scenario)) for scenario in SCENARIOS] == [MOST] * 3
    assert people[0] == people[1] == people[2]
    assert len(people[0]) == MOST


def test_right_and_wrong_agree_with_the_truth(ended: list[Ending], owners: dict[str, frozenset[str]]) -> None:
    named = [end for end in ended if end.registration is not None]
    assert len(named) > 2 * MOST
    for end in named:
        truly = end.registration in owners[end.known.degree]
        assert end.right == truly, (end.scenario, end.rule, end.known.degree, end.registration)
    assert all(end.known.registration in owners[end.known.degree] for end in ended)


def test_claims_bind_whom_the_id_number_bound(ended: list[Ending]) -> None:
    claimed = of(ended, CLAIMED)
    bound = [end for end in claimed if end.verdict is Verdict.BIND]
    assert {end.rule for end in bound} == {"B3"}
    assert all(end.right for end in bound)
    assert len(bound) > 0.95 * MOST


def test_claims_as_they_are_bind_fewer(ended: list[Ending], run: Run) -> None:
    claims = dict(
        zip(
            run.tables["registrations"]["ref"].to_pylist(),
            run.tables["registrations"]["claimed_certificate_number"].to_pylist(),
            strict=True,
        )
    )
    hidden = of(ended, HIDDEN)
    bound = [end for end in hidden if end.verdict is Verdict.BIND]
    assert 0 < len(bound) < len(of(ended, CLAIMED))
    assert all(claims[end.registration or ""] for end in bound)
    assert sum(end.verdict is Verdict.NONE for end in hidden) > MOST / 2


def test_a_slip_is_for_people_to_review(ended: list[Ending]) -> None:
    slipped = of(ended, SLIPPED)
    assert {end.verdict for end in slipped} <= {Verdict.REVIEW, Verdict.WEAK, Verdict.NONE}
    right = [end for end in slipped if end.rule == "I1" and end.right]
    assert len(right) > 0.95 * MOST


def test_the_summary_closes(ended: list[Ending]) -> None:
    found = endings.summary(ended)
    for scenario in SCENARIOS:
        part = found[scenario]
        assert sum(line["wrong"]["of"] for line in part["rules"]) + part["nobody"] == part["people"] == MOST
        assert all(line["right"] + line["wrong"]["count"] == line["wrong"]["of"] for line in part["rules"])
        assert part["wrong_bindings"]["of"] == MOST
        assert (part["wrong_bindings"]["count"], part["wrong_bindings_listed"]) == (0, [])
    assert found[HIDDEN]["wrong_bindings"]["at_most"] == pytest.approx(1 - 0.05 ** (1 / MOST))


def test_the_rest_of_the_data_stays_as_it_is(run: Run, drawn: Population) -> None:
    people = hiding.known_people(drawn, hiding._persons(run))
    chosen = {HIDDEN: people[:3], CLAIMED: people[3:5], SLIPPED: people[5:6]}
    records = hiding.changed(run, chosen)
    rows = {name: _by_ref(run.tables[name]) for name in ("registrations", "degrees")}
    now = {"registrations": _by_ref(records[Side.REGISTRATION]), "degrees": _by_ref(records[Side.DEGREE])}
    touched = {ref for name, found in now.items() for ref, row in found.items() if row != rows[name][ref]}
    assert touched == {known.degree for known in people[:6]} | {known.registration for known in people[3:5]}
    for known in people[:5]:
        assert now["degrees"][known.degree] == rows["degrees"][known.degree] | {"id_number": None}
    for known in people[3:5]:
        row, record = now["registrations"][known.registration], rows["degrees"][known.degree]
        assert row["claimed_certificate_number"] == record["certificate_number"]
        assert row["id_number"] == rows["registrations"][known.registration]["id_number"]


def _by_ref(table: pa.Table) -> dict[str, dict[str, object]]:
    return {row["ref"]: row for row in table.to_pylist()}


@given(st.integers(0, 2**64 - 1))
def test_a_slip_changes_one_digit_to_another(chance: int) -> None:
    number = "11010119800307123X"
    slipped = changing.slip(f" {number.lower()}", f"{chance:016x}")
    differing = [pair for pair in zip(number, slipped, strict=True) if pair[0] != pair[1]]
    assert len(differing) == 1
    assert differing[0][1].isdigit()
    assert id_number.clean(slipped) == slipped


@pytest.fixture
def robbed(tmp_path: Path) -> Run:
    """The second account has the first one's name and claims the first one's degree."""
    people = [account(place) for place in range(6)]
    people[1] |= {
        "name": people[0]["name"],
        "claimed_certificate_number": degree(0)["certificate_number"],
        "claimed_year": "2015",
        "claimed_school": "北京大学",
    }
    records = [degree(place) for place in range(6)]
    records[1] |= {"name": people[1]["name"]}
    files = (accounts(tmp_path / "a.csv", people), degrees(tmp_path / "d.csv", records))
    out = tmp_path / "result"
    assert call(*job(files), "--out", out).code == 0
    return read_run(out)


def test_every_row_of_an_account_is_the_right_person(tmp_path: Path) -> None:
    """Two rows claim other degrees; the third degree, bound to the first row, suggests the second."""
    records = [degree(0, certificate_number=f"10001120150500000{number}") for number in (3, 2, 1)]
    claimed = {"claimed_year": "2015", "claimed_school": "北京大学"}
    people = [
        account(0, claimed_certificate_number=record["certificate_number"], **claimed)
        for record in records[:2]
    ]
    files = (accounts(tmp_path / "a.csv", people), degrees(tmp_path / "d.csv", records))
    out = tmp_path / "result"
    assert call(*job(files), "--out", out).code == 0
    run = read_run(out)
    every = population(run, 1)
    third = tuple(binding for binding in every.bindings if binding.degree == "d.csv#4")
    (slipped,) = of(hiding.hide(run, replace(every, bindings=third), 1), SLIPPED)
    assert (slipped.known.registration, slipped.registration) == ("a.csv#2", "a.csv#3")
    assert slipped.right


def test_a_namesake_who_claims_the_degree_raises_the_alarm(robbed: Run) -> None:
    ended = hiding.hide(robbed, population(robbed, 1), 100)
    found = endings.summary(ended)
    assert found[HIDDEN]["people"] == 6
    assert found[HIDDEN]["wrong_bindings"]["count"] == 1
    listed = found[HIDDEN]["wrong_bindings_listed"]
    assert listed == [{"degree": "d.csv#2", "bound_to": "a.csv#3", "belongs_to": "a.csv#2", "rule": "B3"}]
    wrong = [line["wrong"] for line in found[HIDDEN]["rules"] if line["rule"] == "B3"]
    assert [(rate["count"], rate["of"]) for rate in wrong] == [(1, 1)]


def test_who_is_chosen_never_hangs_on_the_order_of_rows(run: Run, drawn: Population) -> None:
    people = hiding.known_people(drawn, hiding._persons(run))
    other = shuffled(run)
    others = hiding.known_people(population(other, 1), hiding._persons(other))
    assert [(known.person, known.mark) for known in others] == [
        (known.person, known.mark) for known in people
    ]
    assert [known.degree for known in others] != [known.degree for known in people]
    assert len({known.person for known in people}) == len(people)


def test_nobody_known_is_no_fault(run: Run) -> None:
    bound = run.tables["bindings"]
    others = bound.filter(pc.not_equal(bound["rule"], "B1"))
    left = Run({**run.tables, "bindings": others}, run.facts)
    assert hiding.hide(left, population(left, 1), MOST) == []
