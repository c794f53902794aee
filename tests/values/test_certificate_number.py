"""Certificate numbers: schemes, free forms, placeholders and how two of them stand."""

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chsi_batch.values import certificate_number

calm = settings(deadline=None)  # tables are read on first use

DIPLOMA = "100011200905000123"
DEGREE = "1000142009000123"
SELF_STUDY = "651101050912345678"

CELLS = """
    # text | key | fold | fault
    100011200905000123 | 100011200905000123 | 100011200905000123 |
    １０００１１２００９０５０００１２３ | 100011200905000123 | 100011200905000123 |
    '10001 1200905 000123 | 100011200905000123 | 100011200905000123 |
    10001120010500012 | 10001120010500012 | 10001120010500012 |
    10001120090500012 | 10001120090500012 | 10001120090500012 | certificate-malformed
    651101050912345678 | 651101050912345678 | 651101050912345678 |
    669901050912345678 | 669901050912345678 | 669901050912345678 | certificate-malformed
    1000142009000123 | 1000142009000123 | 1000142009000123 |
    1000142009s00123 | 1000142009S00123 | 1000142009S00123 |
    Z1000142009000123 | Z1000142009000123 | Z1000142009000123 |
    A1000142009000123 | A1000142009000123 | A1000142009000123 | certificate-malformed
    # type, year and level that there are not; a digit too many; strange characters
    100012200905000123 | 100012200905000123 | 100012200905000123 | certificate-malformed
    100011190905000123 | 100011190905000123 | 100011190905000123 | certificate-malformed
    100011200903000123 | 100011200903000123 | 100011200903000123 | certificate-malformed
    1000112009050001234 | 1000112009050001234 | 1000112009050001234 | certificate-malformed
    10001120090500O123 | 10001120090500O123 | 10001120090500O123 | certificate-malformed
    97?毕123 | 97?毕123 | 97?毕123 | certificate-malformed
    # free forms
    京大毕字第97123号 | 京大毕字第97123号 | 京大毕97123 |
    （97）京大毕字123号 | (97)京大毕字123号 | 97京大毕123 |
    毕证字〔1997〕第00123号 | 毕证字〔1997〕第00123号 | 毕证199700123 |
    No.12345 | NO.12345 | 12345 |
    №12345 | №12345 | 12345 |
    97-12345 | 97-12345 | 9712345 |
    10001-1-2009-05-000123 | 10001-1-2009-05-000123 | 100011200905000123 |
    # nothing
    无 | | |
    不详 | | |
    - | | |
    0 | | |
    空 | | |
    000000000000000000 | | |
    111111111111111111 | | |
    123456789012345678 | | |
    # a number that was a number
    1.00011200905E+17 | | | certificate-rounded
    100011200905000123.0 | | | certificate-rounded
"""

PAIRS = """
    100011200905000123 | 100011200905000123 | differ | same
    100011200905000123 | 100011200905000124 | differ | near
    100011200905000123 | 100011200905000132 | differ | near
    100011200905000123 | 10001120090500012 | blank | near
    100011200905000123 | 100011200905000145 | same | differ
    100011200905000123 | 无 | same | blank
    100011200905000123 | 1.00011200905E+17 | same | blank
    # free forms mean something only within one school
    京大毕字第97123号 | 京大毕字第97123号 | same | same
    京大毕字第97123号 | 京大毕字第97123号 | alike | same
    京大毕字第97123号 | 京大毕字第97123号 | differ | differ
    京大毕字第97123号 | 京大毕字第97123号 | near | differ
    京大毕字第97123号 | 京大毕字第97123号 | blank | blank
    京大毕字第97123号 | 京大毕97123 | same | alike
    (97)123 | 97-123 | same | alike
    京大毕字第97123号 | 京大毕97124 | same | near
    100011200905000123 | 10001-1-2009-05-000123 | same | alike
    100011200905000123 | 10001-1-2009-05-000123 | differ | differ
"""


def table(text: str) -> list[list[str]]:
    lines = [line.strip() for line in text.strip().splitlines()]
    return [[cell.strip() for cell in line.split("|")] for line in lines if line and not line.startswith("#")]


@pytest.mark.parametrize("row", table(CELLS), ids=lambda row: row[0])
def test_a_cell_reads_as_drawn(row: list[str]) -> None:
    text, key, fold, fault = (cell or None for cell in row)
    found = certificate_number.keys(pa.array([text]), pa.array([False]))
    assert found["certificate_key"].to_pylist() == [key]
    assert found["certificate_fold"].to_pylist() == [fold]
    assert found["certificate_fault"].to_pylist() == [fault]
    assert certificate_number.fault(text) == fault


@pytest.mark.parametrize("row", table(PAIRS), ids=lambda row: "-".join(row))
def test_a_pair_stands_as_drawn(row: list[str]) -> None:
    a, b, school, expected = row
    assert certificate_number.state(a, b, school) == expected == certificate_number.state(b, a, school)


