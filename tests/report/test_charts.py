"""Charts show the numbers of the run, in Chinese, the same on every machine."""

from __future__ import annotations

import io

import pytest
from matplotlib.figure import Figure

from chsi_batch.report import charts, chinese_font, totals
from chsi_batch.report.totals import FileTotal, Totals
from chsi_batch.report.words import Words
from chsi_batch.results import Run


def texts(figure: Figure) -> list[str]:
    (axes,) = figure.axes
    legend = axes.get_legend()
    told = [label.get_text() for label in axes.get_yticklabels()] + [text.get_text() for text in axes.texts]
    return told + ([text.get_text() for text in legend.get_texts()] if legend else [])


def test_the_flow_shows_every_file_with_its_numbers(run: Run) -> None:
    told = texts(charts.flow(run, "zh"))
    for file in totals.count(run).files:
        assert any(file.file in text for text in told)
        assert str(file.records) in told
    assert {"已绑定", "异常"} <= set(told)


def test_exceptions_are_drawn_by_code_and_party(run: Run) -> None:
    told = texts(charts.exceptions(run, "en"))
    words = Words("en")
    for code in totals.count(run).codes:
        assert words.title(code.code) in told
        assert words.party(code.acts) in told


@pytest.mark.parametrize("draw_chart", [charts.flow, charts.exceptions])
def test_a_chart_is_the_same_bytes_every_time(run: Run, draw_chart: object) -> None:
    first, second = (charts.svg(draw_chart(run, "zh")) for _ in range(2))  # type: ignore[operator]
    assert first == second
    assert b"<dc:date>" not in first


def test_no_chart_uses_a_global_state(run: Run) -> None:
    import matplotlib

    before = dict(matplotlib.rcParams)
    charts.svg(charts.flow(run, "zh"))
    assert dict(matplotlib.rcParams) == before


def test_the_bundled_font_is_enough_without_a_system_font(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("matplotlib.font_manager.findSystemFonts", lambda *_, **__: pytest.fail("not needed"))
    chinese_font._system.cache_clear()
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("warnings.warn", lambda *args, **_: pytest.fail(str(args)))
        for language in ("zh", "en"):
            charts.flow(run, language).savefig(io.BytesIO(), format="png")
            charts.exceptions(run, language).savefig(io.BytesIO(), format="png")


def test_what_no_font_shows_is_written_by_its_code_point(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chinese_font, "_system", lambda: None)
    assert chinese_font.showable("𠮷林$") == r"U+20BB7林\$"


def test_very_many_files_keep_their_totals() -> None:
    files = tuple(FileTotal("degree", f"f{n}.xlsx", 3, 1, 2) for n in range(40))
    figure = charts.flow_of(Totals(files, 0, (), ()), Words("zh"))
    told = texts(figure)
    assert any("其余 25 个文件" in text for text in told)
    assert "75" in told


def test_a_run_without_exceptions_says_so() -> None:
    assert "没有异常" in texts(charts.exceptions_of(Totals((), 0, (), ()), Words("zh")))


def test_every_fixed_text_is_shown_by_the_bundled_font() -> None:
    shown = chinese_font.bundled()[1]
    for language in ("zh", "en"):
        words = Words(language)
        told = [words.title(code) for code in ("id-rounded", "ids-crossed")] + [
            words("chart.bound"),
            words("party.school"),
        ]
        assert not {character for text in told for character in text if ord(character) not in shown}
