"""The whole job: read, conform, match, report, publish. Read it from top to bottom."""

from __future__ import annotations

import csv
import hashlib
import platform
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

from chsi_batch import __version__, conservation, matching, measuring, previous, publishing, tables
from chsi_batch.decisions import given as decided
from chsi_batch.decisions import listing
from chsi_batch.engines import open_engine
from chsi_batch.errors import Defect, UsageError
from chsi_batch.report import masked
from chsi_batch.results import RECORD_TABLES, Run
from chsi_batch.returned import importing
from chsi_batch.settings import Settings
from chsi_batch.stages import conform, read
from chsi_batch.stages.conform import Conformed
from chsi_batch.terms import COLUMNS, Side

FORMER_NAME_COLUMNS = ("id_number", "former_name", "name", "proof")
OUTPUTS = ("binding_report.xlsx", "exception_report.xlsx", "summary.html", "tables", "private", "run.json")
WRITERS = 4
"""Tables written at the same time; Arrow does the work outside the interpreter's lock."""
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


def conformed(job: Job) -> dict[Side, Conformed]:
    """Every input read and conformed, or all refusals at once."""
    files = read.collect({side: job.patterns.get(side, ()) for side in Side}, job.language)
    sources = read.read_sides(files, job.settings, job.language)
    return conform.conform_all(sources, job.settings, job.language)


def read_former_names(path: Path | None) -> list[dict[str, str]]:
    """The user's list of former names (CSV: id_number, former_name, name, proof)."""
    if path is None:
        return []
    try:
        content = path.read_bytes()
    except OSError as error:
        raise UsageError.of("former-names-unreadable", path.name, reason=error.strerror or error) from None
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        try:
            text = content.decode("gb18030")
        except UnicodeDecodeError:
            raise UsageError.of("former-names-encoding", path.name) from None
    reader = csv.DictReader(text.splitlines())
    missing = [column for column in FORMER_NAME_COLUMNS[:3] if column not in (reader.fieldnames or ())]
    if missing:
        raise UsageError.of(
            "former-names-columns",
            path.name,
            missing=", ".join(missing),
            expected=",".join(FORMER_NAME_COLUMNS),
        )
    return [{column: row[column] or "" for column in FORMER_NAME_COLUMNS[:3]} for row in reader]


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
        sides = conformed(job)
        former = matching.former_names(read_former_names(job.former_names))
        with publishing.building(job.out, OUTPUTS, kept) as folder:
            finished = _work(job, sides, former, reviewed, before, folder, stages)
    return Run(finished.tables, {**finished.facts, "kept": [path.name for path in kept]})


def _previous(job: Job) -> previous.Previous | None:
    """The earlier run; it may lie where this one will be, so it is read before anything is replaced."""
    if job.previous is None:
        return None
    run = previous.read(job.previous, locked=job.previous.resolve() == job.out.resolve())
    return previous.remembered(
        run, job.settings.placeholders.min_people, sha256=previous.digest(job.previous)
    )


def _work(
    job: Job,
    sides: Mapping[Side, Conformed],
    former: pa.Table,
    reviewed: decided.Given | None,
    before: previous.Previous | None,
    folder: Path,
    stages: measuring.Stages,
) -> Run:
    """From conformed inputs to a complete folder."""
    engine = open_engine(
        job.engine,
        job.settings.engine.threads,
        job.settings.engine.memory_limit,
        folder / ".spill",
        job.settings.spark,
    )
    try:
        found, capped = matching.match(
            engine,
            {side: conformed.records for side, conformed in sides.items()},
            former=former,
            as_of=job.as_of,
            min_people=job.settings.placeholders.min_people,
            key_cap=job.settings.matching.key_cap,
            language=job.language,
            previous=before,
            progress=stages,
            given=reviewed,
        )
    finally:
        engine.close()
    facts = _facts(job, sides, found, capped)
    if reviewed:
        facts["decisions"] = _decision_facts(reviewed, found["decisions"])
    if before:
        facts["previous"] = dict(before.facts)
    finished = Run(_tables(sides, found), facts)
    _close_ledger(finished)
    stages("report")
    _write(finished, sides, job, folder)
    stages("publish")
    publishing.seal(folder, facts, stages.closed)
    return finished


