"""Our notebooks, run on a run that is made of naughty texts, and what in their outputs is alive."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from unittest import mock

import nbformat
from nbclient import NotebookClient

from proving import alive

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
SECONDS_PER_CELL = 300


def alive_in(run: Path, names: Sequence[str] = ()) -> Iterator[str]:
    """Everything alive in the outputs of the notebooks with these names, of all if none is given."""
    for path in sorted(NOTEBOOKS.glob("*.ipynb")):
        if names and path.stem not in names:
            continue
        notebook = nbformat.read(path, as_version=4)
        with mock.patch.dict(os.environ, {"CHSI_BATCH_RUN": str(run)}):
            NotebookClient(
                notebook,
                timeout=SECONDS_PER_CELL,
                kernel_name="python3",
                allow_errors=True,
                resources={"metadata": {"path": str(path.parent)}},
            ).execute()
        for cell in notebook.cells:
            for output in cell.get("outputs", ()):
                yield from (f"{path.stem}: {found}" for found in alive.in_output(output))
