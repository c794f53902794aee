"""Small nasty worlds: a handful of people whose names, numbers and certificates keep colliding.

`world(choice)` draws one; `choice` is either `Dice(seed)` or, under Hypothesis, what `worlds()` hands in, so
that failing worlds shrink. Row order is part of the draw. Refs have one width: text order is input order.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Protocol, TypeVar

from hypothesis import strategies as st

from .identity import check_digit

T = TypeVar("T")
Raw = dict[str, object]

AS_OF = "2024-06-03 12:00:00"
NAMES = ("张伟", "张玮", "章伟", "張伟", "张三丰", "张三峰", "李娜", "李丽", "王小明", "王晓明", "王小朋", "李昇", "李升", "单雄信", "阿卜杜热合曼·买买提", "买买提·吐尔逊")  # fmt: skip  # noqa: E501
SLIPPED_NAMES = {
    "张伟": ("张　伟", "張伟", "张玮", "张强", "李伟"),
    "张三丰": ("张三峰", "张三?", "张四丰", "张无忌"),
    "王小明": ("王晓明", "王??", "王建国", "王小明 "),
    "李昇": ("李升",),
    "阿卜杜热合曼·买买提": ("阿卜杜热", "阿卜杜热合曼•买买提", "阿卜杜热合曼买买提"),
}
AREAS = ("110105", "310101", "420106")
BIRTHS = ("19491231", "19850607", "19990215")
SEQUENCES = ("121", "123", "122", "141")
SCHOOLS = (
    ("10277", "上海体育大学"),
    ("10290", "中国矿业大学"),
    ("11413", "中国矿业大学（北京）"),
    ("", "北京某部干部学院"),
)
SCHOOL_SLIPS = {
    "上海体育大学": ("上海体育学院", "上海体育大字", "中国矿业大学"),
    "中国矿业大学": ("中国矿业大学（北京）", "中国矿业大學"),
    "中国矿业大学（北京）": ("中国矿业大学(北京)", "中国矿业大学"),
    "北京某部干部学院": ("北京某部干部学校", "上海体育大学"),
}
TIMES = ("2009-03-01 08:00:00", "2012-03-01 08:00:00", "2015-03-01 08:00:00", None)
BOUND_TIMES = (
    "2024-06-01 12:00:00",
    "2024-06-02 12:00:00",
    "2024-06-02 12:00:01",
    "2024-06-03 11:00:00",
    None,
)
USERS = ("a@example.com", "b@example.com", "c@example.com", None)
REGISTRATION_COLUMNS = (
    "username", "name", "id_number", "registered_at", "activation", "account_status", "review_status",
    "claimed_certificate_number", "claimed_year", "claimed_school", "bound_at",
)  # fmt: skip
DEGREE_COLUMNS = (
    "name", "id_number", "sex", "birth_date", "school_code", "school", "graduation_year", "conclusion",
    "certificate_number", "remark",
)  # fmt: skip


class Choice(Protocol):
    """Where decisions come from."""

    def pick(self, options: Sequence[T]) -> T: ...

    def chance(self, percent: int) -> bool: ...


class Dice:
    """Decisions from a seed."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)

    def pick(self, options: Sequence[T]) -> T:
        return self._random.choice(options)

    def chance(self, percent: int) -> bool:
        return self._random.randrange(100) < percent


NAMESAKES = (
    ("张伟", "张玮", "章伟", "張伟"), ("张三丰", "张三峰", "李娜", "张伟"),
    ("王小明", "王晓明", "王小朋", "李昇"), ("李昇", "李升", "张伟", "張伟"),
)  # fmt: skip


class Crowded(Dice):
    """The same few people over and over, and twice the slips: faults pile up on the same rows."""

    def __init__(self, seed: int) -> None:
        super().__init__(seed)
        self._few: dict[object, Sequence[object]] = {
            NAMES: super().pick(NAMESAKES),
            AREAS: super().pick((AREAS[:1], AREAS[:2])),
            BIRTHS: super().pick((BIRTHS[1:2], BIRTHS[1:])),
        }

    def pick(self, options: Sequence[T]) -> T:
        few = self._few.get(options) if isinstance(options, tuple) else None
        return super().pick(options if few is None else few)  # type: ignore[arg-type]

    def chance(self, percent: int) -> bool:
        return super().chance(min(95, 2 * percent))


class Drawn:
    """Decisions from Hypothesis."""

    def __init__(self, draw: st.DrawFn) -> None:
        self._draw = draw

    def pick(self, options: Sequence[T]) -> T:
        return self._draw(st.sampled_from(list(options)))

    def chance(self, percent: int) -> bool:
        return self._draw(st.integers(0, 99)) >= 100 - percent


