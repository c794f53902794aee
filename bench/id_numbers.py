"""Proof that no ID number changes on its way in: `python bench/id_numbers.py [--count N] [--write]`.

Writes N random ID numbers as text into every format, reads them, and counts those that differ; then as
numbers, and counts those that were not marked as numeric.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from foreign.hostile import dbf_head
from results import write_section

from chsi_batch.settings import Settings
from chsi_batch.stages import conform, read
from chsi_batch.terms import Side

HEADER = ("XM", "SFZH", "ZSBH")
XLS_ROWS = 65_000
"""An xls sheet holds no more: further rows go to further sheets; those of a web page go to further files."""


def numbers(count: int, seed: int = 1) -> list[str]:
    """Random ID numbers: 18 and 15 characters, with X, and such as Excel would round."""
    chance = random.Random(seed)
    made = []
    for _ in range(count):
        long = "".join(chance.choices("0123456789", k=17)) + chance.choice("0123456789X")
        made.append(long if chance.random() < 0.9 else long[:15])
    return made


def _xlsx(path: Path, ids: Sequence[str | float]) -> None:
    import xlsxwriter

    with xlsxwriter.Workbook(path, {"constant_memory": True}) as book:
        sheets = [ids[at : at + 1_000_000] for at in range(0, len(ids), 1_000_000)]
        for part in sheets:
            page = book.add_worksheet()
            for number, line in enumerate((HEADER, *(("张三", cell, "1") for cell in part))):
                page.write_row(number, 0, line)


def _xls(path: Path, ids: Sequence[str | float]) -> None:
    import xlwt

    book = xlwt.Workbook()
    for at in range(0, len(ids), XLS_ROWS):
        page = book.add_sheet(f"S{at}")
        for number, line in enumerate((HEADER, *(("张三", cell, "1") for cell in ids[at : at + XLS_ROWS]))):
            for column, cell in enumerate(line):
                page.write(number, column, cell)
    book.save(str(path))


def _csv(path: Path, ids: Sequence[str | float], encoding: str) -> None:
    lines = "".join(f"张三,{cell},1\n" for cell in ids)
    path.write_text(",".join(HEADER) + "\n" + lines, encoding=encoding)


def _html(path: Path, ids: Sequence[str | float]) -> None:
    """As web systems write what they call xls."""
    lines = (HEADER, *(("张三", cell, "1") for cell in ids))
    cells = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in line) + "</tr>\n" for line in lines)
    path.write_text(f"<html><meta charset=utf-8><body><table>{cells}</table></body></html>", encoding="utf-8")


def _parquet(path: Path, ids: Sequence[str | float]) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    pq.write_table(
        pa.table(dict(zip(HEADER, (["张三"] * len(ids), list(ids), ["1"] * len(ids)), strict=True))), path
    )


def _dbf(path: Path, ids: Sequence[str | float]) -> None:
    numeric = bool(ids) and not isinstance(ids[0], str)
    head = bytearray(dbf_head(len(ids), (6, 18, 1)).replace(b"YXMC", b"ZSBH"))
    if numeric:
        head[32 + 32 + 11] = ord("N")
    cells = (f"{cell:.0f}" if isinstance(cell, float) else cell for cell in ids)
    body = b"".join(
        b" " + "张三".encode("gb18030").ljust(6) + cell.encode().ljust(18)[:18] + b"1" for cell in cells
    )
    path.write_bytes(head + body + b"\x1a")


PAGE = "html as xls"
FORMATS: dict[str, Callable[[Path, Sequence[str | float]], None]] = {
    "xlsx": _xlsx,
    "xls": _xls,
    PAGE: _html,
    "csv utf-8": lambda path, ids: _csv(path, ids, "utf-8"),
    "csv gb18030": lambda path, ids: _csv(path, ids, "gb18030"),
    "csv utf-16": lambda path, ids: _csv(path, ids, "utf-16"),
    "dbf": _dbf,
    "parquet": _parquet,
}
UNTYPED = (PAGE, "csv utf-8", "csv gb18030", "csv utf-16")
"""Formats in which a number is text like any other."""


def compared(kind: str, folder: Path, ids: Sequence[str | float]) -> tuple[int, int, int]:
    """Records read, IDs that differ from what was written, and cells marked as numeric."""
    rows = XLS_ROWS if kind == PAGE else len(ids)
    paths = [folder / f"ids{place:03}.{kind.split()[0]}" for place in range(-(-len(ids) // rows))]
    for place, path in enumerate(paths):
        FORMATS[kind](path, ids[place * rows :][:rows])
    files = read.collect({Side.DEGREE: [str(path) for path in paths]})[Side.DEGREE]
    found = conform.examine(Side.DEGREE, read.read(files, Settings()), Settings())
    for path in paths:
        path.unlink()
    if found.refusals:
        raise SystemExit(found.refusals[0].line())
    told = found.records["id_number"].to_pylist()
    differ = sum(one != other for one, other in zip(told, ids, strict=False)) + abs(len(told) - len(ids))
    return len(told), differ, sum(found.records["id_number_numeric"].to_pylist())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=1_000_000)
    parser.add_argument("--write", action="store_true", help="put the figures in bench/RESULTS.md")
    parser.add_argument("--only", nargs="+", choices=tuple(FORMATS))
    asked = parser.parse_args()
    ids = numbers(asked.count)
    floats = [float(number.replace("X", "0")) for number in ids]
    lines = ["| format | IDs as text | changed | IDs as numbers | not caught |", "|---|---|---|---|---|"]
    failed = 0
    with tempfile.TemporaryDirectory() as name:
        for kind in asked.only or FORMATS:
            read_, changed, _ = compared(kind, Path(name), ids)
            caught = 0 if kind in UNTYPED else compared(kind, Path(name), floats)[2]
            missed = 0 if kind in UNTYPED else len(ids) - caught
            shown = "– | –" if kind in UNTYPED else f"{len(ids):,} | {missed:,}"
            lines.append(f"| {kind} | {read_:,} | {changed:,} | {shown} |")
            print(lines[-1], flush=True)
            failed += changed + missed
    if asked.write:
        write_section("ID numbers", __file__, "\n".join(lines))
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
