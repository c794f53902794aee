"""What is left of a personal number where it is shown."""

import random
import time

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chsi_batch.values import id_number, masking

calm = settings(deadline=None)  # tables are read on first use

PAIRS = """
    # neighbours swapped, a character wrong, missing, a number of 15 digits
    110105194912310021 | 110105194912310012 | 1***************21 | 1***************12
    110105194912310021 | 110105194912310921 | 1**************0*1 | 1**************9*1
    110105194912310021 | 11010519491231021 | 1**************0*1 | 1***************1
    110105491231002 | 11010519491231002X | 1*************2 | 1*****19*********X
    # the same, and another person
    110105194912310021 | 110105194912310021 | 1****************1 | 1****************1
    110105194912310021 | 440301198001011234 | 1****************1 | 4****************4
"""

TEXTS = """
    张三 11010519491231002X 男 | 张三 1****************X 男
    id110105491231002号 | id1*************2号
    110105 19491231 002X | 1***** ******** ***X
    １１０１０５１９４９１２３１００２１ | １****************１
    1.10105194912310E+17 | 1.**************E+17
    电话13812345678。 | 电话138******78。
    138-1234-5678 | 138-****-**78
    138 1234 5678 | 138 **** **78
    +8613812345678 | +86138******78
    邮箱zhang.wei@163.com，有效 | 邮箱z***@163.com，有效
    13812345678@139.com | 1***@139.com
    护照E12345678 | 护照E*******8
    # not personal numbers
    合计 120 230 340 4500 210 220 | 合计 120 230 340 4500 210 220
    2009年9月1日 共 2000 人 | 2009年9月1日 共 2000 人
    学号 2009010123，电话 010-62345678 | 学号 2009010123，电话 010-62345678
    2009-09-01 2010-09-01 | 2009-09-01 2010-09-01
"""


def table(text: str) -> list[list[str]]:
    lines = [line.strip() for line in text.strip().splitlines()]
    return [[cell.strip() for cell in line.split("|")] for line in lines if line and not line.startswith("#")]


def test_the_contract_s_examples() -> None:
    assert masking.mask_id("110105194912310021") == "1****************1"
    assert masking.mask_mobile("13812345678") == "138******78"
    assert masking.mask_mobile("+86 138 1234 5678") == "138******78"
    assert masking.mask_email("zhang@163.com") == "z***@163.com"


@pytest.mark.parametrize(
    ("text", "mobile", "email"),
    [
        ("12345678", "1******8", "1******8"),
        ("1234", "****", "****"),
        ("z@163.com", "z*******m", "***@163.com"),
    ],
)
def test_what_is_something_else_shows_no_more(text: str, mobile: str, email: str) -> None:
    assert (masking.mask_mobile(text), masking.mask_email(text)) == (mobile, email)


@pytest.mark.parametrize("row", table(PAIRS), ids=lambda row: "-".join(row[:2]))
def test_a_pair_shows_where_it_differs(row: list[str]) -> None:
    assert list(masking.mask_pair(row[0], row[1])) == row[2:]


@pytest.mark.parametrize(("text", "expected"), table(TEXTS))
def test_a_free_text_keeps_no_personal_number(text: str, expected: str) -> None:
    assert masking.mask_text(text) == expected
    assert masking.mask_text(expected) == expected


def resident(seed: int) -> str:
    rng = random.Random(seed)
    born = f"{rng.randrange(1950, 2010)}{rng.randrange(1, 13):02d}15"
    body = f"{rng.randrange(110000, 660000)}{born}{rng.randrange(1000):03d}"
    return body + id_number.check_digit(body)


numbers = st.integers(0, 2**32).map(resident)
around = st.text('张三，。 abc\n\t:："{}-', max_size=8)


@calm
@given(around, numbers, around)
def test_no_number_survives_in_any_text(before: str, number: str, after: str) -> None:
    for written in (
        number,
        number.lower(),
        f"{number[:6]} {number[6:14]} {number[14:]}",
        f"{number[:9]}\u200b{number[9:]}",
    ):
        masked = masking.mask_text(before + written + after)
        digits = "".join(sign for sign in masked if sign.isdecimal())
        assert len(digits) <= 2
        assert masked.startswith(before)


@calm
@given(st.text(max_size=30))
def test_masking_a_text_twice_changes_nothing(text: str) -> None:
    masked = masking.mask_text(text)
    assert masking.mask_text(masked) == masked


@calm
@given(st.text("0123456789X", max_size=20), st.text("0123456789X", max_size=20))
def test_a_pair_never_shows_more_than_ends_and_differences(a: str, b: str) -> None:
    for text, masked in zip((a, b), masking.mask_pair(a, b), strict=True):
        assert len(masked) == len(text)
        shown = [place for place in range(1, len(text) - 1) if masked[place] != "*"]
        assert len(shown) <= masking.MOST_SHOWN
        assert all(masked[place] == text[place] for place in shown)


cells = st.none() | st.one_of(
    numbers,
    st.text(max_size=12),
    st.emails(),
    st.sampled_from(["13812345678", "+8613812345678", "a@b", "@", "z＠1.cn"]),
)


@calm
@given(st.lists(cells, max_size=12))
def test_columns_are_the_scalars(rows: list[str | None]) -> None:
    column = pa.array(rows, pa.string())
    for batch, scalar in (
        (masking.mask_ids, masking.mask_id),
        (masking.mask_mobiles, masking.mask_mobile),
        (masking.mask_emails, masking.mask_email),
        (masking.mask_texts, masking.mask_text),
    ):
        assert batch(column).to_pylist() == [None if text is None else scalar(text) for text in rows]


@pytest.mark.parametrize("piece", ["A", "1", "1 ", "a@", "@", "1.", "1\u200b", "A1", "86 1", "a.", "x@x."])
def test_a_long_text_takes_no_longer_than_its_length_allows(piece: str) -> None:
    def processor(length: int) -> float:
        text = (piece * length)[:length]
        start = time.process_time()
        masking.mask_text(text)
        return time.process_time() - start

    assert min(processor(30_000) for _ in range(2)) < 2  # letter by letter it took half a minute


def test_what_somebody_typed_is_masked_but_names_of_files_stay() -> None:
    number, file = "110105194912310021", "XL20250701.xlsx"
    typed = masking.mask_typed(f"{number} {file} 13812345678")
    assert typed == f"{masking.mask_id(number)} {file} 138******78"
    assert file not in masking.mask_text(file)


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("张伟", "张*"),
        ("伟", "*"),
        ("zhang wei", "z********"),
        ("--name=张伟", "--name=张*"),
        ("--名=张伟", "-*****"),
        ("--registrations", "--registrations"),
        ("in/张伟.csv", "in/张伟.csv"),
        ("张伟.xlsx", "张伟.xlsx"),
        ("张伟.xlsx#Sheet1!7", "张伟.xlsx#Sheet1!7"),
        ("2025-13-01", "2025-13-01"),
        ("11010519491231002X", "1*****************"),
        ("110105194912310021", "1****************1"),
        ("--as-of=110105194912310021", "--as-of=1****************1"),
        ("a@163.com", "***@163.com"),
        ("", ""),
    ],
)
def test_an_argument_repeated_is_a_file_an_option_or_masked(typed: str, shown: str) -> None:
    assert masking.mask_argument(typed) == shown


@given(st.text())
def test_masking_an_argument_twice_changes_nothing(typed: str) -> None:
    once = masking.mask_argument(typed)
    assert masking.mask_argument(once) == once
    assert len(once) == len(typed) or "@" in typed or "＠" in typed
