"""What a report may show of a value: masked unless the user asked otherwise (contract, section 3).

ID numbers, mobile numbers and e-mail addresses are masked, also where they stand in the wrong column or in
a free text; names and certificate numbers are not.
"""

from __future__ import annotations

import re
from functools import lru_cache

from chsi_batch.values import masking
from chsi_batch.values.misplaced import is_id_number

SUSPECT = re.compile("[@＠]|(?:[0-9０-９][^0-9０-９]{0,6}){6}")
"""Six digits close to each other, or an at-sign: worth a closer look before it is printed."""


def username(text: str) -> str:
    """A user name: usually the e-mail or mobile number used to register."""
    if "@" in text:
        return masking.mask_email(text)
    return free(text)


@lru_cache(maxsize=4096)
def free(text: str) -> str:
    """Any other text: what looks like an ID number, a mobile number or an e-mail is masked inside it."""
    return masking.mask_text(text) if SUSPECT.search(text) else text


class Shown:
    """The values of a report as they are printed; `unmask` prints them in full."""

    def __init__(self, unmask: bool) -> None:
        self.unmask = unmask

    def value(self, column: str, text: str | None, own_id: str | None = None) -> str:
        """One value of a canonical column; `own_id` is the ID number of the same row."""
        if text is None:
            return ""
        if self.unmask:
            return text
        if column == "id_number" or text == own_id:
            return masking.mask_id(text)
        if column.endswith("certificate_number"):
            return masking.mask_id(text) if is_id_number(text) else text
        return username(text) if column == "username" else free(text)

    def pair(
        self, field: str, left: str, right: str, own_ids: tuple[str | None, str | None]
    ) -> tuple[str, str]:
        """Two values of one field: where both are masked, the differing places are shown."""
        if field == "id_number" and not self.unmask:
            return masking.mask_pair(left, right)
        return self.value(field, left, own_ids[0]), self.value(field, right, own_ids[1])
