"""Whatever leaves the program goes through `plain`: the source is searched for ways round it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[2] / "chsi_batch"

WAYS: dict[str, tuple[set[str], set[str]]] = {
    # what is called or imported: where it may be
    "terminal": (
        {
            *("print", "sys.stdout.write", "sys.stderr.write", "rich.console.Console", "traceback.print_exc"),
            *("logging.getLogger", "warnings.warn", "sys.stdout.writelines", "sys.stderr.writelines"),
        },
        {"console.py"},
    ),
    "workbooks": ({"xlsxwriter", "openpyxl.Workbook", "to_excel", "xlwt"}, {"report/books.py"}),
    "CSV": ({"csv.writer", "csv.DictWriter", "to_csv"}, {"plain.py"}),
    "markup": (
        {"html.escape", "markupsafe.Markup", "innerHTML", "IPython.display.HTML"},
        {"plain.py", "report/html.py"},
    ),
    "templates": ({"jinja2.Environment", "jinja2.Template", "string.Template"}, {"report/html.py"}),
    "notebooks": (
        {"IPython.display", "_repr_html_", "ipywidgets", "anywidget", "pandas.io.formats.style"},
        {"notebook/opening.py", "notebook/beside.py", "notebook/case.py", "progress.py", "review/widget.py"},
    ),
    "zip parts": ({"zipfile.ZipFile"}, {"report/pouring.py", "sources/sniffing.py", "sources/unpacking.py"}),
}
FILES = {
    "decisions/log.py": "lines of JSON, and the key",
    "engines/parts.py": "Parquet, whose texts are data",
    "pieces.py": "Parquet, whose texts are data",
    "comparing/diff.py": "Parquet, whose texts are data",
    "notebook/again.py": "Arrow, to the process that asked",
    "notebook/lab.py": "our own notebooks",
    "report/charts/dressing.py": "pictures",
    "report/html.py": "pages",
    "report/pouring.py": "workbooks",
    "returned/exporting.py": "lists of decisions",
    "sealing.py": "run.json",
    "publishing.py": "locks; moves what others wrote",
    "writing.py": "copies of files that stand in a result already",
    "spread.py": "the package itself, for other machines",
    "sources/reader.py": "nothing: it opens the null device",
}
"""Modules that write files, and what; every kind of file has its search in `proving.alive.SEARCHES`."""
WRITERS = frozenset(
    {
        *(
            "write_text",
            "write_bytes",
            "write_table",
            "ParquetWriter",
            "savefig",
            "copyfile",
            "copy2",
            "copytree",
        ),
        *(
            "dump",
            "to_parquet",
            "to_json",
            "to_pickle",
            "to_feather",
            "mkstemp",
            "NamedTemporaryFile",
            "symlink_to",
        ),
        *("sys.stdout.buffer.write", "os.write"),
    }
)
OWN_TEXTS = {
    "labelled/writers/xlsx.py", "labelled/writers/xls.py", "labelled/writers/delimited.py",
    "labelled/writers/page.py", "labelled/writers/dbf.py", "labelled/writers/parquet.py", "labelled/truth.py",
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


def writes(path: Path) -> Iterator[str]:
    """Every call that writes a file, or opens one to be written."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if not isinstance(node, ast.Call):
            continue
        called, given = ast.unparse(node.func), [*node.args, *(word.value for word in node.keywords)]
        modes = {arg.value for arg in given if isinstance(arg, ast.Constant) and isinstance(arg.value, str)}
        name = called.split(".")[-1]
        if (
            called in WRITERS
            or name in WRITERS
            or (name == "open" and any(re.fullmatch("[rwaxbt+]*[wax+][rwaxbt+]*", mode) for mode in modes))
            or (called == "os.open" and "O_RDONLY" not in ast.unparse(node))
        ):
            yield called


def test_whoever_writes_a_file_is_known() -> None:
    """A new writer fails here: its texts must go through `plain`, and what it writes must be searched."""
    found = {path.relative_to(PACKAGE).as_posix() for path in PACKAGE.rglob("*.py") if any(writes(path))}
    assert found - OWN_TEXTS == set(FILES)


@pytest.mark.parametrize(
    "line",
    [
        "open(path, 'w')", "path.open(mode='a', encoding='utf-8')", "path.write_text(text)",
        "os.open(p, os.O_RDWR)", "table.to_parquet(path)", "json.dump(found, stream)", "io.open(p, 'r+b')",
    ],
)  # fmt: skip
def test_a_new_writer_is_seen(line: str, tmp_path: Path) -> None:
    (tmp_path / "new.py").write_text(line, "utf-8")
    assert len(list(writes(tmp_path / "new.py"))) == 1
    (tmp_path / "old.py").write_text("open(p); path.open('rb'); os.open(p, os.O_RDONLY)", "utf-8")
    assert list(writes(tmp_path / "old.py")) == []


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
