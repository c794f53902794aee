"""From bytes to a `SourceFile`: the one place where foreign bytes meet a parser, always in a reader process.

A file that cannot be used comes back with its refusal; nothing is raised for it, and a parser that fails in
a way of its own is told by the place where it failed. The file must be the same before and after.
"""

from __future__ import annotations

import hashlib
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path

from chsi_batch.errors import Refusal, system_words
from chsi_batch.layout.headers import Vocabulary
from chsi_batch.settings import Limits
from chsi_batch.sources import census, counting
from chsi_batch.sources.decoding import decode
from chsi_batch.sources.model import UNCOUNTED, Count, InputFile, Sheet, SourceFile, Stretch
from chsi_batch.sources.refusing import UnreadableError, refusal
from chsi_batch.sources.sniffing import SHEET, is_spreadsheet_xml, sniff

_CHUNK = 1 << 20
_MEGABYTE = 1_000_000
_CELL = 64
"""Bytes that calamine takes for each cell of an xls up to its farthest one, empty ones too."""


def parse(
    file: InputFile, limits: Limits, words: Vocabulary, language: str, memory: int, *, whole: bool
) -> SourceFile:
    """The file laid out in sheets with their independent counts, or the reason why it cannot be used.

    `whole` keeps the rows of every sheet; without it they stay only where no table was found, and those of a
    Parquet file are left for `following`. `memory` is the limit under which this process runs, in megabytes,
    for the words of a refusal.
    """
    source = SourceFile(file, later=not whole)

    def read() -> None:
        _open(source, limits, words)
        if not whole:
            _lay_out(source, limits, words, language)

    return _told(source, read, language, memory)


_under_way: dict[Path, tuple[Iterator[Sheet], list[int]]] = {}
"""The files of which some pieces have been asked for: what is left of each, and how many rows were given."""


def following(
    file: InputFile,
    limits: Limits,
    words: Vocabulary,
    language: str,
    memory: int,
    stretch: Stretch | None = None,
) -> SourceFile:
    """The next rows of a Parquet file, laid out; after the last ones its digest, or why it cannot be used.

    Of a `stretch` of it the last answer has no digest: the file is more than that.
    """
    from chsi_batch.pieces import PIECE_ROWS
    from chsi_batch.sources.columnar import parquet_pieces

    source = SourceFile(file, format="parquet")
    if file.path not in _under_way:
        rows = parquet_pieces(file.path, limits, PIECE_ROWS, stretch)
        _under_way[file.path] = rows, [stretch.before if stretch else 0]
    sheets, given = _under_way[file.path]

    def read() -> None:
        sheet = next(sheets, None)
        if sheet is None:
            source.sha256 = "" if stretch else digest(file.path)
            return
        source.sheets = [sheet]
        _lay_out(source, limits, words, language)
        for taken in source.taken:
            for part in taken.parts:
                part.first = given[0]
            given[0] += taken.physical

    told = _told(source, read, language, memory)
    if not told.taken:
        del _under_way[file.path]
    return told


def _told(source: SourceFile, read: Callable[[], None], language: str, memory: int) -> SourceFile:
    """What was read, or the refusal for what happened meanwhile."""
    file = source.file
    try:
        read()
    except UnreadableError as fault:
        source.refusal = _refused(fault, file.label, language)
    except FileNotFoundError:
        source.refusal = refusal("file-missing", file.label, language=language)
    except MemoryError:
        source.refusal = refusal("reader-memory", file.label, language=language, limit=memory)
    except OSError as error:
        source.refusal = refusal("file-unreadable", file.label, language=language, error=system_words(error))
    except Exception as error:  # a parser that meets what its author never saw
        source.refusal = refusal("reader-crashed", file.label, language=language, how=_place(error))
    if source.refusal is not None:
        source.sheets, source.counts, source.taken = [], {}, []
    return source


def _place(error: Exception) -> str:
    """What failed and where; never the message, which could carry personal data."""
    frames = traceback.extract_tb(error.__traceback__)
    own = next((frame for frame in reversed(frames) if "chsi_batch" in frame.filename), frames[-1])
    return f"{type(error).__name__} {Path(own.filename).name}:{own.lineno}"


def _lay_out(source: SourceFile, limits: Limits, words: Vocabulary, language: str) -> None:
    """Tables taken from the sheets; of the cells only those stay that no table holds."""
    from chsi_batch.sources.taking import take

    while source.sheets:
        sheet = source.sheets.pop(0)
        taken = take(source, sheet, words, limits, language)
        sheet.table = None
        if taken.parts:
            sheet.rows = ()
        source.taken.append(taken)


