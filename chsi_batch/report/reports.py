"""Writes the reports of a run: both workbooks side by side, and the page."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from chsi_batch.report import html, xlsx
from chsi_batch.report.apart import Artist
from chsi_batch.results import Run


def write(
    run: Run, folder: Path, artist: Artist, language: str, unmask: bool, workbooks: bool,
    told: Callable[[int], None],
) -> None:  # fmt: skip
    """Write them into `folder`; `told` hears of each file that is done."""
    writers = {
        "binding_report.xlsx": xlsx.write_bindings,
        "exception_report.xlsx": xlsx.write_exceptions,
    }

    def workbook(name: str) -> None:
        writers[name](run, folder / name, language, unmask, artist.pictures)
        told(1)

    with ThreadPoolExecutor(len(writers)) as threads:
        begun = [threads.submit(workbook, name) for name in writers] if workbooks else []
    for written in begun:
        written.result()
    html.save(artist.page(), folder / "summary.html")
    told(1)
