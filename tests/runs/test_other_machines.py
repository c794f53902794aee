"""The same run on a machine like Windows in China, from folders that people really have."""

from __future__ import annotations

import ast
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import chsi_batch

from .calling import Said, call, digests
from .conftest import Cohort, Finished, Pair
from .drawn import degree, degrees

PACKAGE = Path(chsi_batch.__file__).parent
SYSTEM = "system.py"
MODULES = frozenset({"fcntl", "grp", "msvcrt", "posix", "pty", "pwd", "resource", "termios", "tty", "winreg"})
NAMES = frozenset({
    *("alarm", "chown", "fchmod", "fdatasync", "flock", "fork", "getpriority", "getuid", "geteuid", "kill"),
    *("killpg", "lockf", "mkfifo", "nice", "pread", "pwrite", "register_at_fork", "setsid"),
    *("setitimer", "statvfs", "sysconf", "uname", "O_BINARY", "O_CLOEXEC", "O_DIRECTORY", "O_NOFOLLOW"),
    *("SIGALRM", "SIGCHLD", "SIGHUP", "SIGKILL", "SIGXCPU"),
})  # fmt: skip
"""What only some systems have, in `os` and `signal`."""
LARGE = 20_000
"""Rows whose reading takes longer than a watcher looks away."""
LITTLE, PLENTY = 30, 800
"""Megabytes a reader may hold: less than it needs to begin with, and as usual."""
WINDOWS = """
import multiprocessing, sys
sys.modules.update(resource=None, fcntl=None)
multiprocessing.set_start_method("spawn")
from chsi_batch import system
from chsi_batch.sources import readers
readers._START = "import sys; sys.modules.update(resource=None, fcntl=None); " + readers._START
assert not system.ENFORCED
"""
MAIN = "from chsi_batch.__main__ import main; main()"
WINDOWS += MAIN


def uses(path: Path) -> set[str]:
    """What a module imports, or names of `os` and `signal`, that only some systems have."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {name.name.split(".")[0] for name in node.names} & MODULES
        elif isinstance(node, ast.ImportFrom):
            found |= {(node.module or "").split(".")[0]} & MODULES
            if node.module in ("os", "signal"):
                found |= {name.name for name in node.names} & NAMES
        elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            found |= {node.attr} & NAMES if node.value.id in ("os", "signal") else set()
    return found


def test_one_module_knows_how_systems_differ() -> None:
    found = {path.relative_to(PACKAGE).as_posix(): uses(path) for path in PACKAGE.rglob("*.py")}
    assert {name for name, used in found.items() if used} == {SYSTEM}
    assert {"fcntl", "resource", "msvcrt"} <= found[SYSTEM]


def windows(*arguments: object) -> Said:
    """`chsi-batch ARGUMENTS` without `resource` and `fcntl`, processes started afresh, a console in GBK."""
    done = subprocess.run(
        [sys.executable, "-c", WINDOWS, *map(str, arguments)],
        capture_output=True,
        env={**os.environ, "PYTHONIOENCODING": "gbk", "PYTHONUTF8": "0"},
        check=False,
    )
    return Said(done.returncode, done.stdout.decode("gbk"), done.stderr.decode("gbk"))


def moved(cohort: Cohort, folder: Path) -> list[object]:
    """The arguments of the cohort after a move to this folder, its files not to be written."""
    shutil.copytree(cohort.folder, folder)
    for path in folder.rglob("*"):
        if path.is_file():
            path.chmod(0o400)
    given = [str(part).replace(str(cohort.folder), str(folder)) for part in cohort.arguments]
    assert given != cohort.arguments
    return list(given)


def test_the_whole_job(cohort: Cohort, finished: Finished, tmp_path: Path) -> None:
    """Blanks and rare characters in the paths, files that may only be read; the same bytes come out."""
    out = tmp_path / "核对 结果 𠮷 (1)"
    said = windows("run", *moved(cohort, tmp_path / "各 系统 𠮷" / "导出 ①"), "--out", out, "--json")
    assert (said.code, "Traceback" in said.err) == (0, False), said.err
    assert json.loads(said.out)
    assert digests(out) == digests(finished.folder)


def test_a_file_that_takes_too_much_is_stopped_by_the_watcher(tmp_path: Path) -> None:
    """Nothing but the parent holds a reader to its limits here."""
    large = degrees(tmp_path / "degrees.csv", [degree(place % 8) for place in range(LARGE)])
    config = tmp_path / "settings.toml"
    for limit, code in ((LITTLE, 3), (PLENTY, 0)):
        config.write_text(f"[limits]\nmemory_megabytes = {limit}\n", "utf-8")
        said = windows("check", "--degrees", large, "--config", config, "--out", tmp_path / str(limit))
        assert said.code == code, said.err
        assert said.lines[-1].startswith("reader-memory degrees.csv: ") == (code == 3)


def test_a_second_run_on_the_same_folder_stops(pair: Pair, tmp_path: Path) -> None:
    """Where there is no `flock`, another lock holds."""
    from chsi_batch import publishing

    out = tmp_path / "result"
    holder = subprocess.Popen(
        [sys.executable, "-c", WINDOWS.replace(MAIN, HOLD), out],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    )  # fmt: skip
    assert holder.stdout is not None
    assert holder.stdout.readline().strip() == b"held"
    said = windows("run", *pair.arguments, "--out", out)
    assert (said.code, said.lines[-1].startswith("output-locked")) == (4, True)
    holder.communicate(b"\n")
    with publishing.locked(out):
        pass
    assert windows("run", *pair.arguments, "--out", out).code == 0


HOLD = """
from pathlib import Path
from chsi_batch import publishing
with publishing.locked(Path(sys.argv[1])):
    print("held", flush=True)
    input()
"""


@pytest.mark.parametrize("depth", [4, 18])
def test_a_very_long_path(pair: Pair, tmp_path: Path, depth: int) -> None:
    deep = tmp_path.joinpath(*["很长的文件夹名称" * 7] * depth)
    deep.mkdir(parents=True)
    files = [shutil.copy(path, deep) for path in (pair.registrations, pair.degrees)]
    out = deep / "结果"
    said = call("run", "--registrations", files[0], "--degrees", files[1], "--out", out)
    assert (said.code, (out / "run.json").exists()) == (0, True), said.err


def test_a_path_that_no_system_takes(pair: Pair, tmp_path: Path) -> None:
    said = call("run", *pair.arguments, "--out", tmp_path / ("长" * 90))
    assert (said.code, len(said.lines)) == (4, 1), said.err
    said = call("check", "--degrees", tmp_path / ("长" * 200), "--out", tmp_path / "checked")
    assert (said.code, len(said.lines)) == (3, 1), said.err
