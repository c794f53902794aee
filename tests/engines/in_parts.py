"""Rows that go into any engine in parts, and what must come out of it again."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from chsi_batch.engines.base import Engine


def halves(rows: int) -> list[pa.Table]:
    """Numbered rows in two parts, the later one first and with its columns the other way round."""
    whole = pa.table({"n": pa.array(range(rows), pa.int64()), "text": [f"行{n % 7}" for n in range(rows)]})
    return [whole.slice(rows // 2).select(["text", "n"]), whole.slice(0, rows // 2)]


def doubler() -> Callable[[pa.Table], pa.Table]:
    """A function to send rows through, made here so that it reaches processes that know no tests."""

    def doubled(piece: pa.Table) -> pa.Table:
        return pa.table({"twice": pc.multiply(piece["n"], 2)})

    return doubled


def check_written(engine: Engine, rows: int, path: Path) -> None:
    """What is added in parts comes out whole and in order, the rows of one select after those of another."""
    for half in halves(rows):
        engine.append("given", half)
    assert engine.count("given") == rows
    engine.write(
        ["SELECT n, text FROM given ORDER BY n", "SELECT n, 'x' AS text FROM given WHERE n < 2 ORDER BY n"],
        path,
    )
    found = pq.read_table(path)
    assert found["n"].to_pylist() == [*range(rows), 0, 1]
    assert found["text"][-3:].to_pylist() == [f"行{(rows - 1) % 7}", "x", "x"]


def check_doubled(engine: Engine, rows: int, path: Path) -> None:
    """Every row goes through the function once, in order."""
    engine.put("given", halves(rows)[1])
    engine.write(["SELECT n FROM given ORDER BY n"], path, doubler())
    assert pq.read_table(path)["twice"].to_pylist() == list(range(0, rows // 2 * 2, 2))


def check_together(engine: Engine, rows: int) -> None:
    """What is alike comes to the function at once, wherever it stood."""

    def sizes(some: pa.Table) -> pa.Table:
        counted = some.group_by("text").aggregate([("n", "count")])
        return pa.table({"text": counted["text"], "size": counted["n_count"]})

    for half in halves(rows):
        engine.append("parts_of_one", half)
    engine.together("sizes", "SELECT n, text FROM parts_of_one", ["text"], sizes)
    found = engine.take("SELECT text, size FROM sizes ORDER BY text").to_pylist()
    wanted = {f"行{rest}": len(range(rest, rows, 7)) for rest in range(7)}
    assert {row["text"]: row["size"] for row in found} == wanted
    assert len(found) == len(wanted)
