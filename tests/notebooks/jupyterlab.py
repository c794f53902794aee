"""A real JupyterLab, started by `chsi-batch lab`, and a browser that reaches nothing but it."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import nbformat
from playwright.sync_api import Browser, Page, Route, sync_playwright

SECONDS = 60
CHROMIUM = "/usr/bin/chromium"
QUIET = [
    "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update",
    "--disable-sync", "--no-first-run",
]  # fmt: skip
CONFIG = {"ServerApp": {"allow_root": True}, "LabApp": {"expose_app_in_browser": True}}
"""The machine of the tests may have no other user; and the tests read the outputs from the program itself."""
LOCAL = ("127.0.0.1", "localhost")
READY = """() => {
  const session = window.jupyterapp?.shell.currentWidget?.sessionContext;
  return session?.isReady && session.session?.kernel?.status === "idle";
}"""
STATE = """() => {
  const notebook = window.jupyterapp?.shell.currentWidget?.content;
  if (!notebook?.widgets) return null;
  return notebook.widgets.filter(cell => cell.model.type === "code").map(cell => ({
    count: cell.model.executionCount, running: cell.model.executionState === "running",
    outputs: cell.model.outputs.toJSON(),
  }));
}"""


@dataclass(frozen=True)
class Lab:
    """A running server: its address, its token, and the folder of the notebooks."""

    url: str
    token: str
    folder: Path


@contextmanager
def serving(run: Path, home: Path) -> Iterator[Lab]:
    """`chsi-batch lab RUN` as a process, its settings in `home`, until the end of the block."""
    home.mkdir()
    (home / "jupyter_server_config.json").write_text(json.dumps(CONFIG))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    lab = Lab(f"http://127.0.0.1:{port}", "known-to-the-test", run.parent / f"{run.name}.notebooks")
    own = {
        "JUPYTER_CONFIG_DIR": str(home),
        "JUPYTER_TOKEN": lab.token,
        "JUPYTER_DATA_DIR": str(home / "data"),
    }
    with (home / "log").open("wb") as log:
        server = subprocess.Popen(
            [sys.executable, "-m", "chsi_batch", "lab", run, "--no-browser", "--port", str(port)],
            env={**os.environ, **own}, stdout=log, stderr=log, start_new_session=True,
        )  # fmt: skip
        try:
            _wait(lab, server, home / "log")
            yield lab
        finally:
            os.killpg(server.pid, signal.SIGINT)
            server.wait(SECONDS)


def _wait(lab: Lab, server: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + SECONDS
    while time.monotonic() < until:
        assert server.poll() is None, log.read_text()
        try:
            with urllib.request.urlopen(f"{lab.url}/api", timeout=5):
                return
        except OSError:
            time.sleep(0.2)
    raise AssertionError(log.read_text())


@dataclass
class Watched:
    """A page, the addresses outside it asked for – those are refused –, and what went wrong in it."""

    page: Page
    outside: list[str] = field(default_factory=list)
    said: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.page.route("**/*", self._route)
        self.page.on("pageerror", lambda error: self.said.append(str(error)))
        self.page.on("websocket", lambda socket: self._seen(socket.url))

    def _route(self, route: Route) -> None:
        if self._seen(route.request.url):
            route.continue_()
        else:
            route.abort()

    def _seen(self, url: str) -> bool:
        parts = urlsplit(url)
        local = parts.scheme in ("data", "blob", "about") or parts.hostname in LOCAL
        if not local:
            self.outside.append(url)
        return local

    def open(self, lab: Lab, notebook: str) -> None:
        """Open a notebook, alone, and wait for its kernel."""
        self.page.goto(f"{lab.url}/lab/tree/{notebook}?reset&token={lab.token}")
        self.page.wait_for_selector(".jp-Notebook .jp-CodeCell", timeout=SECONDS * 1000)
        self.page.wait_for_function(READY, timeout=SECONDS * 1000)

    def run_all(self) -> list[dict[str, Any]]:
        """Run › Run All Cells, from the menu; the code cells once all have run."""
        self.page.get_by_role("menuitem", name="Run", exact=True).click()
        self.page.get_by_text("Run All Cells", exact=True).click()
        until = time.monotonic() + SECONDS
        while time.monotonic() < until:
            cells: list[dict[str, Any]] | None = self.page.evaluate(STATE)
            if cells and all(cell["count"] and not cell["running"] for cell in cells):
                return cells
            if cells and errors(cells):
                return cells
            self.page.wait_for_timeout(200)
        raise AssertionError("cells are still running")


def write_notebook(path: Path, *cells: str) -> None:
    """A notebook of these code cells, to be run by Python."""
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(cell) for cell in cells])
    notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
    nbformat.write(notebook, path)


def errors(cells: list[dict[str, Any]]) -> list[str]:
    """What went wrong in any cell."""
    found = [output for cell in cells for output in cell["outputs"] if output["output_type"] == "error"]
    return [f"{output['ename']}: {output['evalue']}" for output in found]


@contextmanager
def browsing() -> Iterator[Browser]:
    """Chromium without a network of its own."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        try:
            yield browser
        finally:
            browser.close()
