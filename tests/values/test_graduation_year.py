"""Dates in every form met in practice, and the year that is compared."""

from datetime import date

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chsi_batch.values import dates, graduation_year

calm = settings(deadline=None)  # tables are read on first use

FORMS = """
    20090901 | 2009-09-01
    2009-09-01 | 2009-09-01
    2009-9-1 | 2009-09-01
    2009/9/1 | 2009-09-01
    2009.9.1 | 2009-09-01
    2009. 9. 1 | 2009-09-01
    2009年09月01日 | 2009-09-01
    2009年9月1日 | 2009-09-01
    2009 年 9 月 1 日 | 2009-09-01
    ２００９年９月１日 | 2009-09-01
    二〇〇九年九月一日 | 2009-09-01
    二○○九年十月三十一日 | 2009-10-31
    二〇〇九年十二月 | 2009-12
    2009-09-01 00:00:00 | 2009-09-01
    2009-09-01T08:30:00.000 | 2009-09-01
    2009年9月1日 8时30分 | 2009-09-01
    40057 | 2009-09-01
    40057.0 | 2009-09-01
    40057.5 | 2009-09-01
    31/7/2009 | 2009-07-31
    7/31/2009 | 2009-07-31
    7/7/2009 | 2009-07-07
    2009.9 | 2009-09
    2009.09 | 2009-09
    2009-9 | 2009-09
    2009/09 | 2009-09
    200909 | 2009-09
    2009年9月 | 2009-09
    2009年9月份 | 2009-09
    20090900 | 2009-09
    2009 | 2009
    2009年 | 2009
    2009届 | 2009
    2009.0 | 2009
    20090000 | 2009
    3/4/2009 | 2009
"""

UNREADABLE = [
    "2009-02-30",
    "2009-13",
    "200913",
    "09-9-1",
    "09年9月",
    "98",
    "2008-2009",
    "1899",
    "21000101",
    "x",
    "41",
]
BLANK = [None, "", " ", "无", "不详", "-", "0", "0000-00-00", "00000000", "NULL"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [[cell.strip() for cell in line.split("|")] for line in FORMS.strip().splitlines()],
)
def test_a_date_reads_as_drawn(text: str, expected: str) -> None:
    assert graduation_year.clean_date(text) == expected
    assert graduation_year.fault(text) is None


@pytest.mark.parametrize("text", UNREADABLE)
def test_what_is_no_date_is_said(text: str) -> None:
    assert (graduation_year.clean(text), graduation_year.fault(text)) == (None, "date-malformed")


@pytest.mark.parametrize("text", BLANK)
def test_nothing_is_no_fault(text: str | None) -> None:
    assert (graduation_year.clean(text), graduation_year.fault(text)) == (None, None)


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        ("2009", "2009年7月", "same"),
        ("2009", "2010", "near"),
        ("2009", "20080701", "near"),
        ("2009", "2011", "differ"),
        ("2009", "无", "blank"),
        ("2009", "09", "blank"),
    ],
)
def test_years_stand_as_drawn(a: str, b: str, expected: str) -> None:
    assert graduation_year.state(a, b) == expected == graduation_year.state(b, a)


def test_a_stated_year_comes_before_that_of_the_date() -> None:
    found = graduation_year.keys(
        pa.array(["2009", None, "09", None, "2009年7月"]),
        pa.array(["2010-07-01", "2010.7", "2010", "x", None]),
    )
    assert found["graduation_year"].to_pylist() == [2009, 2010, 2010, None, 2009]
    assert found["graduation_year"].type == pa.int16()
    assert found["graduation_date"].to_pylist() == ["2010-07-01", "2010-07", "2010", None, "2009-07"]
    assert found["year_fault"].to_pylist() == [None, None, "date-malformed", "date-malformed", None]


def test_days_by_column_need_a_day() -> None:
    found = graduation_year.dates(pa.array(["2009年9月1日", "200909", None, "x", "40057"]))
    assert found.to_pylist() == ["20090901", None, None, None, "20090901"]


texts = st.one_of(
    st.sampled_from([line.split("|")[0].strip() for line in FORMS.strip().splitlines()]),
    st.text("0123456789年月日-/. :TZ", max_size=22),
    st.text(max_size=12),
)


@calm
@given(st.lists(st.tuples(st.none() | texts, st.none() | texts), max_size=12))
def test_columns_are_the_scalars(rows: list[tuple[str | None, str | None]]) -> None:
    years, days = (pa.array([row[place] for row in rows], pa.string()) for place in (0, 1))
    found = graduation_year.keys(years, days)
    read = [graduation_year.clean(year) or graduation_year.clean(day) for year, day in rows]
    assert found["graduation_year"].to_pylist() == [day and graduation_year.fold(day) for day in read]
    dated = [graduation_year.clean_date(day) or graduation_year.clean_date(year) for year, day in rows]
    assert found["graduation_date"].to_pylist() == dated
    faults = [graduation_year.fault(year) or graduation_year.fault(day) for year, day in rows]
    assert found["year_fault"].to_pylist() == faults


@calm
@given(st.dates(date(1930, 1, 1), date(2099, 12, 31)))
def test_every_day_reads_in_every_form(day: date) -> None:
    serial = (day - dates.SERIAL_ZERO).days
    forms = [
        f"{day:%Y%m%d}",
        day.isoformat(),
        f"{day.year}/{day.month}/{day.day}",
        f"{day.year}.{day.month}.{day.day}",
        f"{day.year}年{day.month}月{day.day}日",
        f"{day.isoformat()} 00:00:00",
        str(serial),
    ]
    assert {graduation_year.clean_date(form) for form in forms} == {day.isoformat()}


@calm
@given(texts)
def test_cleaning_twice_changes_nothing(text: str) -> None:
    day = graduation_year.clean_date(text)
    assert day is None or graduation_year.clean_date(day) == day
