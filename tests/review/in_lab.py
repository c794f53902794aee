"""A JupyterLab of its own on a folder, and a Chromium that can reach nothing else."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import nbformat

ROOT = Path(__file__).resolve().parents[2]
BROWSER = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update",
           "--disable-sync", "--no-first-run",
           "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"]  # fmt: skip
PATIENCE = 90
SIZE = {"width": 1280, "height": 1500}
RUN_ALL = "notebook:run-all-cells"


def _free_port() -> int:
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        return int(asked.getsockname()[1])


@contextmanager
def lab(folder: Path) -> Iterator[str]:
    """JupyterLab with `folder` as its root; gives its address.

    Notebooks open the run in `folder/result`.
    """
    import jupyterlab

    own = folder / ".jupyter"
    shared = Path(jupyterlab.__file__).parents[4] / "share" / "jupyter"
    surroundings = {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "JUPYTER_PATH": str(shared),
        "CHSI_BATCH_RUN": str(folder / "result"),
        **{f"JUPYTER_{name}_DIR": str(own / name.lower()) for name in ("CONFIG", "DATA", "RUNTIME")},
    }
    port = _free_port()
    options = [
        f"--ServerApp.root_dir={folder}", f"--ServerApp.port={port}", "--ServerApp.port_retries=0",
        "--ServerApp.ip=127.0.0.1", "--ServerApp.password=", "--IdentityProvider.token=", "--no-browser",
        f"--LabApp.app_dir={shared / 'lab'}", "--LabApp.news_url=None", "--LabApp.expose_app_in_browser=True",
        "--LabApp.extension_manager=readonly",
        "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
    ]  # fmt: skip
    if os.name == "posix" and os.geteuid() == 0:
        options.append("--allow-root")
    address = f"http://127.0.0.1:{port}"
    with (folder / "lab.log").open("wb") as said:
        server = subprocess.Popen(
            [sys.executable, "-m", "jupyterlab", *options], env=surroundings, stdout=said, stderr=said
        )
        try:
            _wait(address, server, folder / "lab.log")
            yield address
        finally:
            server.terminate()
            server.wait(timeout=PATIENCE)


def _wait(address: str, server: subprocess.Popen[bytes], said: Path) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until and server.poll() is None:
        try:
            with urllib.request.urlopen(f"{address}/api/status", timeout=2):
                return
        except OSError:
            time.sleep(0.2)
    raise AssertionError(said.read_text(encoding="utf-8", errors="replace"))


def write_notebook(path: Path, *cells: str) -> None:
    """A notebook of these code cells."""
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
    nbformat.write(notebook, path)


@contextmanager
def page(address: str, notebook: str) -> Iterator[Any]:
    """The notebook opened in Chromium. `page.asked`: every address; `page.said`: errors."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as started:
        browser = started.chromium.launch(executable_path=shutil.which("chromium"), args=BROWSER)
        opened = browser.new_page(viewport=SIZE)
        opened.set_default_timeout(PATIENCE * 1000)
        opened.asked, opened.said = [], []
        opened.on("request", lambda request: opened.asked.append(request.url))
        opened.on("pageerror", lambda error: opened.said.append(str(error)))
        opened.goto(f"{address}/lab/workspaces/{Path(notebook).stem}/tree/{notebook}")
        opened.wait_for_selector(".jp-Notebook .jp-Cell")
        yield opened
        browser.close()


def run_all(opened: Any) -> None:
    """Run every cell, as the menu does."""
    opened.wait_for_selector('#jp-main-statusbar :text("| Idle")')
    opened.evaluate("command => window.jupyterapp.commands.execute(command)", RUN_ALL)
