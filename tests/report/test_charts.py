"""Pictures show the numbers of the run, in Chinese, the same on every machine."""

from __future__ import annotations

import io
from collections.abc import Callable
from itertools import pairwise

import pytest
from matplotlib.figure import Figure
from syrupy.assertion import SnapshotAssertion

from chsi_batch.report import charts, chinese_font, palette, totals
from chsi_batch.report.charts import alluvial, by_column, by_party, by_school, by_source, dressing, upset
from chsi_batch.report.numbers.accounts import Source
from chsi_batch.report.numbers.failing import Failing, Together
from chsi_batch.report.numbers.flow import Flow, Stream
from chsi_batch.report.numbers.quality import Quality
from chsi_batch.report.numbers.shares import Share, Shares
from chsi_batch.report.totals import CodeTotal, Totals
from chsi_batch.report.words import Words
from chsi_batch.results import Run

from .conftest import personal
from .reading_pictures import bars, ribbons, texts, told
from .varied import varied

Chart = Callable[[Run, str], Figure]
ALL: dict[str, Chart] = {
    "flow": charts.flow,
    "exceptions": charts.exceptions,
    "failing_together": charts.failing_together,
    "residuals": charts.residuals,
    "bound_share": charts.bound_share,
    "accounts": charts.accounts,
    "data_quality": charts.data_quality,
}


@pytest.fixture(scope="module")
def many(run: Run) -> Run:
    return varied(run)


@pytest.fixture
def no_system_font(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chinese_font, "_system", lambda: None)


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("name", ALL)
@pytest.mark.usefixtures("no_system_font")
def test_what_each_picture_shows(many: Run, name: str, language: str, snapshot: SnapshotAssertion) -> None:
    assert told(ALL[name](many, language)) == snapshot


@pytest.mark.parametrize("name", ALL)
def test_a_picture_is_the_same_bytes_every_time(many: Run, name: str) -> None:
    first, second = (ALL[name](many, "zh") for _ in range(2))
    assert charts.svg(first) == charts.svg(second)
    assert charts.png(first, 60) == charts.png(second, 60)
    assert b"<dc:date>" not in charts.svg(first)


@pytest.mark.parametrize("name", ALL)
def test_a_run_with_nothing_in_it_says_so(run: Run, name: str) -> None:
    empty = Run({key: table.slice(0, 0) for key, table in run.tables.items()}, run.facts)
    for language in ("zh", "en"):
        figure = ALL[name](empty, language)
        assert texts(figure)
        assert charts.svg(figure)


@pytest.mark.parametrize("name", ALL)
def test_nothing_personal_is_drawn(many: Run, name: str) -> None:
    said = "\n".join(texts(ALL[name](many, "zh")))
    assert not [value for value in personal(many) if value in said]


def test_no_picture_uses_a_global_state(many: Run) -> None:
    import matplotlib

    before = dict(matplotlib.rcParams)
    for chart in ALL.values():
        charts.svg(chart(many, "zh"))
    assert dict(matplotlib.rcParams) == before


def test_the_bundled_fonts_are_enough_without_a_system_font(
    many: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("matplotlib.font_manager.findSystemFonts", lambda *_, **__: pytest.fail("not needed"))
    chinese_font._system.cache_clear()
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("warnings.warn", lambda *args, **_: pytest.fail(str(args)))
        for language in ("zh", "en"):
            for chart in ALL.values():
                chart(many, language).savefig(io.BytesIO(), format="png")


def test_the_flow_shows_every_file_with_its_rows(run: Run) -> None:
    said = texts(charts.flow(run, "zh"))
    for file in totals.count(run).files:
        assert any(file.file in text and text.endswith(f"  {file.records}") for text in said)


def test_every_band_of_the_flow_is_as_wide_as_its_rows(run: Run) -> None:
    found = totals.count(run)
    scale = (1 - alluvial.GAP) / found.records
    for end in alluvial.COLUMNS[1:]:
        wide = [width for _, place, width in ribbons(charts.flow(run, "zh")) if place == end]
        assert sum(wide) == pytest.approx(1 - alluvial.GAP, abs=1e-3)
    bound = [
        width
        for colour, place, width in ribbons(charts.flow(run, "zh"))
        if (colour, place) == (palette.BOUND.lower(), alluvial.COLUMNS[1])
    ]
    assert sum(bound) == pytest.approx(found.bound * scale, abs=1e-3)


def test_labels_of_the_flow_keep_apart() -> None:
    places = alluvial.spread([0.5, 0.5, 0.501, 0.99, 0.999], 0.1)
    assert places == sorted(places)
    assert min(b - a for a, b in pairwise(places)) >= 0.1 - 1e-9
    assert max(places) <= 0.95 + 1e-9
    assert alluvial.spread([0.2, 0.8], 0.1) == [0.2, 0.8]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("学历注册_2025届.xlsx", "学历注册_2025届.xlsx"),
        ("账号导出" * 6, "账号导出账号导出账号…导出账号导出账号导出"),
        ("a" * 41, "a" * 20 + "…" + "a" * 20),
        ("账号\n13912345678", "账号 139******78"),
    ],
)
def test_labels_are_masked_and_fit(text: str, shown: str) -> None:
    assert dressing.label(text) == shown


