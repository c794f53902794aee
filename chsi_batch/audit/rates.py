"""What the answers say: wrong bindings per lot and in all, with bounds that hold.

Per lot: Clopper–Pearson, and for the bindings of this very run a bound that knows how many there are
(hypergeometric): a lot that was looked at whole leaves no doubt. In all: shares weighted by the size of the
lots; where more than one lot was sampled, the bounds are those of Fay and Feuer (1997) for weighted counts,
which hold however unevenly the sample was shared out. "Cannot tell" answers count neither way; what would
hold if all of them were wrong stands beside.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from chsi_batch.intervals import CONFIDENCE, at_most, interval

Share = float | None


@dataclass(frozen=True)
class Counts:
    """One lot: how many bindings it has, and what was said of those drawn."""

    population: int
    same: int
    other: int
    unclear: int = 0

    @property
    def of(self) -> int:
        """Bindings with a clear answer."""
        return self.same + self.other

    @property
    def whole(self) -> bool:
        """Every binding of the lot has a clear answer."""
        return self.of == self.population

    @property
    def wrong(self) -> Share:
        """The share of wrong ones among the clear answers."""
        return self.other / self.of if self.of else None


def at_most_here(wrong: int, of: int, population: int, confidence: float = CONFIDENCE) -> float:
    """The largest share of wrong ones in a lot of this size that the sample does not rule out."""
    from scipy.stats import hypergeom

    if population == 0:
        return 0.0
    low, high = wrong, population - (of - wrong)
    while low < high:
        middle = (low + high + 1) // 2
        if hypergeom.cdf(wrong, population, middle, of) > 1 - confidence:
            low = middle
        else:
            high = middle - 1
    return low / population


def of_lot(counts: Counts) -> dict[str, Any]:
    """All that is told of one lot; shares are those of wrong bindings unless called precision."""
    low, high = interval(counts.other, counts.of)
    pessimistic = (counts.other + counts.unclear, counts.of + counts.unclear, counts.population)
    return {
        "population": counts.population,
        "drawn": counts.of + counts.unclear,
        "right": counts.same,
        "wrong": counts.other,
        "unclear": counts.unclear,
        **_shares(counts.wrong, low, high, at_most(counts.other, counts.of)),
        "at_most_here": at_most_here(counts.other, counts.of, counts.population),
        "at_most_here_if_unclear_wrong": at_most_here(*pessimistic),
    }


def overall(lots: Mapping[str, Counts]) -> dict[str, Any]:
    """All lots together, each weighted by its size."""
    found = list(lots.values())
    pessimistic = [Counts(lot.population, lot.same, lot.other + lot.unclear) for lot in found]
    low, high = weighted_interval(found)
    return {
        "population": sum(lot.population for lot in found),
        "drawn": sum(lot.of + lot.unclear for lot in found),
        "right": sum(lot.same for lot in found),
        "wrong": sum(lot.other for lot in found),
        "unclear": sum(lot.unclear for lot in found),
        **_shares(_weighted(found), low, high, weighted_at_most(found)),
        "at_most_here": weighted_at_most(found),
        "at_most_here_if_unclear_wrong": weighted_at_most(pessimistic),
    }


def _shares(wrong: Share, low: float, high: float, most: float) -> dict[str, Share]:
    return {
        "wrong_share": wrong, "low": low, "high": high, "at_most": most,
        "precision": None if wrong is None else 1 - wrong, "precision_low": 1 - high,
        "precision_high": 1 - low, "precision_at_least": 1 - most,
    }  # fmt: skip


def _weighted(lots: Sequence[Counts]) -> Share:
    every = sum(lot.population for lot in lots)
    shares = [lot.wrong for lot in lots if lot.population]
    if not every or any(share is None for share in shares):
        return None
    return sum((lot.wrong or 0.0) * lot.population for lot in lots) / every


def weighted_at_most(lots: Sequence[Counts], confidence: float = CONFIDENCE) -> float:
    """The one-sided upper bound of the share of wrong ones in all lots together."""
    every = sum(lot.population for lot in lots)
    known, sampled = _parted(lots)
    if not sampled:
        return known / every if every else 0.0
    if any(not lot.of for lot in sampled):
        return (known + sum(lot.population for lot in sampled)) / every
    if len(sampled) == 1:
        only = sampled[0]
        rest = at_most_here(only.other, only.of, only.population, confidence) * only.population
    else:
        rest = _gamma_at_most(sampled, confidence)
    return min(1.0, (known + rest) / every)


def weighted_interval(lots: Sequence[Counts], confidence: float = CONFIDENCE) -> tuple[float, float]:
    """The two-sided interval of the share of wrong ones in all lots together."""
    tail = (1 - confidence) / 2
    every = sum(lot.population for lot in lots)
    known, sampled = _parted(lots)
    high = weighted_at_most(lots, 1 - tail)
    if len(sampled) == 1:
        rest = interval(sampled[0].other, sampled[0].of, confidence)[0] * sampled[0].population
    else:
        rest = _gamma_at_least(sampled, tail)
    return ((known + rest) / every if every else 0.0), high


def _parted(lots: Sequence[Counts]) -> tuple[int, list[Counts]]:
    """The wrong ones of the lots looked at whole, and the other lots."""
    return sum(lot.other for lot in lots if lot.whole), [lot for lot in lots if not lot.whole]


def _moments(lots: Sequence[Counts]) -> tuple[float, float, float]:
    """How many wrong ones to expect, the variance of that, and the largest weight of one answer."""
    weights = [lot.population / lot.of if lot.of else 0.0 for lot in lots]
    return (
        sum(weight * lot.other for weight, lot in zip(weights, lots, strict=True)),
        sum(weight**2 * lot.other for weight, lot in zip(weights, lots, strict=True)),
        max(weights, default=0.0),
    )


def _gamma_at_most(lots: Sequence[Counts], probability: float) -> float:
    from scipy.special import gammaincinv

    mean, variance, largest = _moments(lots)
    mean, variance = mean + largest, variance + largest**2
    return float(variance / mean * gammaincinv(mean**2 / variance, probability))


def _gamma_at_least(lots: Sequence[Counts], probability: float) -> float:
    from scipy.special import gammaincinv

    mean, variance, _ = _moments(lots)
    return float(variance / mean * gammaincinv(mean**2 / variance, probability)) if mean else 0.0
