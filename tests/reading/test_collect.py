"""Which files are read, in what order, and how they are called."""

from __future__ import annotations

from pathlib import Path

import pytest

from chsi_batch.stages import read
from chsi_batch.terms import Side


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    for name in (
        "2019/a.csv",
        "2020/a.csv",
        "2020/x/a.csv",
        "2020/b.XLSX",
        "2020/~$b.xlsx",
        "2020/.c.csv",
        "2020/d.md",
    ):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("x", encoding="utf-8")
    return tmp_path


def labels(patterns: list[str]) -> list[str]:
    return [file.label for file in read.collect({Side.DEGREE: patterns})[Side.DEGREE]]


def test_a_folder_gives_every_data_file_below_it(tree: Path) -> None:
    assert labels([str(tree)]) == ["2019/a.csv", "2020/a.csv", "b.XLSX", "x/a.csv"]


def test_patterns_and_repeated_arguments(tree: Path) -> None:
    assert labels([f"{tree}/2020/*", f"{tree}/2020/a.csv", str(tree / "2020")]) == [
        "2020/a.csv",
        "b.XLSX",
        "d.md",
        "x/a.csv",
    ]
    assert labels([f"{tree}/**/a.csv"]) == ["2019/a.csv", "2020/a.csv", "x/a.csv"]


def test_the_order_of_arguments_does_not_matter(tree: Path) -> None:
    patterns = [f"{tree}/2020/b.XLSX", f"{tree}/2019/a.csv", f"{tree}/2020/a.csv"]
    assert labels(patterns) == labels(list(reversed(patterns))) == ["2019/a.csv", "2020/a.csv", "b.XLSX"]


def test_names_are_told_apart_across_the_sides(tree: Path) -> None:
    found = read.collect({Side.REGISTRATION: [f"{tree}/2019/a.csv"], Side.DEGREE: [f"{tree}/2020/a.csv"]})
    assert [found[side][0].label for side in found] == ["2019/a.csv", "2020/a.csv"]


@pytest.mark.parametrize(
    ("pattern", "code"),
    [("nowhere.csv", "file-missing"), ("*.nothing", "pattern-empty"), ("empty", "folder-empty")],
)
def test_what_is_not_there(tree: Path, pattern: str, code: str) -> None:
    (tree / "empty").mkdir()
    found = read.collect({Side.DEGREE: [str(tree / pattern)]})[Side.DEGREE]
    assert [file.refusal.code for file in found if file.refusal] == [code]
