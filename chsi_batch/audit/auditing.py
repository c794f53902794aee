"""The whole of `chsi-batch audit`: hide ID numbers, draw or read back a sample, say what is known."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from chsi_batch import matching
from chsi_batch.audit import answers, endings, hiding, rates, sizes, workbook
from chsi_batch.audit.plan import Plan
from chsi_batch.audit.population import population
from chsi_batch.audit.telling import Telling
from chsi_batch.errors import UsageError
from chsi_batch.results import Run, read_run

SEED = 1


@dataclass(frozen=True)
class Asked:
    """What one audit was asked for; None where the user said nothing."""

    run: Path
    out: Path | None = None
    answers: Path | None = None
    margin: float | None = None
    budget: int | None = None
    seed: int | None = None
    people: int = 0
    language: str = "zh"
    unmask: bool = False


@dataclass(frozen=True)
class Audit:
    """What was found: one object for machines, and the same for people."""

    summary: dict[str, Any]
    told: Telling = field(repr=False)


def audit(asked: Asked, progress: matching.Progress = matching.quiet) -> Audit:
    """Carry out one audit; writes nothing but the workbook that was asked for."""
    if asked.out is not None:
        workbook.examine(asked.out)
    run = read_run(asked.run)
    given = _given(run, asked)
    plan = _plan(run, asked) if given is None else given.plan
    hidden = None
    if asked.people:
        hidden = endings.summary(hiding.hide(run, plan.population, asked.people, progress))
    told = Telling(plan, given.lots if given else None, hidden, asked.language)
    if asked.out is not None:
        filled = given.filled if given else {}
        workbook.write(run, told, asked.out, unmask=asked.unmask, filled=filled)
    return Audit(_summary(asked, plan, given, hidden, told), told)


def _given(run: Run, asked: Asked) -> answers.Given | None:
    """The answers, if there are any; they bring their own sample with them."""
    if asked.answers is None:
        return None
    if any(option is not None for option in (asked.margin, asked.budget, asked.seed)):
        raise UsageError.of("audit-answers-alone", asked.answers.name)
    return answers.read(run, asked.answers, asked.language)


def _plan(run: Run, asked: Asked) -> Plan:
    if asked.margin is not None and asked.budget is not None:
        raise UsageError.of("audit-margin-or-budget", "--margin, --budget")
    seed = SEED if asked.seed is None else asked.seed
    found = population(run, seed)
    if asked.budget is not None:
        return Plan(found, seed, sizes.by_budget(asked.budget, found.lots))
    margin = sizes.MARGIN if asked.margin is None else asked.margin
    return Plan(found, seed, sizes.by_margin(margin, found.lots))


def _summary(
    asked: Asked, plan: Plan, given: answers.Given | None, hidden: dict[str, Any] | None, told: Telling
) -> dict[str, Any]:
    """The object of `--json`."""
    return {
        "run": str(asked.run),
        "digest": plan.population.digest,
        "seed": plan.seed,
        "bindings": plan.population.lots,
        "sample": dict(plan.sizes),
        "workbook": str(asked.out) if asked.out else None,
        "answers": _answers(given, told) if given else None,
        "hidden": hidden,
        "alarm": told.wrong_bindings > 0,
    }


def _answers(given: answers.Given, told: Telling) -> dict[str, Any]:
    lots = {lot: rates.of_lot(found) for lot, found in given.lots.items()}
    every = rates.overall(given.lots)
    said = {told.lot(lot): told.sentence(rate) for lot, rate in lots.items()}
    return {
        "lots": lots,
        "overall": every,
        "sentences": {**said, told.words["all"]: told.sentence(every, weighted=len(lots) > 1)},
    }
