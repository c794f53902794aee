"""A run appears whole or not at all, and only where a run may be."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from chsi_batch import publishing
from chsi_batch.report import html, xlsx

from .calling import call, digests, everything, table
from .conftest import Pair
from .drawn import account, accounts

HOLDER = """
import sys, time
from pathlib import Path
from chsi_batch import publishing
with publishing.locked(Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


def test_a_second_run_replaces_the_first(pair: Pair, tmp_path: Path) -> None:
    out = tmp_path / "result"
    assert call("run", *pair.arguments, "--out", out).code == 0
    first = digests(out)
    accounts(pair.registrations, [account(0), account(1)])
    assert call("run", *pair.arguments, "--no-private", "--no-workbooks", "--out", out).code == 0
    assert digests(out) != first
    assert not (out / "private").exists()
    assert not (out / "binding_report.xlsx").exists()
    assert len(table(out, "ledger")) == 5
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in", "result"]


@pytest.mark.parametrize("error", [RuntimeError("boom"), OSError(28, "No space left on device")])
@pytest.mark.parametrize("place", ["page", "workbook"])
@pytest.mark.parametrize("before", [True, False], ids=["over a run", "first run"])
def test_a_run_that_fails_half_way(
    pair: Pair, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: Exception, place: str, before: bool
) -> None:
    out = tmp_path / "result"
    if before:
        assert call("run", *pair.arguments, "--out", out).code == 0
    stood = everything(tmp_path)

    def fail(*_: object) -> None:
        raise error

    module, name = (html, "save") if place == "page" else (xlsx, "write_exceptions")
    monkeypatch.setattr(module, name, fail)
    said = call("run", *pair.arguments, "--out", out)
    assert said.code == (4 if isinstance(error, OSError) else 70)
    assert len(said.lines) == 1
    assert "boom" not in said.err
    assert everything(tmp_path) == stood
    assert sorted(path.name for path in tmp_path.iterdir()) == (["in", "result"] if before else ["in"])


def test_a_crash_between_the_two_moves_is_healed(pair: Pair, tmp_path: Path) -> None:
    out = tmp_path / "result"
    assert call("run", *pair.arguments, "--out", out).code == 0
    stood = everything(out)
    out.rename(tmp_path / ".result.chsi-batch.old")
    shutil.copytree(tmp_path / ".result.chsi-batch.old", tmp_path / ".result.chsi-batch.new")
    assert call("run", *pair.arguments, "--out", out).code == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in", "result"]
    assert set(everything(out)) == set(stood)


def test_a_crash_is_healed_even_if_the_next_run_is_refused(pair: Pair, tmp_path: Path) -> None:
    out = tmp_path / "result"
    assert call("run", *pair.arguments, "--out", out).code == 0
    stood = everything(out)
    out.rename(tmp_path / ".result.chsi-batch.old")
    said = call("run", "--registrations", tmp_path / "none.csv", "--degrees", pair.degrees, "--out", out)
    assert said.code == 3
    assert everything(out) == stood


def test_a_crash_is_healed_by_whatever_comes_next(pair: Pair, tmp_path: Path) -> None:
    out = tmp_path / "result"
    assert call("run", *pair.arguments, "--out", out).code == 0
    out.rename(tmp_path / ".result.chsi-batch.old")
    assert call("explain", out, "accounts.csv#2").code == 0


def test_what_an_aborted_run_left_is_cleared(pair: Pair, tmp_path: Path) -> None:
    left = tmp_path / ".result.chsi-batch.new" / "tables"
    left.mkdir(parents=True)
    (left / "ledger.parquet").write_bytes(b"half")
    assert call("run", *pair.arguments, "--out", tmp_path / "result").code == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in", "result"]


@pytest.mark.parametrize("command", ["run", "check"])
@pytest.mark.parametrize(
    ("kind", "code"),
    [
        ("file", "output-not-a-folder"),
        ("foreign files", "output-not-empty"),
        ("below a file", "output-not-writable"),
    ],
)
def test_places_where_nothing_is_written(
    pair: Pair, tmp_path: Path, command: str, kind: str, code: str
) -> None:
    out = tmp_path / "result"
    if kind == "foreign files":
        out.mkdir()
        (out / "thesis.docx").write_bytes(b"years of work")
    else:
        out.write_bytes(b"years of work")
    before = everything(tmp_path)
    said = call(command, *pair.arguments, "--out", out / "deeper" if kind == "below a file" else out)
    assert (said.code, said.out) == (4, "")
    assert len(said.lines) == 1
    assert said.lines[0].startswith(code)
    assert everything(tmp_path) == before


@pytest.mark.parametrize("interrupted", [False, True])
def test_a_workbook_filled_in_by_hand_is_kept(pair: Pair, tmp_path: Path, interrupted: bool) -> None:
    out = tmp_path / "result"
    assert call("run", *pair.arguments, "--out", out).code == 0
    for times in (1, 2):
        workbook = out / "exception_report.xlsx"
        workbook.write_bytes(filled := workbook.read_bytes() + bytes([times]))
        if interrupted:  # a crash after both moves, before the old run was removed
            shutil.copytree(out, tmp_path / ".result.chsi-batch.old")
            workbook.write_bytes(filled[:-1])
        said = call("run", *pair.arguments, "--lang", "zh", "--out", out)
        assert said.code == 0
        kept = tmp_path / f"result.exception_report.{times}.xlsx"
        assert kept.read_bytes() == filled
        assert said.lines[-1].endswith(f": {kept.name}")
    assert not list(tmp_path.glob("result.binding_report*"))
    assert "kept" not in json.loads((out / "run.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("held", ["binding_report.xlsx", "exception_report.xlsx"])
def test_a_workbook_that_is_open_in_excel_is_named(
    pair: Pair, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, held: str
) -> None:
    """Windows then moves neither the file nor the folder it lies in."""
    out = tmp_path / "result"
    assert call("run", *pair.arguments, "--out", out).code == 0
    before = everything(out)
    moving, opening = Path.rename, Path.open

    def rename(self: Path, target: Path) -> Path:
        if self == out:
            raise PermissionError(13, "in use", str(self))
        return moving(self, target)

    def open_(self: Path, mode: str = "r", *more: Any, **options: Any) -> Any:
        if self == out / held and "+" in mode:
            raise PermissionError(13, "in use", str(self))
        return opening(self, mode, *more, **options)

    monkeypatch.setattr(Path, "rename", rename)
    monkeypatch.setattr(Path, "open", open_)
    said = call("run", *pair.arguments, "--no-workbooks", "--out", out)
    monkeypatch.undo()
    assert (said.code, len(said.lines)) == (4, 1), said.err
    assert said.lines[0].startswith(f"output-in-use {out}: ")
    assert held in said.lines[0]
    assert everything(out) == before
    assert sorted(path.name for path in tmp_path.iterdir() if path.name != "in") == ["result"]


def test_a_check_does_not_replace_a_run(pair: Pair, tmp_path: Path) -> None:
    out = tmp_path / "result"
    assert call("run", *pair.arguments, "--out", out).code == 0
    before = everything(tmp_path)
    said = call("check", *pair.arguments, "--out", out)
    assert said.code == 4
    assert len(said.lines) == 1
    assert everything(tmp_path) == before


def test_files_a_person_put_beside_the_reports_are_not_lost(pair: Pair, tmp_path: Path) -> None:
    """A marked-up copy of a report in the folder of a run is somebody's work."""
    out = tmp_path / "result"
    assert call("run", *pair.arguments, "--out", out).code == 0
    (out / "exception_report 张老师已批注.xlsx").write_bytes(b"remarks")
    before = everything(tmp_path)
    said = call("run", *pair.arguments, "--out", out)
    assert said.code == 4
    assert len(said.lines) == 1
    assert everything(tmp_path) == before


def test_an_empty_folder_is_taken(pair: Pair, tmp_path: Path) -> None:
    (tmp_path / "result").mkdir()
    assert call("run", *pair.arguments, "--out", tmp_path / "result").code == 0


def test_folders_above_are_made(pair: Pair, tmp_path: Path) -> None:
    assert call("run", *pair.arguments, "--out", tmp_path / "a" / "b" / "result").code == 0
    assert (tmp_path / "a" / "b" / "result" / "run.json").is_file()


@pytest.mark.parametrize("command", ["run", "check"])
def test_a_folder_that_another_run_holds(pair: Pair, tmp_path: Path, command: str) -> None:
    out = tmp_path / "result"
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(out)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    try:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        said = call(command, *pair.arguments, "--out", out)
        assert (said.code, said.out) == (4, "")
        assert len(said.lines) == 1
        assert said.lines[0].startswith("output-locked")
        assert not out.exists()
        assert call("run", *pair.arguments, "--out", tmp_path / "other").code == 0
    finally:
        holder.communicate()
    assert call(command, *pair.arguments, "--out", out).code == 0


def test_a_killed_holder_holds_nothing(pair: Pair, tmp_path: Path) -> None:
    out = tmp_path / "result"
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(out)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert holder.stdout is not None
    assert holder.stdout.readline() == b"held\n"
    holder.kill()
    holder.communicate()
    assert call("run", *pair.arguments, "--out", out).code == 0
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in", "result"]


def test_the_lock_is_given_back_after_a_refusal(pair: Pair, tmp_path: Path) -> None:
    out = tmp_path / "result"
    assert (
        call("run", "--registrations", tmp_path / "none.csv", "--degrees", pair.degrees, "--out", out).code
        == 3
    )
    with publishing.locked(out):
        pass
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in"]


def test_run_json_is_written_last(pair: Pair, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = []
    replace = publishing._replace

    def look(fresh: Path, out: Path, aside: Path) -> None:
        seen.append(json.loads((fresh / "run.json").read_text("utf-8"))["outputs"])
        replace(fresh, out, aside)

    monkeypatch.setattr(publishing, "_replace", look)
    assert call("run", *pair.arguments, "--out", tmp_path / "result").code == 0
    assert set(seen[0]) == set(digests(tmp_path / "result"))
