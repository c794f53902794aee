"""Where a row or a column stands changes nothing but references.

Rows of one account and rows of one certificate keep their order among themselves: there the contract itself
lets the first one count.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Sequence
from itertools import accumulate
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from chsi_batch.pipeline import Job, conformed
from chsi_batch.terms import COLUMNS, Side

from .calling import call, table
from .conftest import Cohort
from .drawn import Row, headed, write_csv, write_xlsx

NAMES = {Side.REGISTRATION: "registrations", Side.DEGREE: "degrees", Side.ENROLMENT: "enrolments"}
NUMERIC = {
    "id_number": "id_number_numeric",
    "certificate_number": "certificate_number_numeric",
    "claimed_certificate_number": "claimed_certificate_number_numeric",
}
COMPARED = ("ledger", "bindings", "candidates", "exceptions")
REFS = ("ref", "registration_ref", "degree_ref", "counterpart")
Placed = tuple[int, Row]


@pytest.fixture(scope="module")
def records(cohort: Cohort) -> dict[Side, list[Placed]]:
    """The cohort's rows with the place each has in the copy in the first order."""
    job = Job({side: (str(cohort.folder / name),) for side, name in NAMES.items()}, Path("nowhere"))
    return {
        side: list(
            enumerate(_row(side, row) for piece in sheets.pieces() for row in piece.records.to_pylist())
        )
        for side, sheets in conformed(job).items()
    }


def _row(side: Side, record: dict[str, Any]) -> Row:
    """Canonical cells; a number stays a number."""
    row = {column: record[column] for column in COLUMNS[side]}
    for column, flag in NUMERIC.items():
        if record.get(flag) and row[column] and row[column].isdigit():
            row[column] = float(row[column])
    return row


def _shuffle(side: Side, rows: Sequence[Placed], seed: int) -> list[Placed]:
    """Another order in which rows that the contract orders keep theirs."""
    mixed = random.Random(seed).sample(rows, len(rows))
    together: dict[object, list[int]] = defaultdict(list)
    for place, (number, row) in enumerate(mixed):
        together[_bound_together(side, number, row)].append(place)
    ordered = list(mixed)
    for places in together.values():
        for place, entry in zip(places, sorted((mixed[place] for place in places), key=_number), strict=True):
            ordered[place] = entry
    return ordered


def _number(entry: Placed) -> int:
    return entry[0]


def _bound_together(side: Side, number: int, row: Row) -> object:
    if side is Side.REGISTRATION and row["username"]:
        return ("account", str(row["username"]).casefold(), row["name"])
    if side is Side.DEGREE and row["certificate_number"]:
        return ("certificate", row["certificate_number"])
    return ("row", number)


def _write(path: Path, side: Side, rows: Sequence[Placed], seed: int | None) -> None:
    lines = headed(side, [row for _, row in rows])
    if seed is not None:
        order = random.Random(seed).sample(range(len(lines[0])), len(lines[0]))
        lines = [[line[place] for place in order] for line in lines]
    (write_csv if path.suffix == ".csv" else write_xlsx)(path, lines)


def _run(
    folder: Path, records: dict[Side, list[Placed]], as_of: str, extension: str, seed: int | None
) -> dict[str, list[tuple[object, ...]]]:
    """The compared tables, each reference replaced by the place its row has in the first order."""
    arguments: list[object] = []
    known: dict[str, str] = {}
    for side, rows in records.items():
        mixed = _shuffle(side, rows, seed) if seed is not None else list(rows)
        path = folder / f"{NAMES[side]}{extension}"
        _write(path, side, mixed, seed)
        arguments += [f"--{NAMES[side]}", path]
        start = f"{path.name}#Sheet1!" if extension == ".xlsx" else f"{path.name}#"
        lines = accumulate((_lines(row, extension) for _, row in mixed), initial=2)
        known |= {
            f"{start}{line}": f"{side} {number}" for line, (number, _) in zip(lines, mixed, strict=False)
        }
    out = folder / "result"
    assert call("run", *arguments, "--as-of", as_of, "--no-workbooks", "--out", out).code == 0
    return {name: _mapped(table(out, name), known) for name in COMPARED}


def _lines(row: Row, extension: str) -> int:
    """How many lines a row takes: a line break inside a CSV cell starts another one."""
    return 1 + sum(str(cell).count("\n") for cell in row.values()) * (extension == ".csv")


def _mapped(rows: list[dict[str, Any]], known: dict[str, str]) -> list[tuple[object, ...]]:
    mapped = [
        {column: known[value] if column in REFS and value else value for column, value in row.items()}
        for row in rows
    ]
    return sorted((tuple(row.items()) for row in mapped), key=repr)


@pytest.fixture(scope="module", params=[".csv", ".xlsx"])
def straight(
    request: pytest.FixtureRequest,
    cohort: Cohort,
    records: dict[Side, list[Placed]],
    tmp_path_factory: pytest.TempPathFactory,
) -> tuple[str, dict[str, list[tuple[object, ...]]]]:
    """The copy in the first order, in one file per side."""
    folder = tmp_path_factory.mktemp("straight")
    return request.param, _run(folder, records, cohort.summary["as_of"], request.param, None)


def test_the_copy_is_worth_the_test(straight: tuple[str, dict[str, list[tuple[object, ...]]]]) -> None:
    _, tables = straight
    assert len(tables["bindings"]) > 150
    assert len({dict(row)["code"] for row in tables["exceptions"]}) > 35  # type: ignore[call-overload]


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_rows_and_columns_in_any_order(
    straight: tuple[str, dict[str, list[tuple[object, ...]]]],
    records: dict[Side, list[Placed]],
    cohort: Cohort,
    tmp_path: Path,
    seed: int,
) -> None:
    extension, wanted = straight
    found = _run(tmp_path, records, cohort.summary["as_of"], extension, seed)
    for name in COMPARED:
        assert [row for row in found[name] if row not in wanted[name]] == [], name
        assert found[name] == wanted[name], name


def test_parquet_takes_its_rows_in_any_order(records: dict[Side, list[Placed]], tmp_path: Path) -> None:
    import pyarrow as pa

    tables = []
    for seed in (None, 5):
        folder = tmp_path / str(seed)
        folder.mkdir()
        arguments: list[object] = []
        known = {}
        for side, rows in records.items():
            mixed = _shuffle(side, rows, seed) if seed else list(rows)
            lines = headed(side, [row for _, row in mixed])
            columns = {
                str(head): pa.array([_text(line[place]) for line in lines[1:]], pa.string())
                for place, head in enumerate(lines[0])
            }
            path = folder / f"{NAMES[side]}.parquet"
            pq.write_table(pa.table(columns), path)
            arguments += [f"--{NAMES[side]}", path]
            known |= {f"{path.name}#{line}": f"{side} {number}" for line, (number, _) in enumerate(mixed, 1)}
        out = folder / "result"
        assert call("run", *arguments, "--no-workbooks", "--out", out).code == 0
        tables.append({name: _mapped(table(out, name), known) for name in COMPARED})
    assert tables[0] == tables[1]


def _text(value: object) -> str | None:
    return None if value is None else str(value)
