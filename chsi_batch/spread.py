"""Takes the inputs in where Spark's executors are: the driver sees counts, refusals and the names of files.

A task for every file, and then for every stretch of row groups of a Parquet file, reads it under guard and
lays its records out in the workspace. When all are counted and none is refused, a task for every piece
numbers its rows, cleans, masks and writes them, by the same functions as on one machine.
"""

from __future__ import annotations

import dataclasses
import itertools
import pickle
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from chsi_batch import conservation, intake, matching, pieces
from chsi_batch.decisions.given import Given
from chsi_batch.engines import parts
from chsi_batch.engines.base import Engine
from chsi_batch.engines.spark import Spark
from chsi_batch.errors import Refusal, Refused
from chsi_batch.report import masked
from chsi_batch.report.numbers import quality
from chsi_batch.results import RECORD_TABLES
from chsi_batch.settings import Settings
from chsi_batch.sources import tabulating
from chsi_batch.sources.model import InputFile, SourceFile, Stretch
from chsi_batch.sources.parsing import digest
from chsi_batch.sources.taking import Taken
from chsi_batch.stages import conform, read
from chsi_batch.stages.conform import Sheets
from chsi_batch.terms import Side


@dataclass(frozen=True)
class Laid:
    """Records that stand in the workspace, and the sheets they are from."""

    path: Path
    sheets: Path
    rows: int


@dataclass
class Examined:
    """What became of a file; one that is read `later` comes with its sheets, which hold no rows."""

    laid: list[Laid]
    inputs: pa.Table
    set_aside: pa.Table
    refusals: list[Refusal]
    later: Sheets | None = None


@dataclass(frozen=True)
class Task:
    """What all tasks are told alike."""

    settings: Settings
    language: str
    spool: Path
    tables: Path
    folders: intake.Folders
    given: Given | None
    remembering: bool


@dataclass(frozen=True)
class Numbered:
    """A piece of a side: its turn among all pieces, and the number of its first row."""

    side: Side
    turn: int
    first: int
    laid: tuple[Laid, ...]


def take_in(
    engine: Spark,
    files: Mapping[Side, Sequence[InputFile]],
    settings: Settings,
    folders: intake.Folders,
    asked: matching.Task,
    progress: matching.Progress,
) -> intake.Intake:
    """All records of all sides; every input is examined before the first one is refused."""
    spool, tables = engine.place("spool"), engine.place("tables")
    task = Task(settings, asked.language, spool, tables, folders, asked.given, asked.previous is not None)
    listed = [*enumerate(file for side in Side for file in files[side])]
    found = engine.each("read", partial(examine, task), listed)
    _refuse(found)
    _read_later(engine, task, found)
    _refuse(found)
    progress("clean")
    numbered = [*_numbered(files, found)]
    for place in _places(task.folders):
        place.mkdir(mode=0o700)
    counts = engine.each("clean", partial(keep, task), numbered)
    for place in _places(task.folders):
        parts.clear(place)
    for place in sorted(task.tables.iterdir()):
        engine.hold(place.name, place)
    for name in RECORD_TABLES.values():
        engine.hold(conservation.WRITTEN[name], task.folders.whole / f"{name}.parquet")
    shutil.rmtree(spool, ignore_errors=True)
    return intake.Intake(
        {
            "inputs": pa.concat_tables([each.inputs for each in found]),
            "set_aside": pa.concat_tables([each.set_aside for each in found]),
        },
        quality.together(counts),
        _counting(),
        _held_already,
    )


def _held_already(engine: Engine, side: Side, candidates: str) -> None:
    """`intake.Records`: the engine reads the records where they were written."""


def _refuse(found: Sequence[Examined]) -> None:
    if told := [told for each in found for told in each.refusals]:
        raise Refused(told)


def examine(task: Task, listed: tuple[int, InputFile]) -> Examined:
    """Read one file under guard and lay its records out; of one that is read `later` only the header."""
    turn, file = listed
    (source,) = read.read([file], task.settings, task.language)
    sheets = conform.sheets(file.side, [source], task.settings, task.language)
    with parts.whole(_sheets(task, turn)) as path:
        path.write_bytes(pickle.dumps([_bare(taken) for taken in sheets.taken]))
    later = source.later and not sheets.refusals
    laid = [] if later or sheets.refusals else _lay(task, sheets, turn)
    return Examined(laid, sheets.inputs(), sheets.set_aside(), sheets.refusals, sheets if later else None)


def _sheets(task: Task, turn: int) -> Path:
    return task.spool / f"{turn}.sheets"


def _bare(taken: Taken) -> Taken:
    """What has to be known of a sheet to say where a cell stands, without its rows."""
    bare = [dataclasses.replace(part, texts=[], numbers={}, records=part.records[:0]) for part in taken.parts]
    sheet = dataclasses.replace(taken.sheet, rows=(), table=None)
    return dataclasses.replace(taken, sheet=sheet, parts=bare, set_aside=[])


def _lay(task: Task, sheets: Sheets, turn: int, number: int = 0) -> list[Laid]:
    """Write the records out in pieces."""
    place = task.spool / f"{turn}-{number}"
    place.mkdir(mode=0o700, exist_ok=True)
    laid = []
    for piece, records in enumerate(sheets.records()):
        parts.add(place, piece, records)
        laid.append(Laid(place / parts.PART.format(piece), _sheets(task, turn), records.num_rows))
    return laid


