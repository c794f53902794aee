"""What commands ask of a run that has ended, and what is said when one ends."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from chsi_batch.arguments import Words
from chsi_batch.console import show
from chsi_batch.errors import UsageError, system_words


def require(folder: Path) -> None:
    """Leave unless a finished run is there; what a killed command left beside it is healed first."""
    from chsi_batch import publishing

    publishing.tidy(folder.absolute().parent)
    try:
        there = (folder / "run.json").is_file() and (folder / "tables").is_dir()
    except OSError as error:
        raise UsageError.of("run-unreadable", folder, reason=system_words(error)) from None
    if not there:
        raise UsageError.of("run-missing", folder)


def closing(finished: Any, out: Path, words: Words) -> None:
    """Totals, what is to be done, and where to look."""
    from chsi_batch.report import terminal

    show(terminal.closing(finished, out, words.language))
