"""What the README promises is checked: its commands work, its tables are fresh, nothing is left out of it."""

from __future__ import annotations

import csv
import dataclasses
import json
import re
import shlex
import subprocess
import tomllib
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from docs import generate

from chsi_batch import __version__, cli, settings
from chsi_batch.commands import run
from chsi_batch.errors import Problem

ROOT = generate.ROOT
README = (ROOT / "README.md").read_text(encoding="utf-8")
LARGEST_PICTURE = 300_000
ID_NUMBER = "110101198101011010"
"""A valid number that belongs to nobody: the first person of the drawn cases."""


def block(mark: str) -> str:
    """The one code block between `<!-- MARK -->` and `<!-- end -->`."""
    found = re.findall(rf"<!-- {mark} -->\n```sh\n(.*?)```\n<!-- end -->", README, re.DOTALL)
    assert len(found) == 1
    return str(found[0])


def section(title: str) -> str:
    """The text from one heading to the next of the same depth."""
    return README.split(f"\n{title}\n", 1)[1].split(f"\n{title.split()[0]} ", 1)[0]


def listed(name: str, column: str) -> list[str]:
    """A column of one of the tables, read without the program."""
    path = ROOT / "chsi_batch" / "tables" / f"{name}.csv"
    with path.open(encoding="utf-8-sig", newline="") as file:
        return [row[column] for row in csv.DictReader(file)]


def test_the_tables_are_fresh() -> None:
    """If this fails: `python tests/docs/generate.py`."""
    assert sorted(set(re.findall("<!-- table ([a-z]+) -->", README))) == sorted(generate.TABLES)
    assert generate.filled(README) == README


def test_a_changed_table_shows() -> None:
    assert generate.filled(README.replace("| `contested` |", "| `contest` |")) == README
    assert generate.filled(README.replace("| X2 |", "| X3 |")) == README


def test_every_command_stands_there() -> None:
    commands = section("### 命令")
    for name, parser in generate.subcommands().items():
        line = next(line for line in commands.splitlines() if line.startswith(f"| `{name}` |"))
        for action in parser._actions:
            assert set(action.option_strings) & {"-h", "--lang"} or any(
                f"`{word}`" in line for word in (*action.option_strings, action.metavar)
            ), (name, action.dest)


def test_every_rule_code_and_route_stands_there() -> None:
    for title, lines in (
        ("## 匹配规则", [f"| {rule} |" for rule in listed("match_rules", "rule")]),
        ("## 异常代码", [f"| `{code}`" for code in listed("exceptions", "code")]),
        ("### 查找候选的途径", [f"| `{route}` |" for route in listed("pair_routes", "route")]),
    ):
        shown = section(title)
        assert [line for line in lines if line not in shown] == []


def test_every_exit_code_stands_there() -> None:
    kinds = [Problem, *Problem.__subclasses__()]
    codes = {0, run.FAILED_ON, cli.DEFECT} | {kind.exit_code for kind in kinds}
    shown = section("### 命令")
    assert {int(code) for code in re.findall(r"^\| (\d+) \|", shown, re.MULTILINE)} == codes


def test_every_limit_stands_there_with_its_default() -> None:
    stated = dict(re.findall(r"^\| `([a-z_]+)` \| ([0-9]+) \|", section("### 自定义表头"), re.MULTILINE))
    assert {name: int(value) for name, value in stated.items()} == dataclasses.asdict(settings.Limits())


def test_links_lead_somewhere() -> None:
    targets = [target for target in re.findall(r"\]\(([^)#]+)\)", README) if "://" not in target]
    assert targets
    assert [target for target in targets if not (ROOT / target).exists()] == []
    named = re.findall(r"`((?:chsi_batch|tests|notebooks|data)/[\w./-]+)`", README)
    assert named
    assert [path for path in named if not (ROOT / path).exists()] == []
    pictures = [ROOT / target for target in targets if target.endswith(".png")]
    assert pictures
    assert [picture.name for picture in pictures if picture.stat().st_size > LARGEST_PICTURE] == []


