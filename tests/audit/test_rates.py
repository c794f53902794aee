"""Sizes and rates: known numbers, what must hold for all numbers, and how often the bounds hold."""

from __future__ import annotations

import random
from math import comb

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chsi_batch.audit import rates, sizes
from chsi_batch.audit.rates import Counts, at_most_here
from chsi_batch.audit.telling import rounded_up
from chsi_batch.errors import UsageError
from chsi_batch.intervals import at_most, interval

LOTS = st.dictionaries(
    st.sampled_from(["B1", "B2", "B3", "decision", "I1"]), st.integers(1, 50_000), min_size=1
)
SAMPLED = st.integers(1, 400).flatmap(
    lambda n: st.tuples(st.integers(0, n), st.just(n), st.integers(n, 100_000))
)


@pytest.mark.parametrize(
    ("count", "of", "most"), [(0, 300, 0.0099361), (0, 299, 0.0099691), (1, 300, 0.0157146), (0, 1, 0.95)]
)
def test_known_one_sided_bounds(count: int, of: int, most: float) -> None:
    assert at_most(count, of) == pytest.approx(most, abs=1e-7)


@pytest.mark.parametrize(
    ("wrong", "of", "population", "most"),
    [
        (0, 300, 10_000_000, 0.009936),  # as without a population
        (0, 22, 100, 0.11),
        (0, 78, 100, 0.01),
        (2, 10, 10, 0.2),
        (0, 10, 10, 0.0),
        (0, 0, 7, 1.0),
    ],
)
def test_known_bounds_of_a_lot(wrong: int, of: int, population: int, most: float) -> None:
    assert at_most_here(wrong, of, population) == pytest.approx(most, abs=2e-6)


@given(SAMPLED)
@settings(deadline=None)
def test_knowing_the_size_of_the_lot_never_loosens_the_bound(sampled: tuple[int, int, int]) -> None:
    wrong, of, population = sampled
    assert at_most_here(wrong, of, population) <= at_most(wrong, of) + 1e-9


@given(SAMPLED)
@settings(deadline=None, max_examples=60)
def test_the_bound_of_a_lot_is_the_last_share_not_ruled_out(sampled: tuple[int, int, int]) -> None:
    wrong, of, population = sampled
    most = round(at_most_here(wrong, of, population) * population)

    def so_few(bad: int) -> float:
        """The chance of at most `wrong` wrong ones in the sample, counted by hand."""
        ways = sum(comb(bad, x) * comb(population - bad, of - x) for x in range(wrong + 1))
        return ways / comb(population, of)

    assert so_few(most) > 0.05 or most == wrong
    if most + 1 <= population - (of - wrong):
        assert so_few(most + 1) <= 0.05 + 1e-9


@given(st.integers(0, 20), st.integers(20, 3000))
def test_more_answers_tighten_the_bounds(count: int, of: int) -> None:
    assert at_most(count, of + 1) < at_most(count, of)
    assert interval(count, of + 1)[1] < interval(count, of)[1]
    assert at_most(count + 1, of + 1) > at_most(count, of + 1)


@given(st.integers(1, 100_000), st.sampled_from([0.001, 0.005, 0.01, 0.05, 0.2]))
@settings(deadline=None)
def test_a_margin_takes_the_fewest_that_reach_it(population: int, margin: float) -> None:
    size = sizes.enough(population, margin)
    assert at_most_here(0, size, population) <= margin
    assert size == 0 or at_most_here(0, size - 1, population) > margin


def test_known_sizes() -> None:
    assert [sizes.enough(lot, 0.01) for lot in (1, 100, 1_000, 1_000_000)] == [1, 78, 238, 298]


@given(LOTS, st.integers(5, 20_000))
@settings(deadline=None)
def test_a_budget_is_spent_and_no_lot_is_overdrawn_or_forgotten(lots: dict[str, int], budget: int) -> None:
    shared = sizes.by_budget(budget, lots)
    assert sum(shared.values()) == min(budget, sum(lots.values()))
    assert all(1 <= shared[lot] <= lots[lot] for lot in lots)
    even = budget // (2 * len(lots))
    assert all(shared[lot] >= min(lots[lot], even) for lot in lots)


def test_of_two_equal_lots_the_riskier_gets_more() -> None:
    shared = sizes.by_budget(300, {"B1": 5_000, "B3": 5_000})
    assert shared["B3"] > shared["B1"] > 75


