"""The pictures on the first sheets of the workbooks: as PNG, each with its height on paper."""

from __future__ import annotations

from typing import TypeAlias

from chsi_batch.report import charts
from chsi_batch.report.numbers.flow import Flow
from chsi_batch.report.totals import Totals
from chsi_batch.report.words import Words

MOST_FILES = 8
"""Files of a side in the picture."""
MOST_CODES = 14
"""Codes in the picture: what a printed page has room for."""
DPI = 150

Picture: TypeAlias = tuple[bytes, float]
"""PNG, and inches from top to bottom."""
Pictures: TypeAlias = dict[str, Picture]


def draw(streams: Flow, found: Totals, words: Words) -> Pictures:
    """The flow from files to outcomes, and the exceptions by code."""
    figures = {
        "flow": charts.flow_of(streams, words, MOST_FILES),
        "exceptions": charts.exceptions_of(found, words, MOST_CODES),
    }
    return {
        name: (charts.png(figure, DPI), float(figure.get_size_inches()[1]))
        for name, figure in figures.items()
    }
