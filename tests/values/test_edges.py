"""Where a value stops being one thing and begins to be another: the last that is, the first that is not."""

from __future__ import annotations

from datetime import date
from itertools import product

import numpy as np
import pyarrow as pa
import pytest

from chsi_batch.tables import rows
from chsi_batch.values import (
    blank_words,
    characters,
    contact,
    digit_columns,
    name_columns,
    name_near,
    person_name,
    placeholders,
)


def _is_day(year: int, month: int, day: int) -> bool:
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True


def test_every_day_of_odd_years_is_told_from_what_is_none() -> None:
    days = list(product((1896, 1900, 1999, 2000, 2023, 2024, 2100), range(15), range(34)))
    year, month, day = (np.array(part, dtype=np.int32) for part in zip(*days, strict=True))
    assert digit_columns.real_dates(year, month, day).tolist() == [_is_day(*each) for each in days]


def test_digits_as_numbers_and_back() -> None:
    texts = pa.array(["", "0123456789", "9999999999", "01234/5678", "01234:5678", None])[1:5]
    digits = digit_columns.matrix(texts, 10)
    assert digit_columns.of_width(texts, 10).tolist() == [True] * 4
    assert digit_columns.of_width(pa.array([None, "", "12"]), 2).tolist() == [False, False, True]
    assert digit_columns.all_digits(digits).tolist() == [True, True, False, False]
    assert digit_columns.number(digits[:2]).tolist() == [123456789, 9999999999]
    assert digit_columns.strings(digits).to_pylist() == texts.to_pylist()
    assert digit_columns.matrix(pa.array([], pa.string()), 3).shape == (0, 3)


@pytest.mark.parametrize(
    ("text", "is_one"),
    [("1111", True), ("111", False), ("aaaa", True), ("123456", True), ("12345", False),
     ("1234567890123", True), ("1234568", False)],
)  # fmt: skip
def test_patterns_begin_at_a_length(text: str, is_one: bool) -> None:
    assert placeholders.is_pattern(text) is is_one


def test_a_word_stands_for_nothing_in_its_own_field_alone() -> None:
    table = rows("placeholders", ("field", "word", "origin"))
    fields = {row["field"] for row in table}
    for row in table:
        meant = {other["field"] for other in table if other["word"] == row["word"]}
        assert {field for field in fields if row["word"] in placeholders.words(field)} == meant
    assert any(not placeholders.words("certificate_number") <= placeholders.words(field) for field in fields)


def test_blank_words_of_names_are_no_blank_words_of_schools() -> None:
    table = rows("blank_words", ("field", "word", "origin"))
    for field in {row["field"] for row in table}:
        assert blank_words.blank_words(field) == {row["word"] for row in table if row["field"] == field}
    assert blank_words.blank_words("name") != blank_words.blank_words("school")


@pytest.mark.parametrize(
    ("code", "han"),
    [(0x33FF, False), (0x3400, True), (0x9FFF, True), (0xA000, False), (0x1FFFF, False), (0x20000, True),
     (0x3FFFF, True), (0x40000, False), (0x2E7F, False), (0x2E80, True), (0x2FDF, True), (0x2FE0, False),
     (0xDFFF, False), (0xE000, True), (0xFAFF, True), (0xFB00, False), (0x3004, False), (0x3005, True),
     (0x3006, False), (0x3007, True), (0x3008, False)],
)  # fmt: skip
def test_where_ideographs_begin_and_end(code: int, han: bool) -> None:
    assert name_near.is_han(chr(code)) is han


@pytest.mark.parametrize("code", [0xFE00, 0xFE0F, 0xE0100, 0xE01EF, 0x180B, 0x180F, 0x34F])
def test_every_variation_selector_is_invisible(code: int) -> None:
    assert person_name.clean(f"葛{chr(code)}亮") == "葛亮"
    assert chr(code) in characters.VARIATION_SELECTORS


@pytest.mark.parametrize("code", [0xFDFF, 0xFE10, 0xE01F0])
def test_what_stands_beside_the_selectors_is_none(code: int) -> None:
    assert chr(code) not in characters.VARIATION_SELECTORS


@pytest.mark.parametrize(("local", "whole"), [(242, True), (243, False)])
def test_the_longest_address_counts_the_domain(local: int, whole: bool) -> None:
    address = "a" * local + "@example.com"
    assert len(address) == (254 if whole else 255)
    assert contact.clean_email(address) == (address if whole else None)


@pytest.mark.parametrize(
    "name", ["张伟", "张三丰", "欧阳娜娜", "欧阳修", "上官婉儿", "司马相如之", "赵钱孙李"]
)
def test_plain_names_of_every_length_are_the_scalar(name: str) -> None:
    """The fast way for common names says what the slow one says, at every length it takes."""
    found = name_columns.keys(pa.chunked_array([pa.array([name])]))
    assert found["name_key"].to_pylist() == [name]
    assert found["name_fold"].to_pylist() == [person_name.fold(name)]
