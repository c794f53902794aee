"""A small finished run, drawn by hand: varied people, odd texts, every acting party, totals that close."""

from __future__ import annotations

import json
from typing import Any

import pyarrow as pa
import pytest

from chsi_batch import rules
from chsi_batch.results import TABLES, Run
from chsi_batch.terms import COLUMNS, Side

R_FILE, R2_FILE, D_FILE, D2_FILE, E_FILE = (
    "账号导出_2026.xlsx",
    "accounts_conscription.csv",
    "学历注册_2025届.xlsx",
    "XLZC2009.dbf",
    "学籍.xlsx",
)
SCHOOLS = [
    ("10001", "北京大学"),
    ("10056", "天津大学"),
    ("14655", "喀什大学（原喀什师范学院）阿图什校区维吾尔语言文学与民族教育联合培养学院"),
    ("11414", "中国石油大学（北京）"),
]


def resident(area: str, birth: str, sequence: int) -> str:
    """A resident ID number with its check digit."""
    body = f"{area}{birth}{sequence:03d}"
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    return body + "10X98765432"[sum(int(d) * w for d, w in zip(body, weights, strict=True)) % 11]


class Drawn:
    """Collects rows; `run` turns them into the tables of a run."""

    def __init__(self) -> None:
        self.registrations: list[dict[str, Any]] = []
        self.degrees: list[dict[str, Any]] = []
        self.open: list[dict[str, Any]] = []
        self.notes: list[dict[str, Any]] = []
        self.bindings: list[dict[str, Any]] = []
        self.candidates: list[dict[str, Any]] = []
        self.people = 0

    def registration(self, name: str | None, id_number: str | None, file: str = R_FILE, **more: Any) -> str:
        row = len(self.registrations) + 4
        sheet = "账号" if file.endswith("xlsx") else None
        ref = f"{file}#{sheet}!{row}" if sheet else f"{file}#{row}"
        values = (
            dict.fromkeys(COLUMNS[Side.REGISTRATION])
            | {
                "username": f"user{row}@163.com",
                "name": name,
                "id_type": "居民身份证",
                "id_number": id_number,
                "mobile": f"1380013{row:04d}",
                "email": f"user{row}@163.com",
                "activation": "已激活",
                "account_status": "正常",
                "source_system": "学信档案",
                "bound_at": "2026-03-01 08:30:00",
            }
            | more
        )
        self.registrations.append(
            {"ref": ref, "file": file, "sheet": sheet, "row": row, **values, "extra": None}
        )
        return ref

    def degree(
        self, name: str | None, id_number: str | None, file: str = D_FILE, school: int = 0, **more: Any
    ) -> str:
        row = len(self.degrees) + 3
        sheet = "本科" if file.endswith("xlsx") else None
        ref = f"{file}#{sheet}!{row}" if sheet else f"{file}#{row}"
        code, name_of_school = SCHOOLS[school]
        values = (
            dict.fromkeys(COLUMNS[Side.DEGREE])
            | {
                "name": name,
                "id_number": id_number,
                "school_code": code,
                "school": name_of_school,
                "level": "本科",
                "graduation_date": "2025-07-01",
                "certificate_number": f"{code}1202505{row:06d}",
                "record_kind": "学历",
                "department": ["计算机学院", "外国语学院", None][row % 3],
                "class": [None, "1班", "2班"][row % 3],
            }
            | more
        )
        self.degrees.append({"ref": ref, "file": file, "sheet": sheet, "row": row, **values, "extra": None})
        return ref

    def bind(
        self, name: str, id_number: str, rule: str = "B1", state: str = "verified", **degree: Any
    ) -> tuple[str, str]:
        registration, found = self.registration(name, id_number), self.degree(name, id_number, **degree)
        method = "claim" if rule == "B3" else "auto"
        bound_at = None if state == "unverified" else "2026-03-01T08:30:00"
        self.bindings.append(
            {
                "registration_ref": registration,
                "degree_ref": found,
                "rule": rule,
                "method": method,
                "state": state,
                "bound_at": bound_at,
            }
        )
        if state in ("verification-pending", "enrolment-missing"):
            self.note("registration", registration, state, found)
            self.note("degree", found, state, registration)
        return registration, found

    def note(self, side: str, ref: str, code: str, counterpart: str | None = None) -> None:
        self.notes.append(self._exception(side, ref, code, counterpart, "", "note"))

    def exception(
        self, code: str, registration: str | None, degree: str | None, fields: str = "", *, one: str = ""
    ) -> None:
        """A case: both rows carry the code, or only the side `one`; the texts are those of the first row."""
        at_fault = "registration" if registration and one != "degree" else "degree"
        if registration and one != "degree":
            self.open.append(
                self._exception("registration", registration, code, degree, fields, fault=at_fault)
            )
        if degree and one != "registration":
            self.open.append(self._exception("degree", degree, code, registration, fields, fault=at_fault))

    def candidate(self, degree: str, registration: str, rank: int, rule: str, states: str) -> None:
        words = states.split()
        reading = next(entry.reading["zh"] for entry in rules.match_rules() if entry.rule == rule)
        self.candidates.append(
            dict(
                zip(
                    TABLES["candidates"],
                    (degree, registration, rank, rule, *words, "", reading),
                    strict=True,
                )
            )
        )

    @staticmethod
    def _exception(
        side: str,
        ref: str,
        code: str,
        counterpart: str | None,
        fields: str,
        severity: str | None = None,
        fault: str | None = None,
    ) -> dict[str, Any]:
        sides = (fault or side, "both")
        entry = next(entry for entry in rules.exception_codes() if entry.code == code and entry.side in sides)
        return {
            "side": side,
            "ref": ref,
            "code": code,
            "severity": severity or entry.severity,
            "acts": entry.acts,
            "counterpart": counterpart,
            "fields": fields,
            "cause": entry.cause["zh"],
            "advice": entry.advice["zh"],
        }

    def run(self, facts: dict[str, Any]) -> Run:
        first = {}
        for entry in self.open:
            first.setdefault((entry["side"], entry["ref"]), entry)
        bound = {("registration", row["registration_ref"]): row for row in self.bindings}
        bound |= {("degree", row["degree_ref"]): row for row in self.bindings}
        ledger, exceptions = [], []
        for side, rows in (("registration", self.registrations), ("degree", self.degrees)):
            for row in rows:
                key = (side, row["ref"])
                entry, binding = first.get(key), bound.get(key)
                assert (entry is None) != (binding is None), key
                other = "degree_ref" if side == "registration" else "registration_ref"
                ledger.append(
                    {
                        "side": side,
                        "ref": row["ref"],
                        "outcome": "exception" if entry else "bound",
                        "code": entry["code"] if entry else None,
                        "rule": binding["rule"] if binding else None,
                        "counterpart": entry["counterpart"] if entry else binding[other] if binding else None,
                    }
                )
                exceptions += [e for e in (*self.open, *self.notes) if (e["side"], e["ref"]) == key]
        tables = {
            "ledger": ledger,
            "bindings": self.bindings,
            "exceptions": exceptions,
            "candidates": self.candidates,
            "issues": [],
            "inputs": self._inputs(),
            "set_aside": [
                {
                    "side": "degree",
                    "ref": f"{D_FILE}#本科!1",
                    "reason": "title",
                    "text": "2025届毕业生学历注册表",
                },
                {
                    "side": "degree",
                    "ref": f"{D_FILE}#本科!99",
                    "reason": "total",
                    "text": "合计 <b>40</b> 人 𠮷",
                },
            ],
        }
        found = {name: _table(rows, TABLES[name]) for name, rows in tables.items()}
        for name, side, rows in (
            ("registrations", Side.REGISTRATION, self.registrations),
            ("degrees", Side.DEGREE, self.degrees),
            ("enrolments", Side.ENROLMENT, []),
        ):
            found[name] = _table(rows, ("ref", "file", "sheet", "row", *COLUMNS[side], "extra"))
        return Run(found, facts)

    def _inputs(self) -> list[dict[str, Any]]:
        found = []
        for side, rows, format_ in (
            ("registration", self.registrations, "xlsx"),
            ("degree", self.degrees, "xlsx"),
        ):
            for file in dict.fromkeys(row["file"] for row in rows):
                mine = [row for row in rows if row["file"] == file]
                extra = 2 if file == D_FILE else 0
                found.append(
                    {
                        "side": side,
                        "file": file,
                        "sheet": mine[0]["sheet"],
                        "format": format_ if file.endswith("xlsx") else file[-3:],
                        "encoding": None,
                        "hidden": False,
                        "physical": len(mine) + extra + 2,
                        "blank": 1,
                        "heading": 1,
                        "set_aside": extra,
                        "records": len(mine),
                        "headers": json.dumps({"name": "姓名"}),
                        "unmapped": json.dumps(["民族", "<script>"]),
                        "sha256": "ab" * 32,
                        "note": None,
                    }
                )
        found.append(
            {
                "side": "enrolment",
                "file": E_FILE,
                "sheet": "学籍",
                "format": "xlsx",
                "encoding": None,
                "hidden": False,
                "physical": 1,
                "blank": 0,
                "heading": 1,
                "set_aside": 0,
                "records": 0,
                "headers": "{}",
                "unmapped": "[]",
                "sha256": "cd" * 32,
                "note": None,
            }
        )
        return found


