"""`accounts`: the accounts of each source system and where they ended."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chsi_batch.report.charts import bars
from chsi_batch.report.charts.dressing import label
from chsi_batch.report.numbers import accounts as numbers
from chsi_batch.report.numbers.accounts import BOUND, Source
from chsi_batch.report.words import Words, party_order
from chsi_batch.results import Run

if TYPE_CHECKING:
    from matplotlib.figure import Figure

MOST_SYSTEMS = 12
"""Systems with a bar of their own; the rest are one bar together."""


def accounts(run: Run, language: str) -> Figure:
    """Account rows by source system: bound, or open with the party that must act."""
    return accounts_of(numbers.count(run), Words(language))


def accounts_of(found: tuple[Source, ...], words: Words) -> Figure:
    """`accounts` from numbers already counted."""
    sources = numbers.few(found, MOST_SYSTEMS)
    ends = sorted({end for s in sources for end in s.ends}, key=lambda e: (e != BOUND, party_order(e)))
    parts = [
        bars.Part(
            words("chart.bound") if end == BOUND else words("chart.open", party=words.party(end)),
            bars.party_colour(end),
            [source.ends.get(end, 0) for source in sources],
        )
        for end in ends
    ]
    return bars.draw([label(name(source, words)) for source in sources], parts, words("chart.no_accounts"))


def name(source: Source, words: Words) -> str:
    """The system's name, or that it is not given, or that it stands for several."""
    if source.systems > 1:
        return words("chart.more_systems", systems=source.systems)
    return words("chart.no_system") if source.system is None else source.system
