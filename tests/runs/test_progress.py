"""How far a job is: told to people in a terminal or a notebook, and to machines in lines of JSON."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import nbformat
import psutil
import pytest
from nbclient import NotebookClient

from chsi_batch import pipeline, progress
from chsi_batch.arguments import Words
from chsi_batch.sources import opening

from .calling import call, table
from .conftest import Pair

CELL = """
from chsi_batch import progress
from chsi_batch.arguments import Words
with progress.shown("bar", Words("zh")) as tell:
    tell("read 1/4")
    tell("clean 5000/20000")
"""


class Clock:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


def test_the_time_left_follows_the_clock() -> None:
    clock = Clock()
    course = progress.Course(clock)
    course.tell("read 0/4")
    assert course.now().left is None, "nothing is known yet"
    clock.seconds = 10.0
    course.tell("read 2/4")
    half = course.now()
    assert (half.stage, half.done, half.total, half.unit) == ("read", 2, 4, "files")
    assert half.share == pytest.approx(progress.SHARES["read"] / 2)
    assert half.left == pytest.approx(10 * (1 - half.share) / half.share, abs=0.1)
    clock.seconds = 20.0
    course.tell("clean")
    assert course.now().share == pytest.approx(progress.SHARES["read"])


def test_a_stage_that_does_not_count_goes_on_with_the_clock_but_never_ends() -> None:
    clock = Clock()
    course = progress.Course(clock)
    course.tell("read")
    clock.seconds = 40.0
    course.tell("clean")
    shares = []
    for clock.seconds in (40.0, 44.0, 48.0, 1000.0):
        shares.append(course.now().share)
    assert shares == sorted(shares)
    assert progress.SHARES["read"] == shares[0] < shares[1] < shares[2]
    assert shares[-1] < progress.SHARES["read"] + progress.SHARES["clean"]


def test_turns_of_a_job_without_stages() -> None:
    clock = Clock()
    course = progress.Course(clock)
    course.tell("hide 0/4")
    clock.seconds = 3.0
    course.tell("hide 1/4")
    assert (course.now().left, course.now().unit) == (9.0, "turns")


def test_all_stages_are_a_whole_job() -> None:
    assert sum(progress.SHARES.values()) == pytest.approx(1)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_everything_has_words(language: str) -> None:
    words = Words(language)
    for stage in (*progress.STAGES, "hide", "sample"):
        standing = progress.Standing(stage, 5_000, 20_000, progress.UNITS.get(stage), 12.0, 61.0, 0.2)
        line = progress.text(standing, words)
        assert words[f"stage_{stage}"] in line
        assert ("5,000 / 20,000" in line) is (stage in progress.UNITS)
        assert "0:00:12" in line
        assert "0:01:01" in line
        assert "\n" not in line


def test_a_run_tells_its_stages_files_and_rows(pair: Pair, tmp_path: Path) -> None:
    said = call("run", *pair.arguments, "--progress", "json", "--out", tmp_path / "result")
    assert said.code == 0
    told = [json.loads(line) for line in said.lines]
    assert all(set(line) == {"stage", "done", "total", "unit", "seconds", "left"} for line in told)
    assert list(dict.fromkeys(line["stage"] for line in told)) == list(progress.STAGES)
    seconds = [line["seconds"] for line in told]
    assert seconds == sorted(seconds)
    counts = {
        stage: [(line["done"], line["total"]) for line in told if line["stage"] == stage]
        for stage in progress.STAGES
    }
    rows = len(table(tmp_path / "result", "ledger"))
    assert (None, None) in counts["match"]
    assert counts["read"][1] == (0, 2)
    assert counts["clean"][-1] == (rows, rows)
    assert [done for done, _ in counts["report"][1:]] == list(range(5)), "tables, two workbooks, the page"


def test_in_a_terminal_a_line_is_drawn(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    monkeypatch.setenv("TTY_COMPATIBLE", "1")
    with progress.shown("bar", Words("en")) as tell:
        tell("clean 5000/20000")
    drawn = capsys.readouterr().err
    assert "cleaning values" in drawn
    assert "5,000 / 20,000 rows" in drawn


def test_in_a_notebook_one_line_stands_below_the_cell() -> None:
    book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(CELL)])
    NotebookClient(book, timeout=120).execute()
    (output,) = [output for output in book.cells[0].outputs if output["output_type"] == "display_data"]
    assert output["data"]["text/plain"].startswith("清洗数值 5,000 / 20,000 行")


RUN = """
from chsi_batch.notebook import make_run
run = make_run({registrations!r}, [{degrees!r}], {out!r}, as_of="2026-03-01T20:00", workbooks=False)
print(run.folder.name, int(run.overview().iloc[0, 0] is not None))
make_run("nothing.csv", {degrees!r}, {out!r})
"""


def test_a_run_made_in_a_notebook_tells_how_far_it_is(pair: Pair, tmp_path: Path) -> None:
    code = RUN.format(
        registrations=str(pair.registrations), degrees=str(pair.degrees), out=str(tmp_path / "result")
    )
    book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(code)])
    NotebookClient(book, timeout=300, allow_errors=True).execute()
    outputs = book.cells[0].outputs
    bars = [output["data"]["text/plain"] for output in outputs if output["output_type"] == "display_data"]
    assert Words("zh")["stage_publish"] in bars[0]
    assert [output["text"] for output in outputs if output.get("name") == "stdout"] == ["result 1\n"]
    (error,) = [output for output in outputs if output["output_type"] == "error"]
    assert error["ename"] == "UsageError"
    assert "file-missing nothing.csv" in error["evalue"]
    assert table(tmp_path / "result", "ledger")


@pytest.mark.parametrize("many", [0, 1_000_000])
def test_a_large_run_keeps_no_idle_reader(
    pair: Pair, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, many: int
) -> None:
    opening.end_waiting()
    before = len(psutil.Process().children())
    monkeypatch.setattr(pipeline, "MANY", many)
    assert call("run", *pair.arguments, "--no-workbooks", "--out", tmp_path / "result").code == 0
    assert (len(psutil.Process().children()) > before) is bool(many)
