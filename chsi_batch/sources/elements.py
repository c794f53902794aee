"""The elements of a stream of XML one after the other, without building a tree of them."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterable, Iterator

from chsi_batch.sources.refusing import UnreadableError

_COMMENT = re.compile(rb"<!--.*?-->", re.DOTALL)
_LONGEST = 1 << 26
"""Bytes of one row or one text."""


class Elements:
    """The elements of one name in a stream of XML, each as (attributes, content), without building a tree.

    `quick` gives for each block what may deal at a glance with text that ends with such an element.
    """

    def __init__(self, blocks: Iterator[bytes], tag: bytes) -> None:
        self.quick: Callable[[bytes], Callable[[bytes], bool]] = lambda block: never  # noqa: ARG005
        start = next(blocks, b"")
        self._blocks: Iterable[bytes] = itertools.chain([b""], blocks)
        root = re.search(rb"<([A-Za-z_][\w.-]*:)?(?:worksheet|sst)\b", start)
        self.prefix = (root[1] or b"") if root else b""
        self._open, self._close = b"<" + self.prefix + tag, b"</" + self.prefix + tag + b">"
        self._start = re.compile(re.escape(self._open) + rb"(?=[\s/>])([^>]*)>")
        self._buffer = start

    def __iter__(self) -> Iterator[tuple[bytes, bytes]]:
        for block in self._blocks:
            self._buffer, held = _without_comments(self._buffer + block)
            quick = self.quick(self._buffer)
            *pieces, self._buffer = self._buffer.split(self._close)
            for piece in pieces:
                if not quick(piece):
                    yield from self._in_piece(piece)
            yield from self._empty_ones()
            self._buffer += held
            if len(self._buffer) > _LONGEST:
                raise UnreadableError("file-too-large", text="part-too-large", limit=_LONGEST >> 20)
        yield from self._in_piece(self._buffer)

    def _in_piece(self, piece: bytes) -> Iterator[tuple[bytes, bytes]]:
        """Self-closing elements, then the one whose content runs to the end of the piece."""
        position = 0
        while found := self._start.search(piece, position):
            position = found.end()
            if not found[1].endswith(b"/"):
                yield found[1], piece[position:]
                return
            yield found[1], b""

    def _empty_ones(self) -> Iterator[tuple[bytes, bytes]]:
        """Self-closing elements at the beginning of what is left: a sheet may hold a million of them."""
        position = 0
        while (found := self._start.search(self._buffer, position)) and found[1].endswith(b"/"):
            position = found.end()
            yield found[1], b""
        self._buffer = self._buffer[position:]


def never(piece: bytes) -> bool:  # noqa: ARG001
    """Nothing is dealt with at a glance."""
    return False


def _without_comments(text: bytes) -> tuple[bytes, bytes]:
    """The text without its comments, and what follows the beginning of one that has not ended yet."""
    if b"!" not in text or b"<!--" not in text:
        return text, b""
    end = text.rfind(b"-->") + 3 if b"-->" in text else 0
    rest = text[end:]
    begun = rest.find(b"<!--")
    whole = _COMMENT.sub(b"", text[:end])
    return (whole + rest, b"") if begun < 0 else (whole + rest[:begun], rest[begun:])
