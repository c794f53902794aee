"""A cell as the text a person sees in the spreadsheet program, and whether it was a number.

Whole numbers have no decimals and never an exponent; a number has at most 15 significant digits, as in
Excel, so that an ID number kept as a number shows the zeros it was damaged to. Dates are ISO text.
Columns are converted at once: a column of nothing but text, the usual case, costs no Python per cell.

Examples: 2009.0 -> 2009; 1.10101199001011e+17 -> 110101199001011000; 2009-09-01 00:00 -> 2009-09-01.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pyarrow as pa

Cell = str | float | int | bool | Decimal | dt.datetime | dt.date | dt.time | dt.timedelta | None

DIGITS = 15
"""Significant digits a spreadsheet program keeps of a number."""


def is_number(cell: object) -> bool:
    """Is this a numeric cell? Truth values and dates are not."""
    return isinstance(cell, int | float | Decimal) and not isinstance(cell, bool)


def text_of(cell: Cell) -> str | None:
    """What the spreadsheet program shows for this cell; None for an empty one."""
    if cell is None or isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, int):
        return str(cell)
    if isinstance(cell, float):
        return _float_text(cell)
    if isinstance(cell, Decimal):
        return format(cell, "f")
    if isinstance(cell, dt.datetime):
        return _moment_text(cell)
    if isinstance(cell, dt.date | dt.time):
        return cell.isoformat()
    return str(cell)


def _float_text(number: float) -> str | None:
    if not math.isfinite(number):
        return None
    if number.is_integer() and abs(number) < 10**DIGITS:
        return str(int(number))
    return format(Decimal(f"{number:.{DIGITS}g}"), "f")


def _moment_text(moment: dt.datetime) -> str:
    if moment.microsecond:
        moment = (moment + dt.timedelta(microseconds=500_000)).replace(microsecond=0)
    if moment.time() == dt.time() and moment.tzinfo is None:
        return moment.date().isoformat()
    return moment.replace(tzinfo=None).isoformat(timespec="seconds")


def column_text(cells: Sequence[Cell]) -> tuple[pa.Array, pa.Array | None]:
    """A column as trimmed text (null = blank), and which of its cells were numbers (None: none was)."""
    import pyarrow as pa

    kinds = set(map(type, cells))
    numbers = None
    if not kinds <= {str, type(None)}:
        if any(issubclass(kind, int | float | Decimal) and kind is not bool for kind in kinds):
            numbers = pa.array([is_number(cell) for cell in cells], pa.bool_())
        memo: dict[tuple[type, Cell], str | None] = {}
        cells = [
            cell if type(cell) is str else memo.setdefault((type(cell), cell), text_of(cell))
            for cell in cells
        ]
    return trimmed(_strings(cells)), numbers


def _strings(cells: Iterable[Cell]) -> pa.Array:
    import pyarrow as pa

    cells = list(cells)
    try:
        return pa.array(cells, pa.string())
    except (UnicodeEncodeError, pa.ArrowInvalid):  # lone surrogates: keep the cell, lose the half character
        safe = [None if c is None else str(c).encode("utf-8", "replace").decode() for c in cells]
        return pa.array(safe, pa.string())


def trimmed(texts: pa.Array) -> pa.Array:
    """Outer whitespace dropped, what is then empty is blank (null)."""
    import pyarrow as pa
    import pyarrow.compute as pc

    bare = pc.utf8_trim_whitespace(texts)
    return pc.if_else(pc.equal(bare, ""), pa.scalar(None, pa.string()), bare)
