"""Quick runs that fail over people who occur nowhere else; `bench/canaries.py` has the slow ones too."""

from __future__ import annotations

from pathlib import Path

import pytest
from proving import leaks

QUICK = (
    "typed:", "config:", "run: open quote", "run: cut", "run: damaged workbook", "run: encrypted",
    "run: no name", "check: numbers everywhere", "check: rows of other lengths",
    "defect in chsi_batch.report.xlsx.write_exceptions: OSError",
)  # fmt: skip
SCENARIOS = {each.name: each for each in leaks.failing() if each.name.startswith(QUICK)}


def test_there_are_a_hundred_that_fail_and_twenty_that_do_well() -> None:
    assert len(list(leaks.failing())) >= 100
    assert len(list(leaks.good())) >= 20


@pytest.mark.parametrize("name", SCENARIOS)
def test_no_value_of_a_person_is_where_it_must_not_be(name: str, tmp_path: Path) -> None:
    assert SCENARIOS[name].hits(tmp_path / "place") == []


def test_the_search_finds_a_leak(tmp_path: Path) -> None:
    place = leaks.Place(tmp_path)
    place.said = leaks.TOLD
    (tmp_path / "tmp" / "left.txt").write_text(leaks.FIRST.name, "utf-8")
    hits = place.hits(leaks.private)
    assert len([hit for hit in hits if hit.startswith("said")]) == 4
    assert any("left.txt" in hit for hit in hits)
