"""The table of properties is the tests', and there are enough of them."""

from __future__ import annotations

from . import listing


def test_the_table_lists_every_property() -> None:
    assert listing.TABLE.read_text("utf-8") == listing.table(), "run: python tests/properties/listing.py"


def test_there_are_enough() -> None:
    assert len(list(listing.properties())) >= 25
