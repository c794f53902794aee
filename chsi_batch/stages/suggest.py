"""Candidates as they are told: pairs in order, each with a sentence for its states and one for its rule."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

import pyarrow as pa
import pyarrow.compute as pc

from chsi_batch import tables
from chsi_batch.engines.base import Engine
from chsi_batch.results import Result
from chsi_batch.terms import FIELDS

_STATES = ", ".join(FIELDS)


def details(engine: Engine, language: str) -> pa.Array:
    """Hold the number of every combination of states that occurs, as `details`; their sentences."""
    words = tables.texts("state_words", language)
    found = engine.take(f"SELECT {_STATES} FROM ranked UNION SELECT {_STATES} FROM alone ORDER BY {_STATES}")
    engine.put("details", found.append_column("detail", pa.array(range(found.num_rows), pa.int32())))
    sentences = [
        words["separator"].join(f"{words[field]}{words['between']}{words[row[field]]}" for field in FIELDS)
        for row in found.to_pylist()
    ]
    return pa.array(sentences, pa.string())


def candidates(details: pa.Array, readings: Mapping[int, str]) -> Result:
    """Sentences are put in when the rows are in order: sorting them along would take most of the memory."""
    states = ", ".join(f"j.{field}" for field in FIELDS)
    same = " AND ".join(f"t.{field} = j.{field}" for field in FIELDS)
    select = (
        f"SELECT b.ref AS degree_ref, a.ref AS registration_ref, CAST(j.degree_rank AS INTEGER) AS rank, "
        f"j.rule, {states}, t.detail, j.line AS reading FROM ("
        f"SELECT r, d, degree_rank, rule, line, {_STATES} FROM ranked UNION ALL "
        f"SELECT p.r, p.d, 1 AS degree_rank, q.rule, q.line, {', '.join(f'p.{field}' for field in FIELDS)} "
        "FROM alone AS p JOIN bound_pairs AS q ON q.d = p.d) AS j "
        "JOIN registrations AS a ON a.r = j.r "
        f"JOIN degrees AS b ON b.d = j.d JOIN details AS t ON {same} "
        "ORDER BY j.d, j.degree_rank"
    )
    return Result((select,), partial(_worded, details, readings))


def _worded(details: pa.Array, readings: Mapping[int, str], rows: pa.Table) -> pa.Table:
    """Candidates with sentences in place of their numbers."""
    lines, texts = pa.array(readings, pa.int32()), pa.array(readings.values(), pa.string())
    for name, worded in (
        ("detail", details.take(_whole(rows["detail"]))),
        ("reading", texts.take(pc.index_in(_whole(rows["reading"]), lines))),
    ):
        rows = rows.set_column(rows.column_names.index(name), name, worded)
    return rows


def _whole(column: pa.ChunkedArray) -> pa.Array:
    return column.combine_chunks().cast(pa.int32())
