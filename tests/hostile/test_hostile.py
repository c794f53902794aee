"""Hostile and damaged files: one line each, no traceback, no hang, no more memory than allowed."""

from __future__ import annotations

from pathlib import Path

import pytest
from foreign import hostile, mutations, parts
from foreign.reading import Outcome, outcome, outcomes

MUTATIONS, SEED = 300, 7
BOMB = 68 << 20
SLOW = (
    "a million styled empty rows",
    "csv of commas",
    "csv of line ends",
    "csv of quotes",
    "dbf of tiny records",
    "html of tables",
    "html with wide cells",
)
"""Take seconds: left to the command."""
HARMLESS = ("corner cell, empty", "corner cell, formula", "nested workbooks", "deep nesting")


def faults(found: list[Outcome]) -> list[Outcome]:
    """Those that raised, hung, brought the reader down or said more or less than one line."""
    return [
        entry
        for entry in found
        if entry.code in ("TRACEBACK", "reader-crashed") or entry.hung or entry.lines != bool(entry.code)
    ]


@pytest.mark.parametrize("name", sorted(set(hostile.CRAFTED) - set(SLOW)))
def test_crafted(name: str, tmp_path: Path) -> None:
    found = outcome(hostile.CRAFTED[name](tmp_path / "t.xlsx"))
    assert faults([found]) == []
    assert (found.code == "") == (name in HARMLESS)


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("entities in a sheet", "file-unsafe"),
        ("outer entity in relations", "file-unsafe"),
        ("corner cell", "sheet-too-large"),
        ("row beyond the grid", "beyond-grid"),
        ("column far beyond the grid", "beyond-grid"),
        ("size stated too small", "file-unsafe"),
        ("size stated too large", "file-unsafe"),
        ("overlapping parts", "file-unsafe"),
        ("a part twice", "file-unsafe"),
        ("a part renamed", "file-unsafe"),
        ("rows repeated", "rows-out-of-order"),
        ("cells of another row", "rows-out-of-order"),
        ("a worksheet called a chart", "file-damaged"),
        ("a worksheet called a dialog", "file-damaged"),
        ("two sheets of one name", "sheet-twice"),
        ("one sheet under two names", "file-damaged"),
        ("another book than the package names", "file-damaged"),
        ("html with people in cells of no row", "html-damaged"),
        ("html with people around a table", "html-damaged"),
        ("csv with one long line", "cell-too-long"),
        ("parquet of one value", "file-too-large"),
    ],
)
def test_the_fault_is_named(name: str, code: str, tmp_path: Path) -> None:
    assert outcome(hostile.CRAFTED[name](tmp_path / "t.xlsx")).code == code


def test_a_second_sheet_and_a_page_laid_out_by_tables_are_read(tmp_path: Path) -> None:
    """What is refused above is refused for its fault alone."""
    assert outcome(hostile.two_sheets(tmp_path / "t.xlsx")).sheets == (("S", 4), ("T", 4))
    cells = "".join(f"<td>{cell}</td>" for cell in parts.HEADER)
    person = "".join(f"<td>{cell}</td>" for cell in parts.PERSON)
    table = f"<table><tr>{cells}</tr><tr>{person}</tr></table>"
    page = f"<html><meta charset=utf-8><table><tr><td>菜单<td>{table}<td>2019</tr></table></html>"
    (tmp_path / "t.xls").write_text(page, encoding="utf-8")
    assert outcome(tmp_path / "t.xls").sheets == ((None, 2),)


@pytest.mark.parametrize("name", ["one_cell", "many_empty_rows"])
def test_a_small_bomb(name: str, tmp_path: Path) -> None:
    found = outcome(hostile.BOMBS[name](tmp_path / "t.xlsx", BOMB))
    assert faults([found]) == []
    assert found.code in ("file-too-large", "beyond-grid")


def test_random_mutations(tmp_path: Path) -> None:
    made = mutations.good(tmp_path / "good")
    paths = []
    for number, (name, content) in enumerate(mutations.mutated(made, MUTATIONS, SEED)):
        path = tmp_path / f"{number} {name}"
        path.write_bytes(content)
        paths.append(path)
    found = outcomes(paths)
    assert faults(found) == []
    assert 0.1 < sum(entry.code == "" for entry in found) / len(found) < 0.9


def test_the_good_files_are_good(tmp_path: Path) -> None:
    for name, content in mutations.good(tmp_path / "good").items():
        (tmp_path / name).write_bytes(content)
        found = outcome(tmp_path / name)
        assert (found.code, found.lines) == ("", 0), found.detail
        assert found.rows % (mutations.ROWS + 1) == 0 or name in ("dbf", "parquet", "parquet_plain")


def test_a_workbook_cut_anywhere(tmp_path: Path) -> None:
    whole = mutations.good(tmp_path / "good")["xlsx_xlsxwriter"]
    sheet = parts.parts()[parts.SHEET]
    paths = []
    for percent in range(0, 100, 4):
        paths += [tmp_path / f"cut {percent}", tmp_path / f"sheet {percent}"]
        paths[-2].write_bytes(whole[: len(whole) * percent // 100])
        parts.save(paths[-1], {**parts.parts(), parts.SHEET: sheet[: len(sheet) * percent // 100]})
    found = outcomes(paths)
    assert faults(found) == []
    assert all(entry.code for entry in found)
