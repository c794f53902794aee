"""The page opens offline, loads nothing, closes its totals and lets nothing from input come alive."""

from __future__ import annotations

import base64
import re
import stat
from html.parser import HTMLParser
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from chsi_batch.report import html, totals
from chsi_batch.report.words import Words
from chsi_batch.results import Run

from .conftest import draw, personal

POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:"
LOADING = {"src", "href", "action", "data", "poster", "srcset", "background", "cite", "formaction"}


class Page(HTMLParser):
    """Tags, attributes and texts of a page."""

    def __init__(self, source: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self.feed(source)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

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
    assert "url(" not in source
    assert "@import" not in source


def test_charts_have_their_letters_as_paths(page: Page) -> None:
    charts = [attrs for tag, attrs in page.tags if tag == "img"]
    assert [chart["alt"] for chart in charts] == ["各文件的结果", "异常种类"] or all(
        chart["alt"] for chart in charts
    )
    assert len(charts) == 2
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
            patched.setattr(html, "MOST_SCHOOLS", limit)
            matrices = html.schools(found.schools, words, False)
        assert sum(matrix.rows for matrix in matrices) == found.exception
        assert all(matrix.rows == sum(rows for _, _, rows in matrix.lines) for matrix in matrices)
        assert len(matrices) == min(limit + 1, len(found.schools))


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
    assert {attrs["title"] for tag, attrs in page.tags if tag == "span"} == {"U+20BB7"}
    assert str(html.rare("𠮷<")) == '<span title="U+20BB7">𠮷</span>&lt;'
    assert str(html.rare("a\x00<b")) == "a&lt;b"


def test_nothing_personal_is_seen(run: Run, source: str) -> None:
    assert not [value for value in personal(run) if value in source]


def test_the_same_run_gives_the_same_bytes(source: str, tmp_path: Path) -> None:
    html.write_page(draw(), tmp_path / "again.html", "zh", False)
    assert (tmp_path / "again.html").read_text(encoding="utf-8") == source


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
    assert pc.count(many["ref"]).as_py() > html.MOST_SET_ASIDE
    html.write_page(Run({**run.tables, "set_aside": many}, run.facts), tmp_path / "many.html", "zh", False)
    assert f"只列前 {html.MOST_SET_ASIDE} 行，共 600 行" in (tmp_path / "many.html").read_text(
        encoding="utf-8"
    )
