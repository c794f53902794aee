"""ID numbers in the cells of other numbers: somebody typed, or a column slipped.

Certificate numbers, student numbers and exam numbers are shown as they are, so that a registrar can look them
up; an ID number among them is a person's all the same. Many diploma numbers have a date where ID numbers have
the birth date, so that their build decides first.
"""

from __future__ import annotations

import re

from chsi_batch.values import certificate_number, id_number

_PROVINCES = "1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[1-3]"
RESIDENT = re.compile(f"(?:{_PROVINCES}).*")
"""What resident ID numbers begin with."""


def is_id_number(text: str) -> bool:
    """Whether a cell of another number holds a resident ID number: a birth date in its place, no diploma's
    build.

    Some numbers could be either: those built like a diploma's are taken for one, since certificate numbers
    are not masked; a 自考 number has no build, there the check digit decides.
    """
    number = id_number.clean(text)
    if not number or not RESIDENT.fullmatch(number) or id_number.birth(number) is None:
        return False
    parts = certificate_number.parse(number)
    return parts is None or (parts.school_code is None and id_number.checks(number))
