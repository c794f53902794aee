"""`chsi-batch lab`: what it copies, what it leaves alone, what it says when it cannot start."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
import tomllib
from importlib import util
from pathlib import Path

import pytest
from docs import generate

from chsi_batch import cli
from chsi_batch.notebook import lab

from .conftest import Runs

NAMES = sorted(path.name for path in generate.NOTEBOOKS.glob("*.ipynb"))


def test_an_edited_notebook_is_left_alone(tmp_path: Path) -> None:
    folder = tmp_path / "work"
    assert sorted(path.name for path in lab.prepare(folder)) == NAMES
    edited, removed = (folder / name for name in NAMES[:2])
    edited.write_text("mine", encoding="utf-8")
    removed.unlink()
    assert lab.prepare(folder) == [removed]
    assert edited.read_text(encoding="utf-8") == "mine"
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert stat.S_IMODE(removed.stat().st_mode) == 0o600


def test_without_jupyterlab_it_says_how_to_install_it(
    runs: Runs, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    real = util.find_spec
    monkeypatch.setattr(util, "find_spec", lambda name: None if name == "jupyterlab" else real(name))
    assert cli.main(["lab", str(runs.late)]) == 2
    said = capsys.readouterr().err.splitlines()
    assert len(said) == 1
    assert 'pip install "chsi-batch[notebook]"' in said[0]
    assert not lab.folder_beside(runs.late).exists()


def test_a_folder_that_is_no_run_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["lab", str(tmp_path)]) == 2
    assert capsys.readouterr().err.startswith("run-missing")
    assert list(tmp_path.iterdir()) == []


def test_a_run_without_private_is_told_of(
    runs: Runs, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    run = tmp_path / "result"
    shutil.copytree(runs.late, run, ignore=shutil.ignore_patterns("private"))
    started: list[list[str]] = []

    class Server:
        def __init__(self, command: list[str], **_: object) -> None:
            started.append(command)

        def __enter__(self) -> Server:
            return self

        def __exit__(self, *_: object) -> None:
            pass

        def wait(self) -> int:
            return 0

    monkeypatch.setattr(subprocess, "Popen", Server)
    assert cli.main(["lab", str(run), "--to", str(tmp_path / "work"), "--port", "9000", "--no-browser"]) == 0
    assert "private" in capsys.readouterr().err
    assert {"--no-browser", "--ServerApp.port=9000", "--ServerApp.ip=127.0.0.1"} <= set(started[0])
    assert sorted(path.name for path in (tmp_path / "work").iterdir()) == NAMES


def test_the_kernels_are_told_of_the_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JUPYTER_CONFIG_PATH", "/theirs")
    told = lab.surroundings(tmp_path / "result")
    assert told["CHSI_BATCH_RUN"] == str(tmp_path / "result")
    ours, theirs = told["JUPYTER_CONFIG_PATH"].split(os.pathsep)
    assert (Path(ours) / "labconfig" / "page_config.json").is_file()
    assert theirs == "/theirs"
    assert all((Path(place) / name).is_file() for place, name in zip(lab.style(), _styled(), strict=True))


def _styled() -> tuple[str, str]:
    return "custom.css", "NotoSansSC-Subset.ttf"


def test_the_style_names_files_that_are_there() -> None:
    css = (Path(lab.style()[0]) / "custom.css").read_text(encoding="utf-8")
    named = [part.split('"')[1] for part in css.split("url(")[1:]]
    assert named
    assert [name for name in named if not (Path(lab.style()[1]) / name).is_file()] == []


def test_the_package_brings_the_notebooks() -> None:
    """Where the package is installed, nobody has the project's folder."""
    project = tomllib.loads((generate.ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    ((place, patterns),) = project["tool"]["setuptools"]["data-files"].items()
    assert place == lab.PLACE
    brought = sorted(path.name for pattern in patterns for path in generate.ROOT.glob(pattern))
    assert brought == NAMES == sorted(path.name for path in lab.notebooks())
