"""The arithmetic of `score`, on a drawn run; intervals against known values."""

from math import comb

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chsi_batch.errors import UsageError
from chsi_batch.intervals import at_most, interval
from chsi_batch.labelled.score import render, score
from chsi_batch.labelled.truth import COLUMNS

TRUTH = """
registration  a1  clean   bound      d1  .                      d1
degree        d1  clean   bound      a1  .                      a1
registration  a2  clean   bound      d2  .                      d2
degree        d2  clean   bound      a2  .                      a2
registration  a3  slip    exception  .   id-slip                d3
degree        d3  slip    exception  .   id-slip;id-rounded     a3
registration  a4  lost    exception  .   no-degree              .
degree        d4  lost    exception  .   no-account             .
"""
LEDGER = """
registration  a1  bound      .           d1
degree        d1  bound      .           a1
registration  a2  bound      .           d4
degree        d2  exception  no-account  .
registration  a3  exception  id-slip     d3
degree        d3  exception  id-rounded  .
registration  a4  exception  id-slip     .
degree        d4  bound      .           a2
"""


def table(text, columns):
    lines = [[None if part == "." else part for part in line.split()] for line in text.strip().splitlines()]
    return pa.table({column: [line[i] for line in lines] for i, column in enumerate(columns)})


@pytest.fixture
def run(tmp_path):
    folder = tmp_path / "run" / "tables"
    folder.mkdir(parents=True)
    pq.write_table(
        table(LEDGER, ("side", "ref", "outcome", "code", "counterpart")), folder / "ledger.parquet"
    )
    bindings = table("a1 d1\na2 d4", ("registration_ref", "degree_ref"))
    pq.write_table(bindings, folder / "bindings.parquet")
    candidates = pa.table({"degree_ref": ["d3", "d3"], "registration_ref": ["a9", "a3"], "rank": [2, 1]})
    pq.write_table(candidates, folder / "candidates.parquet")
    truth = tmp_path / "truth.csv"
    lines = [
        ",".join("" if part == "." else part for part in line.split()) for line in TRUTH.strip().splitlines()
    ]
    truth.write_text("\n".join([",".join(COLUMNS), *lines]), encoding="utf-8-sig")
    return tmp_path / "run", truth


def counted(result, measure):
    return result[measure]["count"], result[measure]["of"]


def test_measures(run):
    result = score(*run)
    assert counted(result, "wrong_bindings") == (1, 2)
    assert counted(result, "recall") == (2, 4)
    assert counted(result, "codes") == (2, 4)
    assert counted(result, "codes_preferred") == (1, 4)
    assert counted(result, "best_candidate") == (2, 2)
    assert result["missing"] == result["unlabelled"] == []


def test_measures_per_kind(run):
    kinds = score(*run)["kinds"]
    assert counted(kinds["slip"], "codes") == (2, 2)
    assert counted(kinds["lost"], "codes") == (0, 2)
    assert counted(kinds["lost"], "wrong_bindings") == (1, 1)
    assert "best_candidate" not in kinds["lost"]


def test_mistakes_are_listed(run):
    mistakes = {(m["measure"], m["ref"]) for m in score(*run)["mistakes"]}
    assert mistakes == {
        ("wrong_bindings", "d4"),
        ("recall", "a2"),
        ("recall", "d2"),
        ("codes", "a4"),
        ("codes", "d4"),
    }


def test_rows_missing_from_the_ledger_are_not_right(run):
    folder, truth = run
    ledger = pq.read_table(folder / "tables" / "ledger.parquet")
    pq.write_table(ledger.slice(1), folder / "tables" / "ledger.parquet")
    result = score(folder, truth)
    assert result["missing"] == ["a1"]
    assert counted(result, "recall") == (1, 4)


def test_bound_without_binding_is_wrong(run):
    folder, truth = run
    ledger = pq.read_table(folder / "tables" / "ledger.parquet").to_pylist()
    ledger[6] |= {"outcome": "bound", "code": None}
    pq.write_table(pa.Table.from_pylist(ledger), folder / "tables" / "ledger.parquet")
    assert counted(score(folder, truth), "wrong_bindings")[0] == 2


@pytest.mark.parametrize("language", ["zh", "en"])
def test_rendering(run, language):
    text = render(score(*run), language)
    assert "| lost |" in text
    assert "1 / 2" in text
    assert "a4" in text


def test_not_a_run(tmp_path, run):
    with pytest.raises(UsageError, match="ledger"):
        score(tmp_path, run[1])


@pytest.mark.parametrize(
    ("count", "of", "low", "high"),
    [
        (0, 10, 0.0, 0.30850),
        (5, 10, 0.18709, 0.81291),
        (1, 20, 0.00127, 0.24873),
        (10, 10, 0.69150, 1.0),
        (3, 1000, 0.00062, 0.00874),
    ],
)
def test_known_intervals(count, of, low, high):
    assert interval(count, of) == pytest.approx((low, high), abs=1e-5)


@given(st.integers(2, 200).flatmap(lambda n: st.tuples(st.integers(1, n - 1), st.just(n))))
def test_bounds_leave_half_of_five_percent_on_either_side(pair):
    count, of = pair
    low, high = interval(count, of)
    reached = sum(comb(of, i) * low**i * (1 - low) ** (of - i) for i in range(count, of + 1))
    not_passed = sum(comb(of, i) * high**i * (1 - high) ** (of - i) for i in range(count + 1))
    assert (reached, not_passed) == pytest.approx((0.025, 0.025), abs=1e-9)


def test_zero_in_n_is_at_most_three_in_n():
    assert at_most(0, 30_000) * 30_000 == pytest.approx(2.9956, abs=1e-3)
    assert at_most(0, 0) == 1.0


@given(st.integers(1, 3000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_interval_holds_the_share_and_mirrors(pair):
    count, of = pair
    low, high = interval(count, of)
    assert low <= count / of <= high
    mirrored = interval(of - count, of)
    assert (1 - high, 1 - low) == pytest.approx(mirrored, abs=1e-9)
