"""Words people write where they have nothing to say: `tables/blank_words.csv`."""

from functools import cache

from chsi_batch.tables import rows


@cache
def blank_words(field: str) -> frozenset[str]:
    """The words that stand for nothing in a field (`name`, `school`), in upper case."""
    table = rows("blank_words", ("field", "word", "origin"))
    return frozenset(row["word"] for row in table if row["field"] == field)
