"""Makes a run from a notebook: the whole job, with a line below the cell that tells how far it is."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import TypeAlias

from chsi_batch import pipeline, progress, settings, tables
from chsi_batch.errors import Problem, UsageError
from chsi_batch.notebook.finished import FinishedRun
from chsi_batch.notebook.opening import open_run
from chsi_batch.terms import Side
from chsi_batch.values.masking import mask_typed

Files: TypeAlias = str | Path | Iterable[str | Path]
"""Files, folders or patterns of one side: one, or several."""


def make_run(
    registrations: Files,
    degrees: Files,
    out: str | Path,
    *,
    enrolments: Files = (),
    as_of: datetime | str | None = None,
    decisions: str | Path | None = None,
    former_names: str | Path | None = None,
    previous: str | Path | None = None,
    config: str | Path | None = None,
    language: str = "zh",
    unmask: bool = False,
    workbooks: bool = True,
) -> FinishedRun:
    """What `chsi-batch run` does, and the finished run; UsageError, in words, if that cannot be."""
    given = {Side.REGISTRATION: registrations, Side.DEGREE: degrees, Side.ENROLMENT: enrolments}
    try:
        job = pipeline.Job(
            {side: _listed(files) for side, files in given.items()},
            Path(out),
            former_names=_path(former_names),
            decisions=_path(decisions),
            previous=_path(previous),
            as_of=datetime.fromisoformat(as_of) if isinstance(as_of, str) else as_of,
            settings=settings.load(_path(config)),
            language=language,
            unmask=unmask,
            workbooks=workbooks,
        )
        with progress.shown("bar", tables.texts("cli_words", language)) as tell:
            pipeline.run(job, tell)
    except Problem as problem:
        raise UsageError(mask_typed(tables.problem_line(problem, language))) from None
    return open_run(out)


def _listed(files: Files) -> tuple[str, ...]:
    return (str(files),) if isinstance(files, str | Path) else tuple(map(str, files))


def _path(named: str | Path | None) -> Path | None:
    return None if named is None else Path(named)
