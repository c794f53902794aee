"""The words of the decision column as people write them, and what each decides.

`fold` makes other widths, spaces and cases equal. "Ask the school" and "ask the student" are `hold` with
that remark. Examples: `绑定` -> bind; `询问学校` -> hold, remark 询问学校; `Bind ` -> bind.
"""

from __future__ import annotations

from functools import cache

from chsi_batch import tables
from chsi_batch.layout.headers import fold
from chsi_batch.report.forms import DECISIONS
from chsi_batch.terms import LANGUAGES

_AS_HOLD = ("school", "student")
_ALIKE = 50
"""Of 100: less alike is no help."""


@cache
def meanings() -> dict[str, tuple[str, str]]:
    """Folded word in either language -> the decision, and the remark that comes with it."""
    found = {}
    for language in LANGUAGES:
        texts = tables.texts("report_words", language)
        for choice in DECISIONS:
            word = texts[f"decision.{choice}"]
            found[fold(word)] = ("hold", word) if choice in _AS_HOLD else (choice, "")
    return found


def meaning(text: str) -> tuple[str, str] | None:
    """The decision and its remark; None if the word is none of the list."""
    return meanings().get(fold(text))


def choices(language: str) -> list[str]:
    """The words of the drop-down."""
    texts = tables.texts("report_words", language)
    return [texts[f"decision.{choice}"] for choice in DECISIONS]


def nearest(text: str) -> str | None:
    """The word of the list that was probably meant."""
    from rapidfuzz import fuzz, process

    every = {fold(word): word for language in LANGUAGES for word in choices(language)}
    found = process.extractOne(fold(text), list(every), scorer=fuzz.ratio, score_cutoff=_ALIKE)
    return every[found[0]] if found else None


def joined(*remarks: str) -> str:
    """Remarks as one, each once."""
    return "；".join(dict.fromkeys(remark for remark in remarks if remark))
