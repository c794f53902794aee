"""HTML saved as `.xls` by web systems: the tables of the page, colspan and rowspan as merged ranges."""

from __future__ import annotations

import re
from typing import Any

from chsi_batch.sources.model import Sheet, Span
from chsi_batch.sources.refusing import UnreadableError

_OPENING = re.compile(rb"<\s*(html|table|!doctype\s+html|head|body|meta|style)\b", re.IGNORECASE)
_CHARSET = re.compile(rb"charset\s*=\s*[\"']?\s*([\w-]+)", re.IGNORECASE)
_HEAD = 4096
_SPAN_LIMIT = 1000


def is_html(content: bytes) -> bool:
    """Does the text begin like a page?"""
    head = content[:_HEAD]
    if head[:2] in (b"\xff\xfe", b"\xfe\xff"):
        head = head.decode("utf-16", "replace").encode("utf-8")
    return bool(_OPENING.search(head)) and head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<")


def stated_encoding(content: bytes) -> str | None:
    """The charset the page names; GBK and GB2312 are read as GB18030."""
    found = _CHARSET.search(content[:_HEAD])
    if not found:
        return None
    name = found[1].decode("ascii").lower()
    return "gb18030" if name in ("gbk", "gb2312", "gb18030", "x-gbk", "cp936") else name


def read_html(text: str) -> list[Sheet]:
    """Every table that holds rows of its own; a page with one table gives one unnamed sheet."""
    from lxml import etree, html

    parser = html.HTMLParser(encoding="utf-8", no_network=True, huge_tree=True)
    try:
        root = html.document_fromstring(text.encode("utf-8", "replace"), parser=parser)
    except (etree.LxmlError, ValueError):
        raise UnreadableError("html-without-table") from None
    tables = [table for table in root.iter("table") if table.find(".//table") is None]
    _judge_rows_beside(root, tables)
    sheets = [sheet for sheet in map(_sheet, tables) if sheet.rows]
    if not sheets:
        raise UnreadableError("html-without-table")
    if len(sheets) > 1:
        for index, sheet in enumerate(sheets, 1):
            sheet.name = f"table{index}"
    return sheets


def _judge_rows_beside(root: Any, tables: list[Any]) -> None:
    """Rows of no table, or around another table, lay out the page and are not read: they must hold nobody."""
    from chsi_batch.layout.grid import joined
    from chsi_batch.sources.taking import personal

    read = set(tables)
    for row in root.iter("tr"):
        if next(row.iterancestors("table"), None) not in read:
            cells = [_own_text(cell) for cell in row.iterchildren("td", "th")]
            if personal(joined(cells)):
                raise UnreadableError("html-damaged")


def _own_text(cell: Any) -> str:
    """What stands in a cell beside the tables in it."""
    found, waiting = [], _pieces(cell)
    while waiting:
        piece = waiting.pop()
        if isinstance(piece, str):
            found.append(piece)
        elif piece is not None and piece.tag != "table":
            waiting += _pieces(piece)
    return "".join(found)


def _pieces(node: Any) -> list[Any]:
    """Texts and elements of an element, the last one first."""
    inner = [piece for child in node for piece in (child, child.tail)]
    return [node.text if isinstance(node.tag, str) else None, *inner][::-1]


def _sheet(table: object) -> Sheet:
    rows: list[list[str | None]] = []
    merged: list[Span] = []
    taken: set[tuple[int, int]] = set()
    for row_index, row in enumerate(table.iter("tr")):  # type: ignore[attr-defined]
        cells: list[str | None] = []
        for cell in row.iterchildren("td", "th"):
            while (row_index, len(cells)) in taken:
                cells.append(None)
            column = len(cells)
            wide, high = _span(cell, "colspan"), _span(cell, "rowspan")
            for br in cell.iter("br"):
                br.tail = "\n" + (br.tail or "")
            cells.append("".join(cell.itertext()))
            if wide > 1 or high > 1:
                merged.append(Span(row_index, column, row_index + high - 1, column + wide - 1))
                for r in range(row_index, row_index + high):
                    taken.update((r, c) for c in range(column, column + wide))
            cells.extend([None] * (wide - 1))
        rows.append(cells)
    return Sheet(name=None, rows=rows, merged=merged)


def _span(cell: object, name: str) -> int:
    stated = (cell.get(name) or "").strip()  # type: ignore[attr-defined]
    return min(int(stated), _SPAN_LIMIT) if stated.isdecimal() and int(stated) > 0 else 1
