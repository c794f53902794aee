"""What can be changed in a file: operators, constants, branches, SQL inside texts, cells of rule tables.

A change replaces one stretch of the file's text. Changes that are no Python any more are not made.
"""

from __future__ import annotations

import ast
import csv
import io
import re
import tokenize
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from . import sql


@dataclass(frozen=True)
class Change:
    """One fault: in `file`, the text between `start` and `end` becomes `text`."""

    file: str
    start: int
    end: int
    text: str
    line: int
    kind: str
    was: str

    @property
    def key(self) -> str:
        """The same for the same change in the same file."""
        return f"{self.file}:{self.line}:{self.start}:{self.kind}:{self.text}"

    def told(self) -> str:
        """One line for people."""
        was, now = (" ".join(text.split())[:60] for text in (self.was, self.text))
        return f"{self.file}:{self.line}: {self.kind}: {was!r} -> {now!r}"


COMPARED: dict[type[ast.cmpop], tuple[str, str]] = {
    ast.Lt: ("<", "<="), ast.LtE: ("<=", "<"), ast.Gt: (">", ">="), ast.GtE: (">=", ">"),
    ast.Eq: ("==", "!="), ast.NotEq: ("!=", "=="), ast.Is: ("is", "is not"), ast.IsNot: ("is not", "is"),
    ast.In: ("in", "not in"), ast.NotIn: ("not in", "in"),
}  # fmt: skip
CALCULATED: dict[type[ast.operator], tuple[str, str]] = {
    ast.Add: ("+", "-"), ast.Sub: ("-", "+"), ast.Mult: ("*", "+"), ast.FloorDiv: ("//", "*"),
    ast.Mod: ("%", "+"), ast.BitOr: ("|", "&"), ast.BitAnd: ("&", "|"),
}  # fmt: skip


class _Source:
    """A file's text with the place of every node."""

    def __init__(self, file: str, text: str) -> None:
        self.file, self.text = file, text
        self._lines = [0]
        for line in text.splitlines(keepends=True):
            self._lines.append(self._lines[-1] + len(line))
        self._bytes = [line.encode() for line in text.splitlines(keepends=True)]

    def place(self, line: int, column: int) -> int:
        """Where a node's line and byte column are in the text."""
        return self._lines[line - 1] + len(self._bytes[line - 1][:column].decode())

    def at(self, line: int, column: int) -> int:
        """Where a token's line and character column are."""
        return self._lines[line - 1] + column

    def start(self, node: ast.expr | ast.stmt) -> int:
        return self.place(node.lineno, node.col_offset)

    def end(self, node: ast.expr | ast.stmt) -> int:
        return self.place(node.end_lineno or node.lineno, node.end_col_offset or 0)

    def change(self, kind: str, start: int, end: int, text: str) -> Change:
        line = self.text.count("\n", 0, start) + 1
        return Change(self.file, start, end, text, line, kind, self.text[start:end])

    def between(self, kind: str, left: ast.expr, right: ast.expr, words: tuple[str, str]) -> Iterator[Change]:
        """Change the operator that stands between two expressions."""
        first, last = self.end(left), self.start(right)
        found = re.search(re.escape(words[0]).replace(r"\ ", r"\s+"), self.text[first:last])
        if found:
            yield self.change(kind, first + found.start(), first + found.end(), words[1])


def _compare(source: _Source, node: ast.Compare) -> Iterator[Change]:
    for left, operator, right in zip(
        (node.left, *node.comparators), node.ops, node.comparators, strict=False
    ):
        yield from source.between("comparison", left, right, COMPARED[type(operator)])


def _both(source: _Source, node: ast.BoolOp) -> Iterator[Change]:
    words = ("and", "or") if isinstance(node.op, ast.And) else ("or", "and")
    for left, right in zip(node.values, node.values[1:], strict=False):
        yield from source.between("and/or", left, right, words)


def _calculated(source: _Source, node: ast.BinOp) -> Iterator[Change]:
    if words := CALCULATED.get(type(node.op)):
        yield from source.between("operator", node.left, node.right, words)


def _not(source: _Source, node: ast.UnaryOp) -> Iterator[Change]:
    if isinstance(node.op, ast.Not):
        yield source.change("not", source.start(node), source.start(node.operand), "")


def _constant(source: _Source, node: ast.Constant) -> Iterator[Change]:
    span = source.start(node), source.end(node)
    if isinstance(node.value, bool):
        yield source.change("constant", *span, str(not node.value))
    elif isinstance(node.value, int):
        yield source.change("constant", *span, str(node.value + 1))


def _test(source: _Source, node: ast.If | ast.IfExp | ast.While) -> Iterator[Change]:
    start, end = source.start(node.test), source.end(node.test)
    yield source.change("branch", start, end, f"not ({source.text[start:end]})")


def _filter(source: _Source, node: ast.comprehension) -> Iterator[Change]:
    for test in node.ifs:
        yield source.change("filter", source.start(test), source.end(test), "True")


