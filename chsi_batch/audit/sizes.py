"""How many bindings of each lot to look at: enough for a margin, or a budget shared out.

By margin: the fewest that, if none of them is wrong, leave at most that share of wrong ones in the lot at
95 %. Exact for lots of finite size (hypergeometric); for 1 % it takes 298 of a million, 238 of 1,000, 78
of 100.
By budget: half is shared evenly, so that small lots get enough, the rest after Neyman: by the size of the
lot and by how much its bindings may vary, riskier rules counting more.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import floor, sqrt

from chsi_batch.audit.population import DECISION
from chsi_batch.errors import UsageError
from chsi_batch.intervals import CONFIDENCE

MARGIN = 0.01
"""What is asked for when nothing is said."""
RISK = {"B1": 0.001, "B2": 0.005, "B3": 0.01, DECISION: 0.02}
"""The share of wrong bindings one would expect at worst: it shares out a budget, and nothing else."""
OTHER_RISK = 0.02


def by_margin(margin: float, lots: Mapping[str, int]) -> dict[str, int]:
    """Lot -> how many to look at, so that none wrong means at most `margin` wrong."""
    if not 0 < margin < 1:
        raise UsageError.of("audit-margin", f"--margin {margin}")
    return {lot: enough(population, margin) for lot, population in lots.items()}


def enough(population: int, margin: float) -> int:
    """The fewest of a lot that would show, at 95 %, one wrong binding if more than `margin` were wrong."""
    from scipy.stats import hypergeom

    too_many = floor(margin * population) + 1
    low, high = 0, population
    while low < high:
        middle = (low + high) // 2
        if hypergeom.pmf(0, population, min(too_many, population), middle) <= 1 - CONFIDENCE:
            high = middle
        else:
            low = middle + 1
    return low


def by_budget(budget: int, lots: Mapping[str, int]) -> dict[str, int]:
    """Lot -> its share of the budget, never more than the lot has."""
    if budget < len(lots) or budget < 1:
        raise UsageError.of("audit-budget", f"--budget {budget}", lots=len(lots))
    even = max(1, budget // (2 * max(1, len(lots))))
    sizes = {lot: min(population, even) for lot, population in lots.items()}
    left = min(budget, sum(lots.values())) - sum(sizes.values())
    while left > 0:
        for lot, more in _shares(left, sizes, lots).items():
            sizes[lot] += more
            left -= more
    return sizes


def _shares(left: int, sizes: Mapping[str, int], lots: Mapping[str, int]) -> dict[str, int]:
    """What is left, by weight, to the lots that are not used up; at least one to somebody."""
    weights = {lot: lots[lot] * _deviation(lot) for lot, size in sizes.items() if size < lots[lot]}
    whole = sum(weights.values())
    parts = {lot: min(lots[lot] - sizes[lot], int(left * weight / whole)) for lot, weight in weights.items()}
    if any(parts.values()):
        return parts
    first = sorted(weights, key=lambda lot: (-weights[lot], lot))[:left]
    return dict.fromkeys(first, 1)


def _deviation(lot: str) -> float:
    risk = RISK.get(lot, OTHER_RISK)
    return sqrt(risk * (1 - risk))
