"""Writes `summary.html`: one page with the numbers, the pictures, what is behind them, and what to do next.

Self-contained: style, pictures and fonts inside, nothing loaded from elsewhere, and a content security policy
that forbids it. Every text goes through autoescape. No clock is read: the same run gives the same bytes.
"""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from chsi_batch.report import embedding, palette, pictures, shown, totals
from chsi_batch.report.pouring import FILE_MODE, clean
from chsi_batch.report.totals import SchoolTotal, Totals
from chsi_batch.report.words import Words, code_order, party_order, readings
from chsi_batch.results import Run

if TYPE_CHECKING:
    from markupsafe import Markup

MOST_SCHOOLS = 150
"""Schools with a table of their own; the rest are one table together."""
SCHOOLS_OPEN = 12
"""Schools listed before the fold that holds the others."""
MOST_SET_ASIDE = 300
ADVICE_PER_PARTY = 5
"""Codes named under each party; the others are in the table of codes."""
MOST_DECISIONS = 500
FONTS = "/* fonts */"
"""Where the fonts come into the page, once its characters are known."""
_BMP = 0xFFFF


@dataclass(frozen=True)
class Matrix:
    """One school on the page: rows per code and year, and their sums."""

    school: str
    rows: int
    years: tuple[str, ...]
    lines: tuple[tuple[str, tuple[int, ...], int], ...]


@dataclass(frozen=True)
class Party:
    """Who must act, on how many rows, and what to do about the most frequent codes."""

    name: str
    colour: str
    rows: int
    steps: tuple[tuple[str, int, str], ...]