def test_a_numeric_cell_is_no_key() -> None:
    found = certificate_number.keys(pa.array([DIPLOMA, "12345", "无"]), pa.array([True, True, True]))
    assert found["certificate_key"].to_pylist() == [None, None, None]
    assert found["certificate_own"].to_pylist() == [False, False, False]
    assert found["certificate_fault"].to_pylist() == ["certificate-rounded", "certificate-rounded", None]


@pytest.mark.parametrize(
    ("number", "parts"),
    [
        (DIPLOMA, ("10001", "普通高等教育", 2009, "本科", "000123")),
        ("10001520010600012", ("10001", "成人高等教育", 2001, "专科", "00012")),
        ("100017200901000123", ("10001", "网络教育", 2009, "博士", "000123")),
        (SELF_STUDY, (None, "高等教育自学考试", None, "本科", None)),
        (DEGREE, ("10001", None, 2009, "本科", "000123")),
        ("T1000132009E00123", ("10001", None, 2009, "硕士", "E00123")),
    ],
)
def test_digits_tell_their_parts(number: str, parts: tuple[object, ...]) -> None:
    assert certificate_number.parse(number) == certificate_number.Parts(*parts)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("number", "code", "year", "level", "expected"),
    [
        (DIPLOMA, "10001", 2009, "本科", False),
        (DIPLOMA, "10001", 2009, "专升本", False),
        (DIPLOMA, "10001", 2009, "05", False),
        (DIPLOMA, "10002", 2009, "本科", True),
        (DIPLOMA, "10001", 2010, "本科", True),
        (DIPLOMA, "10001", 2009, "大专", True),
        (DIPLOMA, None, None, None, False),
        (DIPLOMA, "10001", 2009, "不知何层次", False),
        ("100011200902000123", "10001", 2009, "研究生", False),
        (SELF_STUDY, "10001", 2015, "本科", False),
        (SELF_STUDY, "10001", 2015, "专科", True),
        (DEGREE, "10001", 2009, "学士", False),
        (DEGREE, "10001", 2009, "硕士研究生", True),
        ("Z" + DEGREE, "10002", 2009, "学士", True),
        ("毕字第1号", "10002", 2009, "学士", False),
        (None, "10002", 2009, "学士", False),
    ],
)
def test_digits_that_disagree_with_the_columns(
    number: str | None, code: str | None, year: int | None, level: str | None, expected: bool
) -> None:
    assert certificate_number.disagrees(number, code, year, level) == expected


digits = st.text("0123456789", min_size=5, max_size=5)
schemed = st.one_of(
    st.sampled_from([DIPLOMA, DEGREE, SELF_STUDY, "10001120010500012", "Z" + DEGREE]),
    st.builds(
        "{}{}{}{}{}".format, digits, st.sampled_from("1567234"), st.integers(1980, 2050), digits, digits
    ),
)
texts = st.one_of(
    schemed,
    st.sampled_from([row[0] for row in table(CELLS)]),
    st.text("0123456789字第号毕()（）-.·NoO E+无", max_size=20),
    st.text(max_size=20),
)


@calm
@given(st.lists(st.tuples(st.none() | texts, st.booleans() | st.none()), max_size=20))
def test_columns_are_the_scalars(rows: list[tuple[str | None, bool | None]]) -> None:
    found = certificate_number.keys(
        pa.array([text for text, _ in rows], pa.string()), pa.array([flag for _, flag in rows], pa.bool_())
    )
    keys = []
    for text, numeric in rows:
        number = certificate_number.clean(text)
        rounded = number is not None and certificate_number.is_rounded(number, bool(numeric))
        keys.append(None if rounded else number)
    assert found["certificate_key"].to_pylist() == keys
    assert found["certificate_fold"].to_pylist() == [key and certificate_number.fold(key) for key in keys]
    assert found["certificate_own"].to_pylist() == [
        key is not None and certificate_number.own_key(key) for key in keys
    ]
    assert found["certificate_fault"].to_pylist() == [
        certificate_number.fault(text, bool(flag)) for text, flag in rows
    ]


rows = st.tuples(
    st.none() | schemed,
    st.sampled_from([None, "10001", "10002"]),
    st.sampled_from([None, 2009, 2001, 2015]),
    st.sampled_from([None, "本科", "专科", "硕士", "研究生", "05", "1"]),
)


@calm
@given(st.lists(rows, max_size=20))
def test_disagreement_by_column_is_the_scalar(
    rows: list[tuple[str | None, str | None, int | None, str | None]],
) -> None:
    kinds = (pa.string(), pa.string(), pa.int16(), pa.string())
    columns = [pa.array([row[place] for row in rows], kind) for place, kind in enumerate(kinds)]
    found = certificate_number.inconsistent(*columns).to_pylist()
    assert found == [certificate_number.disagrees(*row) for row in rows]


@calm
@given(texts)
def test_cleaning_twice_changes_nothing(text: str) -> None:
    number = certificate_number.clean(text)
    assert number is None or certificate_number.clean(number) == number


@calm
@given(texts, texts, st.sampled_from(["same", "alike", "near", "differ", "blank"]))
def test_a_pair_stands_the_same_both_ways(a: str, b: str, school: str) -> None:
    assert certificate_number.state(a, b, school) == certificate_number.state(b, a, school)
