"""An ID number written as text is read as the same text, and one written as a number is caught."""

from __future__ import annotations

from pathlib import Path

import id_numbers
import pytest

COUNT = 2000


@pytest.mark.parametrize("kind", id_numbers.FORMATS)
def test_text_stays(kind: str, tmp_path: Path) -> None:
    assert id_numbers.compared(kind, tmp_path, id_numbers.numbers(COUNT)) == (COUNT, 0, 0)


@pytest.mark.parametrize("kind", sorted(set(id_numbers.FORMATS) - set(id_numbers.UNTYPED)))
def test_numbers_are_caught(kind: str, tmp_path: Path) -> None:
    floats = [float(number.replace("X", "0")) for number in id_numbers.numbers(COUNT)]
    assert id_numbers.compared(kind, tmp_path, floats)[2] == COUNT
