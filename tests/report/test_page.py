"""The page opens offline, loads nothing, closes its totals and lets nothing from input come alive."""

from __future__ import annotations

import base64
import re
import stat
from html.parser import HTMLParser
from pathlib import Path

import psutil
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from chsi_batch.decisions.entries import DECISIONS
from chsi_batch.report import (
    apart,
    chinese_font,
    embedding,
    html,
    overview_pictures,
    page_schools,
    page_sections,
    totals,
)
from chsi_batch.report.numbers import flow
from chsi_batch.report.overview_pictures import Pictures
from chsi_batch.report.words import Words
from chsi_batch.results import DECISION_STATUSES, Run

from .conftest import draw, personal
from .varied import varied

POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:"
LOADING = {"src", "href", "action", "data", "poster", "srcset", "background", "cite", "formaction"}


class Page(HTMLParser):
    """Tags, attributes and texts of a page."""

    def __init__(self, source: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self.ended: list[str] = []
        self.feed(source)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        self.ended.append(tag)

    def handle_data(self, data: str) -> None:
        self.texts.append(data)

    @property
    def text(self) -> str:
        return "".join(self.texts)


@pytest.fixture(scope="module")
def source(run: Run, tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("page") / "summary.html"
    html.write_page(run, path, "zh", False)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    return path.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def page(source: str) -> Page:
    return Page(source)


def test_nothing_is_loaded_from_elsewhere(source: str, page: Page) -> None:
    policies = [
        attrs["content"] for tag, attrs in page.tags if attrs.get("http-equiv") == "Content-Security-Policy"
    ]
    assert policies == [POLICY]
    for tag, attrs in page.tags:
        assert tag not in ("script", "link", "iframe", "object", "embed", "form", "base", "a")
        for name, value in attrs.items():
            assert not name.startswith("on")
            if name in LOADING:
                assert (value or "").startswith("data:image/svg+xml;base64,")
    assert "http" not in re.sub(r"base64,[A-Za-z0-9+/=]+", "", source).replace("http-equiv", "")
    assert all(start == "data:font/woff;base64," for start in re.findall(r"url\((.{22})", source))
    assert "@import" not in source


def test_the_fonts_of_the_page_show_its_characters_and_no_more(page: Page, source: str) -> None:
    fonts = [base64.b64decode(data) for data in re.findall(r"data:font/woff;base64,([^)]+)", source)]
    shown = [embedding.characters(font) for font in fonts]
    assert len(shown) == 2
    assert ord("𠮷") in shown[1]
    wanted = {ord(character) for character in page.text if character.isprintable()}
    assert wanted <= shown[0] | shown[1] | {ord(c) for c in embedding.missing(page.text)}
    bundled = [embedding.characters(chinese_font.path(family)) for family in chinese_font.FILES]
    assert [len(part) < len(whole) / 4 for part, whole in zip(shown, bundled, strict=True)] == [True, True]


def test_a_font_that_shows_nothing_of_the_page_stays_out() -> None:
    assert embedding.faces("张伟").count("@font-face") == 1
    assert embedding.faces("张伟 𠮷").count("@font-face") == 2
    assert embedding.faces("张伟 𠮷") == embedding.faces("𠮷伟 张张")


def test_every_picture_has_its_numbers_behind_it(run: Run, tmp_path: Path) -> None:
    many = varied(run)
    html.write_page(many, tmp_path / "many.html", "zh", False)
    page = Page((tmp_path / "many.html").read_text(encoding="utf-8"))
    found = totals.count(many)
    behind = [attrs for tag, attrs in page.tags if tag == "details" and attrs.get("class") == "behind"]
    assert len(behind) == 6
    for turn in range(1, 8):
        assert f"图 {turn}　" in page.text
    assert page.text.count(f"合计{found.records}") == 2
    assert re.search("V2人工决定.*1", page.text.replace("\n", ""))
    assert not [value for value in personal(many) if value in page.text]


def test_decisions_are_told_where_there_are_any(run: Run, tmp_path: Path) -> None:
    columns = ("decision", "status", "reviewer", "remark", "registration_ref", "degree_ref", "reason")
    row = dict(
        zip(columns, ("hold", "stale", "审核<i>", "电话 13912345678", "a#4", "b#5", "姓名已改"), strict=True)
    )
    table = pa.Table.from_pylist([{"seq": 7, **row}] * (page_sections.MOST_DECISIONS + 1))
    path = tmp_path / "decided.html"
    html.write_page(Run({**run.tables, "decisions": table}, run.facts), path, "zh", False)
    page = Page(path.read_text(encoding="utf-8"))
    for text in (
        "人工决定",
        "暂缓",
        "审核<i>",
        "姓名已改",
        "已过期 501",
        f"只列前 {page_sections.MOST_DECISIONS} 条，共 501 条",
    ):
        assert text in page.text
    assert "13912345678" not in page.text
    html.write_page(Run({**run.tables, "decisions": table.slice(0, 0)}, run.facts), path, "zh", False)
    assert "审核人已作的决定" not in path.read_text(encoding="utf-8")


def test_every_status_of_a_decision_has_its_words() -> None:
    for language in ("zh", "en"):
        words = Words(language)
        assert [words(f"decision_status.{status}") for status in DECISION_STATUSES]
        assert [words(f"decision.{decision}") for decision in DECISIONS]


def test_charts_have_their_letters_as_paths(page: Page) -> None:
    charts = [attrs for tag, attrs in page.tags if tag == "img"]
    kinds = [(chart["alt"] or "").partition("：")[0] for chart in charts]
    assert kinds == ["流向图", "条形图", "组合图", "瀑布图", "热力图", "条形图", "矩阵图"]
    for chart in charts:
        drawn = base64.b64decode((chart["src"] or "").partition(",")[2]).decode("utf-8")
        assert "<path" in drawn
        assert "<text" not in drawn
        assert "<script" not in drawn


def test_totals_are_said_and_close(run: Run, page: Page) -> None:
    found = totals.count(run)
    assert f"收支相符：{found.records} 行 ＝ {found.bound} 行已绑定 ＋ {found.exception} 行异常" in page.text
    for file in found.files:
        assert file.file in page.text
    assert "✗" not in page.text


def test_every_party_is_told_what_to_do(run: Run, page: Page) -> None:
    for code in totals.count(run).codes:
        assert code.code in page.text
        assert Words("zh").title(code.code) in page.text
    for party in ("学生 ·", "学校 ·", "公安机关 ·", "学信网 ·", "无需处理 ·"):
        assert party in page.text
    assert "重发激活邮件" in page.text


def test_schools_by_year_and_code_add_up(run: Run) -> None:
    found = totals.count(run)
    words = Words("zh")
    for limit in (1, 3, 100):
        with pytest.MonkeyPatch.context() as patched:
            patched.setattr(page_schools, "MOST_SCHOOLS", limit)
            matrices = page_schools.schools(found.schools, words, False)
        assert sum(matrix.rows for matrix in matrices) == found.exception
        assert all(matrix.rows == sum(rows for _, _, rows in matrix.lines) for matrix in matrices)
        assert len(matrices) == min(limit + 1, len(found.schools))


def test_very_many_schools_are_folded(run: Run, tmp_path: Path) -> None:
    degrees = run.tables["degrees"]
    schools = pa.array([f"第{turn}学院" for turn in range(degrees.num_rows)], pa.string())
    many = degrees.set_column(degrees.column_names.index("school"), "school", schools)
    html.write_page(Run({**run.tables, "degrees": many}, run.facts), tmp_path / "many.html", "zh", False)
    page = Page((tmp_path / "many.html").read_text(encoding="utf-8"))
    folds = [attrs.get("class") for tag, attrs in page.tags if tag == "details"]
    assert folds.count("more") == 1
    assert folds.index("more") > page_schools.OPEN
    tags = [tag for tag, _ in page.tags]
    assert tags.count("details") == page.ended.count("details")
    assert page.ended.count("section") == tags.count("section")


def test_tables_by_school_are_headed_by_what_they_list(page: Page) -> None:
    said = re.sub(r"\s+", " ", page.text)
    listed = re.findall(r"中国石油大学（北京） · \d+ (\D+)", said)
    assert listed == ["问题"]


def test_inputs_and_set_aside_rows_are_listed(page: Page) -> None:
    for text in (
        "账号导出_2026.xlsx",
        "学籍.xlsx",
        "民族",
        "2025届毕业生学历注册表",
        "学历注册_2025届.xlsx#本科!99",
    ):
        assert text in page.text


def test_text_from_input_is_never_markup(source: str, page: Page) -> None:
    assert "合计 <b>40</b> 人 𠮷" in page.text
    assert "<b>40</b>" not in source
    assert "<script>" in page.text
    assert "<script" not in source


def test_rare_characters_tell_their_code_point(page: Page) -> None:
    assert not [attrs for tag, attrs in page.tags if tag == "span"]
    assert str(html.rare("𠮷<")) == "𠮷&lt;"
    assert str(html.rare("學<")) == '<span title="U+5B78">學</span>&lt;'
    assert str(html.rare("\U0003abcd")) == '<span title="U+3ABCD">\U0003abcd</span>(U+3ABCD)'
    assert str(html.rare("a\x00<b")) == "a‹U+0000›&lt;b"


def test_nothing_personal_is_seen(run: Run, source: str) -> None:
    assert not [value for value in personal(run) if value in source]


def test_the_same_run_gives_the_same_bytes(source: str, tmp_path: Path) -> None:
    html.write_page(draw(), tmp_path / "again.html", "zh", False)
    assert (tmp_path / "again.html").read_text(encoding="utf-8") == source


def drawn(run: Run, records: int) -> tuple[Pictures, str]:
    """The pictures of the workbooks and the page, as a run of so many records has them drawn."""
    with apart.artist(records) as artist:
        artist.ask(html.gathered(run, "zh", False), pictures=True)
        return artist.pictures(), artist.page()


@pytest.fixture(scope="module")
def pictures(run: Run) -> Pictures:
    return overview_pictures.draw(flow.count(run), totals.count(run), Words("zh"))


@pytest.mark.parametrize("records", [apart.LARGE - 1, apart.LARGE])
def test_what_is_drawn_beside_is_the_same(
    run: Run, source: str, pictures: Pictures, monkeypatch: pytest.MonkeyPatch, records: int
) -> None:
    if records >= apart.LARGE:
        monkeypatch.setattr(html, "drawn", lambda _: pytest.fail("it is drawn in the other process"))
        monkeypatch.setattr(overview_pictures, "draw", lambda *_: pytest.fail("it is drawn there"))
    assert drawn(run, records) == (pictures, source)


@pytest.mark.parametrize("start", ["raise SystemExit(1)", "import os; os.abort()", "print('no answer')"])
def test_what_cannot_be_drawn_beside_is_drawn_here(
    run: Run, source: str, pictures: Pictures, monkeypatch: pytest.MonkeyPatch, start: str
) -> None:
    monkeypatch.setattr(apart, "_START", start)
    assert drawn(run, apart.LARGE) == (pictures, source)


def test_a_fault_of_drawing_is_told_where_the_page_is_wanted(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_: object) -> str:
        raise ZeroDivisionError

    monkeypatch.setattr(html, "drawn", fail)
    with pytest.raises(ZeroDivisionError):
        drawn(run, 0)


def test_no_process_is_left_when_a_run_fails(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    before, children = psutil.Process().children(), []
    monkeypatch.setattr(html, "drawn", lambda _: pytest.fail("nobody waits for it any more"))

    def interrupted() -> None:
        with apart.artist(apart.LARGE) as artist:
            artist.ask(html.gathered(run, "zh", False), pictures=True)
            children.extend(child for child in psutil.Process().children() if child not in before)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert len(children) == 1
    assert not children[0].is_running()


def test_facts_of_the_run_are_those_given_and_no_clock(run: Run, tmp_path: Path, page: Page) -> None:
    assert "2026-03-01 20:00:00" in page.text
    html.write_page(Run(run.tables, {"version": "9"}), tmp_path / "bare.html", "zh", True)
    bare = Page((tmp_path / "bare.html").read_text(encoding="utf-8"))
    assert "未给定截止时间" in bare.text
    assert "含完整个人信息" in bare.text


def test_english_page_has_no_chinese_of_its_own(run: Run, tmp_path: Path) -> None:
    none = Run({name: table.slice(0, 0) for name, table in run.tables.items()}, {"version": "9"})
    html.write_page(none, tmp_path / "en.html", "en", False)
    assert not re.search("[\u4e00-\u9fff]", Page((tmp_path / "en.html").read_text(encoding="utf-8")).text)


def test_only_the_first_set_aside_rows_are_shown(run: Run, tmp_path: Path) -> None:
    many = pa.concat_tables([run.tables["set_aside"]] * 300)
    assert pc.count(many["ref"]).as_py() > page_sections.MOST_SET_ASIDE
    html.write_page(Run({**run.tables, "set_aside": many}, run.facts), tmp_path / "many.html", "zh", False)
    assert f"只列前 {page_sections.MOST_SET_ASIDE} 行，共 600 行" in (tmp_path / "many.html").read_text(
        encoding="utf-8"
    )