_TYPES = {
    "row": pa.int64(),
    "rank": pa.int32(),
    "physical": pa.int64(),
    "blank": pa.int64(),
    "heading": pa.int64(),
    "set_aside": pa.int64(),
    "records": pa.int64(),
    "hidden": pa.bool_(),
}


def _table(rows: list[dict[str, Any]], columns: tuple[str, ...]) -> pa.Table:
    schema = pa.schema([(name, _TYPES.get(name, pa.string())) for name in columns])
    return pa.Table.from_pylist([{name: row[name] for name in columns} for row in rows], schema=schema)


FACTS = {
    "version": "0.1.0",
    "as_of": "2026-03-01T20:00:00",
    "language": "zh",
    "engine": "duckdb",
    "rules_sha256": {"match_rules.csv": "12" * 32},
    "capped_routes": [],
}


def draw(facts: dict[str, Any] | None = None) -> Run:
    """The run of these tests."""
    drawn = Drawn()
    ids = iter(
        resident("110105", f"{1998 + n % 7}{n % 12 + 1:02d}{n % 28 + 1:02d}", 11 + n) for n in range(300)
    )
    for name, school in (
        ("张伟", 0),
        ("王芳", 0),
        ("欧阳娜娜", 1),
        ("阿卜杜热合曼·买买提", 2),
        ("𠮷田", 3),
        ("䶮堃", 3),
        ("李娜", 1),
        ("=1+1", 0),
        ("<b>粗体</b>", 0),
        ("<r><t>假</t></r>", 0),
        ("@SUM(A1)", 1),
        ("扎西\u200b顿珠", 2),
        ("O'Brien & Söhne", 0),
    ):
        drawn.bind(name, next(ids), school=school)
    drawn.bind("陈静", next(ids), rule="B3", state="verification-pending", school=1)
    drawn.bind("刘洋", next(ids), state="enrolment-missing", school=1)
    drawn.bind("吾买尔江·艾合买提", next(ids), state="enrolment-missing", school=2, remark="身份核验未通过")
    registration, degree = drawn.bind("赵敏", next(ids), rule="B2", file=D2_FILE)
    drawn.note("degree", degree, "certificate-inconsistent", registration)
    drawn.note("registration", registration, "face-check", degree)
    drawn.note("degree", degree, "face-check", registration)
    _pairs(drawn, ids)
    _alone(drawn, ids)
    return drawn.run(dict(FACTS if facts is None else facts))


