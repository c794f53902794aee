"""A zip taken apart with distrust: its directory is judged, and members are unpacked under the eyes.

Nothing that the directory says is believed: members may not overlap or repeat a name, each must stand where
it is said to stand under the name it is said to have, and must unpack to exactly the stated size and sum.
Archives of spreadsheet programs keep to all of this; those that do not were made to mislead a reader.
"""

from __future__ import annotations

import struct
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from chsi_batch.settings import Limits
from chsi_batch.sources.refusing import UnreadableError

MEGABYTE = 1_000_000
_SMALL = 50 * MEGABYTE
_MEMBERS = 20_000
_HEADER = struct.Struct("<4s5H3I2H")
_SIGNATURE = b"PK\x03\x04"
_ENCRYPTED = 1
_UTF8 = 0x800
_READ = 1 << 18
_BLOCK = 1 << 20
_PACKED = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
"""What Office writes; other methods are not read by spreadsheet programs either."""


class Archive:
    """An open zip whose directory has been judged."""

    def __init__(self, stream: IO[bytes], limits: Limits) -> None:
        self._stream = stream
        try:
            with zipfile.ZipFile(stream) as archive:
                members = archive.infolist()
                end = archive.start_dir
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, RuntimeError, struct.error):
            raise UnreadableError("file-damaged") from None
        _judge(members, limits)
        self._starts = _places(stream, members, end)
        self._members = {_plain(member.filename): member for member in members}
        if len(self._members) < len(members):
            _refuse_repeated(members)

    def __contains__(self, name: str) -> bool:
        return _plain(name) in self._members

    def names(self) -> list[str]:
        """The names of all members, in lower case, with slashes."""
        return list(self._members)

    def blocks(self, name: str) -> Iterator[bytes]:
        """The content of a member, piece by piece; refuses it where it is not what the directory says."""
        member = self._members[_plain(name)]
        if member.compress_type not in _PACKED:
            raise UnreadableError("file-damaged")
        sum_, size = 0, 0
        for block in self._unpacked(member):
            size += len(block)
            if size > member.file_size:
                raise UnreadableError("file-unsafe", text="unsafe-size")
            sum_ = zlib.crc32(block, sum_)
            yield block
        if size != member.file_size:
            raise UnreadableError("file-unsafe", text="unsafe-size")
        if sum_ != member.CRC:
            raise UnreadableError("file-damaged")

    def _unpacked(self, member: zipfile.ZipInfo) -> Iterator[bytes]:
        left, position = member.compress_size, self._starts[member.header_offset]
        unpacker = zlib.decompressobj(-zlib.MAX_WBITS) if member.compress_type else None
        while left:
            self._stream.seek(position)
            packed = self._stream.read(min(_READ, left))
            if not packed:
                raise UnreadableError("file-damaged")
            left, position = left - len(packed), position + len(packed)
            if unpacker is None:
                yield packed
                continue
            while packed:
                yield unpacker.decompress(packed, _BLOCK)
                packed = unpacker.unconsumed_tail
            if unpacker.eof:
                break
        if unpacker is not None:
            yield unpacker.flush()
            if not unpacker.eof or left or unpacker.unused_data:
                raise UnreadableError("file-damaged")

    def content(self, name: str, most: int) -> bytes:
        """The whole of a member that has no reason to be large."""
        if self._members[_plain(name)].file_size > most * MEGABYTE:
            raise UnreadableError("file-too-large", text="part-too-large", limit=most)
        return b"".join(self.blocks(name))


def open_archive(path: Path, limits: Limits) -> tuple[IO[bytes], Archive]:
    """The file and its archive; the caller closes the file."""
    stream = path.open("rb")
    try:
        return stream, Archive(stream, limits)
    except BaseException:
        stream.close()
        raise


def _plain(name: str) -> str:
    return name.lower().replace("\\", "/").lstrip("/")


def _judge(members: list[zipfile.ZipInfo], limits: Limits) -> None:
    if any(member.flag_bits & _ENCRYPTED for member in members):
        raise UnreadableError("file-encrypted")
    total = sum(member.file_size for member in members)
    swollen = any(
        member.file_size > _SMALL and member.file_size > limits.ratio * max(member.compress_size, 1)
        for member in members
    )
    if len(members) > _MEMBERS or total > limits.unpacked_megabytes * MEGABYTE or swollen:
        raise UnreadableError("file-too-large", limit=limits.unpacked_megabytes)


def _places(stream: IO[bytes], members: list[zipfile.ZipInfo], end: int) -> dict[int, int]:
    """Where the content of each member begins, by the offset of its header; refuses members that overlap."""
    starts: dict[int, int] = {}
    last = 0
    for member in sorted(members, key=lambda member: member.header_offset):
        stream.seek(member.header_offset)
        head = stream.read(_HEADER.size)
        if len(head) < _HEADER.size or not head.startswith(_SIGNATURE):
            raise UnreadableError("file-damaged")
        name_length, extra_length = _HEADER.unpack(head)[-2:]
        start = member.header_offset + _HEADER.size + name_length + extra_length
        if member.header_offset < last or start + member.compress_size > end:
            raise UnreadableError("file-unsafe", text="unsafe-zip")
        if stream.read(name_length) != _named(member):
            raise UnreadableError("file-unsafe", text="unsafe-zip")
        starts[member.header_offset] = start
        last = start + member.compress_size
    return starts


def _named(member: zipfile.ZipInfo) -> bytes:
    return member.orig_filename.encode("utf-8" if member.flag_bits & _UTF8 else "cp437")


def _refuse_repeated(members: list[zipfile.ZipInfo]) -> None:
    """Two parts of one name: which of them a program reads is anybody's guess."""
    seen: set[str] = set()
    for member in members:
        name = _plain(member.filename)
        if name in seen and name.endswith((".xml", ".rels")):
            raise UnreadableError("file-unsafe", text="unsafe-zip")
        seen.add(name)
