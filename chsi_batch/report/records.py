"""The records that a report needs, found by reference.

Only rows that are asked for become Python values: a run may hold millions.
"""

from __future__ import annotations

from collections.abc import Iterable

from chsi_batch.report.places import school_names
from chsi_batch.results import RECORD_TABLES, Run
from chsi_batch.terms import COLUMNS, Side
from chsi_batch.values import graduation_year

Record = dict[str, str | None]

CLAIMED = {
    "certificate_number": "claimed_certificate_number",
    "graduation_year": "claimed_year",
    "school": "claimed_school",
}
"""How a compared field is called on the registration side, where it is called differently."""


def wanted(run: Run, side: str, refs: Iterable[str | None]) -> dict[str, Record]:
    """The records of one side with these references, in input order."""
    import pyarrow as pa
    import pyarrow.compute as pc

    table = run.tables[RECORD_TABLES[side]]
    asked = pa.array(sorted({ref for ref in refs if ref is not None}), pa.string())
    found = table.filter(pc.is_in(table["ref"], value_set=asked)).select(["ref", *COLUMNS[Side(side)]])
    return {row["ref"]: row for row in found.to_pylist()}


def field_value(side: str, record: Record, field: str) -> str | None:
    """What a record says in one of the compared fields."""
    if side == Side.REGISTRATION:
        return record[CLAIMED.get(field, field)]
    if field == "school":
        return school_of(record)
    if field == "graduation_year":
        return record["graduation_year"] or _year(record["graduation_date"])
    return record[field]


def _year(date: str | None) -> str | None:
    """The year of a date in any form, a spreadsheet's number of days among them; else the text as it is."""
    day = graduation_year.clean(date)
    return str(graduation_year.fold(day)) if day else date


def school_of(record: Record) -> str | None:
    """The school of a degree record by name, by the present name of its code, or the code itself."""
    code = record["school_code"]
    return record["school"] or (school_names().get(code, code) if code else None)


def order(*texts: str | None) -> tuple[bytes, ...]:
    """A sort key: characters in the order of GB 18030, which is by sound for the common ones; blanks last."""
    return tuple(b"\xff" if not text else text.encode("gb18030", "replace") for text in texts)
