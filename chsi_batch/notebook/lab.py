"""`chsi-batch lab RUN`: JupyterLab on the notebooks with that run, on this machine alone, without a network.

The notebooks are copied into a folder beside the run, where they belong to whoever works on them: what is
there already is never written over.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from importlib import metadata, resources, util
from pathlib import Path

from chsi_batch import publishing
from chsi_batch.errors import OutputError, UsageError, system_words
from chsi_batch.notebook.opening import RUN_VARIABLE
from chsi_batch.report import chinese_font

SUFFIX = ".notebooks"
PLACE = "share/chsi-batch/notebooks"
"""Where the installed package keeps the notebooks, below the folder of the environment."""
ALONE = (
    "--ServerApp.ip=127.0.0.1",
    "--ServerApp.answer_yes=True",
    "--LabApp.news_url=",
    "--LabApp.check_for_updates_class=jupyterlab.handlers.announcements.NeverCheckForUpdate",
    "--LabApp.extension_manager=readonly",
    "--LabApp.custom_css=True",
)
"""No other machine may ask, and nobody outside is asked: no news, no updates, no catalogue of extensions."""


def folder_beside(run: Path) -> Path:
    """Where the notebooks of a run go if no other place is named."""
    place = run.absolute()
    return place.parent / f"{place.name}{SUFFIX}"


def notebooks() -> list[Path]:
    """The notebooks as they are delivered: of the installed package, else of the cloned project."""
    found = [Path(str(file.locate())) for file in _installed() if PLACE in file.as_posix()]
    if not found:
        found = list((Path(__file__).parents[2] / "notebooks").glob("*.ipynb"))
    return sorted(path for path in found if path.is_file())


def _installed() -> list[metadata.PackagePath]:
    try:
        return metadata.files("chsi-batch") or []
    except metadata.PackageNotFoundError:
        return []


def prepare(folder: Path) -> list[Path]:
    """Copy the notebooks that are not there yet, for the owner alone; returns what was copied."""
    copied = []
    try:
        folder.mkdir(mode=publishing.FOLDER_MODE, parents=True, exist_ok=True)
        for path in notebooks():
            target = folder / path.name
            if not target.exists():
                with publishing.placing(target, failed="lab-not-writable") as fresh:
                    shutil.copyfile(path, fresh)
                copied.append(target)
    except OSError as error:
        raise OutputError.of("lab-not-writable", folder, reason=system_words(error)) from None
    return copied


def start(run: Path, folder: Path, port: int | None, browser: bool) -> int:
    """Run JupyterLab until it is stopped; returns its exit code. UsageError if it is not installed."""
    require()
    command = [sys.executable, "-P", "-m", "jupyterlab", *ALONE, f"--ServerApp.root_dir={folder.absolute()}"]
    command.append(f"--ServerApp.tornado_settings={ {'static_custom_path': style()}!r}")
    if port is not None:
        command += [f"--ServerApp.port={port}", "--ServerApp.port_retries=0"]
    if not browser:
        command.append("--no-browser")
    with subprocess.Popen(command, cwd=folder, env=surroundings(run)) as server:
        while True:
            try:
                return server.wait()
            except KeyboardInterrupt:
                continue  # the server was interrupted too and is closing its kernels


def style() -> list[str]:
    """Where JupyterLab finds `custom.css` and the bundled fonts it names."""
    return [str(resources.files("chsi_batch.notebook") / "jupyter"), str(chinese_font.folder())]


def require() -> None:
    """UsageError if JupyterLab is not installed."""
    if util.find_spec("jupyterlab") is None:
        raise UsageError.of("lab-not-installed", "jupyterlab")


def surroundings(run: Path) -> Mapping[str, str]:
    """The environment of the server and its kernels: the run, and settings that ask nobody outside."""
    ours = str(resources.files("chsi_batch.notebook") / "jupyter")
    others = os.environ.get("JUPYTER_CONFIG_PATH")
    return {
        **os.environ,
        RUN_VARIABLE: str(run.absolute()),
        "JUPYTER_CONFIG_PATH": os.pathsep.join([ours, *([others] if others else [])]),
    }
