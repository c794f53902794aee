"""Good files of every format, changed at random; the same seed gives the same files."""

from __future__ import annotations

import io
import random
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

from foreign import parts
from foreign.hostile import dbf_head
from foreign.parts import HEADER, PERSON

ROWS = 12


def good(folder: Path) -> dict[str, bytes]:
    """Name -> content of the files to be changed."""
    folder.mkdir(parents=True, exist_ok=True)
    made = {maker.__name__.strip("_"): maker(folder / "good") for maker in
            (_xlsx_plain, _xlsx_openpyxl, _xlsx_xlsxwriter, _xls, _parquet, _parquet_plain)}  # fmt: skip
    lines = [HEADER, *[PERSON] * ROWS]
    plain = "".join(",".join(line) + "\r\n" for line in lines)
    quoted = "".join(",".join(f'"{cell}"' for cell in line) + "\n" for line in lines)
    cells = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in line) + "</tr>" for line in lines)
    record = b" " + b"".join(
        cell.encode("gb18030").ljust(w)[:w] for cell, w in zip(PERSON, WIDTHS, strict=True)
    )
    return made | {
        "csv": plain.encode(),
        "csv_gb18030": plain.encode("gb18030"),
        "csv_utf16": plain.encode("utf-16"),
        "csv_quoted": quoted.encode("utf-8-sig"),
        "html": f"<html><meta charset=utf-8><table border=1>{cells}</table></html>".encode(),
        "dbf": dbf_head(ROWS, WIDTHS) + record * ROWS + b"\x1a",
    }


WIDTHS = (20, 18, 20, 4, 18)


def _xlsx_plain(path: Path) -> bytes:
    return parts.save(path, parts.parts(parts.people(ROWS))).read_bytes()


def _xlsx_openpyxl(path: Path) -> bytes:
    import openpyxl

    book = openpyxl.Workbook()
    for line in (HEADER, *[PERSON] * ROWS):
        book.active.append(line)
    book.active["F1"], book.active["F2"] = "=1+1", "#N/A"
    book.active.merge_cells("A12:A13")
    book.save(path)
    return path.read_bytes()


def _xlsx_xlsxwriter(path: Path) -> bytes:
    import datetime as dt

    import xlsxwriter

    with xlsxwriter.Workbook(path) as book:
        for name in ("一", "二"):
            page = book.add_worksheet(name)
            for number, line in enumerate((HEADER, *[PERSON] * ROWS)):
                page.write_row(number, 0, line)
            page.write_datetime(3, 6, dt.datetime(2019, 7, 1), book.add_format({"num_format": "yyyy-mm-dd"}))
            page.write_rich_string(4, 6, "甲", book.add_format({"bold": True}), "乙")
    return path.read_bytes()


def _xls(path: Path) -> bytes:
    import xlwt

    book = xlwt.Workbook()
    page = book.add_sheet("S")
    for number, line in enumerate((HEADER, *[PERSON] * ROWS)):
        for column, cell in enumerate(line):
            page.write(number, column, cell)
        page.write(number, 6, 1.5)
    book.save(str(path))
    return path.read_bytes()


def _parquet(path: Path) -> bytes:
    return _table(path, compression="zstd")


def _parquet_plain(path: Path) -> bytes:
    return _table(path, compression="none", use_dictionary=False)


def _table(path: Path, **how: object) -> bytes:
    import pyarrow as pa
    import pyarrow.parquet as pq

    columns = {name: [value] * ROWS for name, value in zip(HEADER, PERSON, strict=True)}
    pq.write_table(pa.table({**columns, "n": list(range(ROWS)), "x": [0.5] * ROWS}), path, **how)
    return path.read_bytes()


def mutated(made: dict[str, bytes], count: int, seed: int) -> Iterator[tuple[str, bytes]]:
    """So many changed files, by turns of every kind."""
    chance = random.Random(seed)
    names = sorted(made)
    for number in range(count):
        name = names[number % len(names)]
        content = made[name]
        if name.startswith("xlsx") and chance.random() < 0.8:
            yield name, _inside(content, chance)
        else:
            yield name, _change(content, chance)