def write_page(run: Run, path: Path, language: str, unmask: bool) -> None:
    """Write the page; it shows sums and set-aside rows, no person."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("chsi_batch.report", "templates"), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    environment.filters["rare"] = rare
    environment.filters["number"] = lambda value: f"{value:,}"
    words, first = Words(language), totals.first_codes(run)
    found = totals.count(run, first)
    page = environment.get_template("summary.html.j2").render(
        words=words,
        totals=found,
        parties=parties(found, words),
        schools_open=SCHOOLS_OPEN,
        schools=schools(found.schools, words, unmask),
        bindings=_bindings(found, words),
        inputs=[_input(row, words) for row in run.tables["inputs"].to_pylist()],
        set_aside=_set_aside(run, words, unmask),
        facts=_facts(run, found, words, unmask),
        pictures=pictures.draw(run, found, first, words),
        decisions=_decisions(run, words, unmask),
        palette=palette,
        fonts=FONTS,
    )
    page = page.replace(FONTS, embedding.faces(page), 1)
    with open(path, "w", encoding="utf-8", newline="\n", opener=_private) as handle:
        handle.write(page)


def _private(name: str, flags: int) -> int:
    return os.open(name, flags, FILE_MODE)


def rare(text: object) -> Markup:
    """Text with the characters that the page brings no font for named by their code point.

    Outside the first plane, where most machines have no font either, the code point stands beside them.
    """
    from markupsafe import Markup, escape

    cleaned = clean(str(text))
    strange = embedding.missing(cleaned)
    if not strange:
        return escape(cleaned)
    return Markup("").join(_named(c) if c in strange else escape(c) for c in cleaned)


def _named(character: str) -> Markup:
    from markupsafe import Markup

    code = f"U+{ord(character):04X}"
    beside = f"({code})" if ord(character) > _BMP else ""
    return Markup('<span title="{}">{}</span>{}').format(code, character, beside)


def parties(found: Totals, words: Words) -> list[Party]:
    """Per acting party its most frequent codes with their advice."""
    told = []
    for acts in sorted({entry.acts for entry in found.codes}, key=party_order):
        mine = sorted((entry for entry in found.codes if entry.acts == acts), key=lambda entry: -entry.rows)
        steps = tuple(
            (words.title(entry.code), entry.rows, entry.advice) for entry in mine[:ADVICE_PER_PARTY]
        )
        colour = palette.STRONG.get(acts, palette.INK)
        told.append(Party(words.party(acts), colour, sum(entry.rows for entry in mine), steps))
    return told


def schools(found: Sequence[SchoolTotal], words: Words, unmask: bool) -> list[Matrix]:
    """Code × year tables of the schools with most exceptions; the rest together in the last."""
    most, rest = found[:MOST_SCHOOLS], found[MOST_SCHOOLS:]
    tables = [_matrix(_name(entry.school, words, unmask), entry, words) for entry in most]
    if rest:
        cells: dict[tuple[str, int | None], int] = {}
        for entry in rest:
            for key, number in entry.cells.items():
                cells[key] = cells.get(key, 0) + number
        tables.append(_matrix(words("page.schools.rest", schools=len(rest)), SchoolTotal(None, cells), words))
    return tables


def _name(school: str | None, words: Words, unmask: bool) -> str:
    if school is None:
        return words("page.schools.unknown")
    return school if unmask else shown.free(school)


def _matrix(name: str, entry: SchoolTotal, words: Words) -> Matrix:
    years = sorted({year for _, year in entry.cells}, key=lambda year: (year is None, -(year or 0)))
    order = code_order()
    codes = sorted({code for code, _ in entry.cells}, key=lambda code: (order.get(code, 999), code))
    lines = tuple(
        (words.title(code), tuple(entry.cells.get((code, year), 0) for year in years)) for code in codes
    )
    return Matrix(
        school=name,
        rows=entry.rows,
        years=tuple(words("page.year.unknown") if year is None else str(year) for year in years),
        lines=tuple((title, numbers, sum(numbers)) for title, numbers in lines),
    )


def _bindings(found: Totals, words: Words) -> dict[str, list[tuple[str, str, int]]]:
    reading = readings(words.language)
    return {
        "rules": [(rule, reading.get(rule, ""), number) for (rule, _), number in found.rules.items()],
        "states": [
            (words.known("state", state), words.known("state_means", state), number)
            for state, number in found.states.items()
        ],
    }


def _input(row: Mapping[str, Any], words: Words) -> dict[str, Any]:
    """One sheet of one file; the parts must add up to the physical rows."""
    parts = row["blank"] + row["heading"] + row["set_aside"] + row["records"]
    return {
        **row,
        "side": words.known("side", row["side"]),
        "sheet": f"{row['sheet'] or ''} ({words('inputs.hidden')})" if row["hidden"] else row["sheet"] or "",
        "closes": parts == row["physical"],
        "unmapped": words.comma.join(str(column) for column in json.loads(row["unmapped"] or "[]")),
        "note": words.comma.join(words.known("sheet_note", note) for note in (row["note"] or "").split("; ")),
    }


def _set_aside(run: Run, words: Words, unmask: bool) -> dict[str, Any]:
    table = run.tables["set_aside"]
    rows = table.slice(0, MOST_SET_ASIDE).to_pylist()
    told = str if unmask else shown.free
    return {
        "total": table.num_rows,
        "rows": [(row["ref"], words.known("reason", row["reason"]), told(row["text"] or "")) for row in rows],
    }


def _decisions(run: Run, words: Words, unmask: bool) -> dict[str, Any] | None:
    """Decisions of reviewers and what became of them, None where none were given."""
    table = run.tables.get("decisions")
    if table is None or not table.num_rows:
        return None
    told = str if unmask else shown.free
    rows = [
        (
            row["seq"], words.known("decision", row["decision"]),
            words.known("decision_status", row["status"]),
            *(told(row[key] or "") for key in ("reviewer", "remark")),
            *(row[key] or "" for key in ("registration_ref", "degree_ref", "reason")),
        )
        for row in table.slice(0, MOST_DECISIONS).to_pylist()
    ]  # fmt: skip
    counted = Counter(table["status"].to_pylist())
    counts = words.comma.join(
        f"{words.known('decision_status', status)} {number:,}" for status, number in counted.items()
    )
    return {"total": table.num_rows, "rows": rows, "counts": counts}


def _facts(run: Run, found: Totals, words: Words, unmask: bool) -> list[tuple[str, str]]:
    """What a reader must know to make the same run again; nothing that changes from run to run."""
    facts = run.facts
    as_of = facts.get("as_of")
    rules = (facts.get("rules_sha256") or {}).get("match_rules.csv", "")
    capped = facts.get("capped_routes") or []
    told = {
        "as_of": str(as_of).replace("T", " ") if as_of else words("facts.no_as_of"),
        "version": str(facts.get("version", "")),
        "engine": str(facts.get("engine", "")),
        "masking": words("facts.unmasked") if unmask else words("facts.masked"),
        "rules": rules,
        "enrolments": f"{found.enrolments:,}",
        "capped": json.dumps(capped, ensure_ascii=False) if capped else "",
    }
    return [(words(f"facts.row.{key}"), text) for key, text in told.items() if text]