def _return(source: _Source, node: ast.Return) -> Iterator[Change]:
    if node.value is not None and not (isinstance(node.value, ast.Constant) and node.value.value is None):
        yield source.change("return", source.start(node.value), source.end(node.value), "None")


def _call(source: _Source, node: ast.Expr) -> Iterator[Change]:
    if isinstance(node.value, ast.Call):
        yield source.change("call", source.start(node), source.end(node), "pass")


_CHANGES: dict[type[ast.AST], Callable[..., Iterator[Change]]] = {
    ast.Compare: _compare, ast.BoolOp: _both, ast.BinOp: _calculated, ast.UnaryOp: _not,
    ast.Constant: _constant, ast.If: _test, ast.IfExp: _test, ast.While: _test,
    ast.comprehension: _filter, ast.Return: _return, ast.Expr: _call,
}  # fmt: skip


_QUIET = ("annotation", "returns", "decorator_list")


def _for_types_only(tree: ast.AST) -> bool:
    return isinstance(tree, ast.If) and isinstance(tree.test, ast.Name) and tree.test.id == "TYPE_CHECKING"


def _nodes(tree: ast.AST) -> Iterator[ast.AST]:
    """Every node but annotations, decorators, and what is inside f-strings (places there are unreliable)."""
    for name, value in ast.iter_fields(tree):
        if name in _QUIET or isinstance(tree, ast.JoinedStr) or _for_types_only(tree):
            continue
        for child in value if isinstance(value, list) else (value,):
            if isinstance(child, ast.AST):
                yield child
                yield from _nodes(child)


def _texts(source: _Source) -> Iterator[Change]:
    """SQL inside texts, token by token."""
    for token in tokenize.generate_tokens(io.StringIO(source.text).readline):
        if token.type == tokenize.STRING and sql.is_sql(token.string):
            begin = source.at(*token.start)
            for kind, start, end, text in sql.changes(token.string):
                yield source.change(kind, begin + start, begin + end, text)


def of_python(file: str, text: str) -> list[Change]:
    """Every change of a module that is still Python."""
    source = _Source(file, text)
    found = [
        change
        for node in _nodes(ast.parse(text))
        if type(node) in _CHANGES
        for change in _CHANGES[type(node)](source, node)
    ]
    whole = dict.fromkeys(chain(found, _texts(source)))
    return sorted(
        (change for change in whole if _compiles(text, change)),
        key=lambda change: (change.start, change.kind, change.text),
    )


def _compiles(text: str, change: Change) -> bool:
    try:
        compile(applied(text, [change]), change.file, "exec", dont_inherit=True)
    except SyntaxError:
        return False
    return True


VERDICTS = ("bind", "review", "refuse", "weak", "none")
RULE_STATES = ("id_number", "name", "certificate_number", "graduation_year", "school", "birth_and_sex")


def _cells(column: str, cell: str) -> Iterator[str]:
    """What else could stand in a cell."""
    if column in RULE_STATES:
        if cell == "*":
            yield "agree" if column == "birth_and_sex" else "same"
        else:
            yield "*"
            if "/" in cell:
                yield cell.split("/")[0]
    elif column == "verdict":
        yield VERDICTS[(VERDICTS.index(cell) + 1) % len(VERDICTS)]
    elif column == "code" and cell:
        yield "contested"
    elif column == "scope":
        yield "leftover" if cell == "all" else "all"
    elif column == "keys" and "," in cell:
        yield cell.rpartition(",")[0]


def of_table(file: str, text: str) -> list[Change]:
    """Every row dropped, every row before its neighbour, every cell that decides changed."""
    lines = text.splitlines(keepends=True)
    header = next(csv.reader([lines[0].removeprefix("\ufeff")]))
    found = []
    begin = len(lines[0])
    for number, line in enumerate(lines[1:], start=2):
        spots = [("row dropped", "")]
        if number < len(lines) - 1:
            spots.append(("rows swapped", lines[number] + line))
        cells = next(csv.reader([line]))
        for place, (column, cell) in enumerate(zip(header, cells, strict=True)):
            for other in _cells(column, cell):
                spots.append((column, _written([*cells[:place], other, *cells[place + 1 :]])))
        for kind, new in spots:
            size = len(line) + (len(lines[number]) if kind == "rows swapped" else 0)
            was = text[begin : begin + size]
            found.append(Change(file, begin, begin + size, new, number, kind, was))
        begin += len(line)
    return found


def _written(cells: Sequence[str]) -> str:
    stream = io.StringIO()
    csv.writer(stream, lineterminator="\n").writerow(cells)
    return stream.getvalue()


def changes(root: Path, file: str) -> list[Change]:
    """Every change of a file below `root`."""
    text = (root / file).read_bytes().decode()
    return of_python(file, text) if file.endswith(".py") else of_table(file, text)


def applied(text: str, made: Sequence[Change]) -> str:
    """The file's text with these changes, which must not overlap."""
    for change in sorted(made, key=lambda change: -change.start):
        text = text[: change.start] + change.text + text[change.end :]
    return text
