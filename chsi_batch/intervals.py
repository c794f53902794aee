"""How sure a share is: exact intervals (Clopper–Pearson) for a count among n.

The bounds are quantiles of the beta distribution. Examples at 95 %: 0 of 10 → 0 … 0.3085; 5 of 10 →
0.1871 … 0.8129. One-sided, 0 of 300 is at most 0.009936: about 3/n.
"""

from __future__ import annotations

from dataclasses import dataclass

CONFIDENCE = 0.95


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
    return low, at_most(count, of, 1 - tail)


def at_most(count: int, of: int, confidence: float = CONFIDENCE) -> float:
    """The exact one-sided upper bound."""
    return 1.0 if count == of else _quantile(confidence, count + 1, of - count)


def _quantile(probability: float, a: float, b: float) -> float:
    from scipy.special import betaincinv

    return float(betaincinv(a, b, probability))
