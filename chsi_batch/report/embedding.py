"""The fonts of the page: the bundled ones cut down to the characters the page uses, inside the page itself.

A page of a thousand different characters grows by some 300 KB, and is legible on a machine without any
Chinese font. Nothing in the cut depends on a clock: the same characters give the same bytes.
"""

from __future__ import annotations

import base64
import io
from collections.abc import Iterable
from pathlib import Path

from chsi_batch.report import chinese_font

ALWAYS = "".join(map(chr, range(0x20, 0x7F)))
"""Characters embedded whether the page uses them or not: digits and Latin letters."""
DROPPED = ("GSUB", "GPOS", "GDEF", "BASE", "STAT", "VORG", "vhea", "vmtx", "gasp", "DSIG")
"""Tables a browser can do without."""


def faces(text: str) -> str:
    """CSS that brings the fonts for this text along, each family under its own name."""
    wanted, css = frozenset(map(ord, text + ALWAYS)), []
    for family in chinese_font.FILES:
        data = cut(chinese_font.path(family), wanted)
        if data:
            wanted -= characters(data)
            source = f"url(data:font/woff;base64,{base64.b64encode(data).decode('ascii')})"
            css.append(f'@font-face {{ font-family: "{family}"; src: {source} format("woff"); }}')
    return "\n".join(css)


def missing(text: str) -> frozenset[str]:
    """The characters of this text that no bundled font shows."""
    return frozenset(c for c in text if ord(c) > 0x7F and not c.isspace() and ord(c) not in _bundled())


def _bundled() -> frozenset[int]:
    return frozenset().union(*chinese_font.bundled().values())


def characters(font: bytes | Path) -> frozenset[int]:
    """The characters a font file shows."""
    from fontTools.ttLib import TTFont

    return frozenset(TTFont(io.BytesIO(font) if isinstance(font, bytes) else font).getBestCmap())


def cut(path: Path, wanted: Iterable[int]) -> bytes:
    """The font with no more than the wanted characters, as WOFF; empty if it shows none of them."""
    from fontTools import subset
    from fontTools.ttLib import TTFont

    font = TTFont(path, lazy=True, recalcTimestamp=False)
    wanted = set(wanted) & set(font.getBestCmap())
    if not wanted:
        return b""
    options = subset.Options()
    options.layout_features, options.hinting, options.glyph_names = [], False, False
    options.name_IDs = [0, 1, 2, 4, 6, 13, 14]
    options.drop_tables += DROPPED
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=wanted)
    cutter.subset(font)
    font.flavor = "woff"
    out = io.BytesIO()
    font.save(out)
    return out.getvalue()
