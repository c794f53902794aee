"""Every notebook opens in a real JupyterLab and runs from top to bottom, without any other machine."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from docs import generate
from playwright.sync_api import Browser

from .conftest import Runs
from .jupyterlab import Lab, Watched, browsing, errors, serving

pytestmark = pytest.mark.browser

NOTEBOOKS = sorted(path.name for path in generate.NOTEBOOKS.glob("*.ipynb"))
HEIGHT = 2600


@pytest.fixture(scope="module")
def lab(runs: Runs, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """JupyterLab on a copy of the run, so that decisions and notebooks made there stay there."""
    folder = tmp_path_factory.mktemp("lab")
    for run in (runs.early, runs.late):
        shutil.copytree(run, folder / "runs" / run.name)
    with serving(folder / "runs" / runs.late.name, folder / "home") as started:
        yield started


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with browsing() as started:
        yield started


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_it_runs_in_jupyterlab(
    name: str, lab: Lab, browser: Browser, secrets: frozenset[str], tmp_path: Path
) -> None:
    """Run all, no error, nothing asked of any other machine, no full number on the page."""
    watched = Watched(browser.new_page(viewport={"width": 1500, "height": HEIGHT}))
    try:
        watched.open(lab, name)
        cells = watched.run_all()
        watched.page.wait_for_timeout(500)
        watched.page.screenshot(path=str(tmp_path / f"{name}.png"))
        shown = watched.page.content()
    finally:
        watched.page.close()
    assert errors(cells) == []
    assert watched.outside == []
    assert sum(bool(cell["outputs"]) for cell in cells) >= len(cells) - 1
    text = json.dumps([cell["outputs"] for cell in cells], ensure_ascii=False)
    assert [secret for secret in secrets if secret in text or secret in shown] == []


def test_jupyterlab_asks_nobody_for_news(lab: Lab, browser: Browser) -> None:
    """Its own front page, with the notebooks in the list and no question about news."""
    watched = Watched(browser.new_page())
    try:
        watched.page.goto(f"{lab.url}/lab?reset&token={lab.token}")
        watched.page.wait_for_selector(".jp-DirListing-item")
        listed = watched.page.locator(".jp-DirListing-itemText").all_inner_texts()
        watched.page.wait_for_timeout(1500)
        assert watched.page.get_by_text("official Jupyter news").count() == 0
    finally:
        watched.page.close()
    assert sorted(listed) == NOTEBOOKS
    assert watched.outside == []
