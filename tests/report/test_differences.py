"""Where two values differ is marked at its place, and nothing else is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chsi_batch.report.differences import marks, pieces, plain


@pytest.mark.parametrize(
    ("left", "right", "marked_left", "marked_right"),
    [
        ("张伟", "张玮", "伟", "玮"),
        ("张三丰", "张叁丰", "三", "叁"),
        ("𠮷田", "吉田", "𠮷", "吉"),
        ("阿卜杜热", "阿卜杜热合曼·买买提", "", "合曼·买买提"),
        ("11010519491231002X", "11010519491213002X", "31", "13"),
        ("110105194912310021", "11010519491231002", "1", ""),
        ("孙悦", "周杰", "孙悦", "周杰"),
        ("2024", "2025", "4", "5"),
        ("北京大学医学部", "北京大学", "医学部", ""),
        ("同", "同", "", ""),
    ],
)
def test_differing_characters_are_marked(left: str, right: str, marked_left: str, marked_right: str) -> None:
    here, there = pieces(left, right)
    assert "".join(text for text, marked in here if marked) == marked_left
    assert "".join(text for text, marked in there if marked) == marked_right


def test_masked_values_carry_the_marks_of_the_full_ones() -> None:
    full = ("11010519491231002X", "11010519491231003X")
    here, there = pieces(*full, "1***************2X", "1***************3X")
    assert [text for text, marked in here if marked] == ["2"]
    assert [text for text, marked in there if marked] == ["3"]


def test_masked_values_of_another_length_are_compared_as_shown() -> None:
    here, _ = pieces("a-long-address", "b-long-address", "a***@x", "b***@x")
    assert here == (("a", True), ("***@x", False))


@given(st.text(max_size=20), st.text(max_size=20))
def test_pieces_say_the_whole_value(left: str, right: str) -> None:
    here, there = pieces(left, right)
    assert (plain(here), plain(there)) == (left, right)


@given(st.text(max_size=20), st.text(max_size=20))
def test_marks_are_blind_to_nothing(left: str, right: str) -> None:
    """Unequal values show a mark, equal ones none."""
    of_left, of_right = marks(left, right)
    assert (any(of_left) or any(of_right)) == (left != right)
