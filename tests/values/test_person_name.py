"""Names: every sentence about them drawn as a pair, and what must hold for all names."""

import csv
import unicodedata
from importlib import resources

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chsi_batch import tables
from chsi_batch.values import name_columns, name_near, person_name, pronunciation

calm = settings(deadline=None)  # tables are read on first use

PAIRS = """
    # padding, width, separators, invisible characters, Latin case
    张伟 | 张　伟 | same
    张伟 | 张 伟 | same
    张伟 | 张\u00a0伟\u200b | same
    张伟 | \ufeff张\u2060伟\ufe00 | same
    阿里·买买提 | 阿里•买买提 | same
    阿里·买买提 | 阿里・买买提 | same
    阿里·买买提 | 阿里･买买提 | same
    阿里·买买提 | 阿里‧买买提 | same
    阿里·买买提 | 阿里⋅买买提 | same
    阿里·买买提 | 阿里∙买买提 | same
    阿里·买买提 | 阿里．买买提 | same
    阿里·买买提 | 阿里.买买提 | same
    阿里·买买提 | 阿里﹒买买提 | same
    阿里·买买提 | 阿里●买买提 | same
    阿里·买买提 | 阿里 · 买买提 | same
    John Smith | JOHN　SMITH | same
    John Smith | Ｊｏｈｎ  Smith | same
    René | René | same
    # traditional, variant, private-use and compatibility characters; separators left out
    陈昇 | 陈升 | alike
    陳偉 | 陈伟 | alike
    李峯 | 李峰 | alike
    阿里·买买提 | 阿里买买提 | alike
    张\ue863 | 张䶮 | alike
    \uf9e1明 | 李明 | alike
    ⽂华 | 文华 | alike
    John Smith | JohnSmith | alike
    # same sound, with the reading a surname has
    张伟 | 张玮 | near
    单雄 | 山雄 | near
    尉迟恭 | 玉池恭 | near
    曾伟 | 增伟 | near
    # one character differs, in names of three and more
    王小明 | 王大明 | near
    李小明 | 王小明 | near
    张伟 | 张芳 | partial
    张伟 | 李伟 | differ
    王𬱖明 | 王𬱖强 | near
    王𠮷 | 王强 | partial
    # characters that could not be typed
    王?? | 王𬱖 | near
    王？ | 王𬱖 | near
    王□明 | 王𠮷明 | near
    王�明 | 王䶮明 | near
    王???? | 王𬱖𠮷 | near
    王?? | 王小明 | partial
    李?? | 王𬱖 | differ
    # cut off by an old field
    阿卜杜热 | 阿卜杜热合曼·买买提 | near
    艾力江· | 艾力江·买买提 | near
    买提·阿 | 买提·阿卜杜拉 | near
    阿卜杜 | 阿卜杜热合曼·买买提 | differ
    王小明 | 王小明明 | partial
    王𬱖明 | 王𬱖明强 | partial
    Zhang | Zhang Weiming | differ
    Zhang Wei | Zhang Weiming | near
    # pinyin stands for a character
    王wei | 王伟 | near
    WANG伟 | 王伟 | near
    张yan | 张䶮 | near
    张dí | 张𬱖 | near
    Zhang Wei | 张伟 | near
    ZHANGWEI | 张伟 | near
    Wei Zhang | 张伟 | near
    SHAN Xiong | 单雄 | near
    LYU BU | 吕布 | near
    Heming | 黑明 | near
    Lü Bu | 吕布 | near
    Ouyang Ming | 欧阳明 | near
    王wei | 王芳 | partial
    Zhang Wei | 张芳 | differ
    # surnames
    欧阳明 | 欧阳文辉 | partial
    欧阳明 | 欧文辉 | differ
    歐陽明 | 欧阳文辉 | partial
    阿里·买买提 | 阿里·江 | differ
    喆明 | 哲芳 | differ
    # remarks are not stripped
    张伟 | 张伟(曾用名) | partial
    # nothing there
    张伟 | 无 | blank
    张伟 | 不详 | blank
    张伟 | - | blank
    张伟 | NULL | blank
    张伟 | 　 | blank
    张伟 | （空） | blank
    张伟 | ？？ | blank
"""


def drawn(text: str) -> list[tuple[str, str, str]]:
    """The rows of a drawn table; outer blanks are those of the drawing."""
    lines = [line.strip(" ") for line in text.split("\n")]
    rows = [line.split(" | ") for line in lines if line and not line.startswith("#")]
    return [(a, b, state) for a, b, state in rows]


@pytest.mark.parametrize(("a", "b", "state"), drawn(PAIRS))
def test_state(a: str, b: str, state: str) -> None:
    assert person_name.state(a, b) == state
    assert person_name.state(b, a) == state


