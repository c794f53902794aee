"""Large labelled cohorts for timing: `python bench/cohort.py --people N --out DIR [--format parquet|xlsx]`.

Column-wise, so that ten million people take minutes. One registration and one degree per person, from 1 %
of the people only one of the two. 3 % of the pairs carry one to three slips (ID digit, name character,
certificate digit, year), 1 % of the degrees are old and have no ID number. Twins share family name, birthday
and area; namesakes come by themselves, as names follow their frequency. `truth.parquet`: per registration
its degree's row (both from 1), null where there is none, and whether the rules must bind the pair.

`--skew` makes what real files hold and joins fear: of a million people 29 % bear one name, a tenth come from
one school, 2 % of the certificate numbers are one of three stand-ins, and 1 % of the accounts of that name
have changed ID numbers with somebody of another name.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from chsi_batch import tables

Codes = npt.NDArray[np.int64]

ALONE, SLIPPED, OLD, TWINS = 0.01, 0.03, 0.01, 0.02
"""Shares of people on one side only, pairs with slips, degrees without ID number, and twins."""
SLIPS = (0.6, 0.3, 0.1)
"""How often one, two or three slips meet in one pair."""
BIRTHS, AGE = (1979, 2003), 22
SAME_NAME, SAME_SCHOOL, STAND_INS, SWAPPED = 0.29, 0.1, 0.02, 0.01
"""What `--skew` changes: shares of people of one name, of one school, without a real certificate number, and
of accounts of that name which carry the ID number of somebody else."""
COMMON_NAME, LARGE_SCHOOL = "张伟", ("10001", "北京大学")
NO_NUMBERS = ("10001120200000000", "999999999999999998", "12345678901234568")
"""Numbers that say nothing and look as if they did."""
SYSTEMS = ("学信档案", "研招网", "全国征兵网", "图像校对")
_WEIGHTS = np.array([7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2])
_CHECKS = np.array(list("10X98765432"))


def _pick(values: list[str], weights: list[int], size: int, rng: np.random.Generator) -> pa.Array:
    share = np.array(weights, dtype=float)
    codes = rng.choice(len(values), size, p=share / share.sum()).astype(np.int32)
    return pa.array(values).take(pa.array(codes))


def _digits(number: Codes, width: int) -> npt.NDArray[np.int64]:
    """A matrix of decimal digits, the highest first."""
    return (number[:, None] // 10 ** np.arange(width - 1, -1, -1)) % 10


def _texts(digits: npt.NDArray[Any]) -> pa.Array:
    """Rows of digits as texts."""
    size, width = digits.shape
    data = np.ascontiguousarray(digits.astype(np.uint8) + 48)
    offsets = np.arange(0, (size + 1) * width, width, dtype=np.int64)
    large = pa.Array.from_buffers(
        pa.large_string(), size, [None, pa.py_buffer(offsets), pa.py_buffer(data.reshape(-1))]
    )
    return large.cast(pa.string())


def _id_numbers(area: Codes, birth: Codes, sequence: Codes) -> pa.Array:
    body = np.hstack([_digits(area, 6), _digits(birth, 8), _digits(sequence, 3)])
    check = _CHECKS[(body @ _WEIGHTS) % 11]
    return pc.binary_join_element_wise(_texts(body), pa.array(check), "")


def people(count: int, rng: np.random.Generator) -> dict[str, Any]:
    """Who they are: id_number, name, birth (yyyymmdd), sex, year of graduation, school, certificate."""
    rows = tables.rows("areas", ("code", "name", "first_seen", "last_seen"))
    codes = np.array([int(row["code"]) for row in rows if not row["code"].endswith("00")])
    area = codes[rng.integers(0, len(codes), count)]
    start = np.datetime64(f"{BIRTHS[0]}-01-01")
    days = rng.integers(0, (BIRTHS[1] - BIRTHS[0]) * 365, count)
    twin = np.flatnonzero(rng.random(count - 1) < TWINS) + 1
    area[twin], days[twin] = area[twin - 1], days[twin - 1]
    dates = start + days
    stamps = np.datetime_as_string(dates, unit="D")
    birth = np.char.replace(stamps, "-", "").astype(np.int64)
    sequence = rng.integers(1, 1000, count)
    surnames = tables.rows("sample_surnames", ("surname", "weight"))
    given = tables.rows("sample_given_characters", ("character", "sex", "weight"))
    characters, weights = [row["character"] for row in given], [int(row["weight"]) for row in given]
    family = _pick([row["surname"] for row in surnames], [int(row["weight"]) for row in surnames], count, rng)
    place = np.arange(count)
    place[twin] = twin - 1
    family = family.take(pa.array(place))
    first, second = (_pick(characters, weights, count, rng) for _ in range(2))
    short = pa.array(rng.random(count) < 0.14)
    name = pc.binary_join_element_wise(family, first, pc.if_else(short, "", second), "")
    schools = tables.rows("schools", ("code", "name", "kind", "province", "level", "origin"))
    listed = [(row["code"], row["name"]) for row in schools if row["kind"] == "current"]
    share = 1 / np.arange(1, len(listed) + 1) ** 0.6
    school = rng.choice(len(listed), count, p=share / share.sum())
    year = birth // 10000 + AGE + rng.integers(0, 3, count)
    serial = np.arange(count) % 1_000_000
    code = np.array([int(one) for one, _ in listed])[school]
    kind = rng.choice([1, 5, 7], count, p=[0.8, 0.15, 0.05])
    certificate = np.hstack(
        [_digits(code, 5), kind[:, None], _digits(year, 4), np.tile([0, 5], (count, 1)), _digits(serial, 6)]
    )
    return {
        "id_number": _id_numbers(area, birth, sequence),
        "name": name,
        "birth": birth,
        "sex": sequence % 2,
        "year": year,
        "code": pa.array([one for one, _ in listed]).take(pa.array(school)),
        "school": pa.array([one for _, one in listed]).take(pa.array(school)),
        "certificate": _texts(certificate),
    }


def _changed_digit(texts: pa.Array, where: npt.NDArray[np.bool_], rng: np.random.Generator) -> pa.Array:
    """One digit of the marked texts replaced by another one."""
    picked = texts.filter(pa.array(where)).to_pylist()
    done = []
    for text, at, step in zip(
        picked, rng.integers(0, 17, len(picked)), rng.integers(1, 10, len(picked)), strict=True
    ):
        digit = (int(text[at]) + int(step)) % 10
        done.append(f"{text[:at]}{digit}{text[at + 1 :]}")
    return pc.replace_with_mask(texts, pa.array(where), pa.array(done, pa.string()))


def _changed_name(names: pa.Array, where: npt.NDArray[np.bool_], rng: np.random.Generator) -> pa.Array:
    """The last character of the marked names replaced."""
    picked = names.filter(pa.array(where)).to_pylist()
    other = rng.choice(list("伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂"), len(picked))
    done = [f"{name[:-1]}{character}" for name, character in zip(picked, other, strict=True)]
    return pc.replace_with_mask(names, pa.array(where), pa.array(done, pa.string()))


def crowd(who: dict[str, Any], rng: np.random.Generator) -> tuple[Codes, npt.NDArray[np.bool_]]:
    """Give very many people one name and one school; returns whose ID number each account carries, and the
    people without a real certificate number."""
    count = len(who["name"])
    named, schooled, unnumbered = (rng.random(count) < share for share in (SAME_NAME, SAME_SCHOOL, STAND_INS))
    who["name"] = pc.if_else(pa.array(named), COMMON_NAME, who["name"])
    for column, value in zip(("code", "school"), LARGE_SCHOOL, strict=True):
        who[column] = pc.if_else(pa.array(schooled), value, who[column])
    stand_ins = pa.array(NO_NUMBERS).take(pa.array(rng.integers(0, len(NO_NUMBERS), count)))
    who["certificate"] = pc.if_else(pa.array(unnumbered), stand_ins, who["certificate"])
    carried = np.arange(count)
    swapped = np.flatnonzero(named & (rng.random(count) < SWAPPED))
    others = rng.choice(np.flatnonzero(~named), len(swapped), replace=False)
    carried[swapped], carried[others] = others, swapped
    return carried, unnumbered


def make(count: int, seed: int, *, skew: bool = False) -> dict[str, pa.Table]:
    """`registrations`, `degrees` and `truth` (registration, degree: rows from 1; binds: bool)."""
    rng = np.random.default_rng(seed)
    who = people(count, rng)
    carried, unnumbered = np.arange(count), np.zeros(count, dtype=bool)
    if skew:
        carried, unnumbered = crowd(who, rng)
    slips = np.where(rng.random(count) < SLIPPED, rng.choice([1, 2, 3], count, p=SLIPS), 0)
    order = np.argsort(rng.random((count, 4)), axis=1)
    hit = [(order[:, place] < slips) for place in range(4)]
    ids = _changed_digit(who["id_number"], hit[0], rng)
    names = _changed_name(who["name"], hit[1], rng)
    certificates = _changed_digit(who["certificate"], hit[2], rng)
    years = who["year"] + hit[3]
    old = rng.random(count) < OLD
    ids = pc.if_else(pa.array(old), pa.scalar(None, pa.string()), ids)
    left = rng.random(count) >= ALONE
    right = rng.random(count) >= ALONE
    claims = rng.random(count) < 0.5
    claims |= old
    number = pa.array(np.arange(count)).cast(pa.string())
    registrations = pa.table(
        {
            "用户名": pc.binary_join_element_wise("u", number, "@163.com", ""),
            "姓名": who["name"],
            "身份证号": who["id_number"].take(pa.array(carried)),
            "手机号": _texts(np.hstack([np.tile([1, 3], (count, 1)), _digits(np.arange(count), 9)])),
            "邮箱": pc.binary_join_element_wise("u", number, "@163.com", ""),
            "注册时间": pa.array(np.full(count, "2024-03-01 08:00:00")),
            "激活状态": pa.array(np.full(count, "已激活")),
            "账号状态": pa.array(np.full(count, "正常")),
            "来源系统": pa.array(list(SYSTEMS)).take(pa.array(rng.integers(0, len(SYSTEMS), count))),
            "证书编号": pc.if_else(pa.array(claims), who["certificate"], None),
            "毕业年份": pc.if_else(pa.array(claims), pa.array(who["year"]).cast(pa.string()), None),
            "毕业学校": pc.if_else(pa.array(claims), who["school"], None),
        }
    )
    degrees = pa.table(
        {
            "姓名": names,
            "性别": pc.if_else(pa.array(who["sex"] == 1), "男", "女"),
            "出生日期": pa.array(who["birth"]).cast(pa.string()),
            "身份证号": ids,
            "院校代码": who["code"],
            "院校名称": who["school"],
            "层次": pa.array(np.full(count, "本科")),
            "毕业日期": pc.binary_join_element_wise(pa.array(years).cast(pa.string()), "0701", ""),
            "证书编号": certificates,
        }
    )
    shuffled = rng.permutation(count)
    shuffled = shuffled[right[shuffled]]
    place = np.full(count, -1)
    place[shuffled] = np.arange(1, len(shuffled) + 1)
    rows = np.flatnonzero(left)
    found = place[rows]
    clean = (~hit[0] & ~hit[1] & ~old) | (old & (slips == 0) & ~unnumbered)
    clean &= carried == np.arange(count)
    truth = pa.table(
        {
            "registration": pa.array(np.arange(1, len(rows) + 1)),
            "degree": pc.if_else(pa.array(found > 0), pa.array(found), None),
            "binds": pa.array(clean[rows] & (found > 0)),
        }
    )
    return {
        "registrations": registrations.take(pa.array(rows)),
        "degrees": degrees.take(pa.array(shuffled)),
        "truth": truth,
    }


def write(made: dict[str, pa.Table], folder: Path, form: str) -> None:
    """Both sides as one file each, and the truth."""
    folder.mkdir(parents=True, exist_ok=True)
    pq.write_table(made["truth"], folder / "truth.parquet")
    for name in ("registrations", "degrees"):
        if form == "parquet":
            pq.write_table(made[name], folder / f"{name}.parquet", compression="zstd")
        else:
            _workbook(made[name], folder / f"{name}.xlsx")


def _workbook(table: pa.Table, path: Path) -> None:
    import xlsxwriter

    book = xlsxwriter.Workbook(str(path), {"constant_memory": True, "strings_to_numbers": False})
    sheet = book.add_worksheet("数据")
    for column, header in enumerate(table.column_names):
        sheet.write_string(0, column, header)
    for row, values in enumerate(zip(*(column.to_pylist() for column in table.columns), strict=True), 1):
        for column, value in enumerate(values):
            if value is not None:
                sheet.write_string(row, column, value)
    book.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--people", type=int, required=True)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--format", choices=("parquet", "xlsx"), default="parquet")
    parser.add_argument("--skew", action="store_true", help="crowds of one name and one school")
    parser.add_argument("--out", type=Path, required=True)
    asked = parser.parse_args()
    write(make(asked.people, asked.seed, skew=asked.skew), asked.out, asked.format)


if __name__ == "__main__":
    main()