@dataclass(frozen=True)
class _Asked:
    """A stretch of the file `turn`."""

    turn: int
    number: int
    sheets: Sheets


@dataclass(frozen=True)
class _Answer:
    """Its records, its sheet with what was counted, and why it could not be read."""

    turn: int
    laid: list[Laid]
    taken: Taken
    refusals: list[Refusal]


def _read_later(engine: Spark, task: Task, found: Sequence[Examined]) -> None:
    """Read what is read later, stretch by stretch, and look at each file once it is whole."""
    later = {turn: each.later for turn, each in enumerate(found) if each.later}
    asked = [
        _Asked(turn, number, dataclasses.replace(sheets, stretch=stretch))
        for turn, sheets in later.items()
        for number, stretch in enumerate(_stretches(sheets.taken[0].source))
    ]
    answers = engine.each("read", partial(_read_stretch, task), asked)
    digests = engine.each("read", _digest, [sheets.taken[0].source.file for sheets in later.values()])
    for (turn, sheets), sha256 in zip(later.items(), digests, strict=True):
        mine = [answer for answer in answers if answer.turn == turn]
        sheets.refusals += _close(sheets, mine, sha256)
        found[turn].laid += [laid for answer in mine for laid in answer.laid]
        found[turn].refusals, found[turn].inputs = sheets.refusals, sheets.inputs()


def _close(sheets: Sheets, answers: Sequence[_Answer], sha256: str) -> list[Refusal]:
    """Put the counts of the stretches together; gives the one reason why the file cannot be used."""
    (taken,) = sheets.taken
    for answer in answers:
        taken.physical += answer.taken.physical
        taken.blank += answer.taken.blank
        taken.passed += answer.taken.passed
        taken.refusals = taken.refusals or answer.taken.refusals
    refusals = [told for answer in answers for told in answer.refusals]
    if changed := conform.unchanged(taken.source, sha256, sheets.language):
        refusals.append(changed)
    if not refusals:
        sheets.close(taken)
    return refusals[:1]


def _stretches(source: SourceFile) -> Iterator[Stretch]:
    """Row groups in their order, together until they make a piece."""
    first = before = rows = 0
    for group, size in enumerate(source.groups):
        rows += size
        if rows - before >= pieces.PIECE_ROWS or group + 1 == len(source.groups):
            yield Stretch(first, group + 1, before)
            first, before = group + 1, rows


def _read_stretch(task: Task, asked: _Asked) -> _Answer:
    laid = _lay(task, asked.sheets, asked.turn, asked.number)
    return _Answer(asked.turn, laid, asked.sheets.taken[0], asked.sheets.refusals)


def _digest(file: InputFile) -> str:
    return digest(file.path)


def _numbered(files: Mapping[Side, Sequence[InputFile]], found: Sequence[Examined]) -> Iterator[Numbered]:
    """Pieces, at least one of each side, with rows numbered as on one machine: in input order."""
    turns, coming = itertools.count(), iter(found)
    for side in Side:
        first = rows = 0
        some: list[Laid] = []
        for laid in (laid for _ in files[side] for laid in next(coming).laid):
            if some and rows + laid.rows > pieces.PIECE_ROWS:
                yield Numbered(side, next(turns), first, tuple(some))
                first, rows, some = first + rows, 0, []
            some.append(laid)
            rows += laid.rows
        yield Numbered(side, next(turns), first, tuple(some))


def _places(folders: intake.Folders) -> list[Path]:
    """Where the parts of records and issues go."""
    names = [*RECORD_TABLES.values(), "issues"]
    places = [folder / f"{name}.parquet" for folder in (folders.whole, folders.shown) for name in names]
    return [place for place in places if place != folders.shown / "issues.parquet" or not folders.unmask]


def keep(task: Task, numbered: Numbered) -> pa.Table:
    """Number, clean, mask and write the records of a piece; gives how many cells are wrong, and where."""
    side, folders = numbered.side, task.folders
    sheets = dict.fromkeys(laid.sheets for laid in numbered.laid)
    taken = [entry for path in sheets for entry in pickle.loads(path.read_bytes())]
    piece = conform.piece(side, _records(numbered), taken, task.language)
    tables = parts.Filling(task.tables, numbered.turn)
    intake.add(tables, side, piece, _counting(), task.given, task.remembering)
    kept, shown = intake.of_records(side, piece.records, folders.unmask)
    _write(folders.whole, RECORD_TABLES[side], numbered.turn, kept)
    _write(folders.shown, RECORD_TABLES[side], numbered.turn, shown)
    _write(folders.whole, "issues", numbered.turn, piece.issues)
    if not folders.unmask:
        _write(folders.shown, "issues", numbered.turn, masked.texts("issues", piece.issues))
    return quality.issue_counts(piece.issues)


def _write(folder: Path, name: str, turn: int, table: pa.Table) -> None:
    path = folder / f"{name}.parquet" / parts.PART.format(turn)
    with parts.whole(path) as place, pieces.Parquet(place) as file:
        file.add(table)


def _records(numbered: Numbered) -> pa.Table:
    """The records of a piece with the numbers they have among all of their side."""
    laid = [pq.read_table(each.path) for each in numbered.laid]
    records = pa.concat_tables(laid or tabulating.records(numbered.side, ())).combine_chunks()
    numbers = pa.array(range(numbered.first, numbered.first + records.num_rows), pa.int64())
    return records.set_column(0, "rid", numbers)


def _counting() -> intake.Counting:
    return intake.Counting(intake.Words(), intake.Words(), intake.Words())
