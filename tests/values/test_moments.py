"""Days with times, as account systems log them."""

from datetime import datetime

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chsi_batch.values import moments

calm = settings(deadline=None)  # tables are read on first use

FORMS = """
    2024-03-01 12:05:30 | 2024-03-01T12:05:30
    2024-03-01T12:05:30 | 2024-03-01T12:05:30
    2024-03-01 12:05:30.123 | 2024-03-01T12:05:30
    2024-03-01 12:05 | 2024-03-01T12:05:00
    2024/3/1 9:05 | 2024-03-01T09:05:00
    2024.3.1 9:05:07 | 2024-03-01T09:05:07
    2024年3月1日 12时5分30秒 | 2024-03-01T12:05:30
    2024年3月1日12时5分 | 2024-03-01T12:05:00
    2024年3月1日 下午2:05 | 2024-03-01T14:05:00
    2024年3月1日 上午12:05 | 2024-03-01T00:05:00
    2024-03-01 2:05:30 PM | 2024-03-01T14:05:30
    2024-03-01 12:00:00 AM | 2024-03-01T00:00:00
    ２０２４-03-01　12：05：30 | 2024-03-01T12:05:30
    20240301120530 | 2024-03-01T12:05:30
    202403011205 | 2024-03-01T12:05:00
    20240301 12:05:30 | 2024-03-01T12:05:30
    45352.5 | 2024-03-01T12:00:00
    45352 | 2024-03-01T00:00:00
    2024-03-01 | 2024-03-01T00:00:00
    2024-03-01T12:05:30+08:00 | 2024-03-01T12:05:30
    2024-03-01T12:05:30Z | 2024-03-01T20:05:30
    2024-03-01T22:05:30.000+0000 | 2024-03-02T06:05:30
    13/3/2024 12:00 | 2024-03-13T12:00:00
"""


@pytest.mark.parametrize(
    ("text", "expected"),
    [[cell.strip() for cell in line.split("|")] for line in FORMS.strip().splitlines()],
)
def test_a_moment_reads_as_drawn(text: str, expected: str) -> None:
    assert moments.clean(text) == expected
    assert moments.fault(text) is None


@pytest.mark.parametrize(
    "text", ["2024-02-30 12:00:00", "2024-03-01 24:00:00", "2024-03-01 12:60", "2024-03", "12:05"]
)
def test_what_is_no_moment_is_said(text: str) -> None:
    assert (moments.clean(text), moments.fault(text)) == (None, "date-malformed")


@pytest.mark.parametrize("text", [None, "", "无", "-", "0000-00-00 00:00:00"])
def test_nothing_is_no_fault(text: str | None) -> None:
    assert (moments.clean(text), moments.fault(text)) == (None, None)


texts = st.one_of(
    st.sampled_from([line.split("|")[0].strip() for line in FORMS.strip().splitlines()]),
    st.datetimes().map(lambda moment: moment.isoformat(sep=" ", timespec="seconds")),
    st.from_regex(r"[12][0-9]{3}-[01][0-9]-[0-3][0-9][ T][0-2][0-9]:[0-6][0-9]:[0-6][0-9]", fullmatch=True),
    st.text("0123456789年月日-/. :TZ时分秒", max_size=22),
)


@calm
@given(st.lists(st.none() | texts, max_size=15))
def test_columns_are_the_scalars(rows: list[str | None]) -> None:
    assert moments.keys(pa.array(rows, pa.string())).to_pylist() == [moments.clean(text) for text in rows]


@calm
@given(st.datetimes(datetime(1930, 1, 1), datetime(2099, 12, 31)))
def test_every_second_reads_back(moment: datetime) -> None:
    exact = moment.replace(microsecond=0)
    forms = [f"{exact:%Y-%m-%d %H:%M:%S}", f"{exact:%Y%m%d%H%M%S}", f"{exact:%Y年%m月%d日 %H时%M分%S秒}"]
    assert {moments.clean(form) for form in forms} == {exact.isoformat()}


@calm
@given(texts)
def test_cleaning_twice_changes_nothing(text: str) -> None:
    moment = moments.clean(text)
    assert moment is None or moments.clean(moment) == moment
