"""Every Hypothesis property of the tests, as the table of `README.md`: run this file to write it anew."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

TESTS = Path(__file__).resolve().parent.parent
TABLE = Path(__file__).with_name("README.md")
HEAD = """# Properties

What holds for any input. One line per property under Hypothesis; `python tests/properties/listing.py` writes
this table. Besides: the stateful model of run, decide, undo, edit and run again
(`test_decisions_over_time.py`, `bench/decisions_over_time.py`), and the relations between whole runs
(`tests/metamorphic`, `bench/metamorphic.py`).

| file | property |
|---|---|
"""


def properties() -> Iterator[tuple[str, str]]:
    """File and name of every test under `@given`."""
    for path in sorted(TESTS.rglob("test_*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.FunctionDef) and any(_is_given(each) for each in node.decorator_list):
                yield path.relative_to(TESTS).as_posix(), node.name.removeprefix("test_").replace("_", " ")


def _is_given(decorator: ast.expr) -> bool:
    return isinstance(decorator, ast.Call) and getattr(decorator.func, "id", "") == "given"


def table() -> str:
    return HEAD + "".join(f"| `{file}` | {name} |\n" for file, name in sorted(properties()))


if __name__ == "__main__":
    TABLE.write_text(table(), "utf-8")
