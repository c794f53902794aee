"""Lays rows out in files of every format, runs them, and gives the result with each reference mapped back."""

from __future__ import annotations

import csv
import io
import struct
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import xlwt

from chsi_batch import matching, pipeline
from chsi_batch.engines import open_engine
from chsi_batch.layout.headers import default_header
from chsi_batch.settings import Settings
from chsi_batch.terms import COLUMNS, Side

AS_OF = datetime(2026, 6, 30, 12)
COMPARED = ("ledger", "bindings", "candidates", "exceptions")
REFERENCES = ("ref", "registration_ref", "degree_ref", "counterpart")

Cells = Mapping[str, str]
Line = dict[str, Any]
Tables = dict[str, list[Line]]


@dataclass(frozen=True)
class Placed:
    """A row and what it is called, wherever it stands."""

    name: str
    cells: Cells
    kind: str = ""
    group: object = None
    """Rows of one group keep their order among themselves: there the contract lets the first one count."""


@dataclass(frozen=True)
class Sheet:
    """Rows with what stands around them; `None` in `lines` below is the place of a row."""

    rows: Sequence[Placed]
    columns: Sequence[str]
    headers: Mapping[str, str] = field(default_factory=dict)
    above: Sequence[Sequence[str]] = ()
    below: Sequence[Sequence[str]] = ()
    blank_after: frozenset[int] = frozenset()
    title: str = "Sheet1"

    def lines(self, side: Side) -> list[tuple[str | None, Sequence[str]]]:
        """Every line with the name of the row that stands in it."""
        head = [self.headers.get(column) or default_header(side, column) for column in self.columns]
        found: list[tuple[str | None, Sequence[str]]] = [(None, line) for line in (*self.above, head)]
        for place, row in enumerate(self.rows):
            found.append((row.name, [row.cells.get(column, "") for column in self.columns]))
            if place in self.blank_after:
                found.append((None, []))
        return found + [(None, line) for line in self.below]


@dataclass(frozen=True)
class File:
    """One input file."""

    name: str
    sheets: Sequence[Sheet]
    encoding: str = "utf-8"


def _text(path: Path, file: File, lines: Sequence[Sequence[Sequence[str]]]) -> None:
    stream = io.StringIO(newline="")
    writer = csv.writer(stream, lineterminator="\r\n")
    for line in lines[0]:
        if line:
            writer.writerow(line)
        else:
            stream.write("\r\n")
    path.write_bytes(stream.getvalue().encode(file.encoding))


def _xlsx(path: Path, file: File, lines: Sequence[Sequence[Sequence[str]]]) -> None:
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for sheet, written in zip(file.sheets, lines, strict=True):
        page = book.create_sheet(sheet.title)
        for number, line in enumerate(written, start=1):
            for place, text in enumerate(line, start=1):
                if text:
                    page.cell(number, place, text).data_type = "s"
    book.save(path)


def _xls(path: Path, file: File, lines: Sequence[Sequence[Sequence[str]]]) -> None:
    book = xlwt.Workbook(encoding="utf-8")
    for sheet, written in zip(file.sheets, lines, strict=True):
        page = book.add_sheet(sheet.title)
        for number, line in enumerate(written):
            for place, text in enumerate(line):
                if text:
                    page.write(number, place, text)
    book.save(str(path))


def _parquet(path: Path, _: File, lines: Sequence[Sequence[Sequence[str]]]) -> None:
    head, *rows = lines[0]
    arrays = [pa.array([row[place] or None for row in rows], pa.string()) for place in range(len(head))]
    pq.write_table(pa.table(arrays, names=list(head)), path)


