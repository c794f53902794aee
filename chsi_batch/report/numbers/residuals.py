"""What each rule binds and what is left after it, on both sides: the numbers of the waterfall."""

from __future__ import annotations

from dataclasses import dataclass

from chsi_batch import rules
from chsi_batch.report.counted import SIDES, grouped
from chsi_batch.report.numbers.ends import rule_order
from chsi_batch.results import Run
from chsi_batch.terms import Outcome, Verdict


@dataclass(frozen=True)
class Step:
    """Rows one rule (or `decision`) bound, and what was left after it."""

    end: str
    rows: int
    left: int


@dataclass(frozen=True)
class Residual:
    """One side: its rows, the steps in the order of the rule table."""

    side: str
    rows: int
    steps: tuple[Step, ...]

    @property
    def left(self) -> int:
        """Rows that nothing bound: the exceptions."""
        return self.steps[-1].left if self.steps else self.rows


def count(run: Run) -> tuple[Residual, ...]:
    """Both sides. Every rule that can bind is a step, also where it bound nothing; decisions if there are."""
    counted = grouped(run, "side", "outcome", "ending")
    rows = {(r["side"], r["outcome"], r["ending"]): r["rows"] for r in counted}
    always = {rule.rule for rule in rules.match_rules() if rule.verdict is Verdict.BIND}
    return tuple(
        _residual(
            side,
            sum(number for (s, _, _), number in rows.items() if s == side),
            {end: n for (s, outcome, end), n in rows.items() if s == side and outcome == Outcome.BOUND},
            always,
        )
        for side in SIDES
    )


def _residual(side: str, rows: int, bound: dict[str, int], always: set[str]) -> Residual:
    steps, left = [], rows
    for end in sorted({*always, *bound}, key=rule_order):
        left -= bound.get(end, 0)
        steps.append(Step(end, bound.get(end, 0), left))
    return Residual(side, rows, tuple(steps))