def test_the_first_command_runs_the_main_job(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Everything after the installation, word for word but for the output folder."""
    create, install, run = block("run command").replace("\\\n", "").split("&&")
    assert shlex.split(create) == ["python3", "-m", "venv", ".venv"]
    assert shlex.split(install) == [".venv/bin/pip", "install", ".[notebook]"]
    program, *arguments = shlex.split(run)
    assert Path(program).name == "chsi-batch"
    assert arguments[-2:] == ["--out", "result"]
    monkeypatch.chdir(ROOT)
    out = tmp_path / "result"
    assert cli.main([*arguments[:-1], str(out), "--progress", "none"]) == 0
    promised = re.findall(r"^\| `([^`]+)` \|", section("## 输出"), re.MULTILINE)
    assert len(promised) == len({path.name for path in out.iterdir()})
    assert [pattern for pattern in promised if not list(out.glob(pattern))] == []
    facts = json.loads((out / "run.json").read_text(encoding="utf-8"))
    assert facts["version"] == __version__


def test_windows_gets_the_same_command() -> None:
    posix = block("run command").replace("\\\n", "").replace(".venv/bin/", "").split("&&")
    windows = re.search(r"```powershell\n(.*?)\n```", README)
    assert windows
    steps = [step.replace(".venv\\Scripts\\", "") for step in windows[1].split(";")]
    assert [shlex.split(step) for step in steps[1:]] == [shlex.split(step) for step in posix[1:]]


def test_the_second_command_is_the_one_of_the_checks() -> None:
    """`.ci/run` takes it from here, and it leaves no check out."""
    command = block("test command")
    for part in ("ruff check .", "mypy", "lint-imports", "-m pytest"):
        assert part in command
    assert command.rstrip().splitlines()[-1].endswith("-m pytest -n 2 --dist loadgroup")
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    taking = next(line for line in script.splitlines() if line.startswith("command="))
    taken = subprocess.run(
        ["bash", "-c", taking + '\nprintf "%s\\n" "$command"'], cwd=ROOT, capture_output=True, check=True
    )
    assert taken.stdout.decode() == command


def test_own_headers_are_mapped_as_shown(tmp_path: Path) -> None:
    """The TOML of the README, on files that cannot be read without it."""
    example = re.search(r"```toml\n(.*?)```", README, re.DOTALL)
    assert example
    config = tmp_path / "own.toml"
    config.write_text(example[1], encoding="utf-8")
    assert settings.load(config) != settings.Settings()
    accounts, degrees = tmp_path / "accounts.csv", tmp_path / "degrees.csv"
    accounts.write_text(f"学员,识别号,文凭号\n张三丰,{ID_NUMBER},\n", encoding="utf-8")
    degrees.write_text(
        f"毕业者,身份识别号,文凭号,母校\n张三丰,{ID_NUMBER},100011201005000001,北京大学\n", encoding="utf-8"
    )
    out = tmp_path / "out"
    job = ["run", "--registrations", str(accounts), "--degrees", str(degrees), "--no-workbooks"]
    job += ["--progress", "none", "--out", str(out)]
    assert cli.main(job) == 3
    assert not out.exists()
    assert cli.main([*job, "--config", str(config)]) == 0
    assert pq.read_table(out / "tables" / "ledger.parquet")["outcome"].to_pylist() == ["bound", "bound"]
    assert pq.read_table(out / "tables" / "degrees.parquet")["school"].to_pylist() == ["北京大学"]


def test_the_changelog_knows_this_version() -> None:
    assert f"\n## {__version__}\n" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


def test_everything_beside_the_code_is_packaged() -> None:
    """A table, template or font that no pattern names would be missing where the tool is installed."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    patterns = project["tool"]["setuptools"]["package-data"]
    packaged = {
        path
        for package, globs in patterns.items()
        for pattern in globs
        for path in (ROOT / package.replace(".", "/")).glob(pattern)
    }
    beside = {
        path
        for path in (ROOT / "chsi_batch").rglob("*")
        if path.is_file() and path.suffix not in (".py", ".pyc", ".md")
    }
    assert beside - packaged == set()
    licences = project["project"]["license-files"]
    assert [name for name in licences if not (ROOT / name).is_file()] == []
    assert {path.name for path in beside if path.suffix == ".txt"} <= {Path(name).name for name in licences}
