"""Writes the entries of a log to a file of their own: a workbook, CSV or lines of JSON, texts masked.

No text can become a formula, see `plain`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from chsi_batch import plain, publishing, tables
from chsi_batch.errors import UsageError
from chsi_batch.report import forms, sheets, xlsx
from chsi_batch.report.palette import PLAIN_LIGHT
from chsi_batch.report.words import Words
from chsi_batch.returned.showing import COLUMNS, STANDS, Shown, texts, titles

_WIDTHS = (5, 17, 9, 9, 9, 20, 20, 15, 5, 24, 8, 7)
_SMALL = ("registration_ref", "degree_ref", "code")


def export(found: Sequence[Shown], path: Path, language: str) -> None:
    """Write the records to `path`, which must not exist; its ending tells the format."""
    write = _WRITERS.get(path.suffix.lower())
    if write is None:
        raise UsageError.of("decisions-export-format", path.name, known=", ".join(_WRITERS))
    with publishing.placing(path, taken="decisions-export-exists") as fresh:
        write(found, fresh, language)


def _xlsx(found: Sequence[Shown], path: Path, language: str) -> None:
    words, own = Words(language), tables.texts("decision_words", language)
    columns = tuple(
        sheets.Column(key, width, "small" if key in _SMALL else "text", title=title)
        for key, width, title in zip(COLUMNS, _WIDTHS, titles(language), strict=True)
    )
    rows = texts(found, language)
    data = {key: [row[place] for row in rows] for place, key in enumerate(COLUMNS)}
    stands = sum(record["state"] == STANDS for record in found)
    listed = sheets.Sheet(
        name=own["sheet"],
        title=own["title"],
        facts=own["facts"].format(rows=len(rows), standing=stands),
        columns=columns,
        data=data,
        rows=len(rows),
        colour=PLAIN_LIGHT,
        freeze="seq",
        empty=own["empty"],
    )
    xlsx.finish(forms.Form(words, own["title"]), [listed], path, words, unmask=False)


def _csv(found: Sequence[Shown], path: Path, language: str) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        plain.write_rows(stream, [titles(language), *texts(found, language)])


def _jsonl(found: Sequence[Shown], path: Path, _language: str) -> None:
    lines = (plain.json_text(record, indent=None) for record in found)
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")


_WRITERS: dict[str, Callable[[Sequence[Shown], Path, str], None]] = {
    ".xlsx": _xlsx,
    ".csv": _csv,
    ".jsonl": _jsonl,
}
