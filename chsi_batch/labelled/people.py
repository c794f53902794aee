"""People and their studies, before any system has written them down."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from random import Random

from chsi_batch.labelled.certificates import Certificates
from chsi_batch.labelled.places import UNLISTED, School, Schools

MAJORS = (
    ("法学", "030101", "法学院"),
    ("汉语言文学", "050101", "文学院"),
    ("计算机科学与技术", "080901", "信息学院"),
    ("临床医学", "100201", "医学院"),
    ("会计学", "120203", "经济管理学院"),
    ("机械工程", "080201", "机电学院"),
    ("英语", "050201", "外国语学院"),
    ("护理", "520201", "护理学院"),
    ("学前教育", "040106", "教育学院"),
)
AGES = {"专科": 21, "本科": 22, "硕士": 25, "博士": 29}
YEARS = {"专科": 3, "本科": 4, "硕士": 3, "博士": 4}


@dataclass(frozen=True)
class Person:
    """Somebody with an identity; `id_type` is the word a form would offer, blank for a resident."""

    name: str
    sex: str
    birth: date
    id_number: str
    id_type: str = ""
    birth_known: bool = True
    mobile: str = ""
    email: str = ""
    username: str = ""

    def named(self, name: str) -> Person:
        """The same person under another writing of the name."""
        return replace(self, name=name)

    def numbered(self, id_number: str) -> Person:
        """The same person under another number."""
        return replace(self, id_number=id_number)


@dataclass(frozen=True)
class Study:
    """One course of study and the record of it."""

    school: School
    level: str
    category: str
    form: str
    enrolled: date
    graduated: date
    certificate: str
    major: tuple[str, str, str]
    student_no: str
    exam_no: str
    class_name: str
    kind: str = "学历"
    conclusion: str = "毕业"

    @property
    def year(self) -> int:
        """The year of graduation."""
        return self.graduated.year


class Studies:
    """Makes courses of study; `own` ones have school and year to themselves."""

    def __init__(self, rng: Random, schools: Schools, certificates: Certificates) -> None:
        self.rng, self.schools, self.certificates = rng, schools, certificates

    def study(self, level: str, year: int, own: bool = True, renamed: bool = False) -> Study:
        """A study of this level that ended in this year."""
        school = self.schools.own(level, year, renamed) if own else self.schools.draw(level)
        category = self.rng.choices(("普通", "成人", "自考", "网络"), (86, 8, 3, 3))[0] if not own else "普通"
        if level in ("硕士", "博士"):
            category = "普通"
        if not own and category == "成人" and self.rng.random() < 0.15:
            code, name = self.rng.choice(UNLISTED)
            school = School(code, name, school.province, level)
        return self.at(school, level, year, category)

    def at(self, school: School, level: str, year: int, category: str = "普通") -> Study:
        """A study at this school."""
        month, day = {"自考": (12, 30), "成人": (1, 10)}.get(
            category, self.rng.choice(((6, 30), (7, 1), (6, 20)))
        )
        start = year - YEARS[level]
        form = {"普通": "普通全日制", "成人": self.rng.choice(("函授", "业余")), "自考": "自学考试"}
        return Study(
            school=school,
            level=level,
            category=category,
            form=form.get(category, "网络教育"),
            enrolled=date(start, 9, 1),
            graduated=date(year, month, day),
            certificate=self.certificates.diploma(school.code, year, level, category),
            major=self.rng.choice(MAJORS),
            student_no=f"{start}{self.rng.randrange(10**6):06d}",
            exam_no=f"{start % 100:02d}{self.rng.randrange(10**12):012d}",
            class_name=f"{start}级{self.rng.randrange(1, 9)}班",
        )

    def award(self, study: Study) -> Study:
        """The 学位 that goes with a 学历."""
        number = self.certificates.degree(study.school.code, study.year, study.level)
        return replace(study, kind="学位", certificate=number)
