"""The year in which somebody graduated (毕业年份), and the date it stands in (毕业日期).

Issued by: the school; printed on the certificate as year, month and day. Accounts claim the year alone,
exports of records give a year, a month or a day (`dates` lists the forms).
Built as: four digits; a graduation before 1991 is not served. One year up or down is *near*, since people
mix up the year of the ceremony and that of the certificate.
Source: layouts met in practice. Examples: `2009` · `2009年07月01日`.
"""

from typing import TYPE_CHECKING, Any

from chsi_batch.terms import FieldState
from chsi_batch.values import dates as day_forms
from chsi_batch.values.dates import Day

if TYPE_CHECKING:
    import pyarrow as pa


def clean(text: str | None) -> Day | None:
    """What is known of the date; None when there is none or it cannot be read."""
    return day_forms.clean(text)


def clean_date(text: str | None) -> str | None:
    """The date as `2009-07-01`, `2009-07` or `2009`, as precise as it was given."""
    day = clean(text)
    return day.iso() if day else None


def fold(day: Day) -> int:
    """The year alone, which is what is compared."""
    return day.year


def fault(text: str | None) -> str | None:
    """`date-malformed` for what says something that is no date."""
    return day_forms.fault(text)


def state(a: str | None, b: str | None) -> FieldState:
    """How two years stand to each other."""
    one, other = clean(a), clean(b)
    if one is None or other is None:
        return FieldState.BLANK
    apart = abs(fold(one) - fold(other))
    return (FieldState.SAME, FieldState.NEAR)[apart] if apart <= 1 else FieldState.DIFFER


def keys(year_text: Any, date_text: Any) -> "dict[str, pa.Array]":
    """Columns → graduation_year (int16), graduation_date, year_fault. A stated year comes before a date's."""
    import pyarrow.compute as pc

    from chsi_batch.values.distinct import each

    written, dated = (each(column, clean_date) for column in (year_text, date_text))
    faults = (each(column, fault) for column in (date_text, year_text))
    return {
        "graduation_year": pc.coalesce(years(year_text), years(date_text)),
        "graduation_date": pc.coalesce(dated, written),
        "year_fault": pc.coalesce(*faults),
    }


def years(text: Any) -> "pa.Array":
    """A column of years or dates → the year as int16."""
    import pyarrow as pa

    from chsi_batch.values.distinct import each

    return each(text, _year, pa.int16())


def dates(text: Any) -> "pa.Array":
    """A column of dates → `YYYYMMDD`; null unless the day is known."""
    from chsi_batch.values.distinct import each

    return each(text, _digits)


def _year(text: str | None) -> int | None:
    day = clean(text)
    return fold(day) if day else None


def _digits(text: str | None) -> str | None:
    day = clean(text)
    return day.digits() if day else None
