"""The fixed texts of the reports in the run's language, from `report_words.csv` (key, zh, en)."""

from __future__ import annotations

from functools import cache

from chsi_batch import rules, tables

COLON = {"zh": "：", "en": ": "}
COMMA = {"zh": "、", "en": ", "}


class Words:
    """`words("key", n=3)` gives the text of a key; the rest are lookups with a fixed prefix."""

    def __init__(self, language: str) -> None:
        self.language = language
        self._texts = tables.texts("report_words", language)
        self.states = tables.texts("state_words", language)
        self.colon = COLON[language]
        self.comma = COMMA[language]

    def __call__(self, key: str, **values: object) -> str:
        text = self._texts[key]
        return text.format(**values) if values else text

    def known(self, prefix: str, key: str | None, missing: str = "") -> str:
        """The text of `prefix.key`; an unknown key shows as itself."""
        return missing if key is None else self._texts.get(f"{prefix}.{key}", key)

    def party(self, acts: str | None) -> str:
        """Who must act."""
        return self.known("party", acts)

    def title(self, code: str | None) -> str:
        """The short title of an exception code."""
        return titles(self.language).get(code or "", code or "")


@cache
def titles(language: str) -> dict[str, str]:
    """Code -> title; where the sides differ they share their title."""
    return {entry.code: entry.title[language] for entry in reversed(rules.exception_codes())}


@cache
def code_order() -> dict[str, int]:
    """Code -> its place in the ledger's order of preference."""
    return {entry.code: entry.order for entry in rules.exception_codes()}


@cache
def readings(language: str) -> dict[str, str]:
    """Rule -> the sentence it stands for; a rule of several lines reads as its first."""
    return {rule.rule: rule.reading[language] for rule in reversed(rules.match_rules())}


def party_order(acts: str) -> int:
    """The place of a party in every list of parties."""
    return rules.PARTIES.index(acts) if acts in rules.PARTIES else len(rules.PARTIES)
