"""The tables of one side, made from all sheets taken: records, inputs, set-aside rows, headers as found."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from chsi_batch import pieces
from chsi_batch.layout.grid import Part
from chsi_batch.results import TABLES
from chsi_batch.sources.taking import Taken
from chsi_batch.terms import COLUMNS, Side

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

NUMERIC: dict[Side, tuple[str, ...]] = {
    Side.REGISTRATION: ("id_number", "claimed_certificate_number"),
    Side.DEGREE: ("id_number", "certificate_number"),
    Side.ENROLMENT: ("id_number",),
}
"""Columns for which it matters whether the cell was a number."""

DEGREE_KIND = "学位"
"""What a sheet with only a degree certificate number holds."""

_PLAIN = r'[\x00-\x1f"\\]'


def schema(side: Side) -> pa.Schema:
    """The columns of a side's records table."""
    import pyarrow as pa

    few = pa.dictionary(pa.int32(), pa.string())
    fields = [("rid", pa.int64()), ("ref", pa.string()), ("file", few), ("sheet", few)]
    fields.append(("row", pa.int64()))
    fields += [(column, pa.string()) for column in COLUMNS[side]]
    fields += [(f"{column}_numeric", pa.bool_()) for column in NUMERIC[side]]
    fields += [("extra", pa.string()), ("columns", few)]
    return pa.schema(fields)


def records(side: Side, parts: Iterable[tuple[Taken, Part]]) -> Iterator[pa.Table]:
    """All records in input order, in pieces of one size; `rid` numbers them from 0."""
    import numpy as np
    import pyarrow as pa

    empty = schema(side).empty_table().drop_columns("rid")
    found = (table for taken, part in parts for table in _slices(side, taken, part))
    first = 0
    for piece in pieces.cut(itertools.chain([empty], found)):
        numbers = np.arange(first, first + piece.num_rows, dtype=np.int64)
        yield piece.add_column(0, "rid", pa.array(numbers))
        first += piece.num_rows


def _slices(side: Side, taken: Taken, part: Part) -> Iterator[pa.Table]:
    """The records of a part, no more at once than a piece holds."""
    for start in range(0, len(part.records), pieces.PIECE_ROWS):
        yield _part(side, taken, replace(part, records=part.records[start : start + pieces.PIECE_ROWS]))


def reference(taken: Taken) -> str:
    """What stands before the row number in every reference to this sheet."""
    label, sheet = taken.source.file.label, taken.sheet.name
    return f"{label}#" if sheet is None else f"{label}#{sheet}!"


def _part(side: Side, taken: Taken, part: Part) -> pa.Table:
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    count = len(part.records)
    indexes = part.records + part.first
    if taken.sheet.numbers is None:
        rows = pa.array(indexes + 1, pa.int64())
    else:
        rows = pa.array(np.asarray(taken.sheet.numbers, dtype=np.int64)[indexes])
    texts = [_chosen(text, part.records) for text in part.texts]
    columns = {canonical: indexes[0] for canonical, indexes in part.header.columns.items()}
    found: dict[str, pa.Array] = {
        "ref": pc.binary_join_element_wise(reference(taken), pc.cast(rows, pa.string()), ""),
        "file": _same(taken.source.file.label, count),
        "sheet": _same(taken.sheet.name, count),
        "row": rows,
    }
    present = [column for column in COLUMNS[side] if column in columns]
    for column in COLUMNS[side]:
        found[column] = texts[columns[column]] if column in columns else _repeat(None, count)
    if "degree_certificate_number" in part.header.stand_ins and "record_kind" not in columns:
        found["record_kind"] = _repeat(DEGREE_KIND, count)
    for column in NUMERIC[side]:
        numeric = part.numbers.get(columns[column]) if column in columns else None
        none = pa.array(np.zeros(count, dtype=bool))
        found[f"{column}_numeric"] = none if numeric is None else _chosen(numeric, part.records)
    found["extra"] = _extra(part, texts, count)
    found["columns"] = _same(json.dumps(present), count)
    return pa.table(
        [found[name] for name in schema(side).names[1:]], schema=pa.schema(list(schema(side))[1:])
    )


def _repeat(text: str | None, count: int) -> pa.Array:
    import pyarrow as pa

    return pa.nulls(count, pa.string()) if text is None else pa.repeat(text, count)


def _same(text: str | None, count: int) -> pa.DictionaryArray:
    """One text for all rows, held once."""
    import numpy as np
    import pyarrow as pa

    if text is None:
        return pa.DictionaryArray.from_arrays(pa.nulls(count, pa.int32()), pa.array([], pa.string()))
    return pa.DictionaryArray.from_arrays(pa.array(np.zeros(count, dtype=np.int32)), pa.array([text]))


def _chosen(column: pa.Array, rows: np.ndarray) -> pa.Array:
    """The cells of these rows; rows that follow each other are not copied."""
    import pyarrow as pa

    count = len(rows)
    if count and int(rows[-1]) - int(rows[0]) == count - 1:
        return column.slice(int(rows[0]), count)
    return column.take(pa.array(rows, pa.int64()))


