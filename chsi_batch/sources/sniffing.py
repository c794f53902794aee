"""The format of a file by its content; the extension is only a name.

Web systems save HTML or tab-separated text as `.xls`; an encrypted workbook is an OLE file that holds the
stream EncryptedPackage; a DBF has no signature but a header that must fit its length.
"""

from __future__ import annotations

import struct
import zipfile
from pathlib import Path

from chsi_batch.sources.refusing import UnreadableError

HEAD = 8192

_OLE = bytes.fromhex("D0CF11E0A1B11AE1")
_SIGNATURES: tuple[tuple[bytes, str], ...] = (
    (b"%PDF", "PDF"),
    (b"\x89PNG", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"GIF8", "GIF"),
    (b"II*\x00", "TIFF"),
    (b"MM\x00*", "TIFF"),
    (b"7z\xbc\xaf", "7z"),
    (b"Rar!", "RAR"),
    (b"\x1f\x8b", "gzip"),
    (b"BZh", "bzip2"),
    (b"{\\rtf", "RTF"),
    (b"SQLite format 3", "SQLite"),
    (b"\x00\x01\x00\x00Standard", "Access"),
)
_DBF_VERSIONS = frozenset(b"\x02\x03\x04\x05\x30\x31\x32\x43\x63\x83\x8b\x8e\xcb\xf5\xfb")
_OLE_DOCUMENTS = (("WordDocument", "Word"), ("PowerPoint Document", "PowerPoint"))


def sniff(path: Path) -> str:
    """'xlsx', 'xls', 'parquet', 'dbf' or 'text' (CSV or HTML); raises `UnreadableError` for anything else."""
    size = path.stat().st_size
    with path.open("rb") as stream:
        head = stream.read(HEAD)
    if not head:
        raise UnreadableError("file-empty")
    if head.startswith(b"PK\x03\x04") or head.startswith(b"PK\x05\x06"):
        return _inside_zip(path)
    if head.startswith(_OLE):
        return _inside_ole(path)
    if head.startswith(b"PAR1"):
        return "parquet"
    for signature, kind in _SIGNATURES:
        if head.startswith(signature):
            raise UnreadableError("file-format", kind=kind)
    if looks_like_dbf(head, size):
        return "dbf"
    return "text"


def _inside_zip(path: Path) -> str:
    try:
        with zipfile.ZipFile(path) as archive:
            names = {name.lower().replace("\\", "/") for name in archive.namelist()}
            kind = ""
            if "mimetype" in names:
                with archive.open("mimetype") as member:
                    kind = member.read(100).decode("ascii", "replace")
    except (zipfile.BadZipFile, OSError, NotImplementedError, RuntimeError, KeyError, ValueError):
        raise UnreadableError("file-damaged") from None
    if "xl/workbook.xml" in names or any(name.startswith("xl/worksheets/") for name in names):
        return "xlsx"
    if "opendocument" in kind:
        raise UnreadableError("file-format", kind="OpenDocument")
    if "xl/workbook.bin" in names:
        raise UnreadableError("file-format", kind="xlsb")
    if any(name.startswith("word/") for name in names):
        raise UnreadableError("file-format", kind="Word")
    if any(name.startswith("ppt/") for name in names):
        raise UnreadableError("file-format", kind="PowerPoint")
    if any(name.endswith(".iwa") or name.endswith("index.zip") for name in names):
        raise UnreadableError("file-format", kind="Numbers")
    raise UnreadableError("file-format", kind="zip")


def _inside_ole(path: Path) -> str:
    content = path.read_bytes()
    if "EncryptedPackage".encode("utf-16-le") in content:
        raise UnreadableError("file-encrypted")
    for stream in ("Workbook", "Book"):
        if stream.encode("utf-16-le") + b"\x00\x00" in content:
            return "xls"
    for stream, kind in _OLE_DOCUMENTS:
        if stream.encode("utf-16-le") in content:
            raise UnreadableError("file-format", kind=kind)
    raise UnreadableError("file-format", kind="OLE")


def looks_like_dbf(head: bytes, size: int) -> bool:
    """Does the header describe fields that fit its own length, and records that fit the file?"""
    if len(head) < 65 or head[0] not in _DBF_VERSIONS:
        return False
    records, header_length, record_length = struct.unpack_from("<IHH", head, 4)
    if header_length < 65 or header_length > size or record_length < 2:
        return False
    position, length = 32, 1
    while position + 32 <= min(len(head), header_length) and head[position] != 0x0D:
        name, kind = head[position : position + 11], head[position + 11]
        if not name.strip(b"\x00 ") or chr(kind) not in "CNFDLMIBYTGPVQO@+":
            return False
        length += head[position + 16] + (head[position + 17] << 8 if chr(kind) == "C" else 0)
        position += 32
    return bool(length == record_length) and (records == 0 or header_length + record_length <= size + 1)
