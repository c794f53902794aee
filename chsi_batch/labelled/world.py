"""The world of a cohort: draws people, writes them down as rows, and keeps accidents out.

A `graduate` of a situation has a name, a school-and-year and numbers that nobody else has, so that only
what the situation plants explains the row. `passers_by` are the clean majority: their names repeat.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random

from chsi_batch.labelled.certificates import Certificates
from chsi_batch.labelled.id_numbers import IdNumbers, shorter
from chsi_batch.labelled.names import Names
from chsi_batch.labelled.people import AGES, Person, Studies, Study
from chsi_batch.labelled.places import Schools, areas
from chsi_batch.labelled.rows import Case, Row
from chsi_batch.terms import Outcome, Side

AS_OF = datetime(2026, 6, 30, 12, 0, 0)
"""The as-of time for which binding times are chosen: some accounts were bound less than 24 hours before."""

FIRST_ACCOUNT = datetime(2016, 3, 1)
SOURCES = (("学信档案", 58), ("研招网", 22), ("图像校对", 12), ("全国征兵网", 8))
MAIL_HOSTS = ("mail.example.cn", "163.example.com", "qq.example.com", "stu.example.edu.cn")
RARE_SHARE = 0.02
ACCOUNT_COLUMNS = {"registered_at", "activation", "account_status", "review_status"}


@dataclass(frozen=True)
class Graduate:
    """A person and one study, the usual beginning of a situation."""

    person: Person
    study: Study


class World:
    """Everything drawn so far, and the one source of chance."""

    def __init__(self, seed: int) -> None:
        self.rng = Random(seed)
        self.names = Names(self.rng)
        self.schools = Schools(self.rng)
        self.certificates = Certificates(self.rng)
        self.ids = IdNumbers(self.rng, areas(), ("810000", "820000", "830000"))
        self.studies = Studies(self.rng, self.schools, self.certificates)
        self.people = 0
        self.enrolments: list[Row] = []
        self.cases: list[Case] = []
        self._reserved: set[str] = set()
        self._common: set[str] = set()
        self._origin: dict[Row, tuple[Person, Study]] = {}
        self._enrolled: dict[Row, bool] = {}

    def chance(self, share: float) -> bool:
        """True in this share of cases."""
        return self.rng.random() < share

    def graduate(
        self,
        level: str = "",
        years: tuple[int, int] = (2002, 2025),
        wanted: Callable[[str], object] = bool,
        people: str = "",
        digits_only: bool = False,
        renamed: bool = False,
    ) -> Graduate:
        """Somebody whose name, school and year nobody else has; `wanted` must find the name suitable."""
        level = level or self.rng.choices(("本科", "专科", "硕士"), (60, 30, 10))[0]
        year = self.rng.randrange(years[0], years[1] + 1)
        person = self.person(level, year, wanted, people, digits_only)
        return Graduate(person, self.studies.study(level, year, renamed=renamed))

    def person(
        self,
        level: str,
        year: int,
        wanted: Callable[[str], object] = bool,
        people: str = "",
        digits_only: bool = False,
    ) -> Person:
        """A person with a name of their own, of an age to graduate then."""
        while True:
            sex = self.rng.choice(("男", "女"))
            name = self.names.other(people, varied=True) if people else self.names.han(sex)
            if name not in self._reserved and name not in self._common and wanted(name):
                break
        self._reserved.add(name)
        return self._equip(name, sex, self._birth(level, year), digits_only)

    def passer_by(self, level: str = "", year: int = 0) -> Graduate:
        """One of the clean majority, whose name others may bear too."""
        level = level or self.rng.choices(("本科", "专科", "硕士", "博士"), (58, 30, 10, 2))[0]
        year = year or self.rng.randrange(1996 if self.chance(0.2) else 2002, 2026)
        sex = self.rng.choice(("男", "女"))
        people = self.rng.choices(("", "维吾尔", "哈萨克", "藏", "彝"), (92, 3, 1, 2, 2))[0]
        while True:
            name = self.names.other(people) if people else self.names.han(sex)
            if name not in self._reserved:
                break
        self._common.add(name)
        return Graduate(
            self._equip(name, sex, self._birth(level, year)), self.studies.study(level, year, own=False)
        )

    def namesake(self, person: Person, level: str, year: int) -> Person:
        """Another person of the same name and sex."""
        return self._equip(person.name, person.sex, self._birth(level, year))

    def altered(self, name: str, change: Callable[[str], str | None]) -> str:
        """The name after a change that it is known to offer a place for."""
        while (other := change(name)) is None:
            pass
        return other

    def renamed(self, person: Person, name: str) -> Person:
        """The person under another name, which is then nobody else's."""
        self._reserved.add(name)
        return person.named(name)

    def moment(
        self, first: datetime = FIRST_ACCOUNT, last: datetime = AS_OF - timedelta(days=20)
    ) -> datetime:
        """A moment at which somebody registered."""
        span = int((last - first).total_seconds())
        return first + timedelta(seconds=self.rng.randrange(span))

    def account(
        self, person: Person, claim: Study | None = None, at: datetime | None = None, **changes: str
    ) -> Row:
        """The person's account; `claim` fills in the three claim fields."""
        source = self.rng.choices([s for s, _ in SOURCES], [w for _, w in SOURCES])[0]
        if source == "全国征兵网" and person.sex == "女":
            source = "学信档案"
        values = {
            "username": person.username,
            "name": person.name,
            "id_type": person.id_type or "居民身份证",
            "id_number": person.id_number,
            "mobile": person.mobile,
            "email": person.email,
            "registered_at": f"{at or self.moment():%Y-%m-%d %H:%M:%S}",
            "activation": "已激活",
            "account_status": "正常",
            "source_system": source,
        }
        if claim:
            values |= claim_fields(claim)
        return Row(Side.REGISTRATION, values | changes)

    def again(
        self, person: Person, claim: Study | None = None, at: datetime | None = None, **changes: str
    ) -> Row:
        """Another account of the person, with contact details of its own."""
        mobile, email = self._mobile(), self._email()
        return self.account(person, claim, at, username=email, mobile=mobile, email=email, **changes)

    def degree(self, person: Person, study: Study, enrolled: bool | None = None, **changes: str) -> Row:
        """The ministry's record of the study; `enrolled` says whether enrolments show it (else by chance)."""
        row = Row(Side.DEGREE, degree_fields(person, study) | changes)
        self._origin[row] = (person, study)
        if enrolled is not None:
            self._enrolled[row] = enrolled
        return row

    def add(self, kind: str, case: Case, loose: bool = False) -> None:
        """Take a case in; rows of `loose` cases may lose claim columns to a sheet without them."""
        for row in case.rows():
            row.kind = kind
            if row.side == Side.REGISTRATION and row.expect == Outcome.BOUND and "bound_at" not in row.values:
                row.values["bound_at"] = self._bound_at(row)
            row.traits |= traits(row, loose)
        for row, repetition in case.repeats:
            repetition.values, repetition.traits = dict(row.values), set(row.traits)
        for row in case.rows():
            self._enrol(row)
        self.cases.append(case)

    def _enrol(self, row: Row) -> None:
        if row not in self._origin or row["record_kind"] == "学位":
            return
        likely = row.expect == Outcome.BOUND and self.chance(0.9)
        if self._enrolled.get(row, likely):
            person, study = self._origin[row]
            self.enrolments.append(
                self.enrolment(row.to[0]["name"] if row.to else person.name, person, study)
            )

    def enrolment(self, name: str, person: Person, study: Study) -> Row:
        """The student-status record; some still carry a 15-digit number."""
        number = person.id_number
        if (
            len(number) == 18
            and number[6:8] == "19"
            and not number.startswith(("8", "9"))
            and self.chance(0.03)
        ):
            number = shorter(number)
        values = degree_fields(person, study)
        return Row(
            Side.ENROLMENT, values | {"name": name, "id_number": number, "status": "毕业", "remark": ""}
        )

    def _bound_at(self, row: Row) -> str:
        draw = self.rng.random()
        if draw < 0.1:
            return ""
        if draw < 0.15:
            return f"{AS_OF - timedelta(minutes=self.rng.randrange(5, 23 * 60)):%Y-%m-%d %H:%M:%S}"
        registered = datetime.fromisoformat(row["registered_at"]) if row["registered_at"] else FIRST_ACCOUNT
        return f"{self.moment(registered, AS_OF - timedelta(days=2)):%Y-%m-%d %H:%M:%S}"

    def _birth(self, level: str, year: int) -> date:
        age = AGES[level] + self.rng.choice((-1, 0, 0, 0, 1, 2))
        return date(year - age, 1, 1) + timedelta(days=self.rng.randrange(365))

    def _equip(self, name: str, sex: str, birth: date, digits_only: bool = False) -> Person:
        self.people += 1
        mobile, email = self._mobile(), self._email()
        username = self.rng.choice((email, email, mobile))
        number = self.ids.resident(birth, sex, digits_only)
        return Person(name, sex, birth, number, mobile=mobile, email=email, username=username)

    def _mobile(self) -> str:
        return f"1{self.rng.choice('3456789')}{self.rng.randrange(10**9):09d}"

    def _email(self) -> str:
        letters = "".join(self.rng.choices("abcdefghijklmnopqrstuvwxyz", k=6))
        return f"{letters}{self.rng.randrange(10**5):05d}@{self.rng.choice(MAIL_HOSTS)}"


