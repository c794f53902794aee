"""Draws the printed form of every sheet with XlsxWriter: fonts, header, filter, drop-down, A4 page.

A4 landscape, fitted to the width, header repeated, page numbers in the footer. Fonts are those every Chinese
office has; a spreadsheet program without them takes its own. Texts pass through `books`.
"""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from typing import Any

from chsi_batch.report import heights, pouring
from chsi_batch.report.overview_pictures import Picture
from chsi_batch.report.palette import GRID, INK, MARK, PLAIN_LIGHT, STRONG
from chsi_batch.report.sheets import HEAD_ROWS, Column, Sheet
from chsi_batch.report.words import Words

FONT = {"zh": "宋体", "en": "Calibri"}
SIZE = 9
A4 = 9
DECISIONS = ("bind", "reject", "hold", "school", "student")
"""What a reviewer may decide (contract, section 8); the last two are `hold` with that remark."""
ANSWERS = ("same", "other", "unclear")
"""What a reviewer may say of a binding drawn for an audit."""
CHOICES = {"decision": DECISIONS, "answer": ANSWERS}
"""What the drop-down of a column offers; its texts are those of `<column>.<choice>`."""
WIDTHS = (34, 20, 12, 12, 12, 58)
"""Columns of the overviews."""
SAMPLES = 2
"""Sample rows under the header, replaced when the rows are poured in."""
INCH = 72
"""Points."""
PIXELS = 4 / 3
"""Pixels a point, as spreadsheet programs count."""
HEADING = 24
PICTURE_HEIGHT = 380.0
"""Points of the highest picture; with its heading it stands in one row, which can have 409."""
_LEFT = 0.3
_TOP = 0.45
_BOTTOM = 0.55

_Text = str | int | None


def runs(language: str) -> pouring.Runs:
    """Run properties of plain and of marked (differing) characters: red, bold and underlined."""
    font = f'<rFont val="{FONT[language]}"/><charset val="134"/>'
    mark = MARK.lstrip("#")
    return pouring.Runs(
        f'<sz val="{SIZE}"/><color rgb="FF{INK.lstrip("#")}"/>{font}',
        f'<b/><u/><sz val="{SIZE}"/><color rgb="FF{mark}"/>{font}',
    )


