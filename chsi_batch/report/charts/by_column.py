"""`data_quality`: cells with something wrong, per file and column."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from chsi_batch.layout.headers import default_header
from chsi_batch.report import palette
from chsi_batch.report.charts import heatmap
from chsi_batch.report.charts.dressing import label, number
from chsi_batch.report.numbers import quality as numbers
from chsi_batch.report.numbers.quality import Column, Quality
from chsi_batch.report.words import Words
from chsi_batch.results import Run
from chsi_batch.terms import COLUMNS, Side

if TYPE_CHECKING:
    from matplotlib.figure import Figure

MOST_FILES = 24
LINE = 6
"""Characters of a heading that fit on one line."""
FULL = 0.05
"""Issues per record at which a cell is as dark as it gets."""


def data_quality(run: Run, language: str) -> Figure:
    """Issues per file and canonical column, darker where more of the records have one."""
    return data_quality_of(numbers.count(run), Words(language))


def data_quality_of(found: Quality, words: Words) -> Figure:
    """`data_quality` from numbers already counted."""
    quality = numbers.few(found, MOST_FILES, words("chart.more"))
    columns = quality.columns
    if not columns:
        return heatmap.draw([], [], [], palette.EXCEPTION, words("chart.no_issues"))
    cells = [
        [
            *(_cell(quality.cells.get((place, column), 0), records) for column in columns),
            heatmap.Cell(f"{number(quality.of(place))} / {number(records)}", 0),
        ]
        for place, records in quality.records.items()
    ]
    names = [label(file_name(side, file, words)) for side, file in quality.records]
    headings = [*(wrapped(name) for name in column_names(columns, words)), words("chart.issues_of")]
    return heatmap.draw(names, headings, cells, palette.EXCEPTION, words("chart.quality_note"))


def _cell(issues: int, records: int) -> heatmap.Cell:
    if not issues:
        return heatmap.Cell("", 0)
    return heatmap.Cell(number(issues), min(1.0, issues / (records or issues) / FULL))


def file_name(side: str, file: str, words: Words) -> str:
    """The file and its side, where it has one."""
    return f"{file} · {words.known('side', side)}" if side else file


def column_names(columns: Sequence[Column], words: Words) -> list[str]:
    """Canonical columns in the words of the ministry; two of the same name say which side they are of."""
    names = [_column_name(column, words) for column in columns]
    return [
        f"{name} ({words.known('side', _side(column))})" if column and names.count(name) > 1 else name
        for column, name in zip(columns, names, strict=True)
    ]


def _column_name(column: Column, words: Words) -> str:
    if column is None:
        return words("chart.whole_row")
    side = _side(column)
    return default_header(side, column) if side and words.language == "zh" else column.replace("_", " ")


def _side(column: str) -> Side | None:
    return next((side for side in Side if column in COLUMNS[side]), None)


def wrapped(text: str) -> str:
    """A heading on several lines where it has spaces or is long."""
    if " " in text or len(text) <= LINE:
        return text.replace(" ", "\n")
    half = (len(text) + 1) // 2
    return f"{text[:half]}\n{text[half:]}"
