"""Codes and words of columns with few values (状态, 性别, 层次, 毕结业结论 …), brought to one word each.

Issued by: the ministry's and the national code tables; account systems have words of their own. Files mix
codes and words. Unknown words stay as they are, so that a rule can tell them from blanks; an unknown sex
says nothing.
Source: `tables/codes.csv`. Examples: `1` 男 · `大专` 专科 · `未激活` 待激活.
"""

from functools import cache
from typing import TYPE_CHECKING, Any

from chsi_batch.tables import rows
from chsi_batch.values.characters import plain, upper
from chsi_batch.values.placeholders import is_placeholder

if TYPE_CHECKING:
    import pyarrow as pa

ONLY_LISTED = frozenset({"sex"})
"""Fields in which what no table knows is no statement at all."""


def clean(field: str, text: str | None) -> str | None:
    """The canonical word of a field; None for blanks and words that say nothing."""
    shown = upper(plain(text or "").replace(" ", "")).strip("'’‘`").removesuffix(".0")
    listed = _words(field)
    if shown in listed:
        return listed[shown] or None
    if is_placeholder(shown, "code") or field in ONLY_LISTED:
        return None
    return shown


def is_known(field: str, text: str | None) -> bool:
    """Whether a text is blank or stands in the table."""
    word = clean(field, text)
    return word is None or word in canonical_words(field)


@cache
def canonical_words(field: str) -> frozenset[str]:
    """The words a field can come to."""
    return frozenset(word for word in _words(field).values() if word)


def canonical(field: str, values: Any) -> "pa.Array":
    """A column through `clean`."""
    from chsi_batch.values.distinct import each

    return each(values, lambda text: clean(field, text))


@cache
def _words(field: str) -> dict[str, str]:
    table = rows("codes", ("field", "word", "canonical", "origin"))
    found = {
        upper(plain(row["word"]).replace(" ", "")): row["canonical"] for row in table if row["field"] == field
    }
    if not found:
        raise KeyError(field)
    return found