@pytest.mark.parametrize("margin", [0.0, 1.0, -0.1, float("nan")])
def test_an_impossible_margin_is_refused(margin: float) -> None:
    with pytest.raises(UsageError, match="audit-margin"):
        sizes.by_margin(margin, {"B1": 10})


def test_a_budget_too_small_is_refused() -> None:
    with pytest.raises(UsageError, match="audit-budget"):
        sizes.by_budget(1, {"B1": 10, "B2": 10})


def test_lots_are_weighted_by_their_size() -> None:
    every = rates.overall({"B1": Counts(9_000, 99, 1), "B3": Counts(1_000, 80, 20)})
    assert every["wrong_share"] == pytest.approx(0.9 * 0.01 + 0.1 * 0.2)
    assert every["precision"] == pytest.approx(1 - every["wrong_share"])
    assert every["low"] < every["wrong_share"] < every["at_most"] < every["high"]


def test_a_lot_looked_at_whole_leaves_no_doubt() -> None:
    every = rates.overall({"B1": Counts(50, 48, 2), "B3": Counts(50, 50, 0)})
    assert (every["low"], every["wrong_share"], every["high"], every["at_most"]) == (0.02, 0.02, 0.02, 0.02)
    both = {"B1": Counts(10_000, 300, 0), "B2": Counts(20, 19, 1)}
    expected = (at_most_here(0, 300, 10_000) * 10_000 + 1) / 10_020
    assert rates.overall(both)["at_most"] == pytest.approx(expected)


def test_what_cannot_be_told_is_left_out_and_told() -> None:
    rate = rates.of_lot(Counts(1_000, 90, 0, 10))
    assert (rate["drawn"], rate["right"], rate["unclear"]) == (100, 90, 10)
    assert rate["at_most_here"] == at_most_here(0, 90, 1_000)
    assert rate["at_most_here_if_unclear_wrong"] == at_most_here(10, 100, 1_000) > 0.15
    lost = rates.of_lot(Counts(10, 0, 0, 5))
    assert (lost["wrong_share"], lost["at_most_here"]) == (None, 1.0)
    assert rates.overall({"B1": Counts(10, 0, 0, 5)})["wrong_share"] is None


def test_lots_drawn_evenly_are_as_good_as_one() -> None:
    """Three in n, and the interval of Poisson, when every answer weighs the same."""
    even = [Counts(5_000, 150, 0), Counts(10_000, 300, 0)]
    assert rates.weighted_at_most(even) == pytest.approx(2.995732 / 450, abs=1e-7)
    found = [Counts(5_000, 149, 1), Counts(10_000, 299, 1)]
    assert rates.weighted_at_most(found) == pytest.approx(6.295794 / 450, abs=1e-7)
    assert rates.weighted_interval(found) == pytest.approx((0.242209 / 450, 7.224688 / 450), abs=1e-7)


UNEVEN = [
    ([(5_000, 150, 0.002), (500, 100, 0.02), (300, 50, 0.05)]),
    ([(500, 290, 0.01), (500, 10, 0.10)]),
    ([(900, 30, 0.001), (100, 90, 0.3)]),
]


@pytest.mark.parametrize("lots", UNEVEN)
def test_the_weighted_bounds_hold_as_often_as_they_say(lots: list[tuple[int, int, float]]) -> None:
    rng = random.Random(7)
    turns, held, inside = 600, 0, 0
    for _ in range(turns):
        counts, wrong = [], 0
        for population, size, share in lots:
            bad = round(population * share)
            wrong += bad
            found = sum(place < bad for place in rng.sample(range(population), size))
            counts.append(Counts(population, size - found, found))
        true = wrong / sum(population for population, _, _ in lots)
        held += true <= rates.weighted_at_most(counts) + 1e-12
        low, high = rates.weighted_interval(counts)
        inside += low - 1e-12 <= true <= high + 1e-12
    assert held / turns >= 0.94
    assert inside / turns >= 0.94


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.9936, "1.0"), (0.0, "0"), (14.2, "15"), (0.0981, "0.099"), (100.0, "100"), (1.1, "1.1")],
)
def test_bounds_are_rounded_up(value: float, text: str) -> None:
    assert rounded_up(value) == text


@given(st.floats(1e-6, 100))
def test_what_is_printed_is_never_less(value: float) -> None:
    assert value - 1e-6 <= float(rounded_up(value)) <= value * 1.1 + 1e-9
