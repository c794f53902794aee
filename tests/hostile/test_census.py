"""The count of an xlsx: rows at a glance are counted as rows looked at cell by cell are."""

from __future__ import annotations

import random
import tempfile
from pathlib import Path

import pytest
import python_calamine as calamine
from foreign import parts
from hypothesis import given, settings
from hypothesis import strategies as st

from chsi_batch.settings import Limits
from chsi_batch.sources import census
from chsi_batch.sources.elements import Elements, never
from chsi_batch.sources.refusing import UnreadableError

CELLS = (
    '<c r="{}" t="inlineStr"><is><t>张</t></is></c>',
    '<c r="{}" t="inlineStr"><is><t> </t></is></c>',
    '<c r="{}" t="inlineStr"><is><t/></is></c>',
    '<c r="{}" t="inlineStr"><is><t xml:space="preserve"> x</t></is></c>',
    '<c r="{}" t="inlineStr"><is><rPh sb="0" eb="1"><t>x</t></rPh></is></c>',
    '<c r="{}" s="1" t="s"><v>0</v></c>',
    '<c r="{}" t="s"><v>1</v></c>',
    '<c r="{}"><v>0</v></c>',
    '<c r="{}" t="n"><v>1.5</v></c>',
    '<c r="{}" t="str"><v></v></c>',
    '<c r="{}" t="e"><v>#N/A</v></c>',
    '<c r="{}"><f>A1</f><v>1</v></c>',
    '<c r="{}"><f>A1</f></c>',
    '<c r="{}" s="3"/>',
    '<c t="inlineStr"><is><t>无</t></is></c>',
)
ROWS = (
    '<row r="{}">',
    '<row r="{}" spans="1:3" ht="1.5">',
    '<row spans="1:3" r="{}">',
    "<row>",
    "\n<row r='{}'>",
)
TEXTS = "<si><t>有</t></si><si><t> </t></si><si><r><t>x</t></r></si>"


def drawn(seed: int) -> str:
    """A sheet of rows that are mostly alike; now and then another kind of row, number or cell."""
    chance = random.Random(seed)
    number, rows = 0, []
    last = chance.choice((7, 7, 7, 10, 12))
    usable = CELLS[:10] + CELLS[13:] if last == 7 and chance.random() < 0.8 else CELLS
    for _ in range(chance.randrange(1, 40)):
        number += chance.choice((1, 1, 1, 1, 2, 9, 0) if chance.random() < 0.08 else (1,))
        plain = chance.random() < 0.6
        alike = [CELLS[chance.choice(kinds)] for kinds in ((0, 5, 6, 6, 7), (6, 6, 13), (6, 6, last))]
        cells = alike if plain else chance.choices(usable, k=chance.randrange(5))
        at = number if chance.random() < 0.99 else number + 1
        body = "".join(cell.format(f"{chr(65 + place)}{at}") for place, cell in enumerate(cells))
        if chance.random() < 0.05:
            rows.append(f'<row r="{number}"/>')
            number += 1
        head = ROWS[0] if plain else chance.choice(ROWS)
        rows.append(f"{head.format(number)}{body}</row>" + chance.choice(("", "", "\n  ", "<!-- <row> -->")))
    return parts.sheet("".join(rows))


def told(path: Path, limits: Limits) -> object:
    try:
        return census.take(path, limits)
    except UnreadableError as fault:
        return fault.code, fault.sheet, fault.row


@given(st.integers(0, 1 << 30), st.sampled_from([Limits(), Limits(cells=30)]))
@settings(max_examples=300, deadline=None)
def test_a_glance_sees_what_a_look_at_every_cell_sees(seed: int, limits: Limits) -> None:
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        content = {
            **parts.parts(),
            parts.SHEET: drawn(seed),
            parts.STRINGS: f'<sst xmlns="{parts.MAIN}">{TEXTS}</sst>',
        }
        path = parts.save(Path(folder) / "t.xlsx", content)
        at_a_glance = told(path, limits)
        patch.setattr(Elements, "quick", property(lambda _: lambda _: never, lambda *_: None), raising=False)
        assert told(path, limits) == at_a_glance


def test_most_rows_need_no_more_than_a_glance(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Otherwise the count would take as long as the reading."""
    looked: list[int] = []
    plain = census._Sheet._row
    monkeypatch.setattr(
        census._Sheet, "_row", lambda self, row, *rest: looked.append(1) or plain(self, row, *rest)
    )
    path = parts.save(tmp_path / "t.xlsx", parts.parts(parts.people(500)))
    assert census.take(path, Limits())["S"].count.filled == 501
    assert len(looked) == 1


@pytest.mark.parametrize(
    ("reference", "shows"),
    [
        ("&#133;", False),
        ("&#x85;", False),
        ("&#64976;", True),
        ("&#x1FFFE;", True),
        ("&#32;", False),
        ("&lt;", True),
    ],
)
def test_a_reference_is_the_character_of_xml(reference: str, shows: bool, tmp_path: Path) -> None:
    """HTML reads 133 as an ellipsis and leaves out characters that XML keeps: the count would differ."""
    row = f'<row r="2"><c r="A2" t="inlineStr"><is><t>{reference}</t></is></c></row>'
    path = parts.save(tmp_path / "t.xlsx", {**parts.parts(), parts.SHEET: parts.sheet(row)})
    assert census.take(path, Limits())["S"].count.filled == shows
    with calamine.load_workbook(path) as book:
        cells = [str(cell) for line in book.get_sheet_by_index(0).to_python() for cell in line]
    assert any(cell.strip() for cell in cells) == shows
