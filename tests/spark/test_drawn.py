"""Every drawn case on Spark: as drawn, and with the same rows and values in every table as on DuckDB."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pytest
from spec import drawn
from spec.drawing import Case, cases

from chsi_batch.engines import open_engine

from . import packing
from .small import SmallSpark

pytestmark = pytest.mark.xdist_group("spark")

PACKS = packing.packs(cases())


def test_every_case_is_in_a_pack() -> None:
    assert sum(len(pack) for pack in PACKS) == len(cases())


@pytest.mark.parametrize("drawings", PACKS, ids=lambda drawings: drawings[0].name)
def test_cases(drawings: list[Case], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pack = packing.Pack(drawings)
    other = open_engine("duckdb", 1, None, tmp_path / "duckdb")
    expected = pack.run(other, monkeypatch)
    other.close()
    engine = SmallSpark(tmp_path / "spark")
    found = pack.run(engine, monkeypatch)
    engine.close()
    same(found, expected)
    wrong = []
    for number, case in enumerate(pack.cases):
        try:
            drawn.check(case, pack.found(number, found))
        except AssertionError as error:
            wrong.append(str(error))
    assert not wrong, "\n".join(wrong)


def same(found: dict[str, pa.Table], expected: dict[str, pa.Table]) -> None:
    """Equal rows and values, in equal order."""
    assert found.keys() == expected.keys()
    for name, table in expected.items():
        assert found[name].column_names == table.column_names, name
        assert found[name].cast(table.schema).equals(table), name