def test_nothing_is_blank() -> None:
    assert person_name.state(None, "张伟") == "blank"
    assert person_name.state(None, None) == "blank"


SIGNS = (
    "王张李陈陳昇升伟偉玮芳小明单山曾尉迟欧阳於于买提阿卜杜热合曼里江乐正龙龍喆哲峯峰裏𬱖𠮷䶮\ue863\uf9e1⽂○々"
    "·•.．● 　\u00a0\u200b\ufe0f?？□�-'ab weizhagluAZüÜéß无空"
)
names = st.text(st.sampled_from(SIGNS), max_size=9)
anything = names | st.text(max_size=6)
han = st.sampled_from([sign for sign in SIGNS if unicodedata.category(sign) == "Lo" and sign not in "无空"])


@calm
@given(st.lists(st.none() | anything, max_size=12))
def test_columns_are_the_scalars(texts: list[str | None]) -> None:
    found = person_name.keys(pa.array(texts, pa.string()))
    cleaned = [person_name.clean(text) for text in texts]
    there = [name for name in cleaned if name is not None]

    def spread(values: list[object]) -> list[object]:
        left = iter(values)
        return [None if name is None else next(left) for name in cleaned]

    assert found["name_key"].to_pylist() == cleaned
    assert found["name_fold"].to_pylist() == spread([person_name.fold(name) for name in there])
    assert found["name_fault"].to_pylist() == [person_name.fault(name) for name in cleaned]


@calm
@given(st.lists(st.none() | st.text(han, min_size=2, max_size=4), min_size=2, max_size=12))
def test_common_names_take_the_fast_way_to_the_same_answer(texts: list[str | None]) -> None:
    found = person_name.keys(pa.chunked_array([texts[:1], texts[1:]], pa.string()))
    cleaned = [person_name.clean(text) for text in texts]
    assert found["name_fold"].to_pylist() == [name and person_name.fold(name) for name in cleaned]


def test_a_table_may_fold_to_a_character_of_four_bytes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pronunciation, "folding", lambda: {ord("龍"): "𱍊"})
    for cached in (person_name._folding, person_name.fold, name_columns._fold_codes):
        cached.cache_clear()
    try:
        assert person_name.keys(pa.array(["李龍", "王伟", None]))["name_fold"].to_pylist() == [
            "李𱍊",
            "王伟",
            None,
        ]
    finally:
        for cached in (person_name._folding, person_name.fold, name_columns._fold_codes):
            cached.cache_clear()


def test_every_surname_is_told_of_pairs() -> None:
    surnames = [name for name in pronunciation.surnames() if name not in ("不", "未")]
    one, other = ([surname + given for surname in surnames] for given in ("伟", "大小明"))
    expected = [person_name.surname(a) == person_name.surname(b) for a, b in zip(one, other, strict=True)]
    assert person_name.partial_pairs(pa.array(one), pa.array(other)).to_pylist() == expected
    assert any(expected)


@calm
@given(anything)
def test_cleaning_and_folding_twice_changes_nothing(text: str) -> None:
    name = person_name.clean(text)
    if name is not None:
        assert person_name.clean(name) == name
        assert person_name.fold(person_name.fold(name)) == person_name.fold(name)


@calm
@given(st.none() | anything, st.none() | anything)
def test_state_is_symmetric(a: str | None, b: str | None) -> None:
    assert person_name.state(a, b) == person_name.state(b, a)


@calm
@given(anything)
def test_a_name_is_the_same_as_itself(text: str) -> None:
    assert person_name.state(text, text) in ("same", "blank")


@calm
@given(st.text(han, min_size=2, max_size=2), st.text(han, min_size=2, max_size=2))
def test_near_never_joins_two_characters_that_sound_different(a: str, b: str) -> None:
    one, other = person_name.clean(a), person_name.clean(b)
    if one and other and person_name.sound(one) != person_name.sound(other):
        assert person_name.state(a, b) != "near"


@calm
@given(st.lists(st.tuples(anything, anything), min_size=1, max_size=12))
def test_columns_decide_a_pair_as_the_scalar_does(pairs: list[tuple[str, str]]) -> None:
    a, b = (person_name.keys(pa.array(side, pa.string())) for side in zip(*pairs, strict=True))
    near = person_name.near_pairs(a["name_key"], b["name_key"], a["name_fold"], b["name_fold"]).to_pylist()
    partial = person_name.partial_pairs(a["name_key"], b["name_key"]).to_pylist()
    for place, pair in enumerate(pairs):
        left, right = ({column: values[place].as_py() for column, values in side.items()} for side in (a, b))
        state = person_name.state(*pair)
        assert (near[place] is None) == (state == "blank")
        assert _told(left, right, near=near[place], partial=partial[place]) == state


