"""The lock files (`python bench/dependencies.py lock`) hold what pyproject.toml asks for, with hashes."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path

import pytest
from packaging.markers import Marker
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).resolve().parent.parent.parent
LOCKS = ROOT / ".ci" / "locks"
MACHINES = [
    {
        "sys_platform": platform,
        "os_name": name,
        "python_version": python,
        "python_full_version": f"{python}.7",
        "implementation_name": "cpython",
        "platform_python_implementation": "CPython",
    }
    for platform, name in (("linux", "posix"), ("win32", "nt"))
    for python in ("3.11", "3.12", "3.13")
]
HOW = "lock again: python bench/dependencies.py lock, and lowest"


@dataclass(frozen=True)
class Locked:
    """One version of one package, and where it is meant for."""

    name: str
    version: Version
    marker: str
    hashes: tuple[str, ...]

    def meant_for(self, machine: dict[str, str]) -> bool:
        return not self.marker or Marker(self.marker).evaluate({**machine, "extra": ""})


def locked(name: str) -> list[Locked]:
    text = (LOCKS / name).read_text("utf-8").replace("\\\n", " ")
    found = []
    for line in text.splitlines():
        stated = re.fullmatch(r"(\S+)==(\S+)(?: ; (.*?))?((?:\s+--hash=sha256:[0-9a-f]{64})+)\s*", line)
        assert stated, f"{name}: not a version with hashes: {line[:100]}"
        hashes = re.findall(r"sha256:([0-9a-f]{64})", stated[4])
        found.append(
            Locked(canonicalize_name(stated[1]), Version(stated[2]), (stated[3] or "").strip(), tuple(hashes))
        )
    return found


def asked(*, extras: bool) -> list[Requirement]:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    project = settings["project"]
    named = [*settings["build-system"]["requires"], *project["dependencies"]]
    if extras:
        named += [each for extra in project["optional-dependencies"].values() for each in extra]
    return [Requirement(each) for each in named]


@pytest.mark.parametrize(("name", "extras"), [("run.txt", False), ("all.txt", True), ("lowest.txt", True)])
@pytest.mark.parametrize("machine", MACHINES, ids=lambda m: f"{m['sys_platform']} {m['python_version']}")
def test_every_machine_finds_what_is_asked(name: str, extras: bool, machine: dict[str, str]) -> None:
    versions: dict[str, list[Version]] = {}
    for each in locked(name):
        if each.meant_for(machine):
            versions.setdefault(each.name, []).append(each.version)
    doubled = {each: found for each, found in versions.items() if len(found) > 1}
    assert doubled == {}
    for requirement in asked(extras=extras):
        if requirement.marker and not requirement.marker.evaluate({**machine, "extra": ""}):
            continue
        (version,) = versions.get(canonicalize_name(requirement.name), [Version("0")])
        assert requirement.specifier.contains(version, prereleases=True), f"{requirement}, {version}: {HOW}"


def test_the_lowest_versions_are_the_bounds() -> None:
    """What the oldest versions are tested with is what pyproject.toml promises to work."""
    found = {each.name: each.version for each in locked("lowest.txt")}
    for requirement in asked(extras=True):
        bounds = [Version(each.version) for each in requirement.specifier if each.operator == ">="]
        assert bounds, f"{requirement} has no lower bound"
        lowest = found[canonicalize_name(requirement.name)]
        assert lowest.release[: len(bounds[0].release)] == bounds[0].release, (
            f"{requirement}, {lowest}: {HOW}"
        )


@pytest.mark.parametrize("name", ["run.txt", "all.txt", "lowest.txt"])
def test_no_lock_says_where_packages_come_from(name: str) -> None:
    text = (LOCKS / name).read_text("utf-8")
    assert "://" not in text
    assert "index" not in {word.lstrip("-") for word in text.split() if word.startswith("--i")}
    assert not re.search(r"^\s*-(?!-hash)", text, re.MULTILINE)
