"""Mobile numbers and e-mail addresses."""

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chsi_batch.values import contact

calm = settings(deadline=None)  # tables are read on first use

MOBILES = [
    ("13812345678", "13812345678", None),
    ("+86 138-1234-5678", "13812345678", None),
    ("8613812345678", "13812345678", None),
    ("008613812345678", "13812345678", None),
    ("013812345678", "13812345678", None),
    ("１３８１２３４５６７８", "13812345678", None),
    ("(+86)138 1234 5678", "13812345678", None),
    ("13812345678.0", "13812345678", None),
    ("'13812345678", "13812345678", None),
    ("12812345678", None, "mobile-malformed"),
    ("1381234567", None, "mobile-malformed"),
    ("138123456789", None, "mobile-malformed"),
    ("1.38E+10", None, "mobile-malformed"),
    ("010-62345678", None, "mobile-malformed"),
    (None, None, "mobile-missing"),
    ("", None, "mobile-missing"),
    ("无", None, "mobile-missing"),
    ("00000000000", None, "mobile-missing"),
    ("11111111111", None, "mobile-missing"),
]
EMAILS = [
    ("zhang.wei@163.com", "zhang.wei@163.com", None),
    ("Zhang@QQ.COM", "Zhang@qq.com", None),
    (" zhang＠163.com ", "zhang@163.com", None),
    ("张伟@例子.中国", "张伟@例子.中国", None),
    ("a@b.edu.cn", "a@b.edu.cn", None),
    ("zhang163.com", None, "email-malformed"),
    ("zhang@163", None, "email-malformed"),
    ("a@b@163.com", None, "email-malformed"),
    ("a@163.com;b@163.com", None, "email-malformed"),
    ("@163.com", None, "email-malformed"),
    ("无", None, None),
    (None, None, None),
    ("", None, None),
]


@pytest.mark.parametrize(("text", "key", "fault"), MOBILES)
def test_a_mobile_reads_as_drawn(text: str | None, key: str | None, fault: str | None) -> None:
    assert (contact.clean_mobile(text), contact.mobile_fault(text)) == (key, fault)


@pytest.mark.parametrize(("text", "key", "fault"), EMAILS)
def test_an_address_reads_as_drawn(text: str | None, key: str | None, fault: str | None) -> None:
    assert (contact.clean_email(text), contact.email_fault(text)) == (key, fault)


mobiles = st.sampled_from([row[0] for row in MOBILES]) | st.text("0123456789+- ", max_size=15)
emails = st.one_of(
    st.sampled_from([row[0] for row in EMAILS]),
    st.emails(),
    st.text("abAB.@-_中;0", max_size=12),
    st.from_regex(contact.EMAIL, fullmatch=True),
)


@calm
@given(st.lists(st.tuples(mobiles, emails), max_size=12))
def test_columns_are_the_scalars(rows: list[tuple[str | None, str | None]]) -> None:
    calls, mails = [row[0] for row in rows], [row[1] for row in rows]
    found = contact.keys(pa.array(calls, pa.string()), pa.array(mails, pa.string()))
    assert found["mobile_key"].to_pylist() == [contact.clean_mobile(text) for text in calls]
    assert found["mobile_fault"].to_pylist() == [contact.mobile_fault(text) for text in calls]
    assert found["email_key"].to_pylist() == [contact.clean_email(text) for text in mails]
    assert found["email_fault"].to_pylist() == [contact.email_fault(text) for text in mails]


@calm
@given(mobiles, emails)
def test_cleaning_twice_changes_nothing(mobile: str | None, email: str | None) -> None:
    number, address = contact.clean_mobile(mobile), contact.clean_email(email)
    assert contact.clean_mobile(number) == number
    assert contact.clean_email(address) == address