@dataclass
class World:
    """What a run is given."""

    registrations: list[Raw] = field(default_factory=list)
    degrees: list[Raw] = field(default_factory=list)
    enrolments: list[Raw] = field(default_factory=list)
    as_of: str | None = None


@dataclass(frozen=True)
class Person:
    """Somebody who exists, without any slip."""

    name: str
    number: str


@st.composite
def worlds(draw: st.DrawFn) -> World:
    """Worlds under Hypothesis."""
    return world(Drawn(draw))


def world(choice: Choice) -> World:
    """People → true rows → slips → mixed up between rows → numbered."""
    people = [person(choice) for _ in range(choice.pick((2, 3, 3, 4, 5, 6)))]
    if choice.chance(40):
        people.append(Person(choice.pick([p.name for p in people]), number(choice)))
    if choice.chance(25):
        people.append(twin_of(choice, choice.pick(people)))
    degrees = [degree(choice, one) for one in people for _ in range(choice.pick((0, 1, 1, 1, 2)))]
    registrations = [row for one in people for row in accounts(choice, one, degrees)]
    for rows in (degrees, registrations):
        tangle(choice, rows)
        repeat(choice, rows)
    enrolments: list[Raw] = [
        {"name": p.name, "id_number": choice.pick((p.number, short(p.number)))}
        for p in people
        if choice.chance(50)
    ]
    return World(
        numbered(choice, "reg", registrations, REGISTRATION_COLUMNS),
        numbered(choice, "deg", degrees, DEGREE_COLUMNS),
        numbered(choice, "enr", enrolments, ("name", "id_number")) if choice.chance(60) else [],
        AS_OF if choice.chance(70) else None,
    )


def number(choice: Choice) -> str:
    """A valid resident number; few of them, so that birth dates meet."""
    body = choice.pick(AREAS) + choice.pick(BIRTHS) + choice.pick(SEQUENCES)
    return body + check_digit(body)


def short(whole: str) -> str:
    """The 15-digit form of a number of somebody born before 2000."""
    return whole[:6] + whole[8:17]


def person(choice: Choice) -> Person:
    return Person(choice.pick(NAMES), number(choice))


def twin_of(choice: Choice, other: Person) -> Person:
    """Same area and birth, the next number of the same sex; a surname in common where there is one."""
    body = other.number[:14] + choice.pick(("123", "125"))
    return Person(
        choice.pick((other.name, ("张" if "·" in other.name else other.name[0]) + "强", "李娜")),
        body + check_digit(body),
    )


def degree(choice: Choice, owner: Person) -> Raw:
    """A record of `owner`, with some slips."""
    code, school = choice.pick(SCHOOLS)
    year = "1989" if choice.chance(5) else choice.pick(("2008", "2009", "2009", "2010"))
    return {
        "name": name(choice, owner.name, 12),
        "id_number": choice.pick((None, "", "99910277" + "0" * 10))
        if choice.chance(20)
        else id_cell(choice, owner.number),
        "id_number_numeric": choice.chance(3),
        "sex": choice.pick((None, "男", "女")) if choice.chance(30) else None,
        "birth_date": choice.pick((owner.number[6:14], "19850607")) if choice.chance(30) else None,
        "school_code": code if choice.chance(60) else None,
        "school": school,
        "graduation_year": year,
        "conclusion": "肄业" if choice.chance(4) else "毕业",
        "certificate_number": certificate(choice, code or "10001", year),
        "certificate_number_numeric": choice.chance(3),
        "remark": "身份核验未通过" if choice.chance(4) else None,
    }


def certificate(choice: Choice, code: str, year: str) -> str | None:
    """Few serial numbers, so that numbers collide; sometimes free-form or a placeholder."""
    if choice.chance(12):
        return choice.pick((f"{year[2:]}-0123", f"{year[2:]}0123", "无", None))
    return f"{code}1{year}0500000" + choice.pick("123456789")


def name(choice: Choice, true: str, percent: int) -> str | None:
    """The name as somebody typed it."""
    if not choice.chance(percent):
        return true
    return choice.pick((*SLIPPED_NAMES.get(true, ()), choice.pick(NAMES), None))


def id_cell(choice: Choice, true: str) -> str:
    """The number as somebody typed or stored it."""
    if not choice.chance(20):
        return true
    place = choice.pick(range(17))
    other = str((int(true[place]) + 1) % 10)
    return choice.pick(
        (
            short(true),
            true[:17] + choice.pick("0123456789X"),
            true[:place] + other + true[place + 1 :],
            true[:place] + true[place + 1 :],
            true[:15] + "000",
            true.lower(),
            true[:6] + "19700230" + true[14:],
        )
    )


