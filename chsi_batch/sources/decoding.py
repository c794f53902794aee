"""Bytes to text: byte-order mark, then UTF-16 by its NULs, then strict UTF-8, then GB18030.

GB18030, never GBK: the older codec fails on 䶮 and other characters of real names. Nothing is replaced or
skipped; bytes that fit no encoding refuse the file.
"""

from __future__ import annotations

import codecs

from chsi_batch.sources.refusing import UnreadableError

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_SAMPLE = 8192
_CONTROL = bytes(set(range(32)) - {0x09, 0x0A, 0x0B, 0x0C, 0x0D, 0x1A, 0x1B})
_FEW_CONTROL, _MAX_CONTROL = 8, 0.02
"""Control characters that a text may hold by accident; the second as a share."""


def decode(content: bytes) -> tuple[str, str]:
    """The text and the name of the encoding that was used."""
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            return _strict(content, encoding), encoding
    sample = content[:_SAMPLE]
    by_nul = _utf16_by_nul(sample)
    if by_nul:
        return _strict(content, by_nul), by_nul
    if len(sample) - len(sample.translate(None, _CONTROL)) > max(_FEW_CONTROL, len(sample) * _MAX_CONTROL):
        raise UnreadableError("file-format", kind="?")
    for encoding in ("utf-8", "gb18030"):
        try:
            return content.decode(encoding), encoding
        except UnicodeDecodeError as error:
            last = error
    raise UnreadableError("encoding-unknown", row=content.count(b"\n", 0, last.start) + 1)


def _strict(content: bytes, encoding: str) -> str:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        row = content[: error.start].decode(encoding, "replace").count("\n") + 1
        raise UnreadableError("encoding-broken", row=row, encoding=encoding) from None


def _utf16_by_nul(sample: bytes) -> str | None:
    """Separators and digits are one NUL and one ASCII byte in UTF-16; no other text has many NULs."""
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    if max(even, odd) < max(2, len(sample) // 100) or min(even, odd) * 10 > max(even, odd):
        return None
    return "utf-16-be" if even > odd else "utf-16-le"
