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

from chsi_batch import cli
from chsi_batch.labelled import sample

SCRIPTS = sorted(generate.NOTEBOOKS.glob("*.py"))
NAMED = re.compile("[1-9][0-9]?-[a-z0-9-]+")
PEOPLE, SEED = 120, 5
SECONDS_PER_CELL = 300


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small run of made-up people."""
    folder = tmp_path_factory.mktemp("notebook")
    summary = sample.make(PEOPLE, SEED, folder / "data")
    job = ["run", "--as-of", str(summary["as_of"]), "--no-workbooks", "--progress", "none"]
    for name in cli.SIDES:
        job += [f"--{name}", str(folder / "data" / name)]
    assert cli.main([*job, "--out", str(folder / "result")]) == 0
    return folder / "result"


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
    assert SCRIPTS
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
    assert code
    assert all(cell.outputs == [] and cell.execution_count is None for cell in code)
    assert all(len(cell.source.splitlines()) <= 15 for cell in code)


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.stem)
def test_it_runs_and_shows_masked_numbers_only(
    script: Path, finished: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every cell that ends in a value shows it; of the ID numbers of the run none stands there in full."""
    monkeypatch.setenv("CHSI_RUN", str(finished))
    notebook = executed(script)
    shown = [cell for cell in notebook.cells if cell.cell_type == "code" and cell.outputs]
    assert len(shown) >= len([cell for cell in notebook.cells if cell.cell_type == "markdown"]) - 1
    assert not any(output.output_type == "error" for cell in shown for output in cell.outputs)
    text = json.dumps([cell.outputs for cell in shown], ensure_ascii=False)
    records = [finished / "private" / f"{name}.parquet" for name in ("registrations", "degrees")]
    numbers = {number for path in records for number in _numbers(path)}
    assert len(numbers) > PEOPLE / 2
    assert [number for number in numbers if number in text] == []
    assert "****" in text


def _numbers(path: Path) -> set[str]:
    import pyarrow.parquet as pq

    found = pq.read_table(path, columns=["id_number"])["id_number"].to_pylist()
    return {number for number in found if number and len(number) >= 15}


def test_without_a_run_it_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first notebook is where a newcomer lands."""
    monkeypatch.setenv("CHSI_RUN", str(tmp_path))
    with pytest.raises(Exception, match="README"):
        executed(SCRIPTS[0])
