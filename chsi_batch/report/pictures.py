"""The pictures of the page in reading order: counted, then drawn, with their sentence, alternative text and
table.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from chsi_batch.report import behind, charts
from chsi_batch.report.behind import Table
from chsi_batch.report.numbers import accounts, failing, flow, quality, residuals, shares
from chsi_batch.report.totals import Totals
from chsi_batch.report.words import Words
from chsi_batch.results import Run

if TYPE_CHECKING:
    from matplotlib.figure import Figure

ORDER = (
    "flow", "exceptions", "failing_together", "residuals", "bound_share", "accounts", "data_quality",
)  # fmt: skip
"""Reading order; the figures are numbered so."""


@dataclass(frozen=True)
class Picture:
    """One picture: `source` is a data URI; `table` holds the numbers, None where the page prints them."""

    caption: str
    alt: str
    source: str
    table: Table | None


@dataclass(frozen=True)
class Numbers:
    """What the pictures show."""

    flow: flow.Flow
    failing: failing.Failing
    residuals: tuple[residuals.Residual, ...]
    accounts: tuple[accounts.Source, ...]
    shares: shares.Shares
    quality: quality.Quality


def count(run: Run) -> Numbers:
    """The numbers of all pictures."""
    return Numbers(
        flow.count(run), failing.count(run), residuals.count(run), accounts.count(run), shares.count(run),
        quality.count(run),
    )  # fmt: skip


def draw(numbers: Numbers, found: Totals, words: Words) -> Mapping[str, Picture]:
    """All pictures by name."""
    streams, sets, steps, systems = numbers.flow, numbers.failing, numbers.residuals, numbers.accounts
    cells, issues = numbers.shares, numbers.quality
    codes = {entry.code: 0 for entry in found.codes}
    for entry in found.codes:
        codes[entry.code] += entry.rows
    most = max(codes, key=lambda code: codes[code], default=None)
    drawn: dict[str, tuple[Figure, Table | None, dict[str, object]]] = {
        "flow": (
            charts.flow_of(streams, words), behind.flow(streams, words),
            {"rows": found.records, "bound": found.bound, "exception": found.exception},
        ),
        "exceptions": (
            charts.exceptions_of(found, words), None,
            {"codes": len(codes), "most": words.title(most), "rows": codes[most] if most else 0},
        ),
        "failing_together": (
            charts.failing_together_of(sets, words), behind.failing(sets, words),
            {"rows": sets.compared, "sets": len(sets.sets), "alone": sets.alone},
        ),
        "residuals": (
            charts.residuals_of(steps, words), behind.residuals(steps, words),
            {side.side: f"{side.rows:,} → {side.left:,}" for side in steps},
        ),
        "bound_share": (
            charts.bound_share_of(cells, words), behind.bound_share(cells, words),
            {"rows": cells.total.rows, "bound": cells.total.bound},
        ),
        "accounts": (
            charts.accounts_of(systems, words), behind.accounts(systems, words),
            {"systems": len(systems), "rows": sum(system.rows for system in systems)},
        ),
        "data_quality": (
            charts.data_quality_of(issues, words), behind.quality(issues, words),
            {"files": len(issues.records), "issues": issues.issues},
        ),
    }  # fmt: skip
    return {
        name: Picture(
            words(f"figure.{name}", number=turn),
            words(f"figure.{name}.alt", **drawn[name][2]),
            _source(drawn[name][0]),
            drawn[name][1],
        )
        for turn, name in enumerate(ORDER, start=1)
    }


def _source(figure: Figure) -> str:
    return "data:image/svg+xml;base64," + base64.b64encode(charts.svg(figure)).decode("ascii")
