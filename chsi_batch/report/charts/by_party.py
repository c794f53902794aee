"""`exceptions`: exception rows per code, coloured by the party that must act."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chsi_batch.report import totals
from chsi_batch.report.charts import bars
from chsi_batch.report.charts.dressing import label
from chsi_batch.report.totals import Totals
from chsi_batch.report.words import Words, party_order
from chsi_batch.results import Run

if TYPE_CHECKING:
    from matplotlib.figure import Figure

MOST_CODES = 20
"""Codes with a bar of their own; the rest are one bar together."""
TITLE_WIDTH = 50


def exceptions(run: Run, language: str) -> Figure:
    """Exception rows per code, coloured by the party that must act."""
    return exceptions_of(totals.count(run), Words(language))


def exceptions_of(found: Totals, words: Words, most_codes: int = MOST_CODES) -> Figure:
    """`exceptions` from totals already counted."""
    rows: dict[str, dict[str, int]] = {}
    for entry in found.codes:
        mine = rows.setdefault(entry.code, {})
        mine[entry.acts] = mine.get(entry.acts, 0) + entry.rows
    codes = sorted(rows, key=lambda code: (-sum(rows[code].values()), code))
    kept = codes if len(codes) <= most_codes else codes[: most_codes - 1]
    lines = [(label(words.title(code), TITLE_WIDTH), rows[code]) for code in kept]
    if rest := codes[len(kept) :]:
        parties = {
            acts: sum(rows[code].get(acts, 0) for code in rest) for code in rest for acts in rows[code]
        }
        lines.append((words("chart.more_codes", codes=len(rest)), parties))
    acting = sorted({acts for _, parties in lines for acts in parties}, key=party_order)
    parts = [
        bars.Part(words.party(acts), bars.party_colour(acts), [line.get(acts, 0) for _, line in lines])
        for acts in acting
    ]
    return bars.draw([name for name, _ in lines], parts, words("chart.none"))
