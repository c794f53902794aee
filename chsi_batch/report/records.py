"""The records that a report needs, found by reference.

Only rows that are asked for become Python values: a run may hold millions.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from chsi_batch.report.places import school_names
from chsi_batch.results import RECORD_TABLES, Run
from chsi_batch.terms import COLUMNS, Side
from chsi_batch.values import graduation_year

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    import pyarrow as pa

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

    from chsi_batch.values import distinct

    name = RECORD_TABLES[side]
    asked = pa.array(sorted({ref for ref in refs if ref is not None}), pa.string())
    if not len(asked):
        return {}
    places = distinct.true_rows(pc.is_in(run.columns(name, ["ref"])["ref"], value_set=asked))
    found = run.columns(name, ["ref", *COLUMNS[Side(side)]]).take(places)
    return {row["ref"]: row for row in found.to_pylist()}


def field_value(side: str, record: Record, field: str) -> str | None:
    """What a record says in one of the compared fields."""
    if side == Side.REGISTRATION:
        return record[CLAIMED.get(field, field)]
    if field == "school":
        return school_of(record)
    if field == "graduation_year":
        return record["graduation_year"] or year(record["graduation_date"])
    return record[field]


def year(date: str | None) -> str | None:
    """The year of a date in any form, a spreadsheet's number of days among them; else the text as it is."""
    day = graduation_year.clean(date)
    return str(graduation_year.fold(day)) if day else date


def school_of(record: Record) -> str | None:
    """The school of a degree record by name, by the present name of its code, or the code itself."""
    code = record["school_code"]
    return record["school"] or (school_names().get(code, code) if code else None)


def order(*texts: str | None) -> tuple[bytes, ...]:
    """A sort key: characters in the order of GB 18030, which is by sound for the common ones; blanks last."""
    return tuple(map(_key, texts))


def _key(text: str | None) -> bytes:
    return text.encode("gb18030", "replace") if text else b"\xff"


def sorting(columns: Sequence[pa.Array]) -> pa.Array:
    """The places of the rows in the order of `order`; columns are read where those before them are equal."""
    import numpy as np
    import pyarrow as pa

    group = np.zeros(len(columns[0]), dtype=np.int64)
    for column in columns:
        tied = np.bincount(group)[group] > 1
        rank = _ranks(column, tied)
        group = np.unique(group * (rank.max(initial=0) + 1) + rank, return_inverse=True)[1]
    return pa.array(np.argsort(group, kind="stable"))


def _ranks(column: pa.Array, wanted: npt.NDArray[np.bool_]) -> npt.NDArray[np.int64]:
    """For each wanted text how many distinct texts come before it, for others the same number."""
    import numpy as np
    import pyarrow as pa
    import pyarrow.compute as pc

    coded = pc.if_else(pa.array(wanted), column, None).fill_null("").dictionary_encode()
    keys = [_key(text) for text in coded.dictionary.to_pylist()]
    rank = {key: place for place, key in enumerate(sorted(keys))}
    ranks: npt.NDArray[np.int64] = np.array([rank[key] for key in keys], np.int64)[coded.indices.to_numpy()]
    return ranks


def at(run: Run, side: str, refs: pa.Array, columns: Sequence[str]) -> pa.Table:
    """These columns of the records of one side with these references, row by row."""
    import pyarrow.compute as pc

    name = RECORD_TABLES[side]
    found = pc.index_in(refs, value_set=run.columns(name, ["ref"])["ref"].combine_chunks())
    return run.columns(name, columns).take(found).combine_chunks()
