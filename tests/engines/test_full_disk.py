"""An engine that outgrows the memory and then the disk says what the system says."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROWS = 600_000
WORK = """
import resource, sys
from pathlib import Path
import pyarrow as pa
from chsi_batch.engines.duckdb import DuckDB
engine = DuckDB(1, "60MB", Path(sys.argv[1]))
largest = int(sys.argv[2])
resource.setrlimit(resource.RLIMIT_FSIZE, (largest, largest))
rows = range(int(sys.argv[3]))
try:
    engine.put("a", pa.table({"k": [f"key-{row * 7919 % 1000003:08d}-abcdefghij" for row in rows]}))
    engine.make("b", "SELECT *, k || k AS kk, row_number() OVER (ORDER BY k) AS n FROM a ORDER BY kk DESC")
    print(engine.count("b"))
except OSError as error:
    print(error.strerror)
"""


@pytest.mark.parametrize("largest", [100_000, 10**10])
def test_a_spill_that_finds_no_room(tmp_path: Path, largest: int) -> None:
    command = [sys.executable, "-c", WORK, str(tmp_path / "spill"), str(largest), str(ROWS)]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    assert said.strip() == (str(ROWS) if largest == 10**10 else "No space left on device")
