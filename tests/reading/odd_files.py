"""Odd files, made on the spot, and the shortest way from a file to what was read from it."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import openpyxl

from chsi_batch.settings import Settings
from chsi_batch.sources.conformed import Conformed
from chsi_batch.stages import conform, read
from chsi_batch.terms import Side

HEADER = ["姓名", "身份证号", "院校名称", "毕业年份", "证书编号"]
ZHANG = ["张三", "11010519491231002X", "北京大学", "2019", "100011201905000001"]
LI = ["李四", "11010519900307451X", "清华大学", "2020", "100031202005000002"]
WANG = ["王芳", "440304199512120028", "中山大学", "2018", "105581201805000003"]


def workbook(path: Path, sheets: dict[str, Sequence[Sequence[Any]]], **merged: Sequence[str]) -> Path:
    """An xlsx with these sheets; `merged` names ranges per sheet."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
        for area in merged.get(name, ()):
            sheet.merge_cells(area)
    book.save(path)
    return path


def text(path: Path, rows: Sequence[Sequence[str]], encoding: str = "utf-8", delimiter: str = ",") -> Path:
    """Delimited text without any quoting."""
    path.write_bytes("".join(delimiter.join(row) + "\r\n" for row in rows).encode(encoding))
    return path


def dbf(
    path: Path,
    fields: Sequence[tuple[str, str, int]],
    records: Sequence[Sequence[bytes]],
    deleted: Sequence[int] = (),
) -> Path:
    """A dBase III table with language byte 0; cells are given as bytes and cut at the field's width."""
    length = 1 + sum(width for _, _, width in fields)
    head = struct.pack("<BBBBIHH20x", 3, 99, 1, 1, len(records), 32 + 32 * len(fields) + 1, length)
    for name, kind, width in fields:
        head += struct.pack("<11sc4xBB14x", name.encode("gb18030"), kind.encode(), width, 0)
    body = b""
    for index, record in enumerate(records):
        body += b"*" if index in deleted else b" "
        for (_, kind, width), cell in zip(fields, record, strict=True):
            cut = cell[:width]
            body += cut.rjust(width) if kind == "N" else cut.ljust(width)
    path.write_bytes(head + b"\r" + body + b"\x1a")
    return path


def examine(
    path: Path | Sequence[Path], side: Side = Side.DEGREE, settings: Settings | None = None
) -> Conformed:
    """Read and conform; refusals come back as data."""
    settings = settings or Settings()
    patterns = [str(path)] if isinstance(path, Path) else [str(entry) for entry in path]
    files = read.collect({side: patterns})
    return conform.examine(side, read.read(files[side], settings), settings)


def column(found: Conformed, name: str) -> list[Any]:
    """One column of the records."""
    return list(found.records.column(name).to_pylist())


def counts(found: Conformed) -> list[tuple[int, int, int, int, int]]:
    """physical, blank, heading, set aside, records of each sheet."""
    names = ("physical", "blank", "heading", "set_aside", "records")
    return [tuple(row[name] for name in names) for row in found.inputs.to_pylist()]  # type: ignore[misc]


def reasons(found: Conformed) -> list[tuple[str, str]]:
    """Reference and reason of everything set aside."""
    return [(row["ref"], row["reason"]) for row in found.set_aside.to_pylist()]


def codes(found: Conformed) -> list[str]:
    """The codes of the refusals."""
    return [refusal.code for refusal in found.refusals]
