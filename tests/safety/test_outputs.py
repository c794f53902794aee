"""Nothing that is written or said comes alive: a share of the naughty texts through every command.

`bench/naughty.py` takes all of them, in all formats.
"""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest
from proving import alive, inputs, naughty, notebooks, walking

from chsi_batch.commands import COMMANDS

FORMAT = "csv"
"""The one that can hold most texts."""
SHARE = 2
"""Texts of each kind."""
SHOWN = ("3-one-case-in-depth", "6-data-quality-of-the-inputs")
LONG = ("<" * 5_000, "=" + "1+" * 300)


@pytest.fixture(scope="module")
def walked(tmp_path_factory: pytest.TempPathFactory) -> walking.Walked:
    """All commands over a few texts of every kind."""
    folder = tmp_path_factory.mktemp("naughty")
    held = set(naughty.held(FORMAT))
    kinds = (
        [text for text in texts if text in held and len(text) < 300][:: max(1, len(texts) // SHARE)]
        for texts in naughty.CATEGORIES.values()
    )
    texts = list(dict.fromkeys([*(text for kind in kinds for text in kind), *LONG]))
    assert len(texts) >= len(naughty.CATEGORIES) * SHARE * 0.8
    return walking.walk(inputs.world(folder / "in", FORMAT, texts), folder, explained=8)


NOTHING_FROM_INPUT = {"sample", "score", "rules", "codes", "lab", "demo", "schools"}
"""Commands that write and say nothing from files of people; the names in a school list are examined first."""


def test_nothing_comes_alive(walked: walking.Walked) -> None:
    assert walked.alive() == []
    assert len(walked.workbooks) >= 6
    assert {path.suffix for path in walked.files} == set(alive.SEARCHES)


def test_every_command_is_walked(walked: walking.Walked) -> None:
    """A new one must be walked, or stand in the list above."""
    assert walked.commands | NOTHING_FROM_INPUT == set(COMMANDS)


def test_nothing_comes_alive_in_a_notebook(walked: walking.Walked) -> None:
    assert list(notebooks.alive_in(walked.folder / "again", SHOWN)) == []


def test_the_search_finds_what_is_alive(tmp_path: Path) -> None:
    import xlsxwriter

    path = tmp_path / "t.xlsx"
    with xlsxwriter.Workbook(path) as book:
        page = book.add_worksheet()
        page.write(0, 0, "=1+1")
        page.write(1, 0, "http://evil.example")
    assert sum("formula" in entry for entry in alive.in_workbook(path)) == 1
    assert any("http://evil.example" in entry for entry in alive.in_workbook(path))
    html = tmp_path / "t.html"
    body = "<body><script>1</script><p onclick=x>\x1b</p><img src='data:text/html,x'></body>"
    html.write_text(body, "utf-8")
    assert len(list(alive.in_page(html))) == 4
    rows = tmp_path / "t.csv"
    rows.write_text('"\'=1+1","x"\n"=1+1"," @x"\n', "utf-8")
    assert len(list(alive.in_file(rows))) == 2
    assert len(list(alive.in_file(tmp_path / "t.docx"))) == 1
    output = nbformat.v4.new_output(
        "display_data",
        {"text/html": "<a href=x>1</a><mark>1</mark>", "text/plain": "\x1b[31m", "text/markdown": "x"},
    )
    assert len(list(alive.in_output(output))) == 5
