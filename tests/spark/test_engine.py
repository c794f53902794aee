"""The engine: rows in parts, pieces out, functions where the rows are, one meaning on either side."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pytest
from engines.in_parts import check_doubled, check_together, check_written, doubler
from spec.test_rules import WORDS, combinations

from chsi_batch import rules
from chsi_batch.engines import open_engine, parts
from chsi_batch.engines.base import Engine
from chsi_batch.engines.spark import Spark

pytestmark = pytest.mark.xdist_group("spark")

ROWS = 3_000


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    opened = open_engine("spark", 2, None, tmp_path / "spill")
    yield opened
    opened.close()
    assert not (tmp_path / "spill").exists()


def test_rows_added_in_parts_come_out_whole_and_in_order(engine: Engine, tmp_path: Path) -> None:
    path = tmp_path / "out.parquet"
    check_written(engine, ROWS, path)
    assert {part.suffix for part in path.iterdir()} == {".parquet"}
    pieces = list(engine.batches("SELECT n FROM given ORDER BY n DESC"))
    assert pa.concat_tables(pieces)["n"].to_pylist() == list(range(ROWS - 1, -1, -1))


def test_functions_run_on_every_row_once(engine: Engine, tmp_path: Path) -> None:
    check_doubled(engine, ROWS, tmp_path / "out.parquet")
    engine.map("doubled", "SELECT n FROM given", doubler())
    assert engine.take("SELECT twice FROM doubled ORDER BY twice")["twice"].to_pylist() == list(
        range(0, ROWS, 2)
    )


def test_rows_that_are_alike_come_together(engine: Engine) -> None:
    check_together(engine, ROWS)


def test_tasks_answer_in_their_order_and_tell_what_went_wrong(engine: Spark, tmp_path: Path) -> None:
    (tmp_path / "1").write_text("one", encoding="utf-8")
    (tmp_path / "0").write_text("zero", encoding="utf-8")
    places = [tmp_path / "1", tmp_path / "0"]
    assert engine.each("read", Path.read_bytes, places) == [b"one", b"zero"]
    assert engine.each("read", Path.read_bytes, []) == []
    with pytest.raises(FileNotFoundError):
        engine.each("read", Path.read_bytes, [*places, tmp_path / "2"])


def test_a_part_that_was_broken_off_is_no_part(tmp_path: Path) -> None:
    with pytest.raises(TypeError), parts.whole(tmp_path / parts.PART.format(3)) as path:
        path.write_text(None)  # type: ignore[arg-type]
    (tmp_path / ".part-00004-killed").write_bytes(b"half")
    parts.add(tmp_path, 5, pa.table({"n": [1]}))
    assert parts.parts(tmp_path) == [tmp_path / "part-00005.parquet"]
    parts.clear(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["part-00005.parquet"]


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
