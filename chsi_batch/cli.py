"""The command line. Everything for people goes to stderr, `--json` gives one object on stdout.

Only the standard library is imported before a command is known, so that `--help` answers at once.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import traceback
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from chsi_batch import plain, tables
from chsi_batch.arguments import EXAMPLES, SIDES, Words, language, parser
from chsi_batch.console import answer, answer_json, answer_table, say, say_traceback, show
from chsi_batch.errors import OutputError, Problem, Refused, UsageError
from chsi_batch.values.masking import mask_typed

FAILED_ON = 1
DEFECT = 70
TRACEBACK = "CHSI_BATCH_TRACEBACK"
"""Set to anything, a defect of ours tells where it came from, without messages; set to `messages`, with them,
and then personal data may stand in what is said."""


def _as_of(text: str | None, words: Words) -> datetime | None:
    if text is None:
        return None
    try:
        return _local(datetime.fromisoformat(text))
    except (ValueError, OverflowError):
        raise UsageError(f"as-of-wrong --as-of {text}: {words['as_of_wrong']}") from None


def _local(moment: datetime) -> datetime:
    """A moment with its time zone in the time of the exports, without it."""
    if moment.tzinfo is None:
        return moment
    from zoneinfo import ZoneInfo

    return moment.astimezone(ZoneInfo("Asia/Shanghai")).replace(tzinfo=None)


def _run(asked: argparse.Namespace, words: Words) -> int:
    known = _fail_on(asked.fail_on, words)
    as_of = _as_of(asked.as_of, words)
    from chsi_batch import settings

    configured = settings.load(asked.config)
    from chsi_batch import pipeline

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
    with _progress(asked.progress, words) as progress:
        finished = pipeline.run(job, progress)
    if asked.progress != "json":
        _closing(finished, asked.out, words)
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


def _fail_on(codes: Sequence[str], words: Words) -> set[str]:
    if not codes:
        return set()
    from chsi_batch import rules

    known = {entry.code for entry in rules.exception_codes()}
    if unknown := sorted(set(codes) - known):
        raise UsageError(f"fail-on-unknown {', '.join(unknown)}: {words['unknown_code']}: chsi-batch codes")
    return set(codes)


def _closing(finished: Any, out: Path, words: Words) -> None:
    from chsi_batch.report import terminal

    show(terminal.closing(finished, out, words.language))


def _progress(kind: str, words: Words) -> Any:
    from chsi_batch import progress

    return progress.shown(kind, words)


def _check(asked: argparse.Namespace, words: Words) -> int:
    if not any(getattr(asked, name) for name in SIDES):
        raise UsageError(f"no-input: {words['needs_input']}")
    from chsi_batch import settings

    configured = settings.load(asked.config)
    from chsi_batch import checking

    result = checking.check(
        {side: tuple(getattr(asked, name)) for name, side in SIDES.items()},
        asked.out,
        configured,
        words.language,
        unmask=asked.unmask,
    )
    if asked.json:
        answer_json(result.summary)
    if result.refusals:
        raise Refused(result.refusals)
    say(f"{words['checked']}: {result.workbook}")
    return 0


def _sample(asked: argparse.Namespace, words: Words) -> int:
    from chsi_batch.labelled import sample

    summary = sample.make(asked.people, asked.seed, asked.out)
    say(f"{words['samples_in']}: {asked.out}")
    for key, value in summary.items():
        say(f"  {key}: {value}")
    return 0


def _score(asked: argparse.Namespace, words: Words) -> int:
    _finished(asked.run_dir)
    if not asked.truth.is_file():
        raise UsageError(f"truth-missing {asked.truth}: {words['truth_missing']}")
    from chsi_batch.labelled import score

    result = score.score(asked.run_dir, asked.truth)
    if asked.json:
        answer_json(result)
    else:
        say(score.render(result, words.language))
    return 0


def _finished(folder: Path) -> None:
    from chsi_batch import publishing

    publishing.tidy(folder.absolute().parent)
    try:
        there = (folder / "run.json").is_file() and (folder / "tables").is_dir()
    except OSError as error:
        raise UsageError.of("run-unreadable", folder, reason=error.strerror or error) from None
    if not there:
        raise UsageError.of("run-missing", folder)


def _rules(_: argparse.Namespace, words: Words) -> int:
    from chsi_batch import rules

    fields = (*rules.FIELDS, "birth_and_sex")
    answer_table(
        words["rules"],
        [
            words["column_rule"],
            *fields,
            words["column_verdict"],
            words["column_code"],
            words["column_reading"],
        ],
        [
            [
                rule.rule,
                *(_allowed(field, rule.states[field]) for field in fields),
                words[rule.verdict.value],
                rule.code,
                rule.reading[words.language],
            ]
            for rule in rules.match_rules()
        ],
    )
    return 0


def _allowed(field: str, states: frozenset[str]) -> str:
    from chsi_batch import rules

    every = rules.STATES[field]
    return rules.ANY if states == frozenset(every) else "/".join(state for state in every if state in states)


def _codes(_: argparse.Namespace, words: Words) -> int:
    from chsi_batch import rules

    answer_table(
        words["codes"],
        [words[f"column_{name}"] for name in ("code", "title", "severity", "acts", "cause", "advice")],
        [
            [
                entry.code,
                entry.title[words.language],
                words[entry.severity],
                words[entry.acts],
                entry.cause[words.language],
                entry.advice[words.language],
            ]
            for entry in rules.exception_codes()
        ],
    )
    return 0


def _explain(asked: argparse.Namespace, words: Words) -> int:
    _finished(asked.run_dir)
    from chsi_batch import explain

    answer(explain.explain(asked.run_dir, asked.ref, asked.other, words.language))
    return 0


def _audit(asked: argparse.Namespace, words: Words) -> int:
    _finished(asked.run_dir)
    if asked.hide < 0:
        raise UsageError.of("audit-people", f"--hide {asked.hide}")
    from chsi_batch.audit import auditing

    with _progress(asked.progress, words) as progress:
        found = auditing.audit(
            auditing.Asked(
                run=asked.run_dir, out=asked.out, answers=asked.answers, margin=asked.margin,
                budget=asked.budget, seed=asked.seed, people=asked.hide, language=words.language,
                unmask=asked.unmask,
            ),
            progress,
        )  # fmt: skip
    if asked.progress != "json":
        show(found.told.shown(asked.out))
    if asked.json:
        answer_json(found.summary)
    return 0


def _verify(asked: argparse.Namespace, words: Words) -> int:
    from chsi_batch import verifying

    found = verifying.verify(asked.run_dir)
    told = found.summary(asked.run_dir, words.language)
    for fault in told["faults"]:
        say(fault["line"])
    if told["unmasked"]:
        say(words["verify_unmasked"])
    words_for = words["verify_damaged" if found.faults else "verify_whole"]
    say(words_for.format(files=found.files, faults=len(found.faults)))
    if asked.json:
        answer_json(told)
    return OutputError.exit_code if found.faults else 0


def _decisions(asked: argparse.Namespace, words: Words) -> int:
    _finished(asked.run_dir)
    from chsi_batch.decisions.log import Log

    log = Log.beside(asked.run_dir)
    told = tables.texts("decision_words", words.language)
    if log.read().torn:
        say(told["torn"].format(log=log.path.name))
    return _ACTIONS[asked.action](asked, log, told, words.language)


def _decisions_import(asked: argparse.Namespace, log: Any, told: dict[str, str], language: str) -> int:
    from chsi_batch.returned import importing

    done = importing.take(asked.run_dir, asked.workbook, log, reviewer=asked.reviewer, language=language)
    for line in done.told(told, log.path.name):
        say(line)
    return 0


def _decisions_list(asked: argparse.Namespace, log: Any, told: dict[str, str], language: str) -> int:
    from chsi_batch.returned import showing

    found = showing.shown(log.entries())
    if asked.json:
        answer_json({"log": log.path.name, "entries": found})
    else:
        answer_table(told["title"], showing.titles(language), showing.texts(found, language))
    return 0


def _decisions_export(asked: argparse.Namespace, log: Any, told: dict[str, str], language: str) -> int:
    from chsi_batch.returned import exporting, showing

    found = showing.shown(log.entries())
    exporting.export(found, asked.out, language)
    say(told["exported"].format(rows=len(found), path=asked.out))
    return 0


def _decisions_undo(asked: argparse.Namespace, log: Any, told: dict[str, str], _language: str) -> int:
    from chsi_batch.returned import undoing

    undoing.undo(log, asked.seq, asked.reviewer, asked.remark)
    say(told["undone"].format(seqs=", ".join(map(str, dict.fromkeys(asked.seq)))))
    return 0


_ACTIONS: dict[str, Callable[[argparse.Namespace, Any, dict[str, str], str], int]] = {
    "import": _decisions_import,
    "list": _decisions_list,
    "export": _decisions_export,
    "undo": _decisions_undo,
}


def _diff(asked: argparse.Namespace, words: Words) -> int:
    for folder in (asked.run_a, asked.run_b):
        _finished(folder)
    from chsi_batch.comparing import diff, telling
    from chsi_batch.report.words import Words as ReportWords

    found = diff.diff(asked.run_a, asked.run_b, asked.out, words.language)
    show(telling.shown(found.found, ReportWords(words.language)))
    if asked.out:
        say(f"{words['diff_written']}: {asked.out / diff.WORKBOOK}")
    if asked.json:
        answer_json(found.summary)
    return 0


def _schools(asked: argparse.Namespace, words: Words) -> int:
    from chsi_batch import school_list

    out = asked.out or school_list.OWN_TABLE
    summary = school_list.rebuild(asked.file, out, words.language)
    say(f"{words['schools_written']}: {out}")
    say(summary)
    return 0


def _lab(asked: argparse.Namespace, words: Words) -> int:
    from chsi_batch.notebook import lab

    lab.require()
    _finished(asked.run_dir)
    if not (asked.run_dir / "private").is_dir():
        say(words["lab_no_private"])
    folder = asked.to or lab.folder_beside(asked.run_dir)
    copied = lab.prepare(folder)
    say(words["lab_copied"].format(folder=folder, copied=len(copied)))
    return lab.start(asked.run_dir, folder, asked.port, browser=not asked.no_browser)


def _demo(asked: argparse.Namespace, words: Words) -> int:
    from chsi_batch import pipeline
    from chsi_batch.labelled import sample

    data = asked.out / "data"
    with _progress(asked.progress, words) as progress:
        progress("sample")
        summary = sample.make(asked.people, asked.seed, data)
        job = pipeline.Job(
            patterns={side: (str(data / name),) for name, side in SIDES.items()},
            out=asked.out / "result",
            as_of=datetime.fromisoformat(str(summary["as_of"])),
            language=words.language,
        )
        finished = pipeline.run(job, progress)
    if asked.progress != "json":
        _closing(finished, job.out, words)
    return 0


_COMMANDS: dict[str, Callable[[argparse.Namespace, Words], int]] = {
    "run": _run,
    "check": _check,
    "sample": _sample,
    "score": _score,
    "rules": _rules,
    "codes": _codes,
    "explain": _explain,
    "audit": _audit,
    "decisions": _decisions,
    "verify": _verify,
    "lab": _lab,
    "diff": _diff,
    "schools": _schools,
    "demo": _demo,
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Carry out one command line; returns the exit code."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    given = list(sys.argv[1:] if arguments is None else arguments)
    words = Words(language(given))
    asked = parser(words).parse_args(given)
    try:
        return _COMMANDS[asked.command](asked, words)
    except Problem as problem:
        line = mask_typed(tables.problem_line(problem, words.language))
        say(line if isinstance(problem, Refused) else plain.line(line))
        return problem.exit_code
    except KeyboardInterrupt:
        return 130
    except BaseException as error:  # what fails inside a library is not always an Exception
        if isinstance(error, (SystemExit, GeneratorExit)):
            raise
        return _defect(error, words)


def _defect(error: BaseException, words: Words) -> int:
    """Name the place, never the message: it could carry personal data."""
    if wanted := os.environ.get(TRACEBACK):
        say_traceback(error, messages=wanted == "messages")
    frames = traceback.extract_tb(error.__traceback__)
    own = next((frame for frame in reversed(frames) if "chsi_batch" in frame.filename), frames[-1])
    say(f"defect {type(error).__name__} {Path(own.filename).name}:{own.lineno}: {words['defect']}")
    return DEFECT


__all__ = ["EXAMPLES", "SIDES", "Words", "main", "parser"]
