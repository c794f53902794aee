"""Help, lists, samples, the school table, the demo, and what goes to which stream."""

from __future__ import annotations

import csv
import json
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from chsi_batch import cli
from chsi_batch.arguments import Words
from chsi_batch.commands import COMMANDS

from .calling import call, everything, process, table
from .conftest import Cohort, Pair

SCHOOLS = Path(__file__).parents[1] / "data" / "schools"
HEAVY = (
    "pandas",
    "pyarrow",
    "duckdb",
    "openpyxl",
    "matplotlib",
    "pandera",
    "xlsxwriter",
    "pypinyin",
    "lxml",
    "rich",
    "scipy",
    "numpy",
    "psutil",
    "rapidfuzz",
    "python_calamine",
    "jinja2",
    "pyspark",
    "anywidget",
    "IPython",
)
LISTING = """
import sys
from chsi_batch import cli
try:
    assert cli.main(sys.argv[1:]) == 0
except SystemExit as end:
    assert end.code == 0
print("loaded", *sorted(name for name in {module.split(".")[0] for module in sys.modules}))
"""


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("command", COMMANDS)
def test_help_shows_its_example(command: str, language: str) -> None:
    said = call(command, "--help", "--lang", language)
    assert (said.code, said.err) == (0, "")
    assert COMMANDS[command].EXAMPLE in said.out
    assert shlex.split(COMMANDS[command].EXAMPLE)[:2] == ["chsi-batch", command]


@pytest.mark.parametrize("command", COMMANDS)
def test_examples_are_understood(command: str) -> None:
    parser = cli.parser(Words("en"))
    asked = parser.parse_args(shlex.split(COMMANDS[command].EXAMPLE)[1:])
    assert asked.command == command


def test_help_names_every_command() -> None:
    for language in ("zh", "en"):
        said = call("--help", "--lang", language)
        assert said.code == 0
        assert all(command in said.out for command in COMMANDS)


@pytest.mark.parametrize("arguments", [["--help"], *([name, "--help"] for name in COMMANDS)])
def test_help_loads_nothing_heavy(arguments: list[str]) -> None:
    loaded = _loaded(arguments)
    assert "argparse" in loaded
    assert loaded & set(HEAVY) == set()


@pytest.mark.parametrize("command", ["rules", "codes"])
def test_the_policy_is_told_without_loading_what_applies_it(command: str) -> None:
    loaded = _loaded([command])
    assert loaded & set(HEAVY) == {"rich"}


def _loaded(arguments: list[str]) -> set[str]:
    """The top-level modules that a command has loaded when it ends."""
    done = subprocess.run(
        [sys.executable, "-c", LISTING, *arguments], capture_output=True, text=True, check=True
    )
    return set(done.stdout.splitlines()[-1].split())


def test_json_is_one_object(pair: Pair, tmp_path: Path) -> None:
    said = process("run", *pair.arguments, "--json", "--progress", "none", "--out", tmp_path / "result")
    assert said.code == 0
    assert json.loads(said.out) == json.loads((tmp_path / "result" / "run.json").read_text("utf-8"))
    assert call("run", *pair.arguments, "--out", tmp_path / "result").out == ""


def test_json_stands_even_when_fail_on_is_met(pair: Pair, tmp_path: Path) -> None:
    pair.degrees.unlink()
    from .drawn import degree, degrees

    degrees(pair.degrees, [degree(7)])
    said = call("run", *pair.arguments, "--json", "--fail-on", "no-account", "--out", tmp_path / "result")
    assert said.code == 1
    assert json.loads(said.out)["codes"]["no-account"] == 1


def test_sample_is_the_same_for_the_same_seed(tmp_path: Path) -> None:
    for name in ("one", "two"):
        said = call("sample", "--people", 60, "--seed", 5, "--out", tmp_path / name)
        assert (said.code, said.out) == (0, "")
    assert everything(tmp_path / "one") == everything(tmp_path / "two")
    with (tmp_path / "one" / "truth.csv").open(encoding="utf-8-sig", newline="") as stream:
        assert next(csv.reader(stream)) == ["side", "ref", "kind", "expect", "to", "codes", "top"]


def test_schools_are_rebuilt(tmp_path: Path) -> None:
    out = tmp_path / "schools.csv"
    said = call("schools", SCHOOLS / "moe_regular_hei_2025_raw.xls", "--out", out, "--lang", "en")
    assert (said.code, said.out) == (0, "")
    assert str(out) in said.err
    with out.open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert len({row["code"] for row in rows if row["kind"] == "current"}) == 2919
    assert ("10001", "北京大学") in {(row["code"], row["name"]) for row in rows}


@pytest.mark.parametrize("kind", ["missing", "another workbook"])
def test_what_is_no_school_list(cohort: Cohort, tmp_path: Path, kind: str) -> None:
    path = tmp_path / "none.xls" if kind == "missing" else cohort.folder / "degrees" / "graduates_list.xls"
    said = call("schools", path, "--out", tmp_path / "schools.csv")
    assert (said.code, said.out) == (3, "")
    assert len(said.lines) == 1
    assert not (tmp_path / "schools.csv").exists()


def test_the_demo_says_where_to_look(tmp_path: Path) -> None:
    said = call("demo", "--people", 40, "--out", tmp_path / "demo")
    assert (said.code, said.out) == (0, "")
    for name in ("exception_report.xlsx", "binding_report.xlsx", "summary.html"):
        assert name in said.err
        assert (tmp_path / "demo" / "result" / name).is_file()
    assert str(tmp_path / "demo" / "result") in said.err.replace("\n", "")
    assert table(tmp_path / "demo" / "result", "bindings")
    assert call("score", tmp_path / "demo" / "result", tmp_path / "demo" / "data" / "truth.csv").code == 0


def test_the_demo_runs_twice(tmp_path: Path) -> None:
    for _ in range(2):
        assert call("demo", "--people", 20, "--out", tmp_path / "demo").code == 0


def test_as_a_module_and_from_anywhere(pair: Pair, tmp_path: Path) -> None:
    folder = pair.registrations.parent
    said = process(
        "run",
        "--registrations",
        "accounts.csv",
        "--degrees",
        "degrees.xlsx",
        "--out",
        "../result",
        folder=folder,
    )
    assert (said.code, said.out) == (0, "")
    assert len(table(tmp_path / "result", "bindings")) == 3
