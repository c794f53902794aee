"""`truth.csv`: for each physical row of registrations and degrees, how it must end and why."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from chsi_batch import listed
from chsi_batch.labelled.rows import Row

COLUMNS = ("side", "ref", "kind", "expect", "to", "codes", "top")


@dataclass(frozen=True)
class Label:
    """One line of the truth; `codes` preferred first, `top` empty when none is expected or any will do."""

    side: str
    ref: str
    kind: str
    expect: str
    to: frozenset[str]
    codes: tuple[str, ...]
    top: str


def write(path: Path, rows: Iterable[Row]) -> int:
    """Write the truth in the order of side and reference; the number of rows."""
    lines = sorted(
        (
            row.side.value, row.ref, row.kind, row.expect.value, ";".join(other.ref for other in row.to),
            ";".join(row.codes), row.top.ref if row.top else "",
        )
        for row in rows
    )  # fmt: skip
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file, lineterminator="\r\n")
        writer.writerow(COLUMNS)
        writer.writerows(lines)
    return len(lines)


def read(path: Path) -> list[Label]:
    """The labels of a cohort."""
    return [
        Label(
            side=line["side"],
            ref=line["ref"],
            kind=line["kind"],
            expect=line["expect"],
            to=frozenset(_parts(line["to"])),
            codes=_parts(line["codes"]),
            top=line["top"],
        )
        for line in listed.read(path, "truth", COLUMNS, COLUMNS).rows
    ]


def _parts(text: str) -> tuple[str, ...]:
    return tuple(part for part in text.split(";") if part)
