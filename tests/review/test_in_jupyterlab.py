"""The review in a real JupyterLab: decided with keys and buttons, reloaded, resumed, replayed in a run."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from notebooks.jupyterlab import Lab, Watched, browsing, serving, write_notebook
from playwright.sync_api import Browser

from chsi_batch import arguments, cli
from chsi_batch.decisions.log import Log

pytestmark = pytest.mark.browser

NOTEBOOK = "4-review-queue.ipynb"
NAME = "李老师"
REASON = "已核对原始档案"
NAUGHTY = (
    "<img src=x onerror='window.hurt=1'>",
    "</script><script>window.hurt=1</script>",
    "张\u202e伟\u200b",
    "{{constructor.constructor('window.hurt=1')()}}",
    "阿卜杜热合曼·买买提 𠮷田 䶮",
)


@dataclass(frozen=True)
class Place:
    """A running JupyterLab, and the run that its notebooks open."""

    lab: Lab
    folder: Path
    run: Path
    data: Path


@pytest.fixture(scope="module")
def place(finished: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    folder = tmp_path_factory.mktemp("lab")
    run = folder / "result"
    shutil.copytree(finished, run)
    with serving(run, folder / "home") as lab:
        yield Place(lab, folder, run, finished.parent / "data")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with browsing() as started:
        yield started


@pytest.fixture
def watched(browser: Browser) -> Iterator[Watched]:
    page = browser.new_page(viewport={"width": 1280, "height": 1500})
    yield Watched(page)
    page.close()


class Reviewer:
    """What a person does at the widget."""

    def __init__(self, watched: Watched) -> None:
        self.watched, self.page = watched, watched.page
        self.root = self.page.locator(".chsi-review")

    def show(self) -> None:
        self.watched.run_all()
        self.root.locator(".chsi-fields").wait_for()

    def key(self, key: str) -> None:
        self.page.keyboard.press(key)

    def press(self, name: str) -> None:
        self.root.locator(f"button.chsi-{name}").click()

    def wait_decided(self, count: int) -> None:
        self.root.locator(".chsi-count", has_text=f"已决定 {count} /").wait_for()

    def wait_place(self, place: int) -> None:
        self.page.wait_for_selector(f'.chsi-review[data-place="{place}"]')

    def notice(self, text: str) -> None:
        self.root.locator(".chsi-notice", has_text=text).wait_for()

    def on(self, place: int) -> None:
        """To the case behind, if a rejection has left other candidates of this one."""
        if self.root.get_attribute("data-place") != str(place):
            self.key("ArrowRight")
            self.wait_place(place)


def ten(reviewer: Reviewer) -> list[str]:
    """Ten cases, with all keys first and all buttons after; what each is decided to be."""
    steps: list[tuple[str, Callable[[], None]]] = [
        ("hold", lambda: reviewer.key("h")),
        ("hold", lambda: reviewer.key("s")),
        ("hold", lambda: reviewer.key("t")),
        ("reject", lambda: reviewer.key("n")),
        ("bind", lambda: bind(reviewer, lambda: reviewer.key("b"))),
        ("hold", lambda: reviewer.press("hold")),
        ("hold", lambda: reviewer.press("ask_school")),
        ("hold", lambda: reviewer.press("ask_student")),
        ("reject", lambda: reviewer.press("reject")),
        ("bind", lambda: bind(reviewer, lambda: reviewer.press("bind"))),
    ]
    for done, (_, step) in enumerate(steps, start=1):
        step()
        reviewer.wait_decided(done)
        reviewer.on(done)
    return [decision for decision, _ in steps]


def bind(reviewer: Reviewer, act: Callable[[], None]) -> None:
    """The first cases are severe: without a reason nothing is bound."""
    act()
    reviewer.notice("严重")
    reviewer.page.keyboard.type(REASON)
    reviewer.key("Enter")
    act()


def test_ten_cases_are_decided_resumed_and_replayed(place: Place, watched: Watched) -> None:
    watched.open(place.lab, NOTEBOOK)
    reviewer, page = Reviewer(watched), watched.page
    reviewer.show()
    cells = page.locator(".jp-Notebook .jp-Cell").count()
    reviewer.root.click(position={"x": 5, "y": 5})
    reviewer.key("h")
    reviewer.notice("审核人")
    page.keyboard.type(NAME)
    reviewer.key("Enter")
    reviewer.root.locator(".chsi-reviewer", has_text=NAME).wait_for()
    wanted = ten(reviewer)
    assert page.locator(".jp-Notebook .jp-Cell").count() == cells
    entries = Log.beside(place.run).entries()
    assert [entry.decision for entry in entries] == wanted
    assert {entry.reviewer for entry in entries} == {NAME}
    remarks = ["", "询问学校", "询问学生", "", REASON] * 2
    assert [entry.remark for entry in entries] == remarks

    watched.open(place.lab, NOTEBOOK)
    reviewer.show()
    reviewer.wait_decided(10)
    reviewer.wait_place(10)
    reviewer.key("ArrowLeft")
    assert len(Log.beside(place.run).entries()) == 10
    assert watched.outside == []
    assert watched.said == []
    replayed(place, [(entry.registration_ref, entry.degree_ref) for entry in entries])


def replayed(place: Place, wanted: list[tuple[str | None, str | None]]) -> None:
    """A run with the log lists ten decisions about the same rows, those that bind among its bindings."""
    as_of = json.loads((place.run / "run.json").read_text(encoding="utf-8"))["as_of"]
    job = ["run", "--as-of", as_of, "--no-workbooks", "--progress", "none", "--allow-severe"]
    for name in arguments.SIDES:
        job += [f"--{name}", str(place.data / name)]
    again = place.folder / "again"
    assert cli.main([*job, "--decisions", str(Log.beside(place.run).path), "--out", str(again)]) == 0
    rows = pq.read_table(again / "tables" / "decisions.parquet").to_pylist()
    assert [(row["registration_ref"], row["degree_ref"]) for row in rows] == wanted
    bound = pq.read_table(again / "tables" / "bindings.parquet").to_pylist()
    pairs = {(row["registration_ref"], row["degree_ref"]) for row in bound if row["method"] == "decision"}
    applied = {pair for pair, row in zip(wanted, rows, strict=True)
               if (row["decision"], row["status"]) == ("bind", "applied")}  # fmt: skip
    assert pairs == applied != set()


def hurtful(place: Place) -> Path:
    """The run with names, schools, user names and remarks that would do harm as markup."""
    run = place.folder / "naughty"
    shutil.copytree(place.run, run)
    for name, columns in {
        "registrations": ("name", "username", "claimed_school", "source_system"),
        "degrees": ("name", "school", "remark", "department"),
    }.items():
        path = run / "private" / f"{name}.parquet"
        table = pq.read_table(path)
        for column in columns:
            texts = [NAUGHTY[row % len(NAUGHTY)] for row in range(table.num_rows)]
            table = table.set_column(table.column_names.index(column), column, pa.array(texts, pa.string()))
        pq.write_table(table, path)
    return run


def test_texts_of_people_stay_texts_and_a_batch_is_confirmed(place: Place, watched: Watched) -> None:
    run = hurtful(place)
    code = f"from chsi_batch.review import review\nreview({str(run)!r}, reviewer={NAUGHTY[0]!r})"
    write_notebook(place.lab.folder / "naughty.ipynb", code)
    watched.open(place.lab, "naughty.ipynb")
    reviewer, page = Reviewer(watched), watched.page
    reviewer.show()
    texts = ""
    for at in range(1, 16):
        reviewer.root.focus()
        reviewer.key("ArrowRight")
        reviewer.wait_place(at)
        texts += reviewer.root.inner_text()
    for text in NAUGHTY[:2] + NAUGHTY[3:]:
        assert text in texts
    assert "\u202e" not in texts
    assert "张‹U+202E›伟‹U+200B›" in texts
    batch(reviewer, run)
    tags = "[...document.querySelectorAll('.chsi-review *')].map(e => e.localName)"
    assert {"img", "script", "iframe", "a"} & set(page.evaluate(tags)) == set()
    assert page.evaluate("window.hurt === undefined")
    assert watched.said == []


def batch(reviewer: Reviewer, run: Path) -> None:
    """Several of one kind: a sample and the number are shown, nothing is written before it is confirmed."""
    offered = reviewer.root.locator("button.chsi-batch")
    for at in range(16, 80):
        if offered.is_visible():
            break
        reviewer.key("ArrowRight")
        reviewer.wait_place(at)
    reviewer.key("a")
    panel = reviewer.root.locator(".chsi-batch-panel")
    panel.locator("h4").wait_for()
    count = int("".join(filter(str.isdigit, panel.locator("h4").inner_text())))
    assert 1 <= panel.locator(".chsi-sample").count() <= min(count, 5)
    confirm = panel.locator(".chsi-confirm")
    assert confirm.is_disabled()
    reviewer.key("h")
    assert f"{count} 件" in confirm.inner_text()
    assert not Log.beside(run).path.exists()
    confirm.click()
    reviewer.notice(f"已记录 {count} 件")
    entries = Log.beside(run).entries()
    assert len(entries) == count > 1
    assert {(entry.decision, entry.reviewer) for entry in entries} == {("hold", NAUGHTY[0])}
    reviewer.key("u")
    reviewer.notice(f"已撤销 {count} 个")
