"""Whatever leaves the program goes through `plain`: the source is searched for ways round it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[2] / "chsi_batch"

WAYS: dict[str, tuple[set[str], set[str]]] = {
    # what is called or imported: where it may be
    "terminal": (
        {"print", "sys.stdout.write", "sys.stderr.write", "rich.console.Console", "traceback.print_exc"},
        {"console.py"},
    ),
    "workbooks": ({"xlsxwriter", "openpyxl.Workbook", "to_excel", "xlwt"}, {"report/books.py"}),
    "CSV": ({"csv.writer", "csv.DictWriter", "to_csv"}, {"plain.py"}),
    "markup": (
        {"html.escape", "markupsafe.Markup", "innerHTML", "IPython.display.HTML"},
        {"plain.py", "report/html.py"},
    ),
    "zip parts": ({"zipfile.ZipFile"}, {"report/pouring.py", "sources/sniffing.py", "sources/unpacking.py"}),
}
OWN_TEXTS = {
    "labelled/writers/xlsx.py", "labelled/writers/xls.py", "labelled/writers/delimited.py",
    "labelled/writers/page.py", "labelled/truth.py",
    "school_list.py",
}  # fmt: skip
"""Write made-up people, or a list whose every name was examined first."""


def names(path: Path) -> Iterator[str]:
    """Every dotted name that is used, imports spelt out."""
    known: dict[str, str] = {}
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            for alias in node.names:
                known[alias.asname or alias.name] = alias.name
                yield alias.name
        elif isinstance(node, ast.ImportFrom):
            for alias in node.names:
                known[alias.asname or alias.name] = f"{node.module}.{alias.name}"
                yield f"{node.module}.{alias.name}"
        elif isinstance(node, ast.Call):
            called = ast.unparse(node.func)
            first, _, rest = called.partition(".")
            yield f"{known[first]}.{rest}" if first in known and rest else known.get(first, called)


@pytest.mark.parametrize("medium", WAYS)
def test_only_one_place_writes(medium: str) -> None:
    ways, places = WAYS[medium]
    found = {
        (path.relative_to(PACKAGE).as_posix(), name)
        for path in PACKAGE.rglob("*.py")
        for name in names(path)
        if name in ways or name.split(".")[-1] in ways or any(name.startswith(f"{way}.") for way in ways)
    }
    assert {place for place, _ in found} - OWN_TEXTS == places


def test_texts_are_set_as_texts_in_the_browser() -> None:
    for path in (PACKAGE / "review" / "static").glob("*.js"):
        source = path.read_text("utf-8")
        for way in (
            "innerHTML",
            "outerHTML",
            "insertAdjacentHTML",
            "document.write",
            "eval(",
            "new Function",
            "srcdoc",
        ):
            assert way not in source


def test_templates_switch_escaping_off_for_our_own_texts_only() -> None:
    for path in (PACKAGE / "report" / "templates").iterdir():
        for part in path.read_text("utf-8").split("|safe")[:-1]:
            assert part.rstrip().endswith(("fonts", "'", '"')), part[-40:]
