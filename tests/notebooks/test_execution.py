"""Every notebook is what its script says, holds no outputs, and runs from top to bottom on a made-up run."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import nbformat
import pytest
from docs import generate, twin
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

from .conftest import Runs

SCRIPTS = sorted(generate.NOTEBOOKS.glob("*.py"))
NAMED = re.compile("[1-9][0-9]?-[a-z0-9-]+")
SECONDS_PER_CELL = 300
LINES_PER_CELL = 12
LEAST_CELLS = 3


def executed(script: Path) -> Any:
    """The notebook with the outputs of a fresh kernel, run where a reader runs it."""
    notebook = nbformat.read(script.with_suffix(".ipynb"), as_version=4)
    NotebookClient(
        notebook,
        timeout=SECONDS_PER_CELL,
        kernel_name="python3",
        resources={"metadata": {"path": str(script.parent)}},
    ).execute()
    return notebook


def test_every_notebook_has_its_script() -> None:
    assert [int(path.stem.split("-")[0]) for path in SCRIPTS] == list(range(1, 8))
    assert [path.stem for path in SCRIPTS] == sorted(path.stem for path in generate.NOTEBOOKS.glob("*.ipynb"))
    assert [path.stem for path in SCRIPTS if not NAMED.fullmatch(path.stem)] == []


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.stem)
def test_both_say_the_same_without_outputs(script: Path) -> None:
    """If this fails: `python tests/docs/generate.py`."""
    text = script.with_suffix(".ipynb").read_text(encoding="utf-8")
    assert text == twin.notebook(script)
    notebook = nbformat.reads(text, as_version=4)
    nbformat.validate(notebook)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    prose = [cell for cell in notebook.cells if cell.cell_type == "markdown"]
    assert min(len(code), len(prose)) >= LEAST_CELLS
    assert all(cell.outputs == [] and cell.execution_count is None for cell in code)
    assert [cell.source for cell in code if len(cell.source.splitlines()) > LINES_PER_CELL] == []


def test_links_between_notebooks_lead_somewhere() -> None:
    texts = [script.read_text(encoding="utf-8") for script in SCRIPTS]
    named = {name for text in texts for name in re.findall(r"\]\(([^)]+\.ipynb)\)", text)}
    assert named
    assert [name for name in named if not (generate.NOTEBOOKS / name).is_file()] == []


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.stem)
def test_it_runs_and_shows_masked_numbers_only(
    script: Path, runs: Runs, secrets: frozenset[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every cell that ends in a value shows it; no number of the run stands there in full."""
    monkeypatch.setenv("CHSI_BATCH_RUN", str(runs.late))
    notebook = executed(script)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    shown = [cell for cell in code if cell.outputs]
    assert len(shown) >= len(code) - 1
    assert not any(output.output_type == "error" for cell in shown for output in cell.outputs)
    drawn = [cell for cell in code if ".figure(" in cell.source or "trend(" in cell.source]
    assert all("image/png" in cell.outputs[0].data for cell in drawn)
    text = json.dumps([cell.outputs for cell in shown], ensure_ascii=False)
    assert [secret for secret in secrets if secret in text] == []


def test_a_number_shown_would_be_found(runs: Runs, secrets: frozenset[str]) -> None:
    from chsi_batch.notebook import open_run

    shown = open_run(runs.late).unbound(rows=1000, unmask=True).to_html()
    assert any(secret in shown for secret in secrets)


def test_without_a_run_it_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first notebook is where a newcomer lands."""
    monkeypatch.setenv("CHSI_BATCH_RUN", str(tmp_path / "nothing"))
    with pytest.raises(CellExecutionError, match=r"run-missing .*nothing: .*--out"):
        executed(SCRIPTS[0])
