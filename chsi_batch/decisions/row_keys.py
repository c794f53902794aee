"""A digest of what matching uses of a row: the same row in a later export has the same key.

HMAC-SHA-256 under a secret kept beside the log: without it nobody can try ID numbers until one fits. Values
are cleaned first, so another width or spacing is the same value; columns that matching does not look at
(mobile, status, major, remark …) are left out, so their changes do not matter.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from typing import TYPE_CHECKING

from chsi_batch.terms import Side

if TYPE_CHECKING:
    import pyarrow as pa

LENGTH = 32
"""Hexadecimal digits kept: 128 bits, no two rows will share them by chance."""

_SCHOOL = ("school_listed", "school_key")
_COLUMNS: Mapping[Side, tuple[tuple[str, ...], ...]] = {
    Side.REGISTRATION: (
        ("username_key",), ("name_key",), ("id_group",), ("id_key",), ("id_rounded",),
        ("certificate_key",), ("year",), _SCHOOL,
    ),
    Side.DEGREE: (
        ("name_key",), ("id_group",), ("id_key",), ("id_rounded",), ("birth",), ("sex",),
        ("certificate_key",), ("year",), _SCHOOL,
    ),
}  # fmt: skip
"""The cleaned columns of a key in order; of several in one place the first that is given."""

_BETWEEN, _ABSENT = "\x1f", "\x1e"


def row_keys(side: Side, cleaned: pa.Table, secret: bytes) -> pa.Array:
    """The key of every row as text, in row order.

    `cleaned` is what `stages.clean` makes of the records of `side`. Rows that are equal in every value
    matching looks at have one key.
    """
    import pyarrow as pa
    import pyarrow.compute as pc

    if not cleaned.num_rows:
        return pa.array([], pa.string())
    parts = [
        pc.coalesce(*(pc.cast(cleaned[name], pa.string()) for name in names), pa.scalar(_ABSENT))
        for names in _COLUMNS[side]
    ]
    texts = pc.binary_join_element_wise(*parts, pa.scalar(_BETWEEN))
    label = side.value.encode()
    return pa.array(
        [
            hmac.digest(secret, label + text.encode("utf-8", "surrogatepass"), "sha256").hex()[:LENGTH]
            for text in texts.to_pylist()
        ],
        pa.string(),
    )
