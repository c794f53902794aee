"""What people put for want of a number: words (`tables/placeholders.csv`), one sign repeated, counting up.

Examples: 无 · 不详 · `-` · `000000000000000000` · `123456789012345678`.
"""

from functools import cache

from chsi_batch.tables import rows

COUNTING = "123456789" + "0123456789" * 2
"""The keyboard's top row, as often as a long field takes it."""

SHORTEST_COUNTING = 6
SHORTEST_REPEATED = 4
"""Shorter runs occur in real numbers of free form."""


@cache
def words(field: str) -> frozenset[str]:
    """The words that stand for nothing in a field, in upper case."""
    table = rows("placeholders", ("field", "word", "origin"))
    return frozenset(row["word"] for row in table if row["field"] == field)


def is_placeholder(text: str, field: str) -> bool:
    """Whether a text without blanks, in upper case, says nothing."""
    if text.strip("()") in words(field) or not any(sign.isalnum() for sign in text):
        return True
    return not text.strip("0")


def is_pattern(text: str) -> bool:
    """Whether a long text is one sign repeated, or counting up from 1."""
    if len(text) >= SHORTEST_REPEATED and len(set(text)) == 1:
        return True
    return len(text) >= SHORTEST_COUNTING and COUNTING.startswith(text)