class Form:
    """One workbook being drawn."""

    def __init__(self, words: Words, title: str) -> None:
        from chsi_batch.report import books

        self.words = words
        self.buffer = BytesIO()
        fonts = {"font_name": FONT[words.language], "font_size": SIZE}
        self._book = books.Book(self.buffer, title, in_memory=True, default_format_properties=fonts)
        self._formats: dict[tuple[tuple[str, Any], ...], Any] = {}
        self.lists: dict[str, tuple[Sheet, int]] = {}

    def style(self, **properties: Any) -> Any:
        """A format; equal ones are made once."""
        base = {
            "font_name": FONT[self.words.language], "font_size": SIZE, "font_charset": 134,
            "font_color": INK, "valign": "vcenter",
        }  # fmt: skip
        wanted = base | properties
        key = tuple(sorted(wanted.items()))
        if key not in self._formats:
            self._formats[key] = self._book.add_format(wanted)
        return self._formats[key]

    def cell_style(self, **properties: Any) -> Any:
        """A format of a table: thin border, wrapped."""
        return self.style(border=1, border_color=GRID, text_wrap=True, **properties)

    def page(self, name: str, title: str, colour: str | None = None) -> Any:
        """A new sheet with the page setup of all sheets."""
        sheet = self._book.add_worksheet(name)
        sheet.set_landscape()
        sheet.set_paper(A4)
        sheet.fit_to_pages(1, 0)
        sheet.set_margins(left=_LEFT, right=_LEFT, top=_TOP, bottom=_BOTTOM)
        sheet.set_footer(
            f"&L&8{title.replace('&', '&&')}&C&8{self.words('footer.page')}&R&8{self.words('footer.tool')}"
        )
        sheet.hide_gridlines(2)
        if colour:
            sheet.set_tab_color(colour)
        return sheet

    def head(self, sheet: Any, title: str, facts: str, height: int = 26) -> None:
        """The title line and the line of facts."""
        sheet.set_row(0, height, self.style())
        sheet.write_string(0, 0, title, self.style(bold=True, font_size=15))
        sheet.set_row(1, 16)
        sheet.write_string(1, 0, facts, self.style(font_color="#595959"))

    def list_sheet(self, found: Sheet, facts: str, strong: str | None) -> None:
        """A list: its form now, its rows when the workbook is poured."""
        sheet = self.page(found.name, found.title, strong)
        self.head(sheet, found.title, f"{found.facts}{facts}")
        header, last = HEAD_ROWS - 1, len(found.columns) - 1
        sheet.set_row(header, 30)
        for place, column in enumerate(found.columns):
            sheet.set_column(place, place, column.width)
            label = column.title or self.words(f"column.{column.key}")
            sheet.write_string(
                header, place, label, self.cell_style(bold=True, bg_color=found.colour, align="center")
            )
        frozen = next(
            (place + 1 for place, column in enumerate(found.columns) if column.key == found.freeze), 0
        )
        sheet.freeze_panes(HEAD_ROWS, frozen)
        sheet.repeat_rows(header)
        end = HEAD_ROWS + max(found.rows, 1) - 1
        sheet.autofilter(header, 0, end, last)
        sheet.print_area(0, 0, end, sum(column.printed for column in found.columns) - 1)
        if not found.rows:
            sheet.write_string(HEAD_ROWS, 0, found.empty, self.style(font_color="#595959"))
            return
        self._samples(sheet, found.columns)
        self._decisions(sheet, found.columns, end)
        self.lists[f"xl/worksheets/sheet{len(self._book.worksheets())}.xml"] = (found, HEAD_ROWS + 1)

    def _samples(self, sheet: Any, columns: Sequence[Column]) -> None:
        """Two rows that only carry formats: for plain text, and for text that begins like a formula."""
        for offset in range(SAMPLES):
            for place, column in enumerate(columns):
                properties: dict[str, Any] = {"valign": "top"}
                if column.kind in ("centre", "number", "decision"):
                    properties["align"] = "center"
                if column.kind == "small":
                    properties["font_size"] = SIZE - 1
                if column.kind in ("decision", "byhand"):
                    properties["bg_color"] = "#FFFDF3"
                if column.kind != "number":
                    properties["num_format"] = "@"
                if offset:
                    properties["quote_prefix"] = True
                sheet.write_blank(HEAD_ROWS + offset, place, None, self.cell_style(**properties))

    def _decisions(self, sheet: Any, columns: Sequence[Column], end: int) -> None:
        for place, column in enumerate(columns):
            if column.kind == "decision":
                sheet.data_validation(
                    HEAD_ROWS, place, end, place,
                    {
                        "validate": "list",
                        "source": [self.words(f"{column.key}.{choice}") for choice in CHOICES[column.key]],
                        "input_title": self.words(f"{column.key}.ask"),
                        "input_message": self.words(f"{column.key}.help"),
                        "error_title": self.words(f"{column.key}.ask"),
                        "error_message": self.words(f"{column.key}.error"),
                    },
                )  # fmt: skip

    def table(
        self, sheet: Any, top: int, heading: str, header: Sequence[str], rows: Sequence[Sequence[_Text]],
        links: Sequence[str | None] = (), total: bool = True,
    ) -> int:  # fmt: skip
        """A small table of an overview from row `top`; the last row is the total. Returns the next free row.

        The last column takes all the room to the right edge, so that the tables of a page end together.
        """
        sheet.set_row(top, 20)
        sheet.write_string(top, 0, heading, self.style(bold=True, font_size=SIZE + 2, valign="bottom"))
        self._line(sheet, top + 1, header, {"bold": True, "bg_color": PLAIN_LIGHT, "align": "center"})
        for number, row in enumerate(rows):
            last = total and number == len(rows) - 1
            self._line(sheet, top + 2 + number, row, {"bold": True, "top": 2} if last else {})
            if number < len(links) and links[number]:
                style = self.cell_style(font_color=STRONG["student"], underline=1, indent=1)
                sheet.write_url(top + 2 + number, 0, f"internal:'{links[number]}'!A1", style, str(row[0]))
        return top + len(rows) + 3

    def picture(self, sheet: Any, top: int, heading: str, drawn: Picture, alt: str) -> int:
        """A picture and its heading in row `top`, so that no page parts them. Returns the next free row."""
        png, high = drawn[0], drawn[1] * INCH
        scale = min(1.0, PICTURE_HEIGHT / high)
        sheet.set_row(top, high * scale + HEADING)
        sheet.write_string(top, 0, heading, self.style(bold=True, font_size=SIZE + 2, valign="top"))
        sheet.insert_image(
            top, 0, "picture.png",
            {
                "image_data": BytesIO(png), "description": alt,
                "x_scale": scale, "y_scale": scale, "y_offset": HEADING * PIXELS, "object_position": 2,
            },
        )  # fmt: skip
        return top + 2

    def _line(self, sheet: Any, row: int, values: Sequence[_Text], properties: dict[str, Any]) -> None:
        """One row of a small table, high enough for its wrapped texts."""
        room = [*WIDTHS[: len(values) - 1], sum(WIDTHS[len(values) - 1 :])]
        needed = [heights.lines(str(value or ""), width) for value, width in zip(values, room, strict=True)]
        sheet.set_row(row, heights.height(max(needed), 17))
        edge = len(values) - 1
        if edge < len(WIDTHS) - 1:
            sheet.merge_range(row, edge, row, len(WIDTHS) - 1, "", self.cell_style(**properties))
        for place, value in enumerate(values):
            if isinstance(value, int):
                sheet.write_number(row, place, value, self.cell_style(num_format="#,##0", **properties))
                continue
            indent = {} if "align" in properties else {"indent": 1}
            sheet.write_string(row, place, value or "", self.cell_style(**properties, **indent))

    def finished(self) -> BytesIO:
        """The drawn workbook, to be poured."""
        self._book.close()
        self.buffer.seek(0)
        return self.buffer