def _pairs(drawn: Drawn, ids: Any) -> None:
    """Cases of two rows."""
    for left, right, code, rule in (
        ("张三丰", "张叁丰", "name-near", "V2"),
        ("昇平", "升平", "name-variant", "V1"),
        ("李志强", "李国庆", "name-changed", "V3"),
        ("孙悦", "<i>周杰</i>", "identity-conflict", "X1"),
        ("阿卜杜热", "阿卜杜热合曼·买买提", "name-near", "V2"),
        ("=2+5", "＝2+5a", "name-near", "V2"),
    ):
        number = next(ids)
        registration, degree = drawn.registration(left, number), drawn.degree(right, number, school=3)
        drawn.exception(code, registration, degree, "name")
        state = {"V1": "alike", "V2": "near", "V3": "partial", "X1": "differ"}[rule]
        drawn.candidate(degree, registration, 1, rule, f"same {state} blank blank blank")
    number = next(ids)
    slipped = number[:9] + str((int(number[9]) + 1) % 10) + number[10:]
    registration = drawn.registration(
        "马云龙", slipped, claimed_certificate_number=number, claimed_year="2025"
    )
    degree = drawn.degree("马云龙", number, school=1)
    drawn.exception("id-slip", registration, degree, "id_number")
    drawn.candidate(degree, registration, 1, "I1", "near same blank same blank")
    others = [
        drawn.registration("马云龙", next(ids), R2_FILE),
        drawn.registration("马云龍", next(ids), R2_FILE),
        drawn.registration("马云", next(ids), R2_FILE),
    ]
    for rank, other in enumerate(others, start=2):
        drawn.candidate(degree, other, rank, "W1", "differ same blank same same")
        drawn.exception("no-degree", other, None)
    claim = drawn.registration(
        "钱多多",
        next(ids),
        claimed_certificate_number="100011202505000077",
        claimed_year="2024",
        claimed_school="北京大学医学部",
    )
    degree = drawn.degree("钱多多", None, certificate_number="100011202505000077")
    drawn.exception("claim-mismatch", claim, degree, "graduation_year,school")
    drawn.exception("id-missing", None, degree)
    drawn.candidate(degree, claim, 1, "C2", "blank same same near near")
    swapped = drawn.registration("周通", next(ids), activation="待激活")
    degree = drawn.degree("周通", drawn.registrations[-1]["id_number"], school=2)
    drawn.exception("account-not-activated", swapped, degree)