def test_very_many_files_keep_their_rows() -> None:
    files = 40
    found = Flow(
        tuple(
            Stream("degree", f"f{n}.xlsx", outcome, end, rows)
            for n in range(files)
            for outcome, end, rows in (("bound", "B1", 1), ("exception", "school", 2))
        )
    )
    said = texts(charts.flow_of(found, Words("zh")))
    rest = files - alluvial.MOST_FILES + 1
    assert f"其余 {rest} 个文件  {3 * rest}" in said
    assert "规则 B1  40" in said
    assert "学校  80" in said


def test_very_many_codes_keep_their_rows() -> None:
    codes = tuple(CodeTotal(f"c{n}", "school", "error", "", 1, 1) for n in range(50))
    figure = charts.exceptions_of(Totals((), 0, codes, ()), Words("zh"))
    assert f"其余 {50 - by_party.MOST_CODES + 1} 种异常" in texts(figure)
    assert sum(width for _, width, _ in bars(figure)) == 100


def test_very_many_source_systems_keep_their_rows() -> None:
    sources = tuple(Source(f"s{n}", {"bound": 2, "school": 1}) for n in range(30))
    figure = charts.accounts_of(sources, Words("zh"))
    assert f"其余 {30 - by_source.MOST_SYSTEMS + 1} 个来源" in texts(figure)
    assert sum(width for _, width, _ in bars(figure)) == 90


def test_very_many_schools_and_years_keep_their_rows() -> None:
    cells = {(f"s{n}", 1990 + m): Share(4, 3) for n in range(40) for m in range(20)}
    said = texts(charts.bound_share_of(Shares(cells), Words("zh")))
    assert f"其余 {40 - by_school.MOST_SCHOOLS + 1} 所学校" in said
    assert f"{2009 - by_school.MOST_YEARS + 1} 及以前" in said
    assert "75%\n(3,200)" in said


def test_very_many_sets_of_fields_keep_their_rows() -> None:
    sets = tuple(Together(("name",), 5) for _ in range(30))
    figure = charts.failing_together_of(Failing(sets, 7), Words("zh"))
    assert "其余组合" in texts(figure)
    assert str((30 - upset.MOST_SETS) * 5) in texts(figure)


def test_very_many_files_with_bad_cells_keep_their_issues() -> None:
    places = [("degree", f"f{n}.xlsx") for n in range(60)]
    found = Quality({(place, "name"): 2 for place in places}, dict.fromkeys(places, 10))
    said = texts(charts.data_quality_of(found, Words("zh")))
    rest = 60 - by_column.MOST_FILES + 1
    assert f"其余 {rest} 个文件" in said
    assert f"{2 * rest} / {10 * rest}" in said


def test_all_is_said_only_when_all_are_bound() -> None:
    assert by_school.percent(Share(10_000, 9_999)) == "99%"
    assert by_school.percent(Share(3, 3)) == "100%"


def test_a_cell_without_degrees_is_hatched(many: Run) -> None:
    figure = charts.bound_share(many, "zh")
    hatched = [patch for patch in figure.axes[0].patches if patch.get_hatch()]
    shown = [text for text in texts(figure) if text.endswith(")") and "%" in text]
    assert hatched
    assert len(hatched) + len(shown) == len(figure.axes[0].patches)


@pytest.mark.filterwarnings("ignore:Glyph 240589")
@pytest.mark.usefixtures("no_system_font")
def test_rare_characters_of_names_are_drawn() -> None:
    assert chinese_font.showable("阿卜杜热合曼·买买提 𠮷田 䶮堃 𬱖") == "阿卜杜热合曼·买买提 𠮷田 䶮堃 𬱖"
    shown = {key: _ink(key) for key in ("𠮷", "䶮", "𬱖", "\U0003abcd")}
    assert len(set(shown.values())) == 4


def _ink(character: str) -> bytes:
    """The picture of one character as the pictures draw it, with no help from the system."""
    with dressing.dressed([character]):
        figure = Figure(figsize=(1, 1))
        figure.text(0.5, 0.5, character, fontsize=30)
        return charts.png(figure, 40)


@pytest.mark.usefixtures("no_system_font")
def test_what_no_font_shows_is_written_by_its_code_point() -> None:
    assert chinese_font.showable("學\U0003abcd林$") == r"U+5B78U+3ABCD林\$"


def test_every_fixed_text_is_shown_by_the_bundled_fonts() -> None:
    shown = frozenset().union(*chinese_font.bundled().values())
    for language in ("zh", "en"):
        words = Words(language)
        told = [words(key) for key in words._texts if key.startswith(("chart.", "party.", "side."))]
        told += [words.title(code) for code in ("id-rounded", "ids-crossed")]
        assert not {character for text in told for character in text if ord(character) not in shown}
