"""Inputs that cannot be used: one clear line each, exit code 3, and nothing is written."""

from __future__ import annotations

import re
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from .calling import Said, call, everything
from .conftest import Pair
from .drawn import account, accounts, degree, degrees, id_number, mobile, write_csv

LINE = re.compile(r"[a-z]+(?:-[a-z]+)+ [^:]+: .+: .+")
FULL_NUMBER = re.compile(r"[0-9]{17}[0-9Xx]|1[3-9][0-9]{9}")


def _missing(path: Path) -> None:
    """Nothing stands there."""


def _folder(path: Path) -> None:
    path.mkdir()


def _garbage(path: Path) -> None:
    path.write_bytes(bytes(range(256)) * 40)


def _empty(path: Path) -> None:
    path.write_bytes(b"")


def _pdf(path: Path) -> None:
    path.write_bytes(b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\n%%EOF\n")


def _png(path: Path) -> None:
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + struct.pack(">I", 13) + b"IHDR" + bytes(17))


def _docx(path: Path) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("word/document.xml", "<w:document/>")


def _cut(path: Path) -> None:
    degrees(path, [degree(place) for place in range(5)])
    path.write_bytes(path.read_bytes()[:-200])


def _encrypted(path: Path) -> None:
    """An OLE file whose directory names the stream of an encrypted package."""
    header = bytearray(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504))
    struct.pack_into("<HHHHH", header, 24, 0x3E, 3, 0xFFFE, 9, 6)
    struct.pack_into("<IIIIIIII", header, 44, 1, 1, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0)
    struct.pack_into("<I", header, 76, 0)
    header[80:512] = b"\xff" * 432
    fat = struct.pack("<II", 0xFFFFFFFD, 0xFFFFFFFE) + b"\xff" * 504
    directory = b"".join(
        _entry(name, kind, child) for name, kind, child in (("Root Entry", 5, 1), ("EncryptedPackage", 2, -1))
    )
    path.write_bytes(bytes(header) + fat + directory.ljust(512, b"\0"))


def _entry(name: str, kind: int, child: int) -> bytes:
    text = name.encode("utf-16-le") + b"\0\0"
    found = bytearray(128)
    found[: len(text)] = text
    struct.pack_into("<HBBiii", found, 64, len(text), kind, 1, -1, -1, child)
    struct.pack_into("<I", found, 116, 0xFFFFFFFE)
    return bytes(found)


def _without_name(path: Path) -> None:
    degrees(path, [degree(place) for place in range(3)], {"certificate_number": "证书序列号"})


def _two_columns(path: Path) -> None:
    lines: list[list[object]] = [["姓名", "证书编号", "学历证书编号", "身份证号"]]
    lines += [["张伟", f"10001120150500000{n}", f"10002120150500000{n}", id_number(n)] for n in range(3)]
    write_csv(path, lines)


def _header_only(path: Path) -> None:
    write_csv(path, [["姓名", "证书编号", "身份证号"]])


def _only_persons(path: Path) -> None:
    write_csv(path, [["张伟", id_number(n), f"10001120150500000{n}", mobile(n)] for n in range(5)])


def _open_quote(path: Path) -> None:
    lines = [
        "姓名,身份证号,证书编号",
        f'张伟,{id_number(1)},"100011201505000001',
        f"李四,{id_number(2)},2",
        "",
    ]
    path.write_text("\n".join(lines), "utf-8")


BAD: dict[str, tuple[str, Callable[[Path], None], str]] = {
    "missing": ("degrees.xlsx", _missing, "file-missing"),
    "a folder called like a workbook": ("degrees.xlsx", _folder, "folder-empty"),
    "garbage": ("degrees.xlsx", _garbage, "file-"),
    "empty": ("degrees.csv", _empty, "file-empty"),
    "empty workbook": ("degrees.xlsx", _empty, "file-empty"),
    "PDF": ("degrees.xlsx", _pdf, "file-format"),
    "PNG": ("degrees.csv", _png, "file-format"),
    "Word": ("degrees.xlsx", _docx, "file-format"),
    "cut off": ("degrees.xlsx", _cut, "file-damaged"),
    "encrypted": ("degrees.xlsx", _encrypted, "file-encrypted"),
    "column missing": ("degrees.csv", _without_name, "column-missing"),
    "two columns for one field": ("degrees.csv", _two_columns, "column-twice"),
    "header only": ("degrees.csv", _header_only, "no-rows"),
    "persons without a header": ("degrees.csv", _only_persons, "column-missing"),
    "open quote": ("degrees.csv", _open_quote, "quote-open"),
}


