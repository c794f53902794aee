"""Clopper–Pearson intervals for a count among n, with the standard library alone.

The bounds are quantiles of the beta distribution, found by halving on the regularised incomplete beta
function (continued fraction of Lentz). Examples at 95 %: 0 of 10 → 0 … 0.3085; 5 of 10 → 0.1871 … 0.8129.
One-sided, 0 of n is at most about 3/n.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, lgamma, log, log1p

CONFIDENCE = 0.95
_TINY = 1e-300
_EXACT = 1e-15
_TERMS = 10_000
_HALVINGS = 200


@dataclass(frozen=True)
class Proportion:
    """So many among so many, with the two-sided interval and the one-sided upper bound."""

    count: int
    of: int

    @property
    def share(self) -> float | None:
        """The share found; None if there was nothing to count."""
        return self.count / self.of if self.of else None

    def as_dict(self) -> dict[str, float | int | None]:
        """For JSON."""
        low, high = interval(self.count, self.of)
        return {
            "count": self.count, "of": self.of, "share": self.share, "low": low, "high": high,
            "at_most": at_most(self.count, self.of),
        }  # fmt: skip


def interval(count: int, of: int, confidence: float = CONFIDENCE) -> tuple[float, float]:
    """The exact two-sided interval; (0, 1) when nothing was counted."""
    tail = (1 - confidence) / 2
    low = 0.0 if count == 0 else _quantile(tail, count, of - count + 1)
    high = 1.0 if count == of else _quantile(1 - tail, count + 1, of - count)
    return low, high


def at_most(count: int, of: int, confidence: float = CONFIDENCE) -> float:
    """The exact one-sided upper bound."""
    return 1.0 if count == of else _quantile(confidence, count + 1, of - count)


def _quantile(probability: float, a: float, b: float) -> float:
    low, high = 0.0, 1.0
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        if incomplete_beta(a, b, middle) < probability:
            low = middle
        else:
            high = middle
        if high - low <= _EXACT * high:
            break
    return (low + high) / 2


def incomplete_beta(a: float, b: float, x: float) -> float:
    """The regularised incomplete beta function I_x(a, b)."""
    if x <= 0 or x >= 1:
        return 0.0 if x <= 0 else 1.0
    if x > (a + 1) / (a + b + 2):  # the fraction converges fast on the other side
        return 1 - incomplete_beta(b, a, 1 - x)
    front = exp(lgamma(a + b) - lgamma(a) - lgamma(b) + a * log(x) + b * log1p(-x))
    return front * _fraction(a, b, x) / a


def _fraction(a: float, b: float, x: float) -> float:
    c, d = 1.0, 1 / _not_zero(1 - (a + b) * x / (a + 1))
    result = d
    for m in range(1, _TERMS):
        even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        for term in (even, odd):
            d = 1 / _not_zero(1 + term * d)
            c = _not_zero(1 + term / c)
            result *= c * d
        if abs(c * d - 1) < _EXACT:
            break
    return result


def _not_zero(value: float) -> float:
    return value if abs(value) > _TINY else _TINY
