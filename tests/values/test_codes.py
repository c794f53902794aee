"""Codes and words of columns with few values, and the tables they stand in."""

import pyarrow as pa
import pytest

from chsi_batch.tables import rows
from chsi_batch.values import codes, id_documents

WORDS = [
    ("activation", "已激活", "已激活"),
    ("activation", "未激活", "待激活"),
    ("activation", " 激活 ", "已激活"),
    ("activation", "冻结", "冻结"),
    ("activation", None, None),
    ("account_status", "注销", "已注销"),
    ("account_status", "审核中", "待审核"),
    ("account_status", "有效", "正常"),
    ("review_status", "通过", "审核通过"),
    ("review_status", "驳回", "审核未通过"),
    ("review_status", "-", None),
    ("sex", "1", "男"),
    ("sex", "女", "女"),
    ("sex", "２", "女"),
    ("sex", "2.0", "女"),
    ("sex", "0", None),
    ("sex", "9", None),
    ("sex", "不明", None),
    ("level", "大专", "专科"),
    ("level", "高职（专科）", "专科"),
    ("level", "专升本", "本科"),
    ("level", "硕士研究生", "硕士"),
    ("level", "02", "硕士"),
    ("conclusion", "肄业", "肄业"),
    ("conclusion", "结业转毕业", "结业换毕业"),
    ("record_kind", "学位证书", "学位"),
]


@pytest.mark.parametrize(("field", "text", "expected"), WORDS)
def test_a_word_comes_to_its_canonical_one(field: str, text: str | None, expected: str | None) -> None:
    assert codes.clean(field, text) == expected
    assert codes.canonical(field, pa.array([text], pa.string())).to_pylist() == [expected]


def test_an_unknown_word_is_told_from_a_blank() -> None:
    assert codes.is_known("activation", "未激活")
    assert codes.is_known("activation", None)
    assert not codes.is_known("activation", "冻结")


def test_a_field_without_words_is_a_mistake() -> None:
    with pytest.raises(KeyError):
        codes.clean("colour", "red")


def test_canonical_words_stand_for_themselves() -> None:
    for row in rows("codes", ("field", "word", "canonical", "origin")):
        assert codes.clean(row["field"], row["word"]) == (row["canonical"] or None)
        if row["canonical"]:
            assert codes.clean(row["field"], row["canonical"]) == row["canonical"]


def test_no_word_stands_twice() -> None:
    for name, columns in (
        ("codes", ("field", "word", "canonical", "origin")),
        ("placeholders", ("field", "word", "origin")),
        ("id_types", ("word", "group", "origin")),
    ):
        words = [(row.get("field"), row["word"]) for row in rows(name, columns)]
        assert len(words) == len(set(words))


def test_every_stated_document_has_its_group() -> None:
    for row in rows("id_types", ("word", "group", "origin")):
        assert id_documents.stated_group(row["word"])[0] == row["group"]
