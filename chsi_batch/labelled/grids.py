"""A sheet as a grid of cells: title rows, one or two header lines, group rows, records, totals.

The grid knows where each planted row stands, and from that its reference follows: the row of a workbook or
page, the first physical line of a text record, the number of a DBF or Parquet record.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import ceil
from random import Random

from chsi_batch.labelled.forms import Cell, cell
from chsi_batch.labelled.layouts import Layout
from chsi_batch.labelled.rows import Row

Merge = tuple[int, int, int, int]
"""First row, first column, last row, last column; from zero."""

BARE = ("dbf", "parquet")
GROUP_EVERY = 40
NOTES = (
    "填写说明",
    "1. 证件号码、证书编号请设为文本格式后填写，不得使用科学计数法。",
    "2. 姓名应与居民身份证一致；少数民族姓名间隔符使用“·”。",
    "3. 每个工作表不超过 2000 行。",
)


@dataclass
class Grid:
    """One sheet. `cells` of DBF and Parquet have no header line; `headers` holds it for all."""

    name: str
    headers: list[str]
    cells: list[list[Cell]] = field(default_factory=list)
    rows: dict[int, Row] = field(default_factory=dict)
    merges: list[Merge] = field(default_factory=list)
    hidden: bool = False
    deleted: set[int] = field(default_factory=set)

    def put(self, *cells: Cell) -> int:
        """Add a line; its index."""
        self.cells.append(list(cells))
        return len(self.cells) - 1


@dataclass
class Book:
    """One file: its name below the cohort's folder, and its sheets."""

    folder: str
    file: str
    layout: Layout
    grids: list[Grid]

    def refer(self) -> None:
        """Give every row of the file its reference."""
        for grid in self.grids:
            line = 1
            for index, cells in enumerate(grid.cells):
                if row := grid.rows.get(index):
                    row.ref = f"{self.file}#{self._place(grid, index, line)}"
                line += 1 + sum(text.count("\n") for text in cells if isinstance(text, str))

    def _place(self, grid: Grid, index: int, line: int) -> str:
        if self.layout.format in ("xlsx", "xls"):
            return f"{grid.name}!{index + 1}"
        return str(line if self.layout.format in ("csv", "txt", "tabs") else index + 1)


def fill(
    layout: Layout, name: str, blocks: Sequence[Sequence[Row]], rng: Random, hidden: bool = False
) -> Grid:
    """A sheet of this layout with these blocks of rows in it."""
    columns = [column for column, _ in layout.columns]
    headers = [header for _, header in layout.columns]
    if layout.gap >= 0:
        columns.insert(layout.gap, "")
        headers.insert(layout.gap, "")
    grid = Grid(name, headers, hidden=hidden)
    if layout.format not in BARE:
        _heading(grid, layout)
    count = 0
    for block in blocks:
        if layout.group_rows and count // GROUP_EVERY != (count - 1) // GROUP_EVERY:
            grid.put(f"{block[0]['province']}（{rng.randrange(2, 90)}所）", *[""] * (len(columns) - 1))
        for row in block:
            grid.rows[grid.put(*(cell(row, column, layout) if column else "" for column in columns))] = row
            count += 1
        if layout.format in ("csv", "txt") and rng.random() < 0.01:
            grid.put()
    if layout.totals:
        _ending(grid, count)
    return grid


def _heading(grid: Grid, layout: Layout) -> None:
    width = len(grid.headers)
    for title in layout.title:
        line = grid.put(title, *[""] * (width - 1))
        if layout.format in ("xlsx", "xls", "html"):
            grid.merges.append((line, 0, line, width - 1))
    if not layout.groups:
        grid.put(*grid.headers)
        return
    upper: list[Cell] = []
    lower: list[Cell] = list(grid.headers)
    line = len(grid.cells)
    for word, span in layout.groups:
        at = len(upper)
        if span == 1:
            upper.append(grid.headers[at])
            lower[at] = ""
            grid.merges.append((line, at, line + 1, at))
        else:
            upper += [word, *[""] * (span - 1)]
            grid.merges.append((line, at, line, at + span - 1))
    grid.put(*upper)
    grid.put(*lower)


def _ending(grid: Grid, count: int) -> None:
    width = len(grid.headers)
    grid.put("合计", *[""] * (width - 2), f"{count} 人")
    grid.put(*[""] * width)
    grid.put("制表人：李国强　　审核人：王秀兰　　2026年6月30日", *[""] * (width - 1))


def notes() -> Grid:
    """A sheet that holds no table."""
    return Grid("填写说明", [], [[line] for line in NOTES])


def books(layout: Layout, folder: str, blocks: Sequence[Sequence[Row]], rng: Random) -> list[Book]:
    """The blocks spread over sheets and files of this layout, no sheet above its limit."""
    total = sum(map(len, blocks))
    limit = layout.rows if layout.format == "xlsx" else 60_000
    aim = min(limit, max(1, ceil(total / layout.sheets)))
    chunks: list[list[Sequence[Row]]] = [[]]
    size = 0
    for block in blocks:
        if size + len(block) > aim and chunks[-1]:
            chunks.append([])
            size = 0
        chunks[-1].append(block)
        size += len(block)
    found = []
    for number, start in enumerate(range(0, len(chunks), layout.sheets), 1):
        part = chunks[start : start + layout.sheets]
        names = [f"第{i}批" for i in range(1, len(part) + 1)] if layout.sheets > 1 else ["Sheet1"]
        grids = [fill(layout, name, chunk, rng) for name, chunk in zip(names, part, strict=True)]
        if layout.hidden and len(part[-1]) > 3:
            kept, moved = part[-1][:-2], part[-1][-2:]
            grids[-1] = fill(layout, names[-1], kept, rng)
            grids.append(fill(layout, "历史数据", moved, rng, hidden=True))
        if layout.notes:
            grids.insert(0, notes())
        found.append(Book(folder, _file(layout, number), layout, grids))
    return found


def _file(layout: Layout, number: int) -> str:
    ending = {"html": "xls", "tabs": "xls"}.get(layout.format, layout.format)
    return f"{layout.stem}{'' if number == 1 else f'_{number}'}.{ending}"