def _alone(drawn: Drawn, ids: Any) -> None:
    """Cases of one row."""
    for school, name in enumerate(("吴迪", "古丽娜尔·麦麦提", "𬱖𬱖", "诸葛亮")):
        drawn.exception(
            "no-account", None, drawn.degree(name, next(ids), D2_FILE, school, graduation_date="20090701")
        )
    drawn.exception(
        "out-of-scope",
        None,
        drawn.degree("老王", None, D2_FILE, graduation_date="1989.7", school_code=None, school=0),
    )
    drawn.exception(
        "id-rounded", drawn.registration("郑重", "110105199803040000", R2_FILE), None, "id_number"
    )
    drawn.exception("name-missing", drawn.registration(None, next(ids), R2_FILE, mobile=None), None, "name")
    taken = drawn.registration("冒名", next(ids), claimed_certificate_number="100011202505000003")
    drawn.exception("claim-other-person", taken, drawn.degrees[0]["ref"], "name", one="registration")
    drawn.exception(
        "account-under-review", drawn.registration("冯\x07审", next(ids), account_status="待审核"), None
    )
    odd = drawn.registration(
        "手机13912345678王", next(ids), username="13912345678", claimed_school="天津大学 13912345678"
    )
    drawn.exception("no-degree", odd, None)
    number = next(ids)
    drawn.exception("no-degree", drawn.registration("自填", number, claimed_certificate_number=number), None)
    drawn.exception("contact-shared", odd, None)


@pytest.fixture(scope="session")
def run() -> Run:
    """A run with its full values."""
    return draw()


def personal(run: Run) -> set[str]:
    """Every ID number, mobile number and e-mail of the run: none may be seen where values are masked."""
    found = set()
    for table in ("registrations", "degrees"):
        for column in ("id_number", "mobile", "email"):
            if column in run.tables[table].column_names:
                found |= {value for value in run.tables[table][column].to_pylist() if value}
    return found | {"13912345678"}
