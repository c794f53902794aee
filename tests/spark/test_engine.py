"""The engine: rows in parts, pieces out, functions where the rows are, one meaning on either side."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
from spec.test_rules import WORDS, combinations

from chsi_batch import rules
from chsi_batch.engines import open_engine
from chsi_batch.engines.base import Engine

pytestmark = pytest.mark.xdist_group("spark")

ROWS = 3_000


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    opened = open_engine("spark", 2, None, tmp_path / "spill")
    yield opened
    opened.close()
    assert not (tmp_path / "spill").exists()


def _halves() -> list[pa.Table]:
    whole = pa.table({"n": pa.array(range(ROWS), pa.int64()), "text": [f"行{n % 7}" for n in range(ROWS)]})
    return [whole.slice(ROWS // 2).select(["text", "n"]), whole.slice(0, ROWS // 2)]


def test_rows_added_in_parts_come_out_whole_and_in_order(engine: Engine, tmp_path: Path) -> None:
    for half in _halves():
        engine.append("given", half)
    assert engine.count("given") == ROWS
    path = tmp_path / "out.parquet"
    engine.write(
        ["SELECT n, text FROM given ORDER BY n", "SELECT n, 'x' AS text FROM given WHERE n < 2 ORDER BY n"],
        path,
    )
    found = pq.read_table(path)
    assert found["n"].to_pylist() == [*range(ROWS), 0, 1]
    assert found["text"][-3:].to_pylist() == [f"行{(ROWS - 1) % 7}", "x", "x"]
    assert {part.suffix for part in path.iterdir()} == {".parquet"}
    pieces = list(engine.batches("SELECT n FROM given ORDER BY n DESC"))
    assert pa.concat_tables(pieces)["n"].to_pylist() == list(range(ROWS - 1, -1, -1))


def test_functions_run_on_every_row_once(engine: Engine, tmp_path: Path) -> None:
    def doubled(piece: pa.Table) -> pa.Table:
        return pa.table({"twice": pc.multiply(piece["n"], 2)})

    engine.put("given", _halves()[1])
    engine.map("doubled", "SELECT n FROM given", doubled)
    assert engine.take("SELECT twice FROM doubled ORDER BY twice")["twice"].to_pylist() == list(
        range(0, ROWS, 2)
    )
    engine.write(["SELECT n FROM given ORDER BY n"], tmp_path / "out.parquet", doubled)
    assert pq.read_table(tmp_path / "out.parquet")["twice"].to_pylist() == list(range(0, ROWS, 2))


def test_a_table_may_be_made_from_itself(engine: Engine) -> None:
    engine.put("given", pa.table({"n": pa.array([1, 2], pa.int64()), "none": pa.nulls(2)}))
    engine.make("given", "SELECT * FROM given UNION ALL SELECT n + 2, none FROM given")
    assert engine.take("SELECT n FROM given ORDER BY n")["n"].to_pylist() == [1, 2, 3, 4]


def test_the_rule_table_reads_the_same(engine: Engine) -> None:
    """The CASE made from the table picks the line that Python picks, for every combination of words."""
    rows = list(combinations())
    words = {word: pa.array([row[word] for row in rows], pa.string()) for word in WORDS}
    engine.put("described", pa.table({"place": pa.array(range(len(rows)), pa.int64()), **words}))
    case = rules.case({word: word for word in WORDS})
    lines = engine.take(f"SELECT {case} AS line FROM described ORDER BY place")["line"].to_pylist()
    assert lines == [rules.judge(row).line for row in rows]


PLAIN = {
    "nulls last": "SELECT n FROM v ORDER BY a NULLS LAST, n",
    "nulls where nothing is said": "SELECT n FROM v ORDER BY a, n",
    "nulls when falling": "SELECT n FROM v ORDER BY a DESC, n",
    "window": "SELECT n, row_number() OVER (PARTITION BY b ORDER BY a DESC, n) AS p FROM v ORDER BY n",
    "ends": "SELECT n, rtrim(t, ',') AS x FROM v ORDER BY n",
    "parts": "SELECT n, substr(t, 1, 2) || '|' || substr(t, 3) || '|' || substr(t, 9, 2) AS x FROM v "
    "ORDER BY n",
    "nothing taken": "SELECT n, substr(t, 1, 0) AS x FROM v ORDER BY n",
    "characters": "SELECT n, CAST(length(t) AS INTEGER) AS x FROM v ORDER BY n",
    "null in a text": "SELECT n, t || a AS x FROM v ORDER BY n",
    "smaller": "SELECT n, least(b, c) AS x FROM v ORDER BY n",
    "apart": "SELECT n, abs(b - c) AS x FROM v ORDER BY n",
    "in and not in": "SELECT n FROM v WHERE t IN ('甲乙丙', 'x') AND COALESCE(a, '') NOT IN ('p') ORDER BY n",
    "order of texts": "SELECT t FROM v ORDER BY t, n",
    "least text": "SELECT b, min(t) AS lo, max(t) AS hi FROM v GROUP BY b ORDER BY b NULLS LAST",
    "null equals nothing": "SELECT x.n AS p, y.n AS q FROM v AS x JOIN v AS y ON x.a = y.a ORDER BY p, q",
    "nulls are one group": "SELECT a, CAST(count(*) AS BIGINT) AS m FROM v GROUP BY a ORDER BY a NULLS LAST",
    "union": "SELECT a, b FROM v UNION SELECT a, b FROM v ORDER BY a NULLS LAST, b NULLS LAST",
    "distinct": "SELECT count(DISTINCT a) AS m, count(a) AS k FROM v",
    "numbers as texts": "SELECT n, CAST(c + 1 AS VARCHAR) || 'r' AS x FROM v ORDER BY n",
    "yes and no": "SELECT n, NOT (b = 1) AS x, CASE WHEN b = 1 AND c = 2 THEN 1 ELSE 0 END AS y FROM v "
    "ORDER BY n",
}  # fmt: skip
"""What the stages' SELECTs are made of. Each is a place where dialects may differ without an error."""


def test_the_same_text_means_the_same(engine: Engine, tmp_path: Path) -> None:
    """Every construct that the stages use gives the same rows on both engines."""
    values = pa.table(
        {
            "n": pa.array(range(7), pa.int64()),
            "a": ["p", None, "q", None, "p", "é", "z"],
            "b": pa.array([1, 1, None, 2, 2, 2, None], pa.int64()),
            "c": pa.array([2, None, 3, 5, 4, 2, 110101199001011], pa.int64()),
            "t": ["甲乙丙", "x", "", "𠮷野,", "abc,,", "Ａ\u3000 ", "x"],
        }
    )
    other = open_engine("duckdb", 1, None, tmp_path / "other")
    for one in (engine, other):
        one.put("v", values)
    for name, select in PLAIN.items():
        assert engine.take(select).to_pylist() == other.take(select).to_pylist(), name
    other.close()
