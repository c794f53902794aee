"""Counts how the changed degrees ended: per scenario and rule the right and the wrong people, with intervals.

A wrong binding is the alarm. A wrong suggestion costs a reviewer time; a wrong person who is refused is as it
should be, the right one refused is a loss.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from chsi_batch.audit.hiding import SCENARIOS, Ending
from chsi_batch.intervals import Proportion
from chsi_batch.terms import Verdict

LISTED = 200
"""How many wrong bindings are listed one by one."""
_PLACE = {verdict: place for place, verdict in enumerate(Verdict)}


def summary(endings: Sequence[Ending]) -> dict[str, Any]:
    """Scenario -> people, lines per verdict and rule, nobody found, and the wrong bindings."""
    return {
        scenario: _scenario([end for end in endings if end.scenario == scenario]) for scenario in SCENARIOS
    }


def _scenario(endings: Sequence[Ending]) -> dict[str, Any]:
    wrong = [end for end in endings if end.verdict is Verdict.BIND and not end.right]
    found = Counter((end.verdict, end.rule or "", end.right) for end in endings)
    lines = sorted({end[:2] for end in found}, key=lambda line: (_PLACE[line[0]], line[1]))
    return {
        "people": len(endings),
        "rules": [
            {"rule": rule, "verdict": verdict.value, "right": found[verdict, rule, True],
             "wrong": _proportion(found, verdict, rule).as_dict()}
            for verdict, rule in lines if verdict is not Verdict.NONE
        ],
        "nobody": found[Verdict.NONE, "", False],
        "wrong_bindings": Proportion(len(wrong), len(endings)).as_dict(),
        "wrong_bindings_listed": [
            {"degree": end.known.degree, "bound_to": end.registration, "belongs_to": end.known.registration,
             "rule": end.rule}
            for end in wrong[:LISTED]
        ],
    }  # fmt: skip


def _proportion(found: Counter[tuple[Verdict, str, bool]], verdict: Verdict, rule: str) -> Proportion:
    wrong = found[verdict, rule, False]
    return Proportion(wrong, wrong + found[verdict, rule, True])