def _told(a: dict[str, object], b: dict[str, object], *, near: bool | None, partial: bool | None) -> str:
    if a["name_key"] is None or b["name_key"] is None:
        return "blank"
    if a["name_key"] == b["name_key"]:
        return "same"
    if a["name_fold"] == b["name_fold"]:
        return "alike"
    if near:
        return "near"
    return "partial" if partial else "differ"


def test_near_counts_characters_not_bytes() -> None:
    a = pa.array(["王小明", "王小明", "王𠮷明", "王伟", "王小明", None])
    b = pa.array(["王大明", "王大强", "王小明", "王芳", "王小明明", "王小明"])
    assert person_name.near_pairs(a, b, a, b).to_pylist() == [True, False, True, False, False, None]


@pytest.mark.parametrize(
    ("name", "sound"),
    [
        ("单雄", "shan xiong"),
        ("曾单", "zeng dan"),
        ("仇英", "qiu ying"),
        ("查良镛", "zha liang yong"),
        ("解晓东", "xie xiao dong"),
        ("区伟", "ou wei"),
        ("朴槿", "piao jin"),
        ("任小盖", "ren xiao gai"),
        ("盖叫天", "ge jiao tian"),
        ("尉迟恭", "yu chi gong"),
        ("万俟明", "mo qi ming"),
        ("單雄", "shan xiong"),
        ("单于明", "chan yu ming"),
        ("吕略", "lv lve"),
        ("王wei", "wang wei"),
        ("Lü Bu", "lv bu"),
        ("王𪚥?", "wang zhe ?"),
    ],
)
def test_sound(name: str, sound: str) -> None:
    assert person_name.sound(person_name.clean(name) or "") == sound


@pytest.mark.parametrize(
    ("name", "surname"),
    [
        ("张伟", "张"),
        ("張偉", "张"),
        ("欧阳明", "欧阳"),
        ("欧阳", "欧"),
        ("司马相如", "司马"),
        ("张李小明", "张"),
        ("阿里·买买提", None),
        ("阿卜杜热", None),
        ("张伟(曾用名张三)", "张"),
        ("王??", "王"),
        ("欧阳NA", "欧阳"),
        ("阿卜杜热合曼买买提", None),
        ("JOHN SMITH", None),
        ("?伟", None),
        ("王WEI", "王"),
    ],
)
def test_surname(name: str, surname: str | None) -> None:
    assert person_name.surname(name) == surname


def test_cleaning_keeps_what_is_legally_different() -> None:
    for name in ("陈昇", "陈升", "李峯", "\uf9e1明", "张\ue863", "张伟(男)", "喆", "阿里·买买提"):
        assert person_name.clean(name) == name


def test_characters_beyond_the_basic_plane_count_once() -> None:
    a, b = pa.array(["王𬱖𠮷"]), pa.array(["王𬱖𠮷明"])
    assert person_name.near_pairs(a, b, a, b).to_pylist() == [False]  # three characters are no cut-off name


def test_every_folding_ends_where_it_begins_to_hold() -> None:
    folding = pronunciation.folding()
    assert not [code for code, folded in folding.items() if ord(folded) in folding]
    assert all(len(folded) == 1 for folded in folding.values())


def test_all_private_use_and_compatibility_characters_fold() -> None:
    kinds = {
        row["kind"]: 0 for row in tables.rows("name_variants", ("character", "folded", "kind", "origin"))
    }
    for row in tables.rows("name_variants", ("character", "folded", "kind", "origin")):
        kinds[row["kind"]] += 1
    assert kinds["pua"] == 80
    assert set(kinds) == {"traditional", "variant", "pua", "compatibility"}
    compatible = [chr(code) for code in range(0xF900, 0xFADA) if unicodedata.decomposition(chr(code))]
    assert not [sign for sign in compatible if person_name.fold(sign) == sign]


def test_fold_separates_standard_characters_that_only_resemble_each_other() -> None:
    for a, b in ("喆哲", "邨村", "堃坤", "淼渺", "阎闫", "祐佑"):
        assert person_name.fold(a) != person_name.fold(b)


@pytest.mark.parametrize("name", ["name_variants", "surnames", "blank_words"])
def test_tables_open_in_a_spreadsheet_and_repeat_nothing(name: str) -> None:
    raw = (resources.files(tables) / f"{name}.csv").read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(raw.decode("utf-8-sig").splitlines()))
    first = [tuple(row[:2] if name != "name_variants" else row[:1]) for row in rows]
    assert len(first) == len(set(first))
    assert all(row[-1] for row in rows)


@calm
@given(st.text(st.sampled_from("王?a"), max_size=70), st.text(st.sampled_from("王a?伟"), max_size=70))
def test_hostile_holes_and_spellings_end(a: str, b: str) -> None:
    assert name_near.holes_fit(a, b) == name_near.holes_fit(b, a)
    assert name_near.spelled(a, b) == name_near.spelled(b, a)
