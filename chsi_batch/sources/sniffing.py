"""The format of a file by its content; the extension is only a name.

Web systems save HTML or tab-separated text as `.xls`; an encrypted workbook is an OLE file that holds the
stream EncryptedPackage; a DBF has no signature but a header that must fit its length.
"""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

from chsi_batch.sources import dbf_layout
from chsi_batch.sources.refusing import UnreadableError

HEAD = 16384

_OLE = bytes.fromhex("D0CF11E0A1B11AE1")
SHEET, DOCUMENT, PICTURE, ARCHIVE, DATABASE = (
    f"format-{kind}" for kind in ("sheet", "document", "picture", "archive", "database")
)
"""What a file is that is no readable table: each has its own advice."""
_SIGNATURES: tuple[tuple[bytes, str, str], ...] = (
    (b"%PDF", "PDF", DOCUMENT),
    (b"{\\rtf", "RTF", DOCUMENT),
    (b"\x89PNG", "PNG", PICTURE),
    (b"\xff\xd8\xff", "JPEG", PICTURE),
    (b"GIF8", "GIF", PICTURE),
    (b"II*\x00", "TIFF", PICTURE),
    (b"MM\x00*", "TIFF", PICTURE),
    (b"7z\xbc\xaf", "7z", ARCHIVE),
    (b"Rar!", "RAR", ARCHIVE),
    (b"\x1f\x8b", "gzip", ARCHIVE),
    (b"BZh", "bzip2", ARCHIVE),
    (b"\xfd7zXZ", "xz", ARCHIVE),
    (b"SQLite format 3", "SQLite", DATABASE),
    (b"\x00\x01\x00\x00Standard", "Access", DATABASE),
    *((mark, "Excel 4.0", SHEET) for mark in (b"\x09\x00\x04\x00", b"\x09\x02\x06\x00", b"\x09\x04\x06\x00")),
    (b"\x09\x08\x08\x00", "Excel 5.0", SHEET),
    (b"MIME-Version:", "MHTML", SHEET),
)
_OLE_DOCUMENTS = (("WordDocument", "Word"), ("PowerPoint Document", "PowerPoint"))
_IN_ZIP = (("word/", "Word", DOCUMENT), ("ppt/", "PowerPoint", DOCUMENT), ("index/", "Numbers", SHEET))


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
    for signature, kind, group in _SIGNATURES:
        if head.startswith(signature):
            raise _other(kind, group)
    if dbf_layout.fits(head, size):
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
        raise _other("OpenDocument", SHEET if "spreadsheet" in kind else DOCUMENT)
    if "xl/workbook.bin" in names:
        raise _other("xlsb", SHEET)
    for folder, kind, group in _IN_ZIP:
        if any(name.startswith(folder) for name in names):
            raise _other(kind, group)
    if any(name.endswith((".iwa", "index.zip")) for name in names):
        raise _other("Numbers", SHEET)
    raise _other("zip", ARCHIVE)


def _inside_ole(path: Path) -> str:
    content = path.read_bytes()
    if _stream(content, "EncryptedPackage"):
        raise UnreadableError("file-encrypted")
    if _stream(content, "Workbook\0") or _stream(content, "Book\0"):
        return "xls"
    for stream, kind in _OLE_DOCUMENTS:
        if _stream(content, stream):
            raise _other(kind, DOCUMENT)
    raise _other("OLE", DOCUMENT)


def _stream(content: bytes, name: str) -> bool:
    """Is there a stream whose name begins so? Their case does not matter."""
    return re.search(re.escape(name.encode("utf-16-le")), content, re.IGNORECASE) is not None


def _other(kind: str, group: str) -> UnreadableError:
    return UnreadableError("file-format", text=group, kind=kind)


def is_spreadsheet_xml(text: str) -> str | None:
    """The program whose tables in plain XML begin like this, if it is XML at all."""
    head = text[:HEAD].lstrip()
    if not head.startswith(("<?xml", "<Workbook")):
        return None
    return "OpenDocument XML" if "opendocument" in head else "XML"
