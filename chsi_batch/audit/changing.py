"""Changes records as life changes them: an ID number missing, a claim filled in, a digit mistyped.

Works on copies of the records of a run; only the named rows differ, everything else is the very same.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pyarrow as pa
import pyarrow.compute as pc

from chsi_batch.values import id_number

DIGITS = "0123456789"

Values = Mapping[str, str | None]
"""Reference -> the value its row gets."""


def without_ids(degrees: pa.Table, refs: Sequence[str]) -> pa.Table:
    """The degrees, these rows without ID number."""
    return replaced(degrees, "id_number", dict.fromkeys(refs))


def with_slips(degrees: pa.Table, marks: Mapping[str, str]) -> pa.Table:
    """The degrees, one digit of these rows' ID numbers changed as their mark (hexadecimal) says."""
    mine = _rows(degrees, list(marks))
    texts = dict(zip(mine["ref"].to_pylist(), mine["id_number"].to_pylist(), strict=True))
    return replaced(degrees, "id_number", {ref: slip(texts[ref], mark) for ref, mark in marks.items()})


def slip(text: str, mark: str) -> str:
    """The ID number with one of its digits changed to another."""
    number = id_number.clean(text) or text
    places = [place for place, character in enumerate(number) if character in DIGITS]
    if not places:
        return number
    chance = int(mark[:16], 16)
    place = places[chance % len(places)]
    step = 1 + chance // len(places) % (len(DIGITS) - 1)
    other = DIGITS[(DIGITS.index(number[place]) + step) % len(DIGITS)]
    return number[:place] + other + number[place + 1 :]


CLAIM = {
    "claimed_certificate_number": ("certificate_number",),
    "claimed_year": ("graduation_year", "graduation_date"),
    "claimed_school": ("school", "school_code"),
}
"""What a holder copies from the diploma: each field from the first column that has something."""


def with_claims(registrations: pa.Table, degrees: pa.Table, claims: Mapping[str, str]) -> pa.Table:
    """The registrations, these rows claiming these degrees (references) and nothing else."""
    rows = {row["ref"]: row for row in _rows(degrees, list(claims.values())).to_pylist()}
    for column, sources in CLAIM.items():
        values = {
            ref: next((rows[degree][source] for source in sources if rows[degree][source]), None)
            for ref, degree in claims.items()
        }
        registrations = replaced(registrations, column, values)
    return registrations


def _rows(table: pa.Table, refs: Sequence[str]) -> pa.Table:
    return table.filter(pc.is_in(table["ref"], value_set=pa.array(refs, pa.string())))


def replaced(table: pa.Table, column: str, values: Values) -> pa.Table:
    """The table with these values in the rows with these references."""
    wanted = pa.array(list(values), pa.string())
    places = pc.index_in(table["ref"].combine_chunks(), value_set=wanted)
    if isinstance(places, pa.ChunkedArray):
        places = places.combine_chunks()
    mine = pc.is_valid(places)
    fresh = pa.array(list(values.values()), pa.string()).take(places.filter(mine))
    old = table[column].combine_chunks()
    if isinstance(old, pa.ChunkedArray):
        old = old.chunk(0) if old.num_chunks else pa.array([], pa.string())
    return table.set_column(table.column_names.index(column), column, pc.replace_with_mask(old, mine, fresh))