def _tables(sides: Mapping[Side, Conformed], found: Mapping[str, pa.Table]) -> dict[str, pa.Table]:
    """All tables of the run; `issues`, `inputs` and `set_aside` of the three sides in one each."""
    joined = {
        name: pa.concat_tables([getattr(sides[side], name) for side in Side])
        for name in ("issues", "inputs", "set_aside")
    }
    records = {
        RECORD_TABLES[side]: sides[side].records.select(
            ["ref", "file", "sheet", "row", *COLUMNS[side], "extra"]
        )
        for side in Side
    }
    return {**found, **joined, **records}


def _close_ledger(finished: Run) -> None:
    """Nothing is published unless every row of every file has its place (P1)."""
    for gap in conservation.gaps(finished.tables):
        raise Defect.of("ledger-open", gap.place, there=gap.there, found=gap.found)


def _facts(
    job: Job,
    sides: Mapping[Side, Conformed],
    found: Mapping[str, pa.Table],
    capped: list[dict[str, object]],
) -> dict[str, Any]:
    ledger = found["ledger"]
    codes = pc.value_counts(ledger["code"].drop_null()).to_pylist()
    return {
        "tool": "chsi_batch",
        "version": __version__,
        "as_of": job.as_of.isoformat() if job.as_of else None,
        "language": job.language,
        "engine": job.engine,
        "unmasked": job.unmask,
        "private": job.private,
        "settings": _plain(asdict(job.settings)),
        "former_names": _named(job.former_names),
        "rules_sha256": table_digests(),
        "versions": {
            "python": platform.python_version(),
            **{name: metadata.version(name) for name in _VERSIONED},
        },
        "inputs": [row for side in Side for row in sides[side].inputs.to_pylist()],
        "totals": conservation.totals(ledger),
        "codes": {
            entry["values"]: entry["counts"] for entry in sorted(codes, key=lambda entry: entry["values"])
        },
        "bindings": found["bindings"].num_rows,
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


def _named(path: Path | None) -> dict[str, str] | None:
    """A file that is not an input by name and SHA-256."""
    if path is None:
        return None
    return {"file": path.name, "sha256": hashlib.sha256(path.read_bytes()).hexdigest()}


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


def _write(finished: Run, sides: Mapping[Side, Conformed], job: Job, folder: Path) -> None:
    """Tables, workbooks and page; everything but `private/` is masked unless asked otherwise."""
    from chsi_batch.report import apart, html, xlsx

    with apart.page(finished, job.language, job.unmask) as page:
        shown = finished if job.unmask else masked.masked(finished)
        _write_tables(shown.tables, folder / "tables")
        if job.private:
            _write_tables({**finished.tables, **_whole_records(finished, sides)}, folder / "private")
        if job.workbooks:
            xlsx.write_bindings(finished, folder / "binding_report.xlsx", job.language, job.unmask)
            xlsx.write_exceptions(finished, folder / "exception_report.xlsx", job.language, job.unmask)
        html.save(page(), folder / "summary.html")


def _whole_records(finished: Run, sides: Mapping[Side, Conformed]) -> dict[str, pa.Table]:
    """The records with all that is known, such as which cells were numbers: `explain` compares them."""
    whole = {}
    for side, name in RECORD_TABLES.items():
        records, shown = sides[Side(side)].records, finished.tables[name].column_names
        whole[name] = records.select([*shown, *(c for c in records.column_names if c not in shown)])
    return whole


def _write_tables(found: Mapping[str, pa.Table], folder: Path) -> None:
    folder.mkdir(mode=publishing.FOLDER_MODE)
    with ThreadPoolExecutor(WRITERS) as writers:
        done = [
            writers.submit(
                pq.write_table,
                table.replace_schema_metadata(None),
                folder / f"{name}.parquet",
                compression="zstd",
            )
            for name, table in found.items()
        ]
    for written in done:
        written.result()
