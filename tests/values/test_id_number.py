"""ID numbers: every sentence about them drawn as a cell or a pair, and what must hold for all numbers."""

import random
import string
from datetime import date, timedelta

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chsi_batch.values import id_number

calm = settings(deadline=None)  # tables are read on first use

CELLS = """
    # text | stated | key | group | long | birth | sex | fault | note
    11010519491231002X |  | 11010519491231002X | resident | = | 19491231 | 女 | |
    440301199802290017 |  | 440301199802290017 | resident | = | | | id-malformed |
    11010519491231002x |  | 11010519491231002X | resident | = | 19491231 | 女 | |
    11010519491231002Х |  | 11010519491231002X | resident | = | 19491231 | 女 | |
    11010519491231002х |  | 11010519491231002X | resident | = | 19491231 | 女 | |
    11010519491231002Χ |  | 11010519491231002X | resident | = | 19491231 | 女 | |
    11010519491231002× |  | 11010519491231002X | resident | = | 19491231 | 女 | |
    １１０１０５１９４９１２３１００２Ｘ |  | 11010519491231002X | resident | = | 19491231 | 女 | |
    '11010519491231002X |  | 11010519491231002X | resident | = | 19491231 | 女 | |
    110105 19491231 002X |  | 11010519491231002X | resident | = | 19491231 | 女 | |
    110105491231002 |  | 110105491231002 | resident | 11010519491231002X | 19491231 | 女 | |
    110105491331002 |  | 110105491331002 | resident | = | | | id-malformed |
    # an area in no list
    000000194912310019 |  | 000000194912310019 | resident | = | 19491231 | 男 | |
    # the check digit, a missing and an extra digit
    110105194912310021 |  | 110105194912310021 | resident | = | 19491231 | 女 | id-malformed |
    1101051949123100 |  | 1101051949123100 | resident | = | | | id-malformed |
    11010519491231002XX |  | 11010519491231002XX | resident | = | | | id-malformed |
    # nobody, and a school's temporary number
    999141310001000123 |  | | | | | | id-missing | id-temporary
    000000000000000000 |  | | | | | | id-missing |
    111111111111111111 |  | | | | | | id-missing |
    111111111111111 |  | | | | | | id-missing |
    123456789012345678 |  | | | | | | id-missing |
    无 |  | | | | | | id-missing |
    不详 |  | | | | | | id-missing |
    - |  | | | | | | id-missing |
    NA |  | | | | | | id-missing |
    0 |  | | | | | | id-missing |
    # documents as stated, by word and by both families of codes
    11010519491231002X | 居民身份证 | 11010519491231002X | resident | = | 19491231 | 女 | |
    11010519491231002X | 1 | 11010519491231002X | resident | = | 19491231 | 女 | |
    11010519491231002X | 01 | 11010519491231002X | resident | = | 19491231 | 女 | |
    11010519491231002X | 1-居民身份证 | 11010519491231002X | resident | = | 19491231 | 女 | |
    11010519491231002X | 户口簿 | 11010519491231002X | resident | = | 19491231 | 女 | |
    E12345678 | 居民身份证 | E12345678 | resident | = | | | id-malformed |
    E12345678 | 护照 | E12345678 | passport | = | | | |
    E12345678 | A | E12345678 | passport | = | | | |
    11010519491231002X | 护照 | 11010519491231002X | passport | = | | | |
    张三丰 | 护照 | 张三丰 | passport | = | | | id-malformed |
    12 | 护照 | 12 | passport | = | | | id-malformed |
    H12345678 | 港澳居民来往内地通行证 | H12345678 | hkmo_permit | = | | | |
    12345670 | 台湾居民来往大陆通行证 | 12345670 | tw_permit | = | | | |
    12345670 | 8 | 12345670 | tw_permit | = | | | |
    军字第1234567号 | 军官证 | 军字第1234567号 | officer | = | | | |
    1234567X | 海员证 | 1234567X | 海员证 | = | | | |
    # documents by shape
    E12345678 |  | E12345678 | passport | = | | | |
    H12345678 |  | H12345678 | hkmo_permit | = | | | |
    12345670 |  | 12345670 | tw_permit | = | | | |
    USA123456789012 |  | USA123456789012 | permanent | = | | | |
    USA123456789012 | 外国人永久居留身份证 | USA123456789012 | permanent | = | | | |
    北字第123456号 |  | 北字第123456号 | officer | = | | | |
    身份证丢失 |  | 身份证丢失 | resident | = | | | id-malformed |
    138123456781 |  | 138123456781 | resident | = | | | id-malformed |
"""

