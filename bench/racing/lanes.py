"""Who runs: this package and its peers, each as a command, in an environment that has what it needs."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
import venv
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

PEERS = Path(__file__).parents[1] / "peers"
OURS = "chsi-batch"
AS_OF = "2026-06-01"


@dataclass(frozen=True)
class Lane:
    """One way to do a task. `gives` is what is held against the truth; `needs` are modules to import."""

    name: str
    task: str
    form: str
    script: str
    gives: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    requirements: str = ""


LANES = (
    Lane(OURS, "workbooks", "xlsx", "", ("bound", "near")),
    Lane(
        "analyst", "workbooks", "xlsx", "analyst.py", ("bound", "near"), ("pandas", "openpyxl", "rapidfuzz"),
    ),
    Lane(OURS, "tables", "parquet", "", ("bound", "near")),
    Lane("pandas merges", "tables", "parquet", "pandas_merges.py", ("bound",), ("pandas", "pyarrow")),
    Lane("polars", "tables", "parquet", "polars_joins.py", ("bound",), ("polars",), "polars"),
    Lane("floor: decode", "tables", "parquet", "floor_decode.py", (), ("pyarrow",)),
    Lane("floor: one join", "tables", "parquet", "floor_join.py", ("bound",), ("duckdb",)),
    Lane("splink", "leftovers", "parquet", "splink_leftovers.py", ("near",), ("splink",), "splink"),
    Lane(
        "recordlinkage", "leftovers", "parquet", "recordlinkage_leftovers.py", ("near",), ("recordlinkage",),
        "recordlinkage",
    ),
)  # fmt: skip


def ours(data: Path, form: str, out: Path) -> list[str]:
    """The command of this package: the whole job."""
    files = [f"--{side}={data / side}.{form}" for side in ("registrations", "degrees")]
    command = [sys.executable, "-m", "chsi_batch", "run", *files, "--as-of", AS_OF, "--progress", "none"]
    return [*command, "--out", str(out / "result"), *([] if form == "xlsx" else ["--no-workbooks"])]


def interpreter(lane: Lane, environments: Path, *, make: bool) -> tuple[str | None, str]:
    """The Python that can run a lane, or None and why there is none."""
    missing = [name for name in lane.needs if importlib.util.find_spec(name) is None]
    if not missing:
        return sys.executable, ""
    if not (lane.requirements and make):
        return None, f"not installed: {', '.join(missing)}"
    place = environments / lane.requirements
    python = place / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    if _runs(python, lane.needs):
        return str(python), ""
    try:
        venv.create(place, with_pip=True, clear=True)
    except (OSError, subprocess.CalledProcessError) as fault:
        return None, f"no environment can be made: {fault}"
    wanted = PEERS / f"requirements-{lane.requirements}.txt"
    done = subprocess.run(
        [python, "-m", "pip", "install", "--quiet", "-r", wanted], capture_output=True, text=True, check=False
    )
    if done.returncode or not _runs(python, lane.needs):
        return None, f"cannot be installed: {(done.stderr.strip().splitlines() or ['?'])[-1]}"
    return str(python), ""


def _runs(python: Path, needs: Sequence[str]) -> bool:
    if not python.exists():
        return False
    done = subprocess.run([python, "-c", f"import {', '.join(needs)}"], capture_output=True, check=False)
    return done.returncode == 0


def own_seconds(out: Path) -> dict[str, float]:
    """Seconds per stage of a run of this package."""
    found: dict[str, float] = json.loads((out / "result" / "run.json").read_text(encoding="utf-8"))["seconds"]
    return found
