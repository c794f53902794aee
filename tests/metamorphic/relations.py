"""Each relation changes the files of a cohort in one way and says what may change: mostly nothing.

A relation is called with a `Base` and raises AssertionError, with the first lines that differ.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

from oracle.identity import check_digit

from chsi_batch.settings import Settings
from chsi_batch.terms import COLUMNS, Side

from . import laying_out
from .cohorts import Sides
from .laying_out import AS_OF, COMPARED, File, Line, Placed, Sheet, Tables, plain, sorted_lines

REGISTRATION, DEGREE, ENROLMENT = Side.REGISTRATION, Side.DEGREE, Side.ENROLMENT
IDS = ("id_number",)
CERTIFICATES = ("certificate_number", "claimed_certificate_number")


@dataclass
class Base:
    """A cohort, its result as it stands, and a place for each changed copy."""

    rows: Sides
    folder: Path
    dice: random.Random
    tables: Tables = field(default_factory=dict)
    runs: int = 0

    def __post_init__(self) -> None:
        self.tables = self.run(self.files())

    def files(self, rows: Sides | None = None) -> dict[Side, list[File]]:
        """One CSV file for each side."""
        return {side: [plain(side, found)] for side, found in (rows or self.rows).items()}

    def run(self, files: Mapping[Side, Sequence[File]], **how: object) -> Tables:
        """A run in a folder of its own."""
        self.runs += 1
        return laying_out.run(self.folder / str(self.runs), files, **how)  # type: ignore[arg-type]

    def changed(self, cells: Callable[[Side, dict[str, str]], dict[str, str]]) -> Sides:
        """The rows with their cells written anew."""
        return {
            side: [replace(row, cells=cells(side, dict(row.cells))) for row in rows]
            for side, rows in self.rows.items()
        }


def _equal(wanted: Tables, found: Tables, names: Sequence[str] = COMPARED) -> None:
    for name in names:
        one, other = sorted_lines(wanted[name]), sorted_lines(found[name])
        gone, new = ([line for line in a if line not in b][:3] for a, b in ((one, other), (other, one)))
        assert not gone, f"{name}: gone {gone}, new {new}"
        assert not new, f"{name}: new {new}"
        assert len(one) == len(other), name


def _same(base: Base, files: Mapping[Side, Sequence[File]], **how: object) -> None:
    _equal(base.tables, base.run(files, **how))


def _halves(rows: Sequence[Placed]) -> tuple[list[Placed], list[Placed]]:
    """Two parts of about one size; groups stay together."""
    groups = list(dict.fromkeys(row.group for row in rows))
    first = set(groups[: len(groups) // 2])
    return [r for r in rows if r.group in first], [r for r in rows if r.group not in first]


def _shuffled(rows: Sequence[Placed], dice: random.Random) -> list[Placed]:
    """Another order; rows of one group keep theirs."""
    order = dice.sample(range(len(rows)), len(rows))
    places: dict[object, list[int]] = {}
    for place, number in enumerate(order):
        places.setdefault(rows[number].group, []).append(place)
    found: list[Placed] = [rows[number] for number in order]
    for taken in places.values():
        for place, number in zip(taken, sorted(order[place] for place in taken), strict=True):
            found[place] = rows[number]
    return found


def rows_in_another_order(base: Base) -> None:
    _same(base, base.files({side: _shuffled(rows, base.dice) for side, rows in base.rows.items()}))


def columns_in_another_order(base: Base) -> None:
    files = {
        side: [File(f"{side}.csv", [Sheet(rows, base.dice.sample(COLUMNS[side], len(COLUMNS[side])))])]
        for side, rows in base.rows.items()
    }
    _same(base, files)


def a_file_split_in_two(base: Base) -> None:
    files = {
        side: [
            plain(side, half, f"{side.value}-{name}.csv")
            for name, half in zip("ba", _halves(rows), strict=True)
        ]
        for side, rows in base.rows.items()
    }
    _same(base, files)


def files_merged_as_sheets_of_one(base: Base) -> None:
    files = {
        side: [
            File(
                f"{side}.xlsx",
                [
                    Sheet(half, COLUMNS[side], title=title)
                    for title, half in zip(("本科", "专科"), _halves(rows), strict=True)
                ],
            )
        ]
        for side, rows in base.rows.items()
    }
    _same(base, files)
    swapped = {
        side: [replace(file, sheets=file.sheets[::-1]) for file in found] for side, found in files.items()
    }
    _same(base, swapped)


def columns_renamed_by_config(base: Base) -> None:
    own = {side: {column: f"列{place}号" for place, column in enumerate(COLUMNS[side])} for side in Side}
    settings = Settings(columns={side: {c: (h,) for c, h in own[side].items()} for side in Side})
    files = {
        side: [File(f"{side}.csv", [Sheet(rows, COLUMNS[side], own[side])])]
        for side, rows in base.rows.items()
    }
    _same(base, files, settings=settings)


def _in_format(base: Base, suffix: str) -> None:
    _same(
        base,
        {side: [File(f"{side}{suffix}", [Sheet(rows, COLUMNS[side])])] for side, rows in base.rows.items()},
    )


def as_xlsx(base: Base) -> None:
    _in_format(base, ".xlsx")


def as_xls(base: Base) -> None:
    _in_format(base, ".xls")


def as_parquet(base: Base) -> None:
    _in_format(base, ".parquet")


def as_dbf(base: Base) -> None:
    """Field names have ten letters: the columns are named in the config."""
    own = {side: {column: f"C{place}" for place, column in enumerate(COLUMNS[side])} for side in Side}
    settings = Settings(columns={side: {c: (h,) for c, h in own[side].items()} for side in Side})
    files = {
        side: [File(f"{side}.dbf", [Sheet(rows, COLUMNS[side], own[side])])]
        for side, rows in base.rows.items()
    }
    _same(base, files, settings=settings)


def in_other_encodings(base: Base) -> None:
    encodings = {REGISTRATION: "gb18030", DEGREE: "utf-16", ENROLMENT: "utf-8-sig"}
    files = {
        side: [File(f"{side}.csv", [Sheet(rows, COLUMNS[side])], encodings[side])]
        for side, rows in base.rows.items()
    }
    _same(base, files)


def titles_blanks_and_totals_around(base: Base) -> None:
    files = {}
    for side, rows in base.rows.items():
        blanks = frozenset(base.dice.sample(range(len(rows)), 3))
        sheet = Sheet(
            rows,
            COLUMNS[side],
            above=[["某省2026年数据一览表"], []],
            below=[[], [f"合计：{len(rows)}"]],
            blank_after=blanks,
        )
        files[side] = [File(f"{side}.xlsx", [sheet])]
    _same(base, files)


def columns_nobody_knows(base: Base) -> None:
    files = {
        side: [
            File(
                f"{side}.csv",
                [Sheet([replace(r, cells={**r.cells, "x": "甲", "y": "1"}) for r in rows],
                       ("x", *COLUMNS[side], "y"), {"x": "政治面貌", "y": "座位"})],
            )
        ]
        for side, rows in base.rows.items()
    }  # fmt: skip
    _same(base, files)


def numbers_written_differently(base: Base) -> None:
    """Full width, spaces, a small x, an apostrophe: the same number."""

    def write(text: str) -> str:
        wide = "".join(chr(ord(sign) + 0xFEE0) if "!" <= sign <= "~" else sign for sign in text)
        ways = [wide, f"'{text}", f" {text} ", text.lower(), f"{text[:6]} {text[6:]}"]
        return base.dice.choice(ways) if len(text) in (15, 18) and text[:14].isdigit() else text

    def cells(_: Side, row: dict[str, str]) -> dict[str, str]:
        return {c: write(text) if c in (*IDS, *CERTIFICATES) else text for c, text in row.items()}

    _same(base, base.files(base.changed(cells)))


def dates_written_differently(base: Base) -> None:
    def cells(_: Side, row: dict[str, str]) -> dict[str, str]:
        for column in ("birth_date", "enrolment_date", "graduation_date"):
            text = row.get(column, "")
            if len(text) == 10 and text[4] == text[7] == "-":
                year, month, day = text.split("-")
                ways = [f"{year}{month}{day}", f"{year}/{int(month)}/{int(day)}", f"{year}年{month}月{day}日"]
                row[column] = base.dice.choice(ways)
        return row

    _same(base, base.files(base.changed(cells)))


def _clean_bindings(base: Base) -> list[Line]:
    """Bindings by ID number of people to whom nothing happened, one degree each."""
    kinds = {row.name: row.kind for rows in base.rows.values() for row in rows}
    degrees = [line["registration_ref"] for line in base.tables["bindings"]]
    return [
        line
        for line in base.tables["bindings"]
        if line["rule"] == "B1"
        and kinds[line["degree_ref"]] == "clean"
        and degrees.count(line["registration_ref"]) == 1
    ]


def _old_number(text: str) -> str:
    return text[:6] + text[8:17]


def numbers_of_fifteen_digits(base: Base) -> None:
    """A record with the 15-digit form is bound by B2 in place of B1; nothing else changes."""
    ids = {row.name: row.cells["id_number"] for row in base.rows[DEGREE]}
    chosen = {
        line["degree_ref"]
        for line in _clean_bindings(base)
        if len(ids[line["degree_ref"]]) == 18 and ids[line["degree_ref"]][6:8] == "19"
    }
    assert chosen
    rows = {
        **base.rows,
        DEGREE: [
            replace(row, cells={**row.cells, "id_number": _old_number(row.cells["id_number"])})
            if row.name in chosen
            else row
            for row in base.rows[DEGREE]
        ],
    }
    found = base.run(base.files(rows))
    moved = {name for line in base.tables["bindings"] if line["degree_ref"] in chosen
             for name in (line["registration_ref"], line["degree_ref"])}  # fmt: skip

    def as_b2(lines: Sequence[Line]) -> list[Line]:
        return [
            {**line, "rule": "B2"} if line.get("degree_ref", line.get("ref")) in moved else line
            for line in lines
        ]

    for name in ("ledger", "bindings"):
        wanted = as_b2(base.tables[name])
        _equal({name: wanted}, {name: found[name]}, [name])
    others = [[line for line in tables["candidates"] if line["degree_ref"] not in chosen]
              for tables in (base.tables, found)]  # fmt: skip
    _equal({"candidates": others[0]}, {"candidates": others[1]}, ["candidates"])


STRANGERS = "亓仉佴佘妫岑戢缑"


def _stranger(side: Side, place: int, bound: bool) -> Placed:
    """Somebody whose name, number, school and contact nobody else has."""
    body = f"54232{place}19310{place + 1}0{place + 1}7{place}{1 if bound else 3}"
    number = body + check_digit(body)
    if side is DEGREE and not bound:
        body = body[:-1] + "8"
        number = "65312" + body[5:6] + "19321212" + body[14:]
        number += check_digit(number)
    name = STRANGERS[place] + ("琰琮" if bound or side is DEGREE else "琇莹")
    cells = {"name": name, "id_number": number}
    if side is REGISTRATION:
        cells |= {"username": f"stranger{place}", "mobile": f"1999999000{place}",
                  "activation": "已激活", "account_status": "正常"}  # fmt: skip
    else:
        cells |= {"school": f"边境第{place}学院", "graduation_date": "1995-07-01", "conclusion": "毕业",
                  "certificate_number": f"9595{place}7"}  # fmt: skip
    return Placed(f"stranger {side.value} {place}", cells, "stranger", f"stranger {place}")


def strangers_added(base: Base) -> None:
    """They get lines of their own; no line of anybody else changes."""
    rows = dict(base.rows)
    for side in (REGISTRATION, DEGREE):
        people = [_stranger(side, place, place < 5) for place in range(len(STRANGERS))]
        rows[side] = _shuffled([*base.rows[side], *people], base.dice)
    found = base.run(base.files(rows))
    mine, others = {}, {}
    for name, lines in found.items():
        mine[name] = [line for line in lines if "stranger" in str(line.get("ref", line.get("degree_ref")))]
        others[name] = [line for line in lines if line not in mine[name]]
    _equal(base.tables, others)
    assert sorted(line["outcome"] for line in mine["ledger"]) == ["bound"] * 10 + ["exception"] * 6


def rows_repeated_at_the_end(base: Base) -> None:
    """The repetitions are `duplicate-row`; the rows themselves end as before.

    Where an account's further claim was not found, the repetition of its degree now explains that row.
    """
    rows, copies = dict(base.rows), []
    for side in (REGISTRATION, DEGREE):
        fresh = [r for r in base.rows[side] if not _repeated(base, r)]
        copies += [replace(row, name=f"copy of {row.name}") for row in base.dice.sample(fresh, 8)]
        rows[side] = [*base.rows[side], *(c for c in copies if f"{side.value} " in c.name)]
    found = base.run(base.files(rows))
    mine = [line for line in found["ledger"] if line["ref"].startswith("copy of ")]
    assert {line["code"] for line in mine} == {"duplicate-row"}
    assert len(mine) == 16
    unmet = {line["ref"] for line in base.tables["ledger"] if line["code"] == "claim-not-found"}
    others = [
        [line for line in tables["ledger"] if line not in mine and line["ref"] not in unmet]
        for tables in (base.tables, found)
    ]
    _equal({"ledger": others[0]}, {"ledger": others[1]}, ["ledger"])
    _equal(base.tables, found, ["bindings"])


def _repeated(base: Base, row: Placed) -> bool:
    return any(line["code"] == "duplicate-row" and line["ref"] == row.name for line in base.tables["ledger"])


STATES = ("verification-pending", "enrolment-missing")


def _without_states(tables: Tables) -> Tables:
    """What does not depend on the time: states and their notes left out."""
    return {
        **tables,
        "bindings": [{**line, "state": ""} for line in tables["bindings"]],
        "exceptions": [line for line in tables["exceptions"] if line["code"] not in STATES],
    }


def another_time(base: Base) -> None:
    """States of verification alone depend on it: later nothing is pending, without it nothing verified."""
    later = base.run(base.files(), as_of=AS_OF + timedelta(days=400))
    _equal(_without_states(base.tables), _without_states(later))
    assert "verification-pending" in {line["state"] for line in base.tables["bindings"]}
    assert "verification-pending" not in {line["state"] for line in later["bindings"]}
    long_ago = base.run(base.files(), as_of=datetime(2000, 1, 1))
    _equal(_without_states(base.tables), _without_states(long_ago))
    assert {line["state"] for line in long_ago["bindings"]} == {"verification-pending", "unverified"}
    never = base.run(base.files(), as_of=None)
    _equal(_without_states(base.tables), _without_states(never))
    assert {line["state"] for line in never["bindings"]} == {"unverified"}


def enrolments_left_out(base: Base) -> None:
    """Nothing is verified; bindings change only where the ministry's name decides who holds an ID."""
    found = base.run({**base.files(), ENROLMENT: []})
    assert {line["state"] for line in found["bindings"]} == {"unverified"}
    disputed = {line["ref"] for tables in (base.tables, found) for line in tables["exceptions"]
                if line["code"] in ("identity-in-use", "contested")}  # fmt: skip

    def undisputed(tables: Tables) -> Tables:
        left = _without_states(tables)
        return {name: [line for line in lines if not disputed & set(map(str, line.values()))]
                for name, lines in left.items()}  # fmt: skip

    _equal(undisputed(base.tables), undisputed(found))