STATED = {"is": "居民身份证", "pass": "护照", "tw": "台湾居民来往大陆通行证"}

PAIRS = """
    11010519491231002X | 11010519491231002x | same
    110105491231002 | 11010519491231002X | alike
    110105491231002 | 110105491231002 | same
    # one character wrong, the check digit too; neighbours swapped, missing, extra
    11010519491231002X | 11010519491231003X | near
    11010519491231002X | 110105194912310021 | near
    11010519491231002X | 11010519491213002X | near
    11010519491231002X | 1101051949123100X | near
    11010519491231002X | 110105194912310002X | near
    # a rounded number: first 15 digits, one unit of carrying allowed
    11010519491231002X | 110105194912310000 | near
    110105194912310037 | 1.10105194912310E+17 | near
    11010519491231002X | 110105194912311000 | near
    11010519491231002X | 110105194912312000 | differ
    11010519491231002X | 1.10105E+17 | differ
    # birth date and sex agree
    11010519491231002X | 44030119491231104X | partial
    11010519491231002X | 440301194912311031 | differ
    11010519491231002X | 440301491231104 | partial
    # nothing to compare
    11010519491231002X | 无 | blank
    999141310001000123 | 999141310001000123 | blank
    # documents that do not compare, and those that do
    E12345678:pass | E12345678:pass | same
    E12345678:pass | E12345678 | same
    E12345678 | E12345678 | same
    E12345678:pass | E12345679:pass | near
    12345670:pass | 12345670:tw | differ
    12345670 | 12345670:pass | same
    11010519491231002X | 11010519491231002X:pass | differ
    11010519491231002X:is | 11010519491231002X | same
    E12345678:is | E12345678:pass | differ
"""


def table(text: str) -> list[list[str]]:
    lines = [line.strip() for line in text.strip().splitlines()]
    return [[cell.strip() for cell in line.split("|")] for line in lines if line and not line.startswith("#")]


def resident(rng: random.Random) -> str:
    day = date(1950, 1, 1) + timedelta(rng.randrange(20000))
    body = f"{rng.randrange(110000, 660000)}{day:%Y%m%d}{rng.randrange(1000):03d}"
    return body + id_number.check_digit(body)


residents = st.integers(0, 2**32).map(lambda seed: resident(random.Random(seed)))


@pytest.mark.parametrize("row", table(CELLS), ids=lambda row: f"{row[0]}-{row[1]}")
def test_a_cell_reads_as_drawn(row: list[str]) -> None:
    text, stated, key, group, long, birth, sex, fault, note = (cell or None for cell in row)
    found = id_number.read(text, stated=stated)
    assert (found.key, found.group, found.birth, found.sex, found.fault, found.note) == (
        key,
        group,
        birth,
        sex,
        fault,
        note,
    )
    assert found.long == (key if long == "=" else long)


@pytest.mark.parametrize("row", table(PAIRS), ids=lambda row: f"{row[0]}-{row[1]}")
def test_a_pair_stands_as_drawn(row: list[str]) -> None:
    a, b = (
        id_number.read(text, stated=STATED.get(word)) for text, _, word in (c.partition(":") for c in row[:2])
    )
    assert id_number.state(a, b) == row[2] == id_number.state(b, a)


@pytest.mark.parametrize(
    ("text", "numeric", "rounded"),
    [
        ("110105194912310000", True, True),
        ("110105491231002", True, True),
        ("E12345678", True, True),
        ("1.10105194912310E+17", False, True),
        ("1.10105194912310e17", False, True),
        ("110105194912310022.0", False, True),
        ("110105194912310000", False, True),
        ("11010519491231002X", False, False),
        ("1E2345678", False, False),
        ("0", True, False),
    ],
)
def test_numbers_that_were_numbers_are_rounded(text: str, numeric: bool, rounded: bool) -> None:
    found = id_number.read(text, numeric)
    assert found.rounded == rounded
    assert (found.fault == "id-rounded") == rounded


def test_three_zeros_with_their_right_check_digit_are_a_number() -> None:
    rng = random.Random(3)
    found = next(
        number for number in (f"{resident(rng)[:15]}000" for _ in range(1000)) if id_number.checks(number)
    )
    assert id_number.read(found).fault is None


def test_a_residence_permit_is_a_resident_number() -> None:
    for area in ("810000", "820000", "830000"):
        body = f"{area}19900101001"
        assert id_number.read(body + id_number.check_digit(body)).fault is None


