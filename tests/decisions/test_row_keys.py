"""Row keys: the same row in another export has the same key, another matching value another one."""

from __future__ import annotations

import pyarrow as pa
import pytest
from odd_tables import DEGREE, REGISTRATION, cleaned

from chsi_batch.decisions.row_keys import LENGTH, row_keys
from chsi_batch.terms import Side

SECRET = b"s" * 32


def key(side: Side, **changes: str | None) -> str:
    found: str = row_keys(side, cleaned(side, [changes]), SECRET).to_pylist()[0]
    assert len(found) == LENGTH
    return found


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("id_number", " ３２０１０２１９８８１２２４１５８x"), ("name", "张 三 丰"),
        ("mobile", "13900000000"),
        ("activation", "待激活"), ("account_status", "已注销"), ("claimed_year", "2010-07-01"),
        ("claimed_school", " 北京大学 "), ("bound_at", "2026-01-01"), ("email", None),
    ],
)  # fmt: skip
def test_other_writing_and_other_columns_do_not_matter(column: str, value: str | None) -> None:
    changed = {"id_number": "32010219881224158X", column: value}
    assert key(Side.REGISTRATION, **changed) == key(Side.REGISTRATION, id_number="32010219881224158X")


@pytest.mark.parametrize("column", REGISTRATION)
def test_a_registrations_matching_values_matter(column: str) -> None:
    assert key(Side.REGISTRATION, **{column: REGISTRATION[column]}) != key(Side.REGISTRATION)


@pytest.mark.parametrize("column", DEGREE)
def test_a_degrees_matching_values_matter(column: str) -> None:
    assert key(Side.DEGREE, **{column: DEGREE[column]}) != key(Side.DEGREE)


def test_a_rounded_number_is_another_value() -> None:
    rounded = row_keys(Side.DEGREE, cleaned(Side.DEGREE, [{}], numeric=True), SECRET).to_pylist()
    assert rounded != [key(Side.DEGREE)]


def test_without_the_secret_nothing_can_be_tried() -> None:
    table = cleaned(Side.DEGREE, [{}])
    assert row_keys(Side.DEGREE, table, b"t" * 32) != row_keys(Side.DEGREE, table, SECRET)


def test_sides_differ_and_order_is_kept() -> None:
    rows = [{"name": name} for name in ("张三丰", "李四光", "张三丰")]
    found = row_keys(Side.DEGREE, cleaned(Side.DEGREE, rows), SECRET).to_pylist()
    assert found[0] == found[2] != found[1]
    empty = row_keys(Side.DEGREE, cleaned(Side.DEGREE, [{}]).slice(0, 0), SECRET)
    assert empty == pa.array([], pa.string())


def test_values_do_not_run_into_each_other() -> None:
    one = key(Side.REGISTRATION, claimed_certificate_number="1", claimed_year="2010")
    two = key(Side.REGISTRATION, claimed_certificate_number="12010", claimed_year=None)
    assert one != two
