"""The states of the five fields, and the rule table over them (contract 5 and 6)."""

from collections import Counter

import pytest

from . import claims, identity, names
from .accounts import moment
from .cases import short
from .drawing import ANOTHER_SCHOOL, FORMER_NAME, NUMBER, SCHOOL, SLIPPED_NUMBER, WANG, ZHANG, ZHANG_TWIN
from .judging import RULES, judge


@pytest.mark.parametrize(
    ("one", "other", "state"),
    [
        (ZHANG, ZHANG, "same"),
        (ZHANG, " '" + ZHANG[:6] + " " + ZHANG[6:], "same"),
        (short(ZHANG), ZHANG, "alike"),
        (ZHANG, ZHANG[:17] + ("0" if ZHANG[17] != "0" else "1"), "near"),
        (ZHANG, ZHANG[:9] + ZHANG[10:], "near"),
        (ZHANG, ZHANG[:6] + ZHANG[7] + ZHANG[6] + ZHANG[8:], "near"),
        (ZHANG, ZHANG[:15] + "000", "near"),
        (ZHANG, ZHANG_TWIN, "partial"),
        (ZHANG, WANG, "differ"),
        (ZHANG, "999102770000000001", "blank"),
        (ZHANG, "无", "blank"),
        (ZHANG, "E12345678", "differ"),
    ],
)
def test_id_number_has_six_states(one, other, state):
    read = [identity.read(text, numeric=False, stated=None) for text in (one, other)]
    assert identity.state(*read) == state


def test_one_unit_of_carrying_is_allowed_in_a_rounded_number():
    carried = str(int(ZHANG[:15]) + 1) + "000"
    numbers = [identity.read(text, numeric=False, stated=None) for text in (ZHANG, carried)]
    assert identity.state(*numbers) == "near"


@pytest.mark.parametrize("x", ["x", "х", "Х", "Χ", "×", "Ｘ"])
def test_every_x_of_an_id_number_is_x(x):
    assert identity.read("11010519491231002" + x, numeric=False, stated=None).key == "11010519491231002X"


@pytest.mark.parametrize(
    ("stated", "fits"),
    [(None, "same"), ("港澳居民居住证", "differ"), ("护照", "same"), ("军官证", "differ")],
)
def test_other_documents_compare_within_their_type(stated, fits):
    passport = identity.read("E12345678", numeric=False, stated="护照")
    assert identity.state(identity.read("E12345678", numeric=False, stated=stated), passport) == fits


@pytest.mark.parametrize(
    ("one", "other", "state"),
    [
        ("张　伟", "张伟", "same"),
        ("买买提•吐尔逊", "买买提·吐尔逊", "same"),
        ("張伟", "张伟", "alike"),
        ("买买提吐尔逊", "买买提·吐尔逊", "alike"),
        ("张玮", "张伟", "near"),
        ("张三峰", "张三丰", "near"),
        ("张四丰", "张三丰", "near"),
        ("王??", "王明", "near"),
        ("阿卜杜热", "阿卜杜热合曼·买买提", "near"),
        ("张强", "张伟", "partial"),
        ("李伟", "张伟", "differ"),
        (None, "张伟", "blank"),
    ],
)
def test_name_has_six_states(one, other, state):
    assert names.state(one, other) == state


@pytest.mark.parametrize(
    ("one", "other", "schools", "state"),
    [
        (NUMBER, NUMBER, "differ", "same"),
        (NUMBER, NUMBER[:-1], "differ", "near"),
        (NUMBER, SLIPPED_NUMBER, "same", "near"),
        ("98-0123", "980123", "same", "alike"),
        ("98-0123", "98-0123", "alike", "same"),
        ("98-0123", "98-0123", "differ", "differ"),
        ("98-0123", "98-0123", "blank", "blank"),
        (None, NUMBER, "same", "blank"),
    ],
)
def test_a_free_form_certificate_number_means_something_only_with_its_school(one, other, schools, state):
    assert claims.certificate_state(one, other, schools) == state


@pytest.mark.parametrize(
    ("claimed", "held", "held_code", "state"),
    [
        (SCHOOL, "上海体育大學", "10277", "same"),
        ("中国矿业大学(北京)", "中国矿业大学（北京）", None, "same"),
        (FORMER_NAME, SCHOOL, None, "alike"),
        ("上海体育大字", SCHOOL, None, "near"),
        (ANOTHER_SCHOOL, "中国矿业大学（北京）", None, "differ"),
        (None, SCHOOL, None, "blank"),
    ],
)
def test_schools_match_by_code_then_by_listed_names(claimed, held, held_code, state):
    assert claims.school_state(claims.school(claimed), claims.school(held, held_code)) == state


def test_every_rule_can_decide_and_every_combination_meets_one():
    states = ("same", "alike", "near", "partial", "differ", "blank")
    rest = ("same", "alike", "near", "differ", "blank")
    met = Counter(
        judge((i, n, c, y, s)).name for i in states for n in states for c in rest for y in rest for s in rest
    )
    assert set(met) == {rule.name for rule in RULES}


@pytest.mark.parametrize(
    "text", ["20090901", "2009-09-01", "2009/9/1", "2009年09月01日", "2009-09-01 00:00:00"]
)
def test_dates_are_read_in_all_forms(text):
    assert str(moment(text)) == "2009-09-01 00:00:00"