def _dbf(path: Path, _: File, lines: Sequence[Sequence[Sequence[str]]]) -> None:
    head, *rows = lines[0]
    encoded = [[text.encode("gb18030") for text in row] for row in rows]
    lengths = [max(1, *(len(row[place]) for row in encoded)) for place in range(len(head))]
    parts = [
        struct.pack("<B3BIHH20x", 3, 126, 6, 30, len(rows), 33 + 32 * len(head), 1 + sum(lengths)),
        *(
            struct.pack("<11sc4xB15x", name.encode("ascii"), b"C", length)
            for name, length in zip(head, lengths, strict=True)
        ),
        b"\r",
    ]
    for row in encoded:
        parts += [b" ", *(text.ljust(length) for text, length in zip(row, lengths, strict=True))]
    path.write_bytes(b"".join([*parts, b"\x1a"]))


_WRITERS: dict[str, Callable[[Path, File, Sequence[Sequence[Sequence[str]]]], None]] = {
    ".csv": _text, ".txt": _text, ".xlsx": _xlsx, ".xls": _xls, ".parquet": _parquet, ".dbf": _dbf,
}  # fmt: skip
SHEETED, HEADLESS = (".xlsx", ".xls"), (".parquet", ".dbf")


def _write(folder: Path, side: Side, file: File) -> dict[str, str]:
    """Write a file; the name of each row by its reference."""
    path = folder / file.name
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = [sheet.lines(side) for sheet in file.sheets]
    _WRITERS[path.suffix](path, file, [[line for _, line in sheet] for sheet in lines])
    first = 0 if path.suffix in HEADLESS else 1
    return {
        f"{path.name}#{f'{sheet.title}!' if path.suffix in SHEETED else ''}{number}": name
        for sheet, written in zip(file.sheets, lines, strict=True)
        for number, (name, _) in enumerate(written, start=first)
        if name is not None
    }


def run(
    folder: Path,
    files: Mapping[Side, Sequence[File]],
    *,
    as_of: datetime | None = AS_OF,
    settings: Settings | None = None,
    language: str = "zh",
) -> Tables:
    """From files to the tables of the result, with every reference mapped back to the name of its row."""
    names: dict[tuple[Side, str], str] = {}
    patterns = {}
    for side, laid in files.items():
        place = folder / side.value
        for file in laid:
            names |= {(side, ref): name for ref, name in _write(place, side, file).items()}
        patterns[side] = tuple(str(place / file.name) for file in laid)
    job = pipeline.Job(
        {side: found for side, found in patterns.items() if found},
        folder,
        settings=settings or Settings(),
        language=language,
    )
    engine = open_engine("duckdb", None, None, folder / "spill")
    try:
        found, _ = matching.match(
            engine,
            {
                side: pa.concat_tables([piece.records for piece in sheets.pieces()])
                for side, sheets in pipeline.conformed(job).items()
            },
            former=matching.former_names([]),
            as_of=as_of,
            min_people=job.settings.placeholders.min_people,
            key_cap=job.settings.matching.key_cap,
            language=language,
        )
    finally:
        engine.close()
    return {table: [_mapped(line, names) for line in found[table].to_pylist()] for table in COMPARED}


def _mapped(line: Line, names: Mapping[tuple[Side, str], str]) -> Line:
    sides = {"registration_ref": Side.REGISTRATION, "degree_ref": Side.DEGREE}
    if "side" in line:
        own = Side(line["side"])
        sides |= {"ref": own, "counterpart": Side.DEGREE if own is Side.REGISTRATION else Side.REGISTRATION}
    return {key: names[sides[key], value] if key in sides and value else value for key, value in line.items()}


def plain(side: Side, rows: Sequence[Placed], name: str = "") -> File:
    """One CSV file with all columns."""
    return File(name or f"{side.value}s.csv", [Sheet(rows, COLUMNS[side])])


def renamed(file: File, name: str, **changes: Any) -> File:
    """The same rows in another file."""
    return replace(file, name=name, **changes)


def sorted_lines(lines: Sequence[Line]) -> list[tuple[tuple[str, Any], ...]]:
    """Lines in an order that does not depend on where they stood."""
    return sorted((tuple(sorted(line.items())) for line in lines), key=repr)
