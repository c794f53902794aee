"""The issues of one side: every bad cell with its place, its masked value, a code and what to do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from chsi_batch import schemas, tables
from chsi_batch.results import TABLES
from chsi_batch.sources import tabulating
from chsi_batch.sources.taking import Taken
from chsi_batch.terms import COLUMNS, Side

if TYPE_CHECKING:
    import pyarrow as pa

LOST_ERROR, LOST_FORMULA, DAMAGED = "cell-error", "formula-empty", "character-damaged"
LOOKED_UP = frozenset({"certificate_number", "claimed_certificate_number", "student_no", "exam_no"})
"""Columns of numbers that are shown in full, but for ID numbers among them."""
_FORMULA = "="
_REPLACEMENT = "\ufffd"
_LEAD = _REPLACEMENT.encode()[0]
"""With this byte begin few characters that files hold, so that most columns need no closer look."""


def issues(side: Side, records: pa.Table, keys: pa.Table, taken: Sequence[Taken], language: str) -> pa.Table:
    """One row per bad cell and code, in input order; `keys` are the cleaned columns of the records."""
    import pyarrow as pa

    found = [
        *((row, column, code, None) for row, column, code in schemas.failures(side, records, keys)),
        *_lost(records, taken),
        *_damaged(side, records),
    ]
    order = {column: place for place, column in enumerate(COLUMNS[side])}
    found.sort(key=lambda case: (case[0], order[case[1]], case[2]))
    kinds = pa.schema([(name, pa.int64() if name == "row" else pa.string()) for name in TABLES["issues"]])
    if not found:
        return kinds.empty_table()
    rows = records.take([case[0] for case in found])
    headers = tabulating.headers(taken)
    texts = tables.texts("issue_codes", language)
    places = list(zip(rows["file"].to_pylist(), rows["sheet"].to_pylist(), strict=True))
    values = _values(rows, found)
    return pa.table(
        {
            "side": [str(side)] * len(found),
            "ref": rows["ref"],
            "file": rows["file"].cast(pa.string()),
            "sheet": rows["sheet"].cast(pa.string()),
            "row": rows["row"],
            "column": [column for _, column, _, _ in found],
            "header": [headers[place].get(case[1]) for place, case in zip(places, found, strict=True)],
            "code": [code for _, _, code, _ in found],
            "value": values,
            "message": [texts[code] for _, _, code, _ in found],
        },
        schema=kinds,
    )


Case = tuple[int, str, str, str | None]


def _values(rows: pa.Table, found: Sequence[Case]) -> list[str | None]:
    columns = {column: rows[column].to_pylist() for column in {case[1] for case in found}}
    return [
        value if value is not None else masked(column, columns[column][position])
        for position, (_, column, _, value) in enumerate(found)
    ]


def masked(column: str, text: str | None) -> str | None:
    """A cell as it may be shown: IDs, mobiles and e-mails hidden, also where they stand in another column."""
    from chsi_batch.values import masking, misplaced

    if text is None:
        return None
    if column == "id_number":
        return masking.mask_id(text)
    if column == "mobile":
        return masking.mask_mobile(text)
    if column == "email":
        return masking.mask_email(text)
    if column in LOOKED_UP:
        return masking.mask_id(text) if misplaced.is_id_number(text) else text
    return masking.mask_text(text)


def _lost(records: pa.Table, taken: Sequence[Taken]) -> list[Case]:
    """Cells that show an error value, and formulas the file keeps no result of."""
    lost: Mapping[tuple[str, str | None, int], Mapping[str, str]] = tabulating.lost(taken)
    if not lost:
        return []
    keys = zip(*(records[name].to_pylist() for name in ("file", "sheet", "row")), strict=True)
    return [
        (position, column, LOST_FORMULA if what == _FORMULA else LOST_ERROR, what)
        for position, key in enumerate(keys)
        if key in lost
        for column, what in lost[key].items()
        if column in records.column_names
    ]


def _damaged(side: Side, records: pa.Table) -> list[Case]:
    """Cells in which a character was lost on the way (shown as a black diamond)."""
    import pyarrow.compute as pc

    from chsi_batch.values.distinct import true_rows

    found: list[Case] = []
    for column in COLUMNS[side]:
        if not _may_hold_damage(records[column]):
            continue
        hit = pc.fill_null(pc.match_substring(records[column], _REPLACEMENT), False)
        found += [(row, column, DAMAGED, None) for row in true_rows(hit).to_pylist()]
    return found


def _may_hold_damage(column: pa.ChunkedArray) -> bool:
    import numpy as np

    buffers = [chunk.buffers()[2] for chunk in column.chunks]
    return any(bool((np.frombuffer(data, np.uint8) == _LEAD).any()) for data in buffers if data)
