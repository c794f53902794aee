"""Readers: what becomes of a file over which its reader dies, and of readers when their parent ends."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from odd_files import HEADER, LI, ZHANG, codes, column, examine, text

from chsi_batch import system
from chsi_batch.settings import Limits, Settings
from chsi_batch.sources import opening, readers

SOON = 10.0
"""Seconds within which a process must be gone."""
PLANT = """
import os, signal, sys, time
from chsi_batch.sources import parsing
plain = parsing._open
def _open(source, limits, words):
    if source.file.path.name.startswith("bad"):
        {body}
    plain(source, limits, words)
parsing._open = _open
"""


@pytest.fixture
def fresh(monkeypatch: pytest.MonkeyPatch) -> Iterator[opening._Pool]:
    """A pool of its own, empty before and after."""
    pool = opening._Pool()
    monkeypatch.setattr(opening, "_POOL", pool)
    yield pool
    pool.close()


def plant(folder: Path, monkeypatch: pytest.MonkeyPatch, body: str) -> None:
    """Readers run `body` when they open a file whose name begins with `bad`."""
    (folder / "planted.py").write_text(PLANT.format(body=body), encoding="utf-8")
    own = f"sys.path.append({str(folder)!r}); import planted; main()"
    monkeypatch.setattr(readers, "_START", readers._START.replace("main()", own))


def gone(process: int) -> bool:
    """Has the process ended (and been reaped, or is it only waiting to be)?"""
    for _ in range(int(SOON / 0.05)):
        if not psutil.pid_exists(process) or psutil.Process(process).status() == psutil.STATUS_ZOMBIE:
            return True
        time.sleep(0.05)
    return False


@pytest.mark.usefixtures("fresh")
@pytest.mark.parametrize(
    ("body", "told"),
    [
        ("os.kill(os.getpid(), signal.SIGSEGV)", "reader-crashed bad.csv: {}（SIGSEGV）"),
        ("os.abort()", "reader-crashed bad.csv: {}（SIGABRT）"),
        ("os.write(2, b'memory allocation of 9 bytes failed'); os.abort()", "reader-memory"),
        ("os.kill(os.getpid(), signal.SIGKILL)", "reader-memory"),
        ("os._exit(0)", "reader-crashed bad.csv: {}（exit 0）"),
        ("held = [bytearray(1 << 24) for _ in range(999)]", "reader-memory"),
        ("raise KeyError('11010519491231002X')", "reader-crashed bad.csv: {}（KeyError parsing.py:"),
    ],
)
def test_a_death_costs_one_file(
    body: str, told: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plant(tmp_path, monkeypatch, body)
    names = ("a.csv", "bad.csv", "c.csv")
    files = [text(tmp_path / name, [HEADER, ZHANG]) for name in names]
    found = examine(files, settings=Settings(limits=Limits(readers=1)))
    assert column(found, "ref") == ["a.csv#2", "c.csv#2"]
    line = found.refusals[0].line()
    assert line.startswith(told.format("读取程序在这个文件上出错"))
    assert len(found.refusals) == 1
    assert "1949" not in line


@pytest.mark.parametrize("body", ["while True: pass", "time.sleep(60)"])
def test_a_hang_costs_one_file(
    body: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fresh: opening._Pool
) -> None:
    """A busy reader is ended by its processor time, an idle one by the clock."""
    plant(tmp_path, monkeypatch, body)
    monkeypatch.setattr(readers, "_PATIENCE", 0.2)
    files = [text(tmp_path / name, [HEADER, ZHANG]) for name in ("a.csv", "bad.csv")]
    found = examine(files, settings=Settings(limits=Limits(seconds=1, readers=1)))
    assert set(codes(found)) == {"reader-time"}
    assert fresh.busy() == []


@pytest.mark.usefixtures("fresh")
def test_a_reader_that_works_is_not_ended_by_the_clock(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On a busy machine a second of processor time takes long: only a reader that sleeps is ended then."""
    plant(tmp_path, monkeypatch, "any(time.process_time() > 1.5 for _ in iter(int, 1))")
    monkeypatch.setattr(readers, "_PATIENCE", 0.05)
    found = examine(text(tmp_path / "bad.csv", [HEADER, ZHANG]))
    assert codes(found) == []


