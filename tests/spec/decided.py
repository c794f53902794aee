"""Makes the entries of a log from drawn decisions, keyed by the rows as they stood when they were decided."""

from __future__ import annotations

import re
from collections.abc import Callable

import pyarrow as pa

from chsi_batch.decisions import listing
from chsi_batch.decisions.entries import Entry
from chsi_batch.decisions.given import Given
from chsi_batch.decisions.row_keys import row_keys
from chsi_batch.stages.clean import CLEANERS
from chsi_batch.terms import Side

from .drawing import Case, Row

SECRET = b"drawn".ljust(32, b".")
Records = Callable[[Side, list[list[Row]]], pa.Table]


def given(case: Case, records: Records) -> Given:
    """The drawn decisions as a log gives them; entries are numbered from 1."""
    keys = {side: _keys(case, side, records) for side in (Side.REGISTRATION, Side.DEGREE)}
    entries = []
    for seq, drawn in enumerate(case.decisions or [], start=1):
        refs = {side: drawn.get(side.value) or None for side in keys}
        entries.append(
            Entry(
                drawn["decision"],
                drawn["reviewer"],
                registration_ref=refs[Side.REGISTRATION],
                degree_ref=refs[Side.DEGREE],
                registration_key=keys[Side.REGISTRATION][refs[Side.REGISTRATION]],
                degree_key=keys[Side.DEGREE][refs[Side.DEGREE]],
                remark=drawn.get("remark", ""),
                undoes=int(drawn["undoes"]) if drawn.get("undoes") else None,
                seq=seq,
                time=f"2024-06-01T08:00:{seq:02d}+00:00",
            )
        )
    return Given(tuple(entries), SECRET, case.allow_severe)


def _keys(case: Case, side: Side, records: Records) -> dict[str | None, str | None]:
    """By short name: the key of the row as it was before, where the case draws that."""
    old = {row["ref"] for row in case.before[side]}
    now = [[row for row in file if row["ref"] not in old] for file in case.inputs[side]]
    table = records(side, [case.before[side], *now])
    found = row_keys(side, CLEANERS[side](table), SECRET).to_pylist()
    return {None: None, **dict(zip(table["ref"].to_pylist(), found, strict=True))}


def reason(sentence: str) -> str:
    """The key of the sentence."""
    (found,) = (
        key
        for key, (_, words) in listing.reasons("zh").items()
        if re.fullmatch(re.escape(words).replace(r"\{by\}", "[0-9]+"), sentence)
    )
    return found