def claim_fields(study: Study) -> dict[str, str]:
    """What a student fills in to claim a record (S6)."""
    return {
        "claimed_certificate_number": study.certificate,
        "claimed_year": str(study.year),
        "claimed_school": study.school.name,
    }


def degree_fields(person: Person, study: Study) -> dict[str, str]:
    """A degree record as the ministry keeps it; dates ISO, words not codes."""
    return {
        "name": person.name,
        "id_type": person.id_type or "居民身份证",
        "id_number": person.id_number,
        "sex": person.sex,
        "birth_date": f"{person.birth:%Y-%m-%d}",
        "school_code": study.school.code,
        "school": study.school.name,
        "province": study.school.province,
        "major_code": study.major[1],
        "major": study.major[0],
        "level": study.level,
        "category": study.category,
        "study_form": study.form,
        "enrolment_date": f"{study.enrolled:%Y-%m-%d}",
        "graduation_date": f"{study.graduated:%Y-%m-%d}",
        "conclusion": study.conclusion,
        "certificate_number": study.certificate,
        "record_kind": study.kind,
        "student_no": study.student_no,
        "exam_no": study.exam_no,
        "department": study.major[2],
        "class": study.class_name,
        "remark": "",
    }


def traits(row: Row, loose: bool) -> set[str]:
    """What a sheet must offer so that the row says what its label rests on."""
    needed = {"typed"} if row.numbers else set()
    if row.side == Side.REGISTRATION:
        needed |= {c for c in ("activation", "account_status") if row[c] not in ("已激活", "正常", "")}
        needed |= {c for c in ("review_status",) if row[c]}
        if not loose:
            needed |= {c for c in row.values if c.startswith("claimed_") and row[c]}
        return needed
    needed |= {"id_number"} if row["id_number"] else set()
    needed |= {"conclusion"} if row["conclusion"] not in ("毕业", "") else set()
    return needed | ({"remark"} if row["remark"] else set())
