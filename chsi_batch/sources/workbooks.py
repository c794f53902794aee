"""xlsx, xlsm and xls through python-calamine, every cell with its type, rows counted from the first.

calamine returns numbers as floats, error values and never-calculated formulas as '', and skips empty rows
at the top unless told not to. It may panic with an exception that is not an `Exception`, and one cell at the
far end of a sheet makes it allocate the whole sheet: `census` looks first.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from chsi_batch.sources.model import Sheet, Span
from chsi_batch.sources.refusing import UnreadableError

_NO_MEMORY = "pointer is null"
"""What the panic says when Python had no memory left for a cell."""


def read_workbook(path: Path) -> list[Sheet]:
    """All worksheets in workbook order; charts and macro sheets hold no rows."""
    import python_calamine as calamine

    try:
        with calamine.load_workbook(path) as book:
            _judge_names([meta.name for meta in book.sheets_metadata])
            return [
                _sheet(book, index, meta)
                for index, meta in enumerate(book.sheets_metadata)
                if meta.typ == calamine.SheetTypeEnum.WorkSheet
            ]
    except calamine.PasswordError:
        raise UnreadableError("file-encrypted") from None
    except (KeyboardInterrupt, SystemExit, UnreadableError, MemoryError):
        raise
    except BaseException as error:  # calamine's panics are not Exceptions
        if "assword" in str(error) or "ncrypt" in str(error):
            raise UnreadableError("file-encrypted") from None
        if _NO_MEMORY in str(error):
            raise MemoryError from None
        raise UnreadableError("file-damaged") from None


def _judge_names(names: list[str]) -> None:
    """Of two sheets with one name calamine gives the first one twice."""
    for name in names:
        if names.count(name) > 1:
            raise UnreadableError("sheet-twice", sheet=name)


def _sheet(book: Any, index: int, meta: Any) -> Sheet:
    sheet = book.get_sheet_by_index(index)
    merged = [
        Span(top, left, bottom, right) for (top, left), (bottom, right) in sheet.merged_cell_ranges or ()
    ]
    rows = sheet.to_python(skip_empty_area=False)
    return Sheet(
        name=meta.name, rows=rows, hidden=str(meta.visible) != "SheetVisibleEnum.Visible", merged=merged
    )
