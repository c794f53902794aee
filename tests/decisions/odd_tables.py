"""Cleaned tables of one ordinary person, with the changes a test asks for."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

import pyarrow as pa

from chsi_batch.stages import clean
from chsi_batch.terms import COLUMNS, Side

ORDINARY: dict[Side, dict[str, str]] = {
    Side.REGISTRATION: {
        "username": "zhang@163.com", "name": "张三丰", "id_number": "110101198101011010",
        "mobile": "13800000001", "email": "zhang@163.com", "activation": "已激活", "account_status": "正常",
        "claimed_certificate_number": "100011201005141718", "claimed_year": "2010",
        "claimed_school": "北京大学",
    },
    Side.DEGREE: {
        "name": "张三丰", "id_number": "110101198101011010", "sex": "男", "birth_date": "19810101",
        "school_code": "10001", "school": "北京大学", "graduation_year": "2010",
        "certificate_number": "100011201005141718",
    },
}  # fmt: skip
REGISTRATION = {
    "username": "li@163.com", "name": "张三封", "id_number": "110101198101011037", "id_type": "护照",
    "claimed_certificate_number": "100011201005141719", "claimed_year": "2011", "claimed_school": "清华大学",
}  # fmt: skip
DEGREE = {
    "name": "张三封", "id_number": "110101198101011037", "id_type": "护照", "sex": "女",
    "birth_date": "19810102", "school_code": "10003", "graduation_year": "2011",
    "certificate_number": "100011201005141719",
}  # fmt: skip
"""For each value that matching uses, another one."""


def cleaned(side: Side, rows: Sequence[Mapping[str, str | None]], numeric: bool = False) -> pa.Table:
    """What `stages.clean` makes of these rows; each is the ordinary one with changes."""
    full = [{**dict.fromkeys(COLUMNS[side]), **ORDINARY[side], **row} for row in rows]
    table = {column: pa.array([row[column] for row in full], pa.string()) for column in COLUMNS[side]}
    certificate = "certificate_number" if side is Side.DEGREE else "claimed_certificate_number"
    count = len(full)
    return clean.CLEANERS[side](
        pa.table(
            {
                "rid": pa.array(range(count), pa.int64()),
                "ref": pa.array([f"r{place}" for place in range(count)], pa.string()),
                **table,
                "id_number_numeric": pa.array([numeric] * count, pa.bool_()),
                f"{certificate}_numeric": pa.array([False] * count, pa.bool_()),
                "columns": pa.array([json.dumps(list(COLUMNS[side]))] * count, pa.string()),
            }
        )
    )
