"""Which run a notebook is about: the one named, the one of `chsi-batch lab`, or one of made-up people."""

from __future__ import annotations

import atexit
import contextlib
import json
import os
import sys
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from chsi_batch import plain, publishing
from chsi_batch.notebook.finished import FinishedRun
from chsi_batch.notebook.scanning import problem
from chsi_batch.terms import Side

if TYPE_CHECKING:
    from matplotlib.figure import Figure

RUN_VARIABLE = "CHSI_BATCH_RUN"
"""Names the folder of the run; `chsi-batch lab` sets it."""
USUAL = (Path("result"), Path("..", "result"))
"""Where the first command of the README puts its run, seen from the project and from `notebooks/`."""
PEOPLE, SEED = 300, 2025
"""The made-up people of `chsi-batch demo`."""
DOTS_PER_INCH = 100
LATE_FILE = "accounts_store.parquet"
"""The earlier of the two made-up runs does not have this file yet."""


def open_run(folder: str | Path | None = None) -> FinishedRun:
    """The finished run in `folder`, else that of `chsi-batch lab`, else `result` here or one folder up.

    Where none of them is, a run of made-up people is made in a temporary folder, which goes with the kernel.
    UsageError if the folder named holds no finished run.
    """
    show_texts_as_they_are()
    named = folder or os.environ.get(RUN_VARIABLE)
    if named:
        return _opened(Path(named))
    usual = next((path for path in USUAL if (path / "run.json").is_file()), None)
    return _opened(usual or sample_run())


def open_runs(*folders: str | Path) -> list[FinishedRun]:
    """Several finished runs, the earliest first (by as-of time, then by folder name).

    Without folders: the run of `open_run` and every other finished run in the same parent folder.
    """
    show_texts_as_they_are()
    if folders:
        found = [_opened(Path(folder)) for folder in folders]
    else:
        parent = open_run().folder.parent
        if parent == _place():
            sample_run(early=True)
        found = [_opened(path.parent) for path in sorted(parent.glob("*/run.json")) if _complete(path.parent)]
    return sorted(found, key=lambda run: (run.facts.get("as_of") or "", run.folder.name))


def _complete(folder: Path) -> bool:
    return (folder / "tables" / "ledger.parquet").exists() and not folder.name.startswith(".")


def _opened(folder: Path) -> FinishedRun:
    folder = folder.expanduser().absolute()
    try:
        facts = json.loads((folder / "run.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        raise problem("run-missing", folder, "zh") from None
    if not _complete(folder):
        raise problem("run-missing", folder, facts.get("language", "zh"))
    return FinishedRun(folder, facts)


def show_texts_as_they_are() -> None:
    """Long texts whole, none taken for a formula or a control sequence, figures drawn."""
    import pandas as pd

    pd.set_option("display.max_colwidth", None)
    pd.set_option("display.html.use_mathjax", False)
    pd.set_option("styler.html.mathjax", False)
    shell = sys.modules["IPython"].get_ipython() if "IPython" in sys.modules else None
    if shell is not None:
        formatters = shell.display_formatter.formatters
        formatters["image/png"].for_type_by_name("matplotlib.figure", "Figure", _png)
        for kind in (pd.DataFrame, pd.Series):
            formatters["text/plain"].for_type(kind, _shown)
        formatters["text/html"].for_type(pd.DataFrame, _page)


def _shown(frame: object, printer: Any, _cycle: bool) -> None:
    """A table as text: no value in it is a control sequence."""
    printer.text(plain.lines(repr(frame)))


def _page(frame: Any) -> str:
    """A table as markup, escaped by pandas; every character in it is seen."""
    return plain.lines(frame._repr_html_() or "")


def _png(figure: Figure) -> bytes:
    """A figure as a notebook shows it: it was made without pyplot, so nobody else would draw it."""
    from chsi_batch.report import charts

    return charts.png(figure, DOTS_PER_INCH)


@cache
def _place() -> Path:
    """Removed when the interpreter ends."""
    kept = contextlib.ExitStack()
    atexit.register(kept.close)
    return kept.enter_context(publishing.scratch())


@cache
def _samples() -> tuple[dict[Side, list[Path]], str]:
    """The files of made-up people per side, and the time as of which they are told."""
    from chsi_batch.labelled import sample

    folder = _place() / "data"
    summary = sample.make(PEOPLE, SEED, folder)
    names = {Side.REGISTRATION: "registrations", Side.DEGREE: "degrees", Side.ENROLMENT: "enrolments"}
    files = {side: sorted((folder / name).iterdir()) for side, name in names.items()}
    return files, str(summary["as_of"])


@cache
def sample_run(early: bool = False) -> Path:
    """A finished run of the made-up people; the early one lacks an account file."""
    from chsi_batch import pipeline

    files, as_of = _samples()
    patterns = {
        side: tuple(str(path) for path in paths if not (early and path.name == LATE_FILE))
        for side, paths in files.items()
    }
    out = _place() / ("result-1" if early else "result-2")
    pipeline.run(pipeline.Job(patterns, out, as_of=datetime.fromisoformat(as_of), workbooks=False))
    return out