def _refused(fault: UnreadableError, label: str, language: str) -> Refusal:
    return refusal(
        fault.code, label, sheet=fault.sheet, row=fault.row, language=language, text=fault.text, **fault.facts
    )


def _open(source: SourceFile, limits: Limits, words: Vocabulary) -> None:
    path = source.file.path
    if not path.is_file():
        raise UnreadableError("file-missing" if not path.exists() else "not-a-file")
    if path.stat().st_size > limits.file_megabytes * _MEGABYTE:
        raise UnreadableError("file-too-large", limit=limits.file_megabytes)
    before = _state(path)
    source.sha256 = before[-1]
    source.format = sniff(path)
    source.later = source.later and source.format == "parquet"
    {
        "xlsx": _open_xlsx,
        "xls": _open_xls,
        "dbf": _open_dbf,
        "parquet": _open_parquet,
        "text": _open_text,
    }[source.format](source, path, limits, words)
    for name, count in source.counts.items():
        if count.physical > limits.rows:
            raise UnreadableError("too-many-rows", sheet=name, rows=count.physical, limit=limits.rows)
    if _state(path) != before:
        raise UnreadableError("file-changed")


def _state(path: Path) -> tuple[int, int, str]:
    """By what a file is known to be unchanged: size, time, content."""
    told = path.stat()
    return told.st_size, told.st_mtime_ns, digest(path)


def digest(path: Path) -> str:
    """SHA-256 of the file."""
    found = hashlib.sha256()
    with path.open("rb") as stream:
        while chunk := stream.read(_CHUNK):
            found.update(chunk)
    return found.hexdigest()


def _open_xlsx(source: SourceFile, path: Path, limits: Limits, words: Vocabulary) -> None:  # noqa: ARG001
    from chsi_batch.sources.workbooks import read_workbook

    told = census.take(path, limits)
    source.sheets = read_workbook(path)
    source.counts = {name: entry.count for name, entry in told.items()}
    for sheet in source.sheets:
        if sheet.name in told:
            sheet.lost = told[sheet.name].lost


def _open_xls(source: SourceFile, path: Path, limits: Limits, words: Vocabulary) -> None:  # noqa: ARG001
    from chsi_batch.sources.workbooks import read_workbook

    room = limits.memory_megabytes * _MEGABYTE // _CELL
    source.counts = counting.count_xls(path, min(room, limits.cells))
    source.sheets = read_workbook(path)


def _open_dbf(source: SourceFile, path: Path, limits: Limits, words: Vocabulary) -> None:  # noqa: ARG001
    from chsi_batch.sources.dbf import read_dbf

    sheet, source.encoding = read_dbf(path)
    source.sheets = [sheet]
    rows = counting.count_dbf(path)
    source.counts = {None: Count(rows, UNCOUNTED)}


def _open_parquet(source: SourceFile, path: Path, limits: Limits, words: Vocabulary) -> None:  # noqa: ARG001
    from chsi_batch.sources.columnar import read_parquet, row_groups

    sheet = read_parquet(path, limits, rows=not source.later)
    if source.later and not sheet.fields:
        source.later, sheet = False, read_parquet(path, limits, rows=True)
    source.groups = row_groups(path, limits) if source.later else ()
    source.sheets = [sheet]
    source.counts = {None: Count(counting.count_parquet(path), UNCOUNTED)}


def _open_text(source: SourceFile, path: Path, limits: Limits, words: Vocabulary) -> None:  # noqa: ARG001
    from chsi_batch.sources.delimited import read_text
    from chsi_batch.sources.html_table import is_html, read_html, stated_encoding

    content = path.read_bytes()
    if not content.strip(b"\x00\xef\xbb\xbf\xff\xfe \t\r\n"):
        raise UnreadableError("file-empty")
    if is_html(content):
        source.format = "html"
        text, source.encoding = _decode_html(content, stated_encoding(content))
        source.sheets = read_html(text)
        counts = counting.count_html(text)
        if len(counts) != len(source.sheets):
            raise UnreadableError("html-damaged")
        source.counts = {sheet.name: count for sheet, count in zip(source.sheets, counts, strict=True)}
        return
    text, source.encoding = decode(content)
    kind = is_spreadsheet_xml(text)
    if kind is not None:
        raise UnreadableError("file-format", text=SHEET, kind=kind)
    sheet, delimiter = read_text(text, words)
    source.format = "tsv" if delimiter == "\t" else "csv"
    source.sheets = [sheet]
    source.counts = {None: counting.count_delimited(text, delimiter)}


def _decode_html(content: bytes, stated: str | None) -> tuple[str, str]:
    if stated == "gb18030":
        try:
            return content.decode("utf-8" if content.startswith(b"\xef\xbb\xbf") else stated), stated
        except UnicodeDecodeError:
            pass
    return decode(content)
