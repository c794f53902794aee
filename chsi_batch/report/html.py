"""Writes `summary.html`: one page with the numbers, the pictures, what is behind them, and what to do next.

Self-contained: style, pictures and fonts inside, nothing loaded from elsewhere, and a content security policy
that forbids it. Every text goes through `plain` and autoescape. No clock is read: the same run gives the same
bytes.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from chsi_batch import plain
from chsi_batch.report import counted, embedding, page_schools, page_sections, palette, pictures, totals
from chsi_batch.report.pouring import FILE_MODE
from chsi_batch.report.totals import Totals
from chsi_batch.report.words import Words
from chsi_batch.results import Run

if TYPE_CHECKING:
    from markupsafe import Markup

FONTS = "/* fonts */"
"""Where the fonts come into the page, once its characters are known."""
_BMP = 0xFFFF


@dataclass(frozen=True)
class Page:
    """All that a page tells, gathered from the run; it can be drawn in another process."""

    words: Words
    totals: Totals
    numbers: pictures.Numbers
    sections: Mapping[str, Any]


def write_page(run: Run, path: Path, language: str, unmask: bool) -> None:
    """Write the page; it shows sums and set-aside rows, no person."""
    save(drawn(gathered(run, language, unmask)), path)


def gathered(run: Run, language: str, unmask: bool) -> Page:
    """What the page of a run tells."""
    words, run = Words(language), counted.with_counts(run)
    found = totals.count(run)
    sections = {
        "parties": page_sections.parties(found, words),
        "schools_open": page_schools.OPEN,
        "schools": page_schools.schools(found.schools, words, unmask),
        "bindings": page_sections.bindings(found, words),
        "inputs": page_sections.inputs(run, words),
        "set_aside": page_sections.set_aside(run, words, unmask),
        "facts": page_sections.facts(run, found, words, unmask),
        "decisions": page_sections.decisions(run, words, unmask),
    }
    return Page(words, found, pictures.count(run), sections)


def drawn(page: Page) -> str:
    """The page with its pictures and fonts."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("chsi_batch.report", "templates"), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True, finalize=_plain,
    )  # fmt: skip
    environment.filters["rare"] = rare
    environment.filters["number"] = lambda value: f"{value:,}"
    text = environment.get_template("summary.html.j2").render(
        words=page.words,
        totals=page.totals,
        pictures=pictures.draw(page.numbers, page.totals, page.words),
        palette=palette,
        fonts=FONTS,
        **page.sections,
    )
    return text.replace(FONTS, embedding.faces(text), 1)


def save(page: str, path: Path) -> None:
    """Write a drawn page; its owner alone may read it."""
    with open(path, "w", encoding="utf-8", newline="\n", opener=_private) as handle:
        handle.write(page)


def _private(name: str, flags: int) -> int:
    return os.open(name, flags, FILE_MODE)


def _plain(value: object) -> object:
    """Whatever the template prints: texts with every character seen; our own markup as it is."""
    return plain.lines(value) if type(value) is str else value


def rare(text: object) -> Markup:
    """Text with the characters that the page brings no font for named by their code point.

    Outside the first plane, where most machines have no font either, the code point stands beside them.
    """
    from markupsafe import Markup, escape

    cleaned = plain.lines(str(text))
    strange = embedding.missing(cleaned)
    if not strange:
        return escape(cleaned)
    return Markup("").join(_named(c) if c in strange else escape(c) for c in cleaned)


def _named(character: str) -> Markup:
    from markupsafe import Markup

    code = f"U+{ord(character):04X}"
    beside = f"({code})" if ord(character) > _BMP else ""
    return Markup('<span title="{}">{}</span>{}').format(code, character, beside)
