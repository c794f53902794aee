"""The first sheet of each workbook: totals that close, who has how much to do, room for signatures."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from chsi_batch.report.cases import Case
from chsi_batch.report.forms import WIDTHS, Form
from chsi_batch.report.overview_pictures import Pictures
from chsi_batch.report.palette import STRONG
from chsi_batch.report.sheets import Sheet
from chsi_batch.report.totals import Totals
from chsi_batch.report.words import Words, party_order, readings
from chsi_batch.terms import Side

Row = tuple[str | int | None, ...]


def bindings(
    form: Form, found: Totals, drawn: Pictures, lists: Sequence[Sheet], facts: str, lost: int
) -> None:
    """汇总: files, rules, states, and the flow."""
    words = form.words
    sheet = page(form, words("sheet.summary"), words("workbook.bindings"), facts)
    top = form.table(sheet, 3, words("files.heading"), _header(words, "files"), files(found, words))
    reading = readings(words.language)
    rules: list[Row] = [
        (rule, words.known("method", method), number, reading.get(rule, ""))
        for (rule, method), number in found.rules.items()
    ]
    rules.append((words("total"), "", sum(found.rules.values()), ""))
    top = form.table(sheet, top, words("rules.heading"), _header(words, "rules"), rules)
    states: list[Row] = [
        (words.known("state", state), number, words.known("state_means", state))
        for state, number in found.states.items()
    ]
    states.append((words("total"), sum(found.states.values()), ""))
    top = form.table(sheet, top, words("states.heading"), _header(words, "states"), states)
    top = _split(form, sheet, top, lists)
    top = _flow(form, sheet, top, found, drawn)
    close(form, sheet, top, lost)


def exceptions(
    form: Form, cases: Sequence[Case], found: Totals, drawn: Pictures, lists: Sequence[Sheet], facts: str,
    lost: int,
) -> None:  # fmt: skip
    """总览: files, acting parties with links to their sheets, codes, and pictures of both."""
    words = form.words
    sheet = page(form, words("sheet.overview"), words("workbook.exceptions"), facts)
    top = form.table(sheet, 3, words("files.heading"), _header(words, "files"), files(found, words))
    names = {entry.name for entry in lists}
    acting = sorted({case.acts for case in cases}, key=party_order)
    parties = [_party(acts, cases, words) for acts in acting]
    links = [words.party(acts) if words.party(acts) in names else None for acts in acting]
    top = form.table(
        sheet, top, words("parties.heading"), _header(words, "parties"),
        [*parties, _sum(words, parties, 4)], links,
    )  # fmt: skip
    codes: list[Row] = [
        (
            words.title(entry.code), entry.code, entry.registrations, entry.degrees, entry.rows,
            _who_does_what(words.party(entry.acts), entry.advice, words),
        )
        for entry in found.codes
    ]  # fmt: skip
    top = form.table(
        sheet, top, words("codes.heading"), _header(words, "codes"), [*codes, _sum(words, codes, 4)]
    )
    notes: list[Row] = [(words.title(code), code, number, "") for code, number in found.notes.items()]
    if notes:
        top = form.table(sheet, top, words("notes.heading"), _header(words, "notes"), notes, total=False)
    top = _split(form, sheet, top, lists)
    told = words("picture.exceptions")
    top = form.picture(sheet, top, told, drawn["exceptions"], told)
    top = _flow(form, sheet, top, found, drawn)
    close(form, sheet, top, lost)


def _split(form: Form, sheet: Any, top: int, lists: Sequence[Sheet]) -> int:
    """Where the lists go on that are longer than a sheet; nothing if there are none."""
    words, parts = form.words, [part for part in lists if part.before is not None]
    if not parts:
        return top
    rows: list[Row] = [
        (part.name, part.rows, f"{part.before + 1:,}–{part.before + part.rows:,}")
        for part in parts
        if part.before is not None
    ]
    names = [part.name for part in parts]
    return form.table(sheet, top, words("split.heading"), _header(words, "split"), rows, names, total=False)


def _flow(form: Form, sheet: Any, top: int, found: Totals, drawn: Pictures) -> int:
    """The flow from files to outcomes."""
    words = form.words
    alt = words("figure.flow.alt", rows=found.records, bound=found.bound, exception=found.exception)
    return form.picture(sheet, top, words("picture.flow"), drawn["flow"], alt)


def files(found: Totals, words: Words) -> list[Row]:
    """One row per file – In = bound + exception – and the total."""
    rows: list[Row] = [
        (
            entry.file, words.known("side", entry.side), entry.records, entry.bound, entry.exception,
            words("closes") if entry.closes else words("open"),
        )
        for entry in found.files
    ]  # fmt: skip
    return [*rows, (words("total"), "", found.records, found.bound, found.exception, words("closes"))]


def _party(acts: str, cases: Sequence[Case], words: Words) -> Row:
    mine = [case for case in cases if case.acts == acts]
    accounts, degrees = (
        sum(side in case.sides for case in mine) for side in (Side.REGISTRATION, Side.DEGREE)
    )
    titles: dict[str, int] = {}
    for case in mine:
        titles[case.code] = titles.get(case.code, 0) + 1
    most = sorted(titles, key=lambda code: (-titles[code], code))[:3]
    said = words.comma.join(f"{words.title(code)} {titles[code]}" for code in most)
    return (words.party(acts), len(mine), accounts, degrees, accounts + degrees, said)


def _who_does_what(party: str, advice: str, words: Words) -> str:
    """The advice, with the party before it unless it begins so."""
    said = advice.removeprefix("The ").lower().startswith(party.lower())
    return advice if said else f"{party}{words.colon}{advice}"


def _sum(words: Words, rows: Sequence[Row], until: int) -> Row:
    """The total of the number columns up to `until`."""
    sums = [
        sum(number for row in rows if isinstance(number := row[place], int)) if _counted(rows, place) else ""
        for place in range(1, until + 1)
    ]
    return (words("total"), *sums, "")


def _counted(rows: Sequence[Row], place: int) -> bool:
    return all(isinstance(row[place], int) for row in rows)


def _header(words: Words, table: str) -> list[str]:
    return words(f"{table}.header").split("|")


def page(form: Form, name: str, title: str, facts: str) -> Any:
    """The first sheet of a workbook, its columns as wide as those of all overviews."""
    sheet = form.page(name, title, STRONG["student"])
    form.head(sheet, title, facts)
    for place, width in enumerate(WIDTHS):
        sheet.set_column(place, place, width)
    return sheet


def close(form: Form, sheet: Any, top: int, lost: int) -> None:
    """What was changed in texts, and the lines to sign on."""
    words = form.words
    if lost:
        sheet.write_string(top, 0, words("lost", cells=lost), form.style())
        top += 1
    sheet.set_row(top, 26)
    for place, key in ((0, "sign.made"), (2, "sign.checked"), (5, "sign.date")):
        sheet.write_string(top, place, f"{words(key)}________________", form.style(valign="bottom"))
    sheet.print_area(0, 0, top, len(WIDTHS) - 1)
