"""Faults in SQL that stands in the texts of a module."""

from __future__ import annotations

import re
from collections.abc import Iterator

_WORDS = re.compile(
    r"\b(SELECT|CASE|WHEN|FROM|JOIN|WHERE|UNION|PARTITION BY|IS NULL|IS NOT NULL|NULLS LAST)\b"
)

Spot = tuple[str, int, int, str]
"""Kind, start and end in the text, and what stands there instead."""

SIMPLE: tuple[tuple[str, str, str], ...] = (
    ("sql comparison", r"(?<![<>=!-])=(?![>=])", "<>"),
    ("sql comparison", r"<>", "="),
    ("sql comparison", r"<=", "<"),
    ("sql comparison", r">=", ">"),
    ("sql comparison", r"<(?![=>])", "<="),
    ("sql comparison", r"(?<![<=-])>(?!=)", ">="),
    ("sql and/or", r"\bAND\b", "OR"),
    ("sql and/or", r"\bOR\b(?! REPLACE)", "AND"),
    ("sql null", r"\bIS NULL\b", "IS NOT NULL"),
    ("sql null", r"\bIS NOT NULL\b", "IS NULL"),
    ("sql join", r"\bLEFT JOIN\b", "JOIN"),
    ("sql distinct", r"\bDISTINCT ", ""),
    ("sql union", r"\bUNION(?! ALL)\b", "UNION ALL"),
    ("sql order", r" DESC\b", ""),
    ("sql order", r"\bNULLS LAST\b", "NULLS FIRST"),
    ("sql least", r"\bmin\(", "max("),
    ("sql least", r"\bmax\(", "min("),
    ("sql least", r"\bleast\(", "greatest("),
    ("sql not", r"\bNOT IN\b", "IN"),
    ("sql not", r"(?<!NOT )\bIN \(", "NOT IN ("),
    ("sql value", r"(?<=THEN )1\b", "0"),
    ("sql value", r"(?<=THEN )0\b", "1"),
    ("sql value", r"(?<=ELSE )1\b", "0"),
    ("sql value", r"(?<=ELSE )0\b", "1"),
    ("sql value", r"(?<=THEN )'[a-z-]+'", "'other'"),
    ("sql value", r"(?<=ELSE )'[a-z-]+'", "'other'"),
    ("sql number", r"(?<=[<>=+-] )(?<!= )\d+\b", "7"),
)
_BRANCH = re.compile(r"WHEN (?:(?!\b(?:WHEN|THEN|CASE|END)\b)[^{}])+? THEN (?:'[^']*'|[\w.]+)\s*")


def is_sql(token: str) -> bool:
    """Does this text hold SQL? Docstrings in plain English have no such words in capitals."""
    return bool(_WORDS.search(token))


def changes(token: str) -> Iterator[Spot]:
    """Every single fault of one text."""
    for kind, pattern, instead in SIMPLE:
        for found in re.finditer(pattern, token):
            yield kind, found.start(), found.end(), instead
    for found in _BRANCH.finditer(token):
        rest = token[: found.start()] + token[found.end() :]
        if not re.search(r"CASE\s+(ELSE|END)\b", rest):
            yield "sql branch dropped", found.start(), found.end(), ""
    yield from _parts(token)


def _parts(token: str) -> Iterator[Spot]:
    """One part of a UNION ALL left out, where nothing is nested."""
    whole = token.rstrip("\"' \n")
    cuts = [
        found.start() for found in re.finditer(r"UNION ALL\b", whole) if _level(whole[: found.start()]) == 0
    ]
    for start, end in zip(cuts, [*cuts[1:], len(whole)], strict=False):
        if _level(whole[start:end]) == 0:
            yield "sql part dropped", start, end, ""


def _level(text: str) -> int:
    return text.count("(") - text.count(")")