def _clear(said: Said, lines: int) -> list[str]:
    """The lines of a refusal, each of them fit to be read."""
    assert said.code == 3
    assert said.out == ""
    assert "Traceback" not in said.err
    assert FULL_NUMBER.search(said.err) is None
    assert len(said.lines) == lines
    for line in said.lines:
        assert LINE.fullmatch(line), line
    return said.lines


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("kind", BAD)
def test_one_line_and_nothing_written(pair: Pair, tmp_path: Path, kind: str, language: str) -> None:
    name, make, code = BAD[kind]
    (tmp_path / "bad").mkdir()
    bad, out = tmp_path / "bad" / name, tmp_path / "result"
    make(bad)
    said = call(
        "run", "--registrations", pair.registrations, "--degrees", bad, "--lang", language, "--out", out
    )
    (line,) = _clear(said, 1)
    assert line.startswith(code)
    assert name in line
    assert sorted(path.name for path in tmp_path.iterdir()) == ["bad", "in"]


def test_the_previous_run_stays(pair: Pair, tmp_path: Path) -> None:
    out = tmp_path / "result"
    assert call("run", *pair.arguments, "--out", out).code == 0
    before = everything(tmp_path)
    pair.degrees.rename(tmp_path / "in" / "moved.xlsx")
    assert call("run", *pair.arguments, "--out", out).code == 3
    (tmp_path / "in" / "moved.xlsx").rename(pair.degrees)
    assert everything(tmp_path) == before


def test_the_nearest_header_is_named(pair: Pair, tmp_path: Path) -> None:
    bad = tmp_path / "bad.csv"
    _without_name(bad)
    said = call("run", "--registrations", pair.registrations, "--degrees", bad, "--out", tmp_path / "result")
    (line,) = _clear(said, 1)
    assert "证书序列号" in line
    assert "certificate_number" in line


def test_both_columns_for_one_field_are_named(pair: Pair, tmp_path: Path) -> None:
    bad = tmp_path / "bad.csv"
    _two_columns(bad)
    said = call("run", "--registrations", pair.registrations, "--degrees", bad, "--out", tmp_path / "result")
    (line,) = _clear(said, 1)
    assert "“证书编号”" in line
    assert "“学历证书编号”" in line


def test_every_bad_input_has_its_line(tmp_path: Path) -> None:
    folder = tmp_path / "bad"
    folder.mkdir()
    paths = []
    for place, (kind, (name, make, _)) in enumerate(BAD.items()):
        path = folder / f"no{place}_{name}"
        make(path)
        paths.append(path)
        assert kind
    accounts(folder / "accounts.csv", [account(0)], {"id_number": "号"})
    said = call(
        "run", "--registrations", folder / "accounts.csv", "--degrees", *paths,
        "--enrolments", folder / "none*.csv", "--out", tmp_path / "result",
    )  # fmt: skip
    lines = _clear(said, len(paths) + 2)
    for path in [*paths, folder / "accounts.csv"]:
        assert sum(path.name in line for line in lines) == 1
    assert sum(line.startswith("pattern-empty") for line in lines) == 1
    assert not (tmp_path / "result").exists()


def test_a_file_for_the_other_side(pair: Pair, tmp_path: Path) -> None:
    out = tmp_path / "result"
    said = call("run", "--registrations", pair.registrations, "--degrees", pair.registrations, "--out", out)
    (line,) = _clear(said, 1)
    assert line.startswith("wrong-side")
    assert not out.exists()
