"""Every drawn case, on every engine."""

from pathlib import Path

import pytest

from . import drawn
from .drawing import Case, cases


@pytest.mark.parametrize("engine", ["duckdb"])
@pytest.mark.parametrize("case", cases(), ids=lambda case: case.name)
def test_case(case: Case, engine: str, tmp_path: Path) -> None:
    """The case comes out as drawn."""
    drawn.check(case, drawn.run(case, engine, tmp_path))
