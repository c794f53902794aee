"""Schools: by code, then by listed names; brackets tell schools apart; unknown is not wrong."""

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chsi_batch.values import school

calm = settings(deadline=None)  # tables are read on first use

PAIRS = """
    # code | name | code | name | state
    10001 | 北京大学 | 10001 | 北京大学 | same
    10001 |  | 10001 |  | same
    10001 |  |  | 北京大学 | same
    10001.0 | |  4111010001 | | same
      | 中国矿业大学（北京） | | 中国矿业大学(北京) | same
      | 北 京\u200b大学 | | 北京大学 | same
      | 某某军事学院 | | 某某军事学院 | same
      | 中国矿业大学〔北京〕 | | 中国矿业大学（北京） | same
      | 北京师范大学－香港浸会大学联合国际学院 | | 北京师范大学—香港浸会大学联合国际学院 | same
    80123 | | 80123 | | same
    # one code, an old and a new name
      | 北京吉利学院 | | 吉利学院 | alike
    12802 | | | 北京吉利学院 | alike
    # one character wrong, unless both are schools
      | 北京太学 | | 北京大学 | near
      | 某某军事学院 | | 某某军亊学院 | near
      | 东北大学 | | 西北大学 | differ
    10001 | 北京太学 | 10002 | 北京大学 | differ
    # brackets are never stripped
      | 中国矿业大学（北京） | | 中国矿业大学 | differ
    10001 | | 10002 | | differ
    # nothing said
      | 北京大学 | | | blank
      | 无 | 10001 | | blank
    00000 | - | 10001 | | blank
"""


def drawn() -> list[list[str]]:
    lines = [line.strip(" ") for line in PAIRS.split("\n")]
    return [
        [cell.strip(" ") for cell in line.split("|")] for line in lines if line and not line.startswith("#")
    ]


@pytest.mark.parametrize("row", drawn(), ids=" ".join)
def test_state(row: list[str]) -> None:
    *cells, state = row
    a_code, a_name, b_code, b_name = (cell or None for cell in cells)
    assert school.state(a_code, a_name, b_code, b_name) == state
    assert school.state(b_code, b_name, a_code, a_name) == state


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("10001", "10001"),
        (" 10001 ", "10001"),
        ("１０００１", "10001"),
        ("10001.0", "10001"),
        ("'10001", "10001"),
        ("4111010001", "10001"),
        ("4111010001.0", "10001"),
        ("312", "00312"),
        ("77777", "77777"),
        ("777", None),
        ("00000", None),
        ("北京大学", None),
        ("", None),
        (None, None),
    ],
)
def test_code(text: str | None, code: str | None) -> None:
    assert school.clean_code(text) == code


texts = st.text(
    st.sampled_from("北京太大学中国矿业()（）〔[ 　\u200b\n-—0a无"), max_size=10
) | st.sampled_from(
    ["北京大学", "北京吉利学院", "吉利学院", "中国矿业大学（北京）", "中国矿业大学", "无", ""]
)
codes = st.sampled_from(["10001", "10001.0", "4111010001", "12802", "77777", "312", "x", "", "00000"])
cells = st.tuples(st.none() | codes, st.none() | texts)


@calm
@given(st.lists(cells, max_size=12))
def test_columns_are_the_scalars(rows: list[tuple[str | None, str | None]]) -> None:
    found = school.keys(
        pa.array([code for code, _ in rows], pa.string()), pa.array([name for _, name in rows], pa.string())
    )
    read = [school.read(*row) for row in rows]
    assert found["school_code"].to_pylist() == [one.code for one in read]
    assert found["school_key"].to_pylist() == [one.key for one in read]
    assert found["school_listed"].to_pylist() == [one.listed for one in read]
    assert found["school_known"].to_pylist() == [one.known for one in read]


@calm
@given(cells, cells)
def test_columns_decide_a_pair_as_the_scalar_does(
    a: tuple[str | None, str | None], b: tuple[str | None, str | None]
) -> None:
    sides = []
    for code, name in (a, b):
        found = school.keys(pa.array([code], pa.string()), pa.array([name], pa.string()))
        sides.append(found)
    one, other = ({column: values[0].as_py() for column, values in side.items()} for side in sides)
    near = school.near_pairs(sides[0]["school_key"], sides[1]["school_key"])[0].as_py()
    equal = {column: one[column] is not None and one[column] == other[column] for column in one}
    if None in (one["school_code"] or one["school_key"], other["school_code"] or other["school_key"]):
        expected = "blank"
    elif equal["school_code"] or equal["school_key"]:
        expected = "same"
    elif equal["school_listed"]:
        expected = "alike"
    else:
        expected = "near" if near and not (one["school_known"] and other["school_known"]) else "differ"
    assert school.state(*a, *b) == expected == school.state(*b, *a)


@calm
@given(texts | st.text(max_size=8))
def test_cleaning_twice_changes_nothing(text: str) -> None:
    name = school.clean(text)
    assert name is None or school.clean(name) == name


def test_a_name_of_two_codes_tells_no_code() -> None:
    assert school._unique([("甲学院", "10001"), ("甲学院", "10002"), ("乙学院", "10003")]) == {
        "乙学院": "10003"
    }


def test_a_closed_school_is_still_a_school() -> None:
    gone = next((code, name) for code, name, kind in school._listed() if kind == "closed")
    assert school.state(gone[0], None, None, gone[1]) == "same"
    assert school.read(*gone).known