def unmapped(part: Part) -> dict[int, str]:
    """Index -> header of the columns that are kept but mean nothing to us; nameless ones by their letter."""
    mapped = {indexes[0] for indexes in part.header.columns.values()}
    found: dict[int, str] = {}
    for index in range(len(part.texts)):
        if index in mapped:
            continue
        name = flat(part.header.names[index]) if index < len(part.header.names) else ""
        if not name and part.texts[index].null_count == len(part.texts[index]):
            continue
        name = name or letter(index)
        found[index] = name if name not in found.values() else f"{name} ({letter(index)})"
    return found


def letter(index: int) -> str:
    """Column letters as a spreadsheet program shows them: 0 -> A."""
    name = ""
    number = index + 1
    while number:
        number, rest = divmod(number - 1, 26)
        name = chr(65 + rest) + name
    return name


def flat(name: str) -> str:
    """A header on one line."""
    return "".join(name.split())


def _extra(part: Part, texts: list[pa.Array], count: int) -> pa.Array:
    """Unknown columns of each row as a JSON object, null if there is nothing in them."""
    import pyarrow as pa
    import pyarrow.compute as pc

    pieces = []
    for index, name in unmapped(part).items():
        text = texts[index]
        if text.null_count == len(text):
            continue
        odd = pc.any(pc.match_substring_regex(text, _PLAIN)).as_py()
        if odd:
            escaped = [
                None if cell is None else json.dumps(cell, ensure_ascii=False)[1:-1]
                for cell in text.to_pylist()
            ]
            text = pa.array(escaped, pa.string())
        key = json.dumps(name, ensure_ascii=False)
        pieces.append(pc.fill_null(pc.binary_join_element_wise(f', {key}: "', text, '"', ""), ""))
    if not pieces:
        return _repeat(None, count)
    # null_handling="skip" would drop rows in which every piece is null: there are no nulls left here
    joined = pc.utf8_slice_codeunits(pc.binary_join_element_wise(*pieces, ""), start=2)
    whole = pc.binary_join_element_wise("{", joined, "}", "")
    return pc.if_else(pc.equal(joined, ""), pa.scalar(None, pa.string()), whole)


def inputs(side: Side, taken: Sequence[Taken]) -> pa.Table:
    """One row per sheet: what it held and what became of it."""
    import pyarrow as pa

    rows = [_input(side, entry) for entry in taken]
    numbers = {"physical", "blank", "heading", "set_aside", "records"}
    kinds = [
        (name, pa.int64() if name in numbers else pa.bool_() if name == "hidden" else pa.string())
        for name in TABLES["inputs"]
    ]
    return pa.Table.from_pylist(rows, schema=pa.schema(kinds))


def _input(side: Side, taken: Taken) -> dict[str, object]:
    headers: dict[str, str] = {}
    unknown: list[str] = []
    for part in taken.parts:
        for canonical, indexes in part.header.columns.items():
            headers.setdefault(canonical, flat(part.header.names[indexes[0]]))
        unknown += [name for name in unmapped(part).values() if name not in unknown]
    ordered = {column: headers[column] for column in COLUMNS[side] if column in headers}
    notes = [taken.sheet.note] if taken.sheet.note else []
    if not taken.physical:
        notes.append("empty")
    elif not taken.parts:
        notes.append("notes")
    return {
        "side": str(side),
        "file": taken.source.file.label,
        "sheet": taken.sheet.name,
        "format": taken.source.format,
        "encoding": taken.source.encoding or None,
        "hidden": taken.sheet.hidden,
        "physical": taken.physical,
        "blank": taken.blank,
        "heading": taken.heading,
        "set_aside": len(taken.set_aside),
        "records": taken.records,
        "headers": json.dumps(ordered, ensure_ascii=False),
        "unmapped": json.dumps(unknown, ensure_ascii=False),
        "sha256": taken.source.sha256,
        "note": "; ".join(notes) or None,
    }


def set_aside(side: Side, taken: Sequence[Taken]) -> pa.Table:
    """Every row that is no record and no header, with its reason and its masked text."""
    import pyarrow as pa

    from chsi_batch.values.masking import mask_text

    rows = [
        {
            "side": str(side),
            "ref": f"{reference(entry)}{entry.number(index)}",
            "reason": reason,
            "text": mask_text(text),
        }
        for entry in taken
        for index, reason, text in entry.set_aside
    ]
    return pa.Table.from_pylist(rows, schema=pa.schema([(name, pa.string()) for name in TABLES["set_aside"]]))


def headers(taken: Sequence[Taken]) -> dict[tuple[str, str | None], dict[str, str]]:
    """(file, sheet) -> canonical -> header as found."""
    return {
        (entry.source.file.label, entry.sheet.name): {
            canonical: flat(part.header.names[indexes[0]])
            for part in reversed(entry.parts)
            for canonical, indexes in part.header.columns.items()
        }
        for entry in taken
    }


def lost(taken: Sequence[Taken]) -> dict[tuple[str, str | None, int], dict[str, str]]:
    """(file, sheet, row) -> canonical -> what stands in a cell whose value the file does not hold."""
    found: dict[tuple[str, str | None, int], dict[str, str]] = {}
    for entry in taken:
        if not entry.sheet.lost:
            continue
        for part in entry.parts:
            columns = {indexes[0]: canonical for canonical, indexes in part.header.columns.items()}
            for (row, column), what in entry.sheet.lost.items():
                if column in columns and row >= part.header.bottom:
                    key = (entry.source.file.label, entry.sheet.name, entry.number(row))
                    found.setdefault(key, {})[columns[column]] = what
    return found
