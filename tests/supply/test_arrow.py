"""What older versions of Arrow cannot do is done in one place."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa

from chsi_batch.values.distinct import true_rows

PACKAGE = Path(__file__).parents[2] / "chsi_batch"


def test_true_rows_of_a_column_in_any_pieces() -> None:
    assert true_rows(pa.chunked_array([], pa.bool_())).to_pylist() == []
    assert true_rows(pa.chunked_array([[True], [], [None, False, True]], pa.bool_())).to_pylist() == [0, 3]
    assert true_rows(pa.array([False, True, None])).to_pylist() == [1]


def test_no_other_place_asks_arrow_for_them() -> None:
    """Up to 26.0.0 it ends the process when there are no pieces."""
    asking = [path.name for path in PACKAGE.rglob("*.py") if "indices_nonzero(" in path.read_text("utf-8")]
    assert asking == ["distinct.py"]