def _inside(content: bytes, chance: random.Random) -> bytes:
    """A workbook in which one part is changed and packed again, so that the change reaches the parser."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    name = chance.choice(sorted(members))
    if chance.random() < 0.5:
        name = next(part for part in members if "sheet1" in part)
    how = chance.random()
    if how < 0.05:
        del members[name]
    elif how < 0.5:
        members[name] = _change(members[name], chance)
    else:
        members[name] = _reword(members[name], chance)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for other, part in members.items():
            archive.writestr(other, part)
    return packed.getvalue()


WORDS = (
    *(b"< > /> & &#0; &#x110000; &lt; <row> </row> <c> </c> <v> </v> <is><t> </t></is>".split()),
    *(b"<![CDATA[ ]]> <!-- --> <?x?> </sheetData> <sheetData> </worksheet> NaN 1e999 -1".split()),
    *(b"4294967296 99999999999999999999 0x10 _x0000_ _xD800_ xml:space ' = 1.5".split()),
    *(b' r="| r="A0"| r="A1048576"| r="XFD1"| t="s"| t="b"| t="d"| t="e"| t="n"| t="str"|"'.split(b"|")),
    *(b"", b"\xff", b"\xed\xa0\x80", b"\0", b'<mergeCell ref="A1:B2"/>'),
)


def _reword(content: bytes, chance: random.Random) -> bytes:
    """A few words of the format put in, or put in the place of others."""
    changed = bytearray(content)
    for _ in range(chance.choice((1, 1, 2, 5))):
        at = chance.randrange(len(changed) + 1)
        if chance.random() < 0.5:  # at the border of a tag or an attribute
            at = max(changed.find(chance.choice((b"<", b">", b'"', b" ")), at), 0)
        changed[at : at + chance.choice((0, 0, 1, 3, 10))] = chance.choice(WORDS)
    return bytes(changed)


def _change(content: bytes, chance: random.Random) -> bytes:
    return chance.choice(CHANGES)(content, chance)


def _flip(content: bytes, chance: random.Random) -> bytes:
    changed = bytearray(content)
    for _ in range(chance.choice((1, 1, 2, 4, 16, 64))):
        changed[chance.randrange(len(changed))] ^= 1 << chance.randrange(8)
    return bytes(changed)


def _set(content: bytes, chance: random.Random) -> bytes:
    """Bytes set to values at which numbers turn over."""
    changed = bytearray(content)
    for _ in range(chance.choice((1, 2, 4))):
        at = chance.randrange(len(changed))
        word = chance.choice(
            (b"\0", b"\xff", b"\x7f", b"\x80", b"\xff\xff\xff\xff", b"\xff\xff\xff\x7f", b"\0\0\0\0")
        )
        changed[at : at + len(word)] = word
    return bytes(changed)


def _cut(content: bytes, chance: random.Random) -> bytes:
    return content[: chance.randrange(len(content))]


def _drop(content: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(content))
    return content[:at] + content[at + chance.choice((1, 2, 8, 100)) :]


def _repeat(content: bytes, chance: random.Random) -> bytes:
    at, length = chance.randrange(len(content)), chance.choice((1, 4, 32, 512))
    return content[:at] + content[at : at + length] * chance.choice((2, 3, 50)) + content[at + length :]


def _noise(content: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(content))
    return content[:at] + chance.randbytes(chance.choice((1, 4, 64))) + content[at:]


def _splice(content: bytes, chance: random.Random) -> bytes:
    one, two = sorted((chance.randrange(len(content)), chance.randrange(len(content))))
    return content[:one] + content[two:] + content[one:two]


CHANGES: tuple[Callable[[bytes, random.Random], bytes], ...] = (
    _flip, _flip, _set, _set, _cut, _drop, _repeat, _noise, _splice
)  # fmt: skip
