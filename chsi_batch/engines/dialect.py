"""The one SQL text in Spark's words: functions and defaults that both dialects have under other names.

The text keeps to what means the same on both sides; this only writes it as the other side spells it: where
nulls stand in an order, how a text is trimmed at one end, what types are called.
"""

from __future__ import annotations

from functools import lru_cache

TEXTS = 4096
"""Translations that are kept: a run asks for some hundred different texts, most of them more than once."""


@lru_cache(TEXTS)
def for_spark(select: str) -> str:
    """A SELECT of ours as Spark reads it."""
    import sqlglot

    (told,) = sqlglot.transpile(select, read="duckdb", write="spark")
    return told
