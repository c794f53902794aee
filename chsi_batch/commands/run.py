"""`run`: the whole job."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path

from chsi_batch import arguments, tables
from chsi_batch.arguments import SIDES, Words
from chsi_batch.commands import ended
from chsi_batch.console import answer_json, say
from chsi_batch.errors import UsageError
from chsi_batch.values.masking import mask_argument

EXAMPLE = "chsi-batch run --registrations accounts.xlsx --degrees degrees/ --out result"
FAILED_ON = 1
_NEARLY = 60
"""How like a known code, of a hundred, what is typed must be to be shown."""


def options(command: argparse.ArgumentParser, words: Words) -> None:
    """Add what it takes."""
    from chsi_batch.engines import ENGINES

    arguments.inputs(command, words, ("registrations", "degrees"))
    command.add_argument("--former-names", type=Path, metavar="F", help=words["former_names"])
    command.add_argument("--decisions", type=Path, metavar="F", help=words["decisions_file"])
    command.add_argument("--allow-severe", action="store_true", help=words["allow_severe"])
    command.add_argument("--previous", type=Path, metavar="RUN", help=words["previous"])
    command.add_argument("--as-of", metavar="ISO", help=words["as_of"])
    command.add_argument("--engine", choices=ENGINES, default=ENGINES[0], help=words["engine"])
    command.add_argument("--unmask", action="store_true", help=words["unmask"])
    command.add_argument("--no-private", action="store_true", help=words["no_private"])
    command.add_argument("--no-workbooks", action="store_true", help=words["no_workbooks"])
    command.add_argument(
        "--fail-on", nargs="+", action="extend", metavar="CODE", default=[], help=words["fail_on"]
    )
    arguments.output(command, words)
    arguments.json(command, words)
    arguments.progress(command, words)


def carry_out(asked: argparse.Namespace, words: Words) -> int:
    """Do it; returns the exit code."""
    known = _fail_on(asked.fail_on, words)
    as_of = _as_of(asked.as_of, words)
    from chsi_batch import settings

    configured = settings.load(asked.config)
    from chsi_batch import pipeline, progress

    job = pipeline.Job(
        patterns={side: tuple(getattr(asked, name)) for name, side in SIDES.items()},
        out=asked.out,
        former_names=asked.former_names,
        decisions=asked.decisions,
        allow_severe=asked.allow_severe,
        previous=asked.previous,
        as_of=as_of,
        settings=configured,
        engine=asked.engine,
        language=words.language,
        unmask=asked.unmask,
        private=not asked.no_private,
        workbooks=not asked.no_workbooks,
    )
    with progress.shown(asked.progress, words) as tell:
        finished = pipeline.run(job, tell)
    if asked.progress != "json":
        ended.closing(finished, asked.out, words)
    if finished.facts.get("decisions", {}).get("torn"):
        say(tables.texts("decision_words", words.language)["torn"].format(log=asked.decisions.name))
    if finished.facts["kept"]:
        say(f"{words['kept']}: {', '.join(finished.facts['kept'])}")
    if asked.json:
        answer_json(json.loads((asked.out / "run.json").read_text(encoding="utf-8")))
    met = sorted(known & set(finished.tables["code_counts"]["code"].to_pylist()))
    if met:
        say(f"{words['failed_on']}: {', '.join(met)}")
    return FAILED_ON if met else 0


def _as_of(text: str | None, words: Words) -> datetime | None:
    if text is None:
        return None
    try:
        return _local(datetime.fromisoformat(text))
    except (ValueError, OverflowError):
        raise UsageError(f"as-of-wrong --as-of {mask_argument(text)}: {words['as_of_wrong']}") from None


def _local(moment: datetime) -> datetime:
    """A moment with its time zone in the time of the exports, without it."""
    if moment.tzinfo is None:
        return moment
    from zoneinfo import ZoneInfo

    return moment.astimezone(ZoneInfo("Asia/Shanghai")).replace(tzinfo=None)


def _fail_on(codes: Sequence[str], words: Words) -> set[str]:
    if not codes:
        return set()
    from chsi_batch import rules

    known = {entry.code for entry in rules.exception_codes()}
    if unknown := sorted(set(codes) - known):
        told = ", ".join(_like(code, known) for code in unknown)
        raise UsageError(f"fail-on-unknown {told}: {words['unknown_code']}: chsi-batch codes")
    return set(codes)


def _like(code: str, known: Iterable[str]) -> str:
    """A code that is nearly one, as typed; anything else masked."""
    from rapidfuzz import fuzz, process

    near = process.extractOne(code, known, scorer=fuzz.ratio, score_cutoff=_NEARLY)
    return code if near else mask_argument(code)
