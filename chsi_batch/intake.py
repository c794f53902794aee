"""Takes records in, piece by piece: keys into the engine, the records themselves to the disk.

Nothing of a record but its keys and the numbers by which reports count it stays with the engine. The rows as
they were read go to a Parquet file as soon as they are known, whole and as they may be shown, and are read
again where they are needed.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from chsi_batch import deciding, pieces
from chsi_batch import previous as earlier
from chsi_batch.decisions.given import Given
from chsi_batch.engines.base import Engine, Growing
from chsi_batch.report import masked
from chsi_batch.report.places import schools
from chsi_batch.results import RECORD_TABLES
from chsi_batch.stages import clean, remember, summarise
from chsi_batch.stages.conform import Piece, Sheets
from chsi_batch.terms import COLUMNS, Side
from chsi_batch.values.distinct import coded


def hold(engine: Growing, side: Side, keys: pa.Table, given: Given | None, remembering: bool) -> None:
    """Add cleaned rows, with the keys by which decisions and an earlier run mean them."""
    clean.clean(engine, side, keys)
    if given:
        deciding.put_keys(engine, given, side, keys)
    name = RECORD_TABLES[side]
    if remembering and name in remember.KEYS:
        remember.put_keys(engine, name, keys[keys.column_names[0]], earlier.keys(side, keys))


Records = Callable[[Engine, Side, str], None]
"""Has the engine hold the records of a side, those at least that a SELECT gives `n` of, as `degrees_read` or
`registrations_read`."""


def shown_columns(side: Side) -> list[str]:
    """The columns of a record that go into `tables/`."""
    return ["ref", "file", "sheet", "row", *COLUMNS[side], "extra"]


class Stored:
    """The records of a side on the disk, a row group for each piece."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def take(self, rows: Sequence[int]) -> pa.Table:
        """The records with these numbers, which ascend."""
        file = pq.ParquetFile(self.path)
        groups: dict[int, list[int]] = {}
        for row in rows:
            groups.setdefault(row // pieces.PIECE_ROWS, []).append(row % pieces.PIECE_ROWS)
        found = [file.read_row_group(group).take(places) for group, places in groups.items()]
        return pa.concat_tables([file.schema_arrow.empty_table(), *found]).combine_chunks()


@dataclass
class Numbering:
    """Numbers for the texts of a column, whatever the piece: reports group by them."""

    numbers: dict[str, int] = field(default_factory=dict)
    _lock: Any = field(default_factory=threading.Lock)

    def of(self, column: pa.Array | pa.ChunkedArray) -> pa.Array:
        """The column's numbers, null for null."""
        texts = coded(column)
        with self._lock:
            for text in texts.dictionary.to_pylist():
                self.numbers.setdefault(text, len(self.numbers))
            numbers = [self.numbers[text] for text in texts.dictionary.to_pylist()]
        return pa.array(numbers, pa.int32()).take(texts.indices)

    def texts(self) -> pa.Array:
        """The texts in the order of their numbers."""
        return pa.array(self.numbers, pa.string())


class Words:
    """The texts themselves in place of numbers, where no two processes could agree on numbers."""

    def of(self, column: pa.Array | pa.ChunkedArray) -> pa.Array | pa.ChunkedArray:
        """The column's texts."""
        return column.cast(pa.string())

    def texts(self) -> None:
        """No number has to be told."""


@dataclass
class Counting:
    """What the numbers mean by which reports count: files, schools, source systems."""

    files: Numbering | Words = field(default_factory=Numbering)
    schools: Numbering | Words = field(default_factory=Numbering)
    systems: Numbering | Words = field(default_factory=Numbering)

    def place(self, engine: Growing, side: Side, records: pa.Table) -> None:
        """Add by what each of these rows is counted."""
        if side is Side.ENROLMENT:
            return
        registered = side is Side.REGISTRATION
        school = records["claimed_school"] if registered else schools(records)
        found = {"n": records["rid"], "file": self.files.of(records["file"])}
        found["school"] = self.schools.of(school)
        if registered:
            found["system"] = self.systems.of(records["source_system"])
        summarise.place(engine, side, pa.table(found))

    def counts(self, engine: Engine) -> dict[str, pa.Table]:
        """The tables of `results.COUNTS`, once the engine holds how every row ended."""
        return summarise.summarise(engine, self.files.texts(), self.schools.texts(), self.systems.texts())


@dataclass(frozen=True)
class Intake:
    """What was taken in: result tables that are known by then, and how to go on with the records."""

    tables: Mapping[str, pa.Table]
    issue_counts: pa.Table
    counting: Counting
    records: Records


@dataclass
class Taken:
    """One side taken in: its records on the disk, their number, its issues."""

    records: Stored
    rows: int = 0
    issues: list[pa.Table] = field(default_factory=list)


@dataclass(frozen=True)
class Folders:
    """Where the records go: `whole` for full values, `shown` for what may be passed on."""

    whole: Path
    shown: Path
    unmask: bool


def add(
    engine: Growing, side: Side, piece: Piece, counting: Counting, given: Given | None, remembering: bool
) -> None:
    """Add what the engine has to know of some records."""
    hold(engine, side, piece.keys, given, remembering)
    counting.place(engine, side, piece.records)


def of_records(side: Side, records: pa.Table, unmask: bool) -> tuple[pa.Table, pa.Table]:
    """The records as they are kept, and as they may be shown."""
    shown = shown_columns(side)
    rest = [column for column in records.column_names if column not in shown]
    plain = records.select(shown)
    return records.select([*shown, *rest]), plain if unmask else masked.records(plain)


def take_in(
    engine: Engine,
    sheets: Sheets,
    counting: Counting,
    folders: Folders,
    given: Given | None,
    remembering: bool,
    told: Callable[[int], None],
) -> Taken:
    """All records of a side; `told` hears how many more are taken in."""
    name = f"{RECORD_TABLES[sheets.side]}.parquet"
    taken = Taken(Stored(folders.whole / name))
    with _files(folders.whole / name, folders.shown / name) as (whole, masking):
        for piece in sheets.pieces():
            add(engine, sheets.side, piece, counting, given, remembering)
            kept, shown = of_records(sheets.side, piece.records, folders.unmask)
            whole.add(kept)
            masking.add(shown)
            taken.issues.append(piece.issues)
            taken.rows += piece.records.num_rows
            told(piece.records.num_rows)
    return taken


@contextmanager
def _files(*paths: Path) -> Iterator[tuple[pieces.Parquet, ...]]:
    with ExitStack() as stack:
        yield tuple(stack.enter_context(pieces.Parquet(path)) for path in paths)
