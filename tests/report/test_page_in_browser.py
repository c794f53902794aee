"""The page as Chromium draws it: offline, without an error, every letter in a font the page brings along."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from chsi_batch.report import html
from chsi_batch.results import Run

from .varied import varied

pytestmark = pytest.mark.browser

RARE = "阿卜杜热合曼·买买提 𠮷田 䶮堃 𬱖"
STRANGE = "\U0003abcd"
"""In no font."""
OPTIONS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update",
           "--disable-sync", "--no-first-run", "--host-resolver-rules=MAP * ~NOTFOUND"]  # fmt: skip


@pytest.fixture(scope="module")
def path(run: Run, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A page with rare characters in a school's name and in a row set aside."""
    degrees = run.tables["degrees"]
    schools = pa.array([f"{RARE}学院", *degrees["school"].to_pylist()[1:]], pa.string())
    degrees = degrees.set_column(degrees.column_names.index("school"), "school", schools)
    aside = pa.Table.from_pylist(
        [{"side": "degree", "ref": "a#1", "reason": "title", "text": text} for text in (RARE, STRANGE)],
        schema=run.tables["set_aside"].schema,
    )
    many = varied(run)
    many = Run({**many.tables, "degrees": degrees, "set_aside": aside}, run.facts)
    found = tmp_path_factory.mktemp("page") / "summary.html"
    html.write_page(many, found, "zh", False)
    return found


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    sync_api = pytest.importorskip("playwright.sync_api")
    with sync_api.sync_playwright() as started:
        opened = started.chromium.launch(executable_path=shutil.which("chromium"), args=OPTIONS)
        yield opened
        opened.close()


@pytest.fixture
def page(browser: Any, path: Path) -> Iterator[Any]:
    """The page, opened with no network, every folded table unfolded."""
    context = browser.new_context(offline=True)
    opened = context.new_page()
    opened.asked, opened.said = [], []
    opened.on("request", lambda request: opened.asked.append(request.url))
    opened.on("console", lambda message: opened.said.append(message.text))
    opened.on("pageerror", lambda error: opened.said.append(str(error)))
    opened.goto(path.as_uri())
    opened.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true })")
    opened.evaluate("document.fonts.ready")
    yield opened
    context.close()


def fonts(page: Any, selector: str) -> dict[str, bool]:
    """The fonts Chromium took for the text of these elements: family -> brought along by the page."""
    session = page.context.new_cdp_session(page)
    session.send("DOM.enable")
    session.send("CSS.enable")
    root = session.send("DOM.getDocument")["root"]["nodeId"]
    nodes = session.send("DOM.querySelectorAll", {"nodeId": root, "selector": selector})["nodeIds"]
    taken: dict[str, bool] = {}
    for node in nodes:
        for font in session.send("CSS.getPlatformFontsForNode", {"nodeId": node})["fonts"]:
            name = font["familyName"]
            taken[name] = taken.get(name, True) and font["isCustomFont"]
    assert nodes
    return taken


def test_it_asks_for_nothing_and_complains_of_nothing(page: Any, path: Path) -> None:
    assert [url for url in page.asked if not url.startswith("data:")] == [path.as_uri()]
    assert page.said == []
    assert page.evaluate("[...document.images].every(i => i.complete && i.naturalWidth > 300)")
    assert page.evaluate("document.images.length") == 7


def test_rare_names_are_drawn_with_the_fonts_of_the_page(page: Any) -> None:
    assert page.get_by_role("cell", name=RARE, exact=True).count() == 1
    page.evaluate(
        "text => [...document.querySelectorAll('td')].find(t => t.textContent === text).id = 'rare'", RARE
    )
    assert fonts(page, "#rare") == {"Noto Sans SC": True, "Noto Sans SC Rare": True}


def test_no_font_of_the_machine_is_needed(page: Any) -> None:
    page.evaluate(
        "document.querySelectorAll('td').forEach(t => { if (t.textContent.includes('U+')) t.remove() })"
    )
    taken = fonts(page, "h1, h2, h3, p, figcaption, summary, th, td, li, .card")
    assert [family for family, brought in taken.items() if not brought] == []
    assert "Noto Sans SC" in taken


def test_a_character_in_no_font_tells_its_code_point(page: Any) -> None:
    assert page.get_by_role("cell", name=f"{STRANGE}(U+3ABCD)").count() == 1


def test_it_prints_on_a4(page: Any, path: Path) -> None:
    printed = path.with_suffix(".pdf")
    page.pdf(path=printed, prefer_css_page_size=True)
    said = subprocess.run(["pdfinfo", printed], capture_output=True, check=True, timeout=60).stdout.decode()
    assert re.search(r"Page size:\s+594\.\d+ x 84[12]", said)
    wide = page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    assert wide