def a_degree_taken_out(base: Base) -> None:
    """Its registration alone is freed; lines that never named the degree stay as they are."""
    chosen = base.dice.choice(_clean_bindings(base))
    rows = {**base.rows, DEGREE: [r for r in base.rows[DEGREE] if r.name != chosen["degree_ref"]]}
    found = base.run(base.files(rows))
    freed = {chosen["degree_ref"], chosen["registration_ref"]}
    (line,) = [line for line in found["ledger"] if line["ref"] == chosen["registration_ref"]]
    assert (line["outcome"], line["code"]) in (("exception", "no-degree"), ("exception", "claim-not-found"))

    def others(tables: Tables) -> Tables:
        return {name: [line for line in lines if not freed & set(map(str, line.values()))]
                for name, lines in tables.items()}  # fmt: skip

    _equal(others(base.tables), others(found))


def told_in_english(base: Base) -> None:
    """Language changes sentences alone."""
    sentences = ("cause", "advice", "detail", "reading")

    def facts(tables: Tables) -> Tables:
        return {name: [{k: v for k, v in line.items() if k not in sentences} for line in lines]
                for name, lines in tables.items()}  # fmt: skip

    _equal(facts(base.tables), facts(base.run(base.files(), language="en")))


RELATIONS: dict[str, Callable[[Base], None]] = {
    relation.__name__: relation
    for relation in (
        rows_in_another_order, columns_in_another_order, a_file_split_in_two, files_merged_as_sheets_of_one,
        columns_renamed_by_config, as_xlsx, as_xls, as_parquet, as_dbf, in_other_encodings,
        titles_blanks_and_totals_around, columns_nobody_knows, numbers_written_differently,
        dates_written_differently, numbers_of_fifteen_digits, strangers_added, rows_repeated_at_the_end,
        another_time, enrolments_left_out, a_degree_taken_out, told_in_english,
    )
}  # fmt: skip
