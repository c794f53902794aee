"""Rows of two runs are paired and classed the same whatever their order, and the same from both sides."""

from __future__ import annotations

from collections import Counter

import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from chsi_batch.comparing.classes import CLASSES, MIRRORED, classify
from chsi_batch.comparing.pairing import pairs
from chsi_batch.comparing.rows import END

Row = tuple[str, ...]

BOUND = st.tuples(
    st.just("bound"), st.just(""), st.sampled_from(["B1", "B3"]), st.sampled_from(["x", "y"]),
    st.sampled_from(["verified", "verification-pending"]), st.sampled_from(["auto", "decision"]),
)  # fmt: skip
UNBOUND = st.tuples(
    st.just("exception"), st.sampled_from(["no-account", "contested"]), st.sampled_from(["", "B1"]),
    st.sampled_from(["", "x"]), st.just(""), st.just(""),
)  # fmt: skip
RUNS = st.lists(st.tuples(st.sampled_from("ab"), BOUND | UNBOUND), max_size=8)


def frame(rows: list[tuple[str, Row]]) -> pd.DataFrame:
    """Rows of a run: a key and how the row ended."""
    made = pd.DataFrame([(key, *end) for key, end in rows], columns=["key", *END], dtype="str")
    made["place"] = range(len(made))
    return made


def classed(before: list[tuple[str, Row]], after: list[tuple[str, Row]]) -> Counter[tuple[str, object]]:
    """How often each class, with both ends, comes out."""
    old, new = frame(before), frame(after)
    met = pairs(old, new)
    ends = []
    for rows, side in ((old, "a"), (new, "b")):
        part = rows.set_index("place").reindex(met[side])[[*END]].fillna("")
        ends.append(part.set_axis([f"{side}_{name}" for name in END], axis=1).reset_index(drop=True))
    lines = pd.concat(ends, axis=1)
    told = classify(lines)
    return Counter(
        (name, tuple(line)) for name, line in zip(told, lines.itertuples(index=False), strict=True)
    )


def counts(found: Counter[tuple[str, object]]) -> Counter[str]:
    total: Counter[str] = Counter()
    for (name, _), number in found.items():
        total[name] += number
    return total


@given(RUNS, RUNS)
@settings(max_examples=150, deadline=None)
def test_it_closes_and_mirrors(before: list[tuple[str, Row]], after: list[tuple[str, Row]]) -> None:
    there, back = counts(classed(before, after)), counts(classed(after, before))
    assert set(there) <= set(CLASSES)
    assert sum(there.values()) - there["come"] == len(before)
    assert sum(there.values()) - there["gone"] == len(after)
    assert {MIRRORED.get(name, name): number for name, number in there.items()} == back


@given(RUNS, st.randoms(use_true_random=False))
@settings(max_examples=60, deadline=None)
def test_a_run_with_itself_in_any_order_is_unchanged(rows: list[tuple[str, Row]], dice: object) -> None:
    other = list(rows)
    dice.shuffle(other)  # type: ignore[attr-defined]
    assert set(counts(classed(rows, other))) <= {"unchanged"}


@given(RUNS, RUNS, st.randoms(use_true_random=False))
@settings(max_examples=60, deadline=None)
def test_order_decides_nothing(
    before: list[tuple[str, Row]], after: list[tuple[str, Row]], dice: object
) -> None:
    found = classed(before, after)
    for rows in (before, after):
        dice.shuffle(rows)  # type: ignore[attr-defined]
    assert classed(before, after) == found


def one(before: Row | None, after: Row | None) -> str:
    """The class of one row."""
    found = classed(*([("a", end)] if end else [] for end in (before, after)))
    return next(iter(found))[0]


AUTO = ("bound", "", "B1", "x", "verified", "auto")
OUT = ("exception", "contested", "B1", "x", "", "")


def test_every_class() -> None:
    met = {
        one(OUT, AUTO): "bound",
        one(AUTO, OUT): "lost",
        one(OUT, (*AUTO[:5], "decision")): "decided",
        one((*AUTO[:5], "decision"), OUT): "undecided",
        one(AUTO, (*AUTO[:3], "y", *AUTO[4:])): "counterpart",
        one((*AUTO[:4], "verification-pending", "auto"), AUTO): "state",
        one(OUT, ("exception", "no-account", *OUT[2:])): "code",
        one(OUT, (*OUT[:3], "y", *OUT[4:])): "candidate",
        one(AUTO, (*AUTO[:2], "B2", *AUTO[3:])): "rule",
        one(None, AUTO): "come",
        one(AUTO, None): "gone",
        one(AUTO, AUTO): "unchanged",
    }
    assert {got: wanted for got, wanted in met.items() if got != wanted} == {}
    assert set(met) == set(CLASSES)


def test_of_rows_alike_those_that_ended_the_same_are_one() -> None:
    """Of two such rows one has gone: it is the one that ended otherwise, wherever it stood."""
    pending = (*AUTO[:4], "verification-pending", "auto")
    for before in ([pending, AUTO], [AUTO, pending]):
        found = classed([("a", end) for end in before], [("a", AUTO)])
        assert counts(found) == {"unchanged": 1, "gone": 1}
