"""`bench/dependencies.py audit`: a finding fails, and so does an audit that asked nobody."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
CLEAN: dict[str, Any] = {"name": "a", "version": "1", "vulns": []}
VULNERABLE = {"name": "b", "version": "2", "vulns": [{"id": "CVE-1"}]}
UNKNOWN = {"name": "c", "skip_reason": "not found"}


def audit(folder: Path, answer: str, *more: str) -> tuple[int, str]:
    """The command with a pip-audit that gives this answer."""
    told = folder / "pip-audit"
    told.write_text(f"#!{sys.executable}\nprint({answer!r})\n", "utf-8")
    told.chmod(0o700)
    script = "import sys, runpy; sys.executable = sys.argv.pop(1); sys.argv = sys.argv[1:]; "
    done = subprocess.run(
        [sys.executable, "-c", script + "runpy.run_path(sys.argv[0], run_name='__main__')", folder / "python",
         ROOT / "bench" / "dependencies.py", "audit", *more],
        capture_output=True, text=True, check=False, env={**os.environ, "PATH": str(folder)},
    )  # fmt: skip
    return done.returncode, done.stdout


@pytest.mark.parametrize(
    ("found", "code", "where_reachable"),
    [
        ([CLEAN], 0, 0),
        ([CLEAN, VULNERABLE], 1, 1),
        ([CLEAN, UNKNOWN], 3, 0),
        ([VULNERABLE, UNKNOWN], 1, 1),
        (None, 3, 0),
    ],
)
def test_how_it_ends(tmp_path: Path, found: list[Any] | None, code: int, where_reachable: int) -> None:
    answer = "no route to host" if found is None else json.dumps({"dependencies": found})
    ended, said = audit(tmp_path, answer)
    assert ended == code, said
    assert ("VULNERABLE b 2: CVE-1" in said) == (code == 1)
    assert ("NOT AUDITED" in said) == (found is None or UNKNOWN in found)
    assert audit(tmp_path, answer, "--if-reachable")[0] == where_reachable


def test_continuous_integration_asks() -> None:
    assert "bench/dependencies.py audit --if-reachable" in (ROOT / ".ci" / "run").read_text("utf-8")
