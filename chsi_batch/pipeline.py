"""The whole job: read, conform, match, report, publish. Read it from top to bottom."""

from __future__ import annotations

import contextlib
import hashlib
import platform
import shutil
from collections import Counter
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field
from datetime import datetime
from importlib import metadata, resources
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from chsi_batch import (
    __version__,
    conservation,
    intake,
    listed,
    matching,
    measuring,
    previous,
    publishing,
    spread,
    tables,
    writing,
)
from chsi_batch.decisions import given as decided
from chsi_batch.decisions import listing
from chsi_batch.engines import open_engine
from chsi_batch.engines.base import Engine
from chsi_batch.engines.spark import Spark
from chsi_batch.errors import Defect, Refused
from chsi_batch.report.numbers import quality
from chsi_batch.results import Run, Stored
from chsi_batch.returned import importing
from chsi_batch.settings import Settings
from chsi_batch.sources import opening
from chsi_batch.sources.model import InputFile
from chsi_batch.stages import conform, forget, read
from chsi_batch.stages.conform import Sheets
from chsi_batch.terms import Side

FORMER_NAME_COLUMNS = ("id_number", "former_name", "name", "proof")
OUTPUTS = ("binding_report.xlsx", "exception_report.xlsx", "summary.html", "tables", "private", "run.json")
MANY = 20_000
"""Rows from which memory that lies idle, here and in readers, is worth more than taking it again."""
_VERSIONED = ("pandas", "pyarrow", "duckdb", "pandera", "XlsxWriter", "python-calamine", "rapidfuzz")


@dataclass(frozen=True)
class Job:
    """What one `run` was asked to do."""

    patterns: Mapping[Side, tuple[str, ...]]
    out: Path
    former_names: Path | None = None
    decisions: Path | None = None
    allow_severe: bool = False
    previous: Path | None = None
    as_of: datetime | None = None
    settings: Settings = field(default_factory=Settings)
    engine: str = "duckdb"
    language: str = "zh"
    unmask: bool = False
    private: bool = True
    workbooks: bool = True


def conformed(job: Job, progress: matching.Progress = matching.quiet) -> dict[Side, Sheets]:
    """Every input examined, or all refusals at once."""
    sources = read.read_sides(
        _files(job), job.settings, job.language, lambda done, total: progress(f"read {done}/{total}")
    )
    return conform.conform_all(sources, job.settings, job.language)


def _files(job: Job) -> dict[Side, list[InputFile]]:
    return read.collect({side: job.patterns.get(side, ()) for side in Side}, job.language)


def read_former_names(path: Path | None) -> listed.Listed | None:
    """The user's list of former names."""
    if path is None:
        return None
    return listed.read(path, "former-names", FORMER_NAME_COLUMNS, FORMER_NAME_COLUMNS[:3])


def run(job: Job, progress: matching.Progress = matching.quiet) -> Run:
    """Do the whole job and publish it to `job.out`; returns what was published, in full values."""
    with measuring.measured(progress) as stages, publishing.locked(job.out) as kept:
        publishing.examine(job.out, OUTPUTS)
        reviewed = None
        if job.decisions:
            log = importing.log_of(job.decisions, job.out, job.language)
            reviewed = decided.given(log, allow_severe=job.allow_severe)
        stages("read")
        before = _previous(job)
        sides = {} if job.engine == "spark" else conformed(job, stages)
        former = read_former_names(job.former_names)
        with publishing.building(job.out, OUTPUTS, kept) as folder:
            finished = _work(job, sides, former, reviewed, before, folder, stages)
    return Run(finished.tables, {**finished.facts, "kept": [path.name for path in kept]})


def _previous(job: Job) -> previous.Previous | None:
    """The earlier run; it may lie where this one will be, so it is read before anything is replaced."""
    if job.previous is None:
        return None
    run = previous.read(job.previous, locked=job.previous.resolve() == job.out.resolve())
    return previous.remembered(run, job.settings.placeholders.min_people, sha256=run.sha256)


def _work(
    job: Job,
    sides: Mapping[Side, Sheets],
    former: listed.Listed | None,
    reviewed: decided.Given | None,
    before: previous.Previous | None,
    folder: Path,
    stages: measuring.Stages,
) -> Run:
    """From inputs, which are examined already unless Spark reads them, to a complete folder."""
    from chsi_batch.report import apart, html, reports

    folders = _folders(job, folder)
    task = _task(job, former, reviewed, before)
    with contextlib.ExitStack() as begun, contextlib.ExitStack() as opened:
        engine = open_engine(
            job.engine,
            job.settings.engine.threads,
            job.settings.engine.memory_limit,
            folder / ".spill",
            job.settings.spark,
        )
        opened.callback(engine.close)
        matching.begin(engine, task)
        if isinstance(engine, Spark):
            taken = spread.take_in(engine, _files(job), job.settings, folders, task, stages)
        else:
            taken = _take_in(engine, sides, folders, task, stages)
        held = dict(taken.tables)
        artist = begun.enter_context(apart.artist(pc.sum(held["inputs"]["records"]).as_py() or 0))
        found = matching.matched(engine, taken.records, task, stages)
        forget.concluded(engine)
        stages("report")
        held |= found.tables
        counts = taken.counting.counts(engine) | {"issue_counts": taken.issue_counts}
        facts = _facts(job, held["inputs"], counts, found.capped)
        facts["former_names"] = former.named if former else None
        if reviewed:
            facts["decisions"] = _decision_facts(reviewed, held["decisions"])
        if before:
            facts["previous"] = dict(before.facts)
        finished = Run(Stored(folders.whole, {**held, **counts}), facts)
        outputs = stages.counting(2 + 2 * job.workbooks)
        artist.ask(html.gathered(finished, job.language, job.unmask), pictures=job.workbooks)
        writing.write(engine, found.results, held, folders)
        _close_ledger(engine, folders, held)
        opened.close()
        outputs(1)
        reports.write(finished, folder, artist, job.language, job.unmask, job.workbooks, outputs)
    if not job.private:
        shutil.rmtree(folders.whole)
    stages("publish")
    publishing.seal(folder, facts, stages.closed)
    return Run(Stored(job.out / ("private" if job.private else "tables"), counts), facts)


