"""A day and a time (注册时间, 绑定时间), as account systems log them; the time in China.

Built as: a date in any form of `dates`, then `T` or a space and `h:mm[:ss]`, 时分秒, 上午/下午 or AM/PM;
or 14 digits; or an Excel serial with a fraction. Without a time the day begins. Zones are turned to UTC+8.
Source: exports of account systems. Examples: `2024-03-01 12:05:30` · `2024年3月1日 下午2:05`.
"""

import re
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from chsi_batch.values import dates
from chsi_batch.values.characters import plain

if TYPE_CHECKING:
    import pyarrow as pa

CHINA = timedelta(hours=8)
DAY_SECONDS = 86_400
PLAIN = "^[0-9]{4}-[0-9]{2}-[0-9]{2}[ T][0-9]{2}:[0-9]{2}:[0-9]{2}$"

_RUN = re.compile("([0-9]{8})([0-9]{2})([0-9]{2})([0-9]{2})?")
_SERIAL = re.compile("([0-9]{5})(\\.[0-9]+)")


def clean(text: str | None) -> str | None:
    """The moment as `2024-03-01T12:05:30`; None when there is none or it cannot be read."""
    shown = plain(text or "").strip("'’‘`").upper()
    if run := _RUN.fullmatch(shown):
        day, *time = run.groups()
        return _moment(day, *(int(part or 0) for part in time))
    if serial := _SERIAL.fullmatch(shown):
        return _by_serial(int(serial[1]), float(serial[2]))
    if timed := dates.TIMED.fullmatch(shown):
        return _timed(timed)
    return _moment(shown, 0, 0, 0)


def fold(moment: str) -> str:
    """The day alone."""
    return moment[:10]


def fault(text: str | None) -> str | None:
    """`date-malformed` for what says something that is no moment."""
    return "date-malformed" if text and clean(text) is None and not _is_blank(text) else None


def keys(text: Any) -> "pa.Array":
    """A column of moments as texts of ISO 8601 to the second; null where there is none."""
    import pyarrow as pa
    import pyarrow.compute as pc

    from chsi_batch.values.distinct import unless, whole

    column = whole(text)
    shaped = pc.fill_null(pc.match_substring_regex(column, PLAIN), False)
    known = _exist(column, shaped)
    return unless(pa.array(known), pc.utf8_replace_slice(column, 10, 11, "T"), column, clean)


def _exist(column: "pa.Array", shaped: "pa.Array") -> Any:
    """Which texts of the plain form are moments that there were."""
    import numpy as np

    from chsi_batch.values import digit_columns

    known = shaped.to_numpy(zero_copy_only=False).copy()
    digits = digit_columns.matrix(column.filter(shaped), 19)

    def part(start: int, end: int) -> Any:
        return digit_columns.number(digits[:, start:end])

    year = part(0, 4)
    real = digit_columns.real_dates(year, part(5, 7), part(8, 10))
    real &= (year >= dates.YEARS.start) & (year < dates.YEARS.stop)
    real &= (part(11, 13) < 24) & (part(14, 16) < 60) & (part(17, 19) < 60)
    known[np.flatnonzero(known)] = real
    return known


def _is_blank(text: str) -> bool:
    return dates.clean(text) is None and dates.fault(text) is None


def _timed(found: re.Match[str]) -> str | None:
    hour, half = int(found["hour"]), found["half"] or found["later"]
    if half in ("下午", "PM") and hour < 12:
        hour += 12
    elif half in ("上午", "AM") and hour == 12:
        hour = 0
    moment = _moment(found["day"], hour, int(found["minute"] or 0), int(found["second"] or 0))
    return _in_china(moment, found["zone"]) if moment and found["zone"] else moment


def _moment(day: str, hour: int, minute: int, second: int) -> str | None:
    read = dates.clean(day)
    if read is None or read.digits() is None or hour > 23 or minute > 59 or second > 59:
        return None
    return f"{read.iso()}T{hour:02d}:{minute:02d}:{second:02d}"


def _by_serial(days: int, fraction: float) -> str | None:
    day = dates.from_serial(days)
    if day is None:
        return None
    start = datetime(day.year, day.month, day.day)
    return (start + timedelta(seconds=round(fraction * DAY_SECONDS))).isoformat()


def _in_china(moment: str, zone: str) -> str:
    offset = timedelta()
    if zone[0] in "+-":
        digits = zone[1:].replace(":", "")
        offset = timedelta(hours=int(digits[:2]), minutes=int(digits[2:])) * (-1 if zone[0] == "-" else 1)
    return (datetime.fromisoformat(moment) - offset + CHINA).isoformat()
