"""Of many entries on one pair, which decision stands."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from chsi_batch.decisions.entries import Entry
from chsi_batch.decisions.standing import standing


def said(seq: int, reviewer: str, decision: str, pair: str = "1", undoes: int | None = None) -> Entry:
    keys = (None, None) if decision == "undo" else (f"r{pair}", f"d{pair}")
    return Entry(decision, reviewer, *keys, undoes=undoes, seq=seq)


def stands(*entries: Entry) -> list[tuple[str, int, bool]]:
    return [(one.decision, one.entry.seq, one.conflicting) for one in standing(entries)]


def test_the_later_entry_of_one_reviewer_wins() -> None:
    assert stands(said(1, "王", "bind"), said(2, "王", "reject")) == [("reject", 2, False)]


def test_reviewers_who_disagree_hold() -> None:
    assert stands(said(1, "王", "bind"), said(2, "李", "reject")) == [("hold", 2, True)]
    assert stands(said(1, "王", "bind"), said(2, "李", "bind")) == [("bind", 2, False)]
    settled = [said(1, "王", "bind"), said(2, "李", "reject"), said(3, "李", "bind")]
    assert stands(*settled) == [("bind", 3, False)]


def test_an_undone_entry_does_not_count() -> None:
    assert stands(said(1, "王", "bind"), said(2, "李", "undo", undoes=1)) == []
    before = [said(1, "王", "hold"), said(2, "王", "bind"), said(3, "王", "undo", undoes=2)]
    assert stands(*before) == [("hold", 1, False)]
    assert stands(*before, said(4, "王", "undo", undoes=3)) == [("bind", 2, False)]


def test_pairs_stand_by_themselves() -> None:
    assert stands(said(1, "王", "bind"), said(2, "王", "reject", pair="2")) == [
        ("bind", 1, False),
        ("reject", 2, False),
    ]


@given(st.lists(st.tuples(st.sampled_from("王李"), st.sampled_from(["bind", "reject", "hold"])), min_size=1))
def test_what_stands_follows_from_each_reviewers_last_word(made: list[tuple[str, str]]) -> None:
    entries = [said(seq, who, word) for seq, (who, word) in enumerate(made, start=1)]
    words = set(dict(made).values())
    (one,) = standing(entries)
    assert one.conflicting == (len(words) > 1)
    assert one.decision == ("hold" if len(words) > 1 else words.pop())
    assert standing([*entries, said(len(entries) + 1, "王", "undo", undoes=99)]) == [one]