def _folders(job: Job, folder: Path) -> intake.Folders:
    """Where the tables go; full values that nobody wants to keep stay until the reports are written."""
    found = intake.Folders(folder / ("private" if job.private else ".whole"), folder / "tables", job.unmask)
    for path in (found.whole, found.shown):
        path.mkdir(mode=publishing.FOLDER_MODE)
    return found


def _task(
    job: Job,
    former: listed.Listed | None,
    reviewed: decided.Given | None,
    before: previous.Previous | None,
) -> matching.Task:
    return matching.Task(
        former=matching.former_names(former.rows if former else ()),
        as_of=job.as_of,
        min_people=job.settings.placeholders.min_people,
        key_cap=job.settings.matching.key_cap,
        language=job.language,
        previous=before,
        given=reviewed,
    )


def _take_in(
    engine: Engine,
    sides: Mapping[Side, Sheets],
    folders: intake.Folders,
    task: matching.Task,
    stages: measuring.Stages,
) -> intake.Intake:
    """The records of all sides, each side in a thread of its own."""
    stages("clean")
    expected = sum(sheets.expected for sheets in sides.values())
    if expected >= MANY:
        opening.end_waiting()
    counting, remembering = intake.Counting(), task.previous is not None
    told = stages.counting(expected)
    with ThreadPoolExecutor(len(Side)) as threads:
        begun = {
            side: threads.submit(
                intake.take_in, engine, sides[side], counting, folders, task.given, remembering, told
            )
            for side in Side
        }
    taken = {side: each.result() for side, each in begun.items()}
    if refusals := [told for side in sides.values() for told in side.refusals]:
        raise Refused(refusals)
    if expected >= MANY:
        pa.default_memory_pool().release_unused()
    issues = pa.concat_tables([piece for side in Side for piece in taken[side].issues])
    tables = {
        "inputs": pa.concat_tables([sides[side].inputs() for side in Side]),
        "set_aside": pa.concat_tables([sides[side].set_aside() for side in Side]),
        "issues": issues,
    }
    records = matching.held(lambda side, chosen: taken[side].records.take(chosen))
    return intake.Intake(tables, quality.issue_counts(issues), counting, records)


def _close_ledger(engine: Engine, folders: intake.Folders, held: Mapping[str, pa.Table]) -> None:
    """Nothing is published unless every row of every file has its place in what was written (P1)."""
    if isinstance(engine, Spark):
        for name in ("ledger", "bindings"):
            engine.hold(conservation.WRITTEN[name], folders.whole / f"{name}.parquet")
        counted = conservation.asked(engine, held["inputs"], held["set_aside"])
    else:
        counted = conservation.counted(
            {
                name: pq.read_table(folders.whole / f"{name}.parquet", columns=[*columns])
                for name, columns in conservation.NEEDED.items()
            }
        )
    for gap in conservation.gaps(counted):
        raise Defect.of("ledger-open", gap.place, there=gap.there, found=gap.found)


def _facts(
    job: Job, inputs: pa.Table, counts: Mapping[str, pa.Table], capped: list[dict[str, object]]
) -> dict[str, Any]:
    totals = {side.value: {"in": 0, "bound": 0, "exception": 0} for side in conservation.LEDGER_SIDES}
    codes: Counter[str] = Counter()
    rows = counts["row_counts"].group_by(["side", "outcome", "code"]).aggregate([("rows", "sum")])
    for row in rows.to_pylist():
        for kind in ("in", row["outcome"]):
            totals[row["side"]][kind] += row["rows_sum"]
        if row["code"]:
            codes[row["code"]] += row["rows_sum"]
    return {
        "tool": "chsi_batch",
        "version": __version__,
        "as_of": job.as_of.isoformat() if job.as_of else None,
        "language": job.language,
        "engine": job.engine,
        "unmasked": job.unmask,
        "private": job.private,
        "settings": _plain(asdict(job.settings)),
        "rules_sha256": table_digests(),
        "versions": {
            "python": platform.python_version(),
            **{name: metadata.version(name) for name in _VERSIONED},
        },
        "inputs": inputs.to_pylist(),
        "totals": totals,
        "codes": dict(sorted(codes.items())),
        "bindings": pc.sum(counts["binding_counts"]["rows"]).as_py() or 0,
        "capped_routes": capped,
    }


def _decision_facts(reviewed: decided.Given, listed: pa.Table) -> dict[str, Any]:
    """Which log was given, and what came of its entries."""
    return {
        "file": reviewed.file,
        "sha256": reviewed.sha256,
        "entries": len(reviewed.entries),
        "torn": reviewed.torn,
        "allow_severe": reviewed.allow_severe,
        "statuses": listing.counts(listed),
    }


def _plain(value: Any) -> Any:
    """Settings as JSON knows them."""
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    return list(value) if isinstance(value, tuple) else value


def table_digests() -> dict[str, str]:
    """SHA-256 of every policy table, so that a run says by which rules it was made."""
    folder = resources.files(tables.__name__)
    return {
        entry.name: hashlib.sha256(entry.read_bytes()).hexdigest()
        for entry in sorted(folder.iterdir(), key=lambda entry: entry.name)
        if entry.name.endswith(".csv")
    }