def accounts(choice: Choice, owner: Person, degrees: Sequence[Raw]) -> list[Raw]:
    """The registration rows of one person: none, one, several accounts, several claims."""
    rows = []
    for _ in range(choice.pick((0, 1, 1, 1, 1, 2, 2, 3))):
        row: Raw = {
            "username": choice.pick(USERS),
            "name": name(choice, owner.name, 8),
            "id_number": None
            if choice.chance(3)
            else id_cell(choice, owner.number)
            if choice.chance(50)
            else owner.number,
            "id_number_numeric": choice.chance(2),
            "registered_at": choice.pick(TIMES),
            "activation": choice.pick((None, "已激活", "待激活")) if choice.chance(25) else "已激活",
            "account_status": choice.pick((None, "已注销", "待审核")) if choice.chance(20) else "正常",
            "review_status": choice.pick(("审核通过", "审核通过", "审核中")) if choice.chance(25) else None,
            "bound_at": choice.pick(BOUND_TIMES),
        }
        rows.append({**row, **claim(choice, owner, degrees)})
        if row["username"] and choice.chance(30):
            rows.append({**row, **claim(choice, owner, degrees)})
    return rows


def claim(choice: Choice, owner: Person, degrees: Sequence[Raw]) -> Raw:
    """A claim on a degree of one's own, or of the world, whole or with one or two slips; or none."""
    if not degrees or choice.chance(45):
        return {"claimed_certificate_number": None, "claimed_year": None, "claimed_school": None}
    own = [degree for degree in degrees if degree["name"] == owner.name]
    aim = choice.pick(own if own and choice.chance(70) else degrees)
    text, year, school = (aim[column] for column in ("certificate_number", "graduation_year", "school"))
    if choice.chance(15):
        text = choice.pick(
            (None, "无", "106111200905777777", slipped(choice, str(text or "").rjust(4, "9")), "98-0123")
        )
    if choice.chance(15):
        year = choice.pick((None, "2009", "2010", "2001"))
    if choice.chance(20):
        school = choice.pick((None, *SCHOOL_SLIPS[str(school)]))
    return {
        "claimed_certificate_number": text,
        "claimed_year": year,
        "claimed_school": school,
        "claimed_certificate_number_numeric": choice.chance(2),
    }


def slipped(choice: Choice, text: str) -> str:
    """One slip of the fingers."""
    place = choice.pick(range(len(text) - 1))
    return choice.pick(
        (
            text[:place] + "7" + text[place + 1 :],
            text[:place] + text[place + 1 :],
            text[:place] + text[place + 1] + text[place] + text[place + 2 :],
        )
    )


def tangle(choice: Choice, rows: list[Raw]) -> None:
    """Swaps, cycles and shifts of a column, and numbers that two rows share."""
    if len(rows) >= 2 and choice.chance(30):
        column = choice.pick(
            ("id_number", "id_number", "name", "certificate_number" if "sex" in rows[0] else "claimed_year")
        )
        start = choice.pick(range(len(rows) - 1))
        part = rows[start : start + choice.pick((2, 2, 3, 4, 12))]
        cells = [row[column] for row in part]
        cells = [*cells[1:], cells[0]] if choice.chance(60) else [*cells[1:], None]
        for row, cell in zip(part, cells, strict=True):
            row[column] = cell
    if len(rows) >= 2 and choice.chance(15):
        column = choice.pick(("id_number", "certificate_number" if "sex" in rows[0] else "username"))
        choice.pick(rows)[column] = choice.pick(rows)[column]


def repeat(choice: Choice, rows: list[Raw]) -> None:
    """A row that stands there twice, and rows in another order."""
    if rows and choice.chance(20):
        rows.append(dict(choice.pick(rows)))
    if rows and choice.chance(30):
        cut = choice.pick(range(len(rows)))
        rows[:] = [*rows[cut:], *reversed(rows[:cut])]


def numbered(choice: Choice, label: str, rows: Sequence[Raw], columns: Sequence[str]) -> list[Raw]:
    """Rows with refs, from one sheet or from two of which the second lacks a column."""
    split = choice.pick(range(len(rows) + 1)) if choice.chance(15) else len(rows)
    lacking = choice.pick(columns[3:] or columns)
    numbered_rows = []
    for place, row in enumerate(rows):
        has = [
            column
            for column in columns
            if place < split or column != lacking or column in ("name", "certificate_number")
        ]
        cells = {column: row.get(column) for column in has}
        flags = {
            key: value
            for key, value in row.items()
            if key.endswith("_numeric") and key.removesuffix("_numeric") in has
        }
        usable = {
            key: bool(value and has_digits(cells.get(key.removesuffix("_numeric"))))
            for key, value in flags.items()
        }
        numbered_rows.append({"ref": f"{label}.csv#{place + 102}", "columns": tuple(has), **cells, **usable})
    return numbered_rows


def has_digits(cell: object) -> bool:
    """Only a cell of digits can have been a number."""
    return isinstance(cell, str) and cell.isdecimal()
