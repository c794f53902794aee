"""How many rows the readers that everybody uses find in a file: one process that is asked file after file.

A row counts up to the last one that shows something, as in `check`; a text file counts its records. The
process is ended when it takes too long, as some of these readers do over odd files.
"""

from __future__ import annotations

import contextlib
import csv
import json
import select
import subprocess
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

Counts = dict[str, int]
PATIENCE = 30.0
MEMORY = 2 << 30


def _last(rows: Iterable[Sequence[Any]]) -> int:
    """The last row that shows something."""
    last = 0
    for number, row in enumerate(rows, 1):
        if any(cell is not None and str(cell).strip() for cell in row):
            last = number
    return last


def _calamine(path: Path) -> Counts:
    import python_calamine as calamine

    with calamine.load_workbook(path) as book:
        return {
            meta.name: _last(book.get_sheet_by_index(index).to_python(skip_empty_area=False))
            for index, meta in enumerate(book.sheets_metadata)
            if meta.typ == calamine.SheetTypeEnum.WorkSheet
        }


def _openpyxl(path: Path) -> Counts:
    import openpyxl

    book = openpyxl.load_workbook(path, data_only=True, read_only=True)
    return {sheet.title: _last(sheet.iter_rows(values_only=True)) for sheet in book.worksheets}


def _xlrd(path: Path) -> Counts:
    import io

    import xlrd

    book = xlrd.open_workbook(path, logfile=io.StringIO())
    return {sheet.name: _last(map(sheet.row_values, range(sheet.nrows))) for sheet in book.sheets()}


def _dbfread(path: Path) -> Counts:
    import dbfread

    table = dbfread.DBF(path, raw=True, ignore_missing_memofile=True)
    return {"": len(table) + len(table.deleted)}


def _pyarrow(path: Path) -> Counts:
    import pyarrow.parquet as pq

    return {"": pq.ParquetFile(path).read().num_rows}


def _csv(path: Path) -> Counts:
    csv.field_size_limit(1 << 30)
    for encoding in ("utf-8-sig", "gb18030", "utf-16"):
        with contextlib.suppress(UnicodeError), path.open(encoding=encoding, newline="") as stream:
            delimiter = ","
            with contextlib.suppress(csv.Error):
                delimiter = csv.Sniffer().sniff(stream.read(5000), ",;\t|").delimiter
            stream.seek(0)
            return {"": sum(1 for _ in csv.reader(stream, delimiter=delimiter))}
    raise ValueError("encoding")


def _pandas(path: Path) -> Counts:
    """Rows below the header and the header; pandas leaves empty lines out."""
    import pandas as pd

    return {"": len(pd.read_csv(path, sep=None, engine="python", dtype=str)) + 1}


READERS = {
    "xlsx": (_calamine, _openpyxl),
    "xls": (_calamine, _xlrd),
    "dbf": (_dbfread,),
    "parquet": (_pyarrow,),
    "csv": (_csv, _pandas),
}
"""What people would take for a file with this ending."""
LIKE = {"xlsm": "xlsx", "xltx": "xlsx", "xltm": "xlsx", "xlt": "xls", "tsv": "csv", "txt": "csv"}


def count(path: Path) -> dict[str, Counts]:
    """Reader -> its counts, of those that load the file."""
    ending = path.suffix.lower()[1:]
    found = {}
    for reader in READERS.get(LIKE.get(ending, ending), ()):
        try:
            found[reader.__name__.strip("_")] = reader(path)
        except (KeyboardInterrupt, SystemExit):
            raise
        except BaseException:  # they fail in every way there is
            continue
    return found


class Common:
    """The process that is asked."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[str] | None = None

    def ask(self, path: Path) -> dict[str, Counts]:
        """What each reader that loads the file counts; nothing if one hangs or dies over it."""
        if self._process is None:
            self._process = subprocess.Popen(
                [sys.executable, __file__], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL, text=True,
            )  # fmt: skip
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(str(path)) + "\n")
        self._process.stdin.flush()
        ready, _, _ = select.select([self._process.stdout], [], [], PATIENCE)
        line = self._process.stdout.readline() if ready else ""
        if line:
            return dict(json.loads(line))
        self.close()
        return {}

    def close(self) -> None:
        """End it."""
        if self._process is not None:
            self._process.kill()
            self._process.communicate()
            self._process = None


def main() -> None:
    import resource
    import warnings

    resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY))
    warnings.simplefilter("ignore")
    answers, sys.stdout = sys.stdout, sys.stderr
    for line in sys.stdin:
        print(json.dumps(count(Path(json.loads(line)))), file=answers, flush=True)


if __name__ == "__main__":
    main()
