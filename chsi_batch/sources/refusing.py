"""A refusal by its code: the texts stand in `tables/refusals.csv`, placeholders are filled in here."""

from __future__ import annotations

from typing import Any

from chsi_batch import tables
from chsi_batch.errors import Refusal

COLUMNS = ("key", "what_zh", "advice_zh", "what_en", "advice_en")


class UnreadableError(Exception):
    """Raised inside a reader; `opening` turns it into the refusal of the file."""

    def __init__(
        self,
        code: str,
        *,
        sheet: str | None = None,
        row: int | None = None,
        text: str | None = None,
        **facts: str | int,
    ) -> None:
        super().__init__(code)
        self.code, self.sheet, self.row, self.text = code, sheet, row, text
        self.facts: Any = facts


def refusal(
    code: str,
    file: str,
    *,
    sheet: str | None = None,
    row: int | None = None,
    column: str | None = None,
    language: str = "zh",
    text: str | None = None,
    **facts: str | int,
) -> Refusal:
    """The refusal with this code, told in one language; `text` picks another wording for the same code."""
    texts = {entry["key"]: entry for entry in tables.rows("refusals", COLUMNS)}[text or code]
    return Refusal(
        code=code,
        file=file,
        what=texts[f"what_{language}"].format(**facts),
        advice=texts[f"advice_{language}"].format(**facts),
        sheet=sheet,
        row=row,
        column=column,
    )