def test_a_permanent_residence_number_needs_only_its_check_digit() -> None:
    body = "91184019901399001"
    number = body + id_number.check_digit(body)
    wrong = body + ("0" if number[17] != "0" else "1")
    found = id_number.read(number, stated="外国人永久居留身份证")
    assert (found.fault, found.group, found.birth, found.sex) == (None, "resident", None, None)
    assert id_number.fault(wrong) == "id-malformed"
    dated = "91184019900101001"
    assert id_number.read(dated + id_number.check_digit(dated)).birth == "19900101"


@pytest.mark.parametrize("year", ["1899", "2026", "2099"])
def test_nobody_is_born_out_of_range(year: str) -> None:
    body = f"110105{year}0101001"
    assert id_number.fault(body + id_number.check_digit(body)) == "id-malformed"


@calm
@given(residents, st.integers(0, 17), st.sampled_from("0123456789X"))
def test_every_wrong_digit_is_caught(number: str, place: int, sign: str) -> None:
    slipped = number[:place] + sign + number[place + 1 :]
    assert id_number.checks(slipped) == (slipped == number)


@calm
@given(residents, st.integers(0, 16))
def test_every_swap_of_neighbours_is_caught(number: str, place: int) -> None:
    swapped = number[:place] + number[place + 1] + number[place] + number[place + 2 :]
    assert id_number.checks(swapped) == (swapped == number)


@calm
@given(residents)
def test_fifteen_digits_come_back_to_eighteen(number: str) -> None:
    short = number[:6] + number[8:17]
    if number[6:8] == "19" and id_number.clean(short):
        assert id_number.longer(short) == number
        assert id_number.state(id_number.read(short), id_number.read(number)) == "alike"


def test_ten_thousand_numbers_stay_digit_for_digit() -> None:
    rng = random.Random(10)
    numbers = [resident(rng) for _ in range(10_000)]
    found = id_number.keys(
        pa.array(numbers), pa.array([False] * len(numbers)), pa.nulls(len(numbers), pa.string())
    )
    assert found["id_key"].to_pylist() == numbers == [id_number.clean(number) for number in numbers]


DRAWN = [row[0] for row in table(CELLS)] + ["1.10105E+17", "110105194912310000", "911840199001010015", ""]
texts = st.one_of(
    residents,
    residents.map(lambda number: number[:6] + number[8:17]),
    st.sampled_from(DRAWN),
    st.text(string.digits + "Xx", min_size=13, max_size=20),
    st.text(string.digits + "X护照E+. ", max_size=20),
    st.text(max_size=20),
)
types = st.sampled_from(
    [None, "", "居民身份证", "1", "A", "护照", "户口簿", "海员证", "外国人永久居留身份证"]
)
cells = st.tuples(st.none() | texts, st.booleans() | st.none(), types)


@calm
@given(st.lists(cells, max_size=20))
def test_columns_are_the_scalars(rows: list[tuple[str | None, bool | None, str | None]]) -> None:
    columns = [
        pa.array([row[place] for row in rows], kind)
        for place, kind in enumerate((pa.string(), pa.bool_(), pa.string()))
    ]
    found = id_number.keys(*columns)
    read = [id_number.read(text, bool(numeric), stated) for text, numeric, stated in rows]
    for name, values in found.items():
        expected = [getattr(one, name.removeprefix("id_")) for one in read]
        assert values.to_pylist() == expected, name


def test_slices_and_chunks_are_columns_too() -> None:
    numbers = pa.array(["x", "11010519491231002X", None, "110105491231002", "无"]).slice(1)
    found = id_number.keys(
        pa.chunked_array([numbers.slice(0, 2), numbers.slice(2)]),
        pa.chunked_array([[False, False], [False, False]]),
        pa.chunked_array([pa.nulls(4, pa.string())]),
    )
    assert found["id_long"].to_pylist() == ["11010519491231002X", None, "11010519491231002X", None]
    assert found["id_head"].to_pylist() == [110105194912310, None, None, None]


@calm
@given(texts)
def test_cleaning_twice_changes_nothing(text: str) -> None:
    number = id_number.clean(text)
    assert number is None or id_number.clean(number) == number


@calm
@given(cells, cells)
def test_a_pair_stands_the_same_both_ways(
    a: tuple[str | None, bool | None, str | None], b: tuple[str | None, bool | None, str | None]
) -> None:
    one, other = (id_number.read(text, bool(numeric), stated) for text, numeric, stated in (a, b))
    assert id_number.state(one, other) == id_number.state(other, one)
    assert id_number.state(one, one) == ("same" if one.key else "blank")
