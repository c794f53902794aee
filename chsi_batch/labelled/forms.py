"""One value in the form its file uses: dates, times, codes, numbers. What a cell holds is text or typed.

Serials count days since 1899-12-30, as spreadsheets do. Months lose the day: `200909`, `2009.9`.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime

from chsi_batch.labelled.layouts import ID_TYPE_CODES, Layout
from chsi_batch.labelled.names import sound
from chsi_batch.labelled.people import YEARS
from chsi_batch.labelled.rows import Row
from chsi_batch.terms import Side

Cell = str | int | float | date | datetime

FIRST_DAY = date(1899, 12, 30)
LEVEL_CODES = {"博士": "01", "硕士": "02", "本科": "05", "专科": "06"}
FORM_CODES = {"普通全日制": "1", "函授": "2", "业余": "2", "自学考试": "3", "网络教育": "4"}
SEX_CODES = {"男": "1", "女": "2"}
LINE_BREAK_EVERY = 40
"""One row in so many has a line break inside its department, which moves the lines of a text file."""

DATE_COLUMNS = ("birth_date", "enrolment_date", "graduation_date")
TIME_COLUMNS = ("registered_at", "bound_at")


def day(text: str, form: str) -> Cell:
    """A date in one of the forms of `Layout.days` and `Layout.months`."""
    if not text:
        return ""
    moment = date.fromisoformat(text)
    if form == "cell":
        return moment
    if form == "serial":
        return (moment - FIRST_DAY).days
    written = {
        "iso": text,
        "compact": f"{moment:%Y%m%d}",
        "slash": f"{moment.year}/{moment.month}/{moment.day}",
        "chinese": f"{moment:%Y}年{moment:%m}月{moment:%d}日",
        "month": f"{moment:%Y%m}",
        "dotted": f"{moment.year}.{moment.month}",
    }
    return written[form]


def time(text: str, form: str) -> Cell:
    """A moment in one of the forms of `Layout.times`."""
    if not text:
        return ""
    moment = datetime.fromisoformat(text)
    if form == "cell":
        return moment
    written = {
        "iso": text,
        "t": text.replace(" ", "T"),
        "compact": f"{moment:%Y%m%d%H%M%S}",
        "slash": f"{moment.year}/{moment.month}/{moment.day} {moment.hour}:{moment.minute:02d}",
        "chinese": f"{moment:%Y}年{moment:%m}月{moment:%d}日 {moment:%H:%M:%S}",
        "day": text[:10],
    }
    return written[form]


def _name_pinyin(row: Row) -> str:
    name = row["name"]
    return " ".join(map(sound, name)).upper() if name.isalpha() and not name.isascii() else name


ADDED: dict[str, Callable[[Row], str]] = {
    "length": lambda row: str(YEARS.get(row["level"], "")),
    "president": lambda _: "周明远",
    "ethnic": lambda row: "维吾尔族" if "·" in row["name"] else "汉族",
    "updated": lambda _: "2026-05-31",
    "volunteer": lambda _: "江苏省南京市",
    "name_pinyin": _name_pinyin,
}
"""Columns that real files have besides the canonical ones."""


def _coded(column: str, text: str) -> str:
    words = {"sex": SEX_CODES, "level": LEVEL_CODES, "study_form": FORM_CODES, "id_type": ID_TYPE_CODES}
    return words.get(column, {}).get(text, text)


def _numeric(column: str, text: str) -> Cell:
    plain = text.isdigit() and text.isascii() and not text.startswith("0")
    return int(text) if plain and column in ("school_code", "claimed_year", "mobile", "length") else text


def cell(row: Row, column: str, layout: Layout) -> Cell:
    """What the file of this layout holds for one column of the row."""
    if column in row.numbers:
        return row.numbers[column]
    text = ADDED[column](row) if column in ADDED else row[column]
    if column in DATE_COLUMNS:
        return day(text, row.day_form or (layout.days if column == "birth_date" else layout.months))
    if column in TIME_COLUMNS:
        return time(text, "iso" if (column, layout.times) == ("bound_at", "day") else layout.times)
    if column == "claimed_year" and layout.months == "month" and text.isascii() and len(text) == 4:
        text += "06"
    if column == "department" and row.side == Side.DEGREE and layout.format in ("csv", "txt"):
        text = _broken(row, text)
    text = _coded(column, text) if layout.codes else text
    return _numeric(column, text) if layout.numbers else text


def _broken(row: Row, text: str) -> str:
    student = row["student_no"]
    return text[:2] + "\n" + text[2:] if student and int(student) % LINE_BREAK_EVERY == 0 else text