def test_where_the_system_sets_no_limit_the_parent_watches(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fresh: opening._Pool
) -> None:
    """As on Windows: `resource` cannot be imported."""
    plant(tmp_path, monkeypatch, "held = [bytes(1 << 20) * 2 for _ in range(400)]; time.sleep(60)")
    without = "sys.modules['resource'] = None; from chsi_batch.sources.reader"
    start = readers._START.replace("from chsi_batch.sources.reader", without, 1)
    monkeypatch.setattr(readers, "_START", start)
    monkeypatch.setattr(system, "ENFORCED", False)
    files = [text(tmp_path / name, [HEADER, ZHANG]) for name in ("a.csv", "bad.csv")]
    found = examine(files, settings=Settings(limits=Limits(memory_megabytes=300)))
    assert codes(found) == ["reader-memory"]
    assert column(found, "ref") == ["a.csv#2"]
    assert fresh.busy() == []


def test_a_reader_knows_nothing_of_this_process(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fresh: opening._Pool
) -> None:
    monkeypatch.setenv("SECRET_OF_THE_OFFICE", "x")
    told = tmp_path / "told"
    told.write_bytes(b"")
    kept = os.open(told, os.O_RDONLY)
    os.set_inheritable(kept, True)
    reader = fresh.take()
    fresh.give_back(reader, keep=True)
    process = psutil.Process(reader._process.pid)
    time.sleep(0.3)
    assert "SECRET_OF_THE_OFFICE" not in process.environ()
    assert set(process.environ()) <= {*readers._ENVIRONMENT, *readers._PASSED_ON, "LC_CTYPE"}
    assert str(told) not in [entry.path for entry in process.open_files()]
    os.close(kept)


@pytest.mark.usefixtures("fresh")
def test_a_reader_does_not_load_what_it_does_not_need(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What takes longest to load is not needed to read a file: the second one sees what the first loaded."""
    wanted = "'pandas', 'duckdb', 'pandera', 'openpyxl', 'matplotlib', 'lxml.etree', 'xlrd'"
    plant(tmp_path, monkeypatch, f"all(sys.modules.get(n) is None for n in ({wanted})) or os._exit(9)")
    files = [text(tmp_path / name, [HEADER, ZHANG]) for name in ("a.csv", "bad.csv")]
    found = examine(files, settings=Settings(limits=Limits(readers=1)))
    assert codes(found) == []
    assert column(found, "ref") == ["a.csv#2", "bad.csv#2"]


def test_readers_end_with_the_process_that_was_killed(tmp_path: Path) -> None:
    path = text(tmp_path / "bad.csv", [HEADER, ZHANG])
    (tmp_path / "parent.py").write_text(
        "import sys\n"
        f"sys.path[:0] = [{str(Path(__file__).parent)!r}, {str(Path(__file__).parents[2])!r}]\n"
        "from pathlib import Path\n"
        "import test_readers, pytest\n"
        "patch = pytest.MonkeyPatch()\n"
        f"test_readers.plant(Path({str(tmp_path)!r}), patch, 'time.sleep(600)')\n"
        f"test_readers.examine(Path({str(path)!r}))\n",
        encoding="utf-8",
    )
    for sign in (signal.SIGKILL, signal.SIGINT):
        parent = subprocess.Popen(
            [sys.executable, str(tmp_path / "parent.py")],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        children: list[psutil.Process] = []
        for _ in range(400):
            children = psutil.Process(parent.pid).children()
            if children:
                break
            time.sleep(0.05)
        assert children
        time.sleep(0.5)
        parent.send_signal(sign)
        assert parent.wait(SOON) != 0
        assert all(gone(child.pid) for child in children)


def test_a_file_that_changes_while_it_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fresh: opening._Pool
) -> None:
    """The second state differs from the first, as when another program writes the file."""
    body = "states = iter([(1, 1, 'a'), (1, 2, 'a')]); parsing._state = lambda path: next(states)"
    plant(tmp_path, monkeypatch, body)
    found = examine(text(tmp_path / "bad.csv", [HEADER, ZHANG]))
    assert codes(found) == ["file-changed"]
    assert fresh.busy() == []


def test_what_a_reader_sends_makes_nothing_but_data(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fresh: opening._Pool
) -> None:
    body = "from chsi_batch.sources import wire; wire.pickle.dumps = lambda *a, **k: b'cos\\nabort\\n(tR.'"
    plant(tmp_path, monkeypatch, body)
    found = examine(text(tmp_path / "bad.csv", [HEADER, ZHANG]))
    assert codes(found) == ["reader-crashed"]
    assert fresh.busy() == []


def test_results_stand_in_the_order_of_the_files(tmp_path: Path) -> None:
    small = [text(tmp_path / f"{number}.csv", [HEADER, ZHANG]) for number in range(9)]
    large = text(tmp_path / "5.csv", [HEADER, *[LI] * 3000])
    found = examine([*small, large], settings=Settings(limits=Limits(readers=3)))
    assert found.inputs["file"].to_pylist() == [f"{number}.csv" for number in range(9)]
