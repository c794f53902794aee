"""Fills the sheet of what hangs on accounts that are no longer valid: their bindings in the previous run.

A cancelled or superseded account may carry more than a binding: registrations for conscription or
postgraduate entry (S8). So each line names the system the account comes from and has room for a remark.
"""

from __future__ import annotations

from collections.abc import Sequence

from chsi_batch.report import records, sheets
from chsi_batch.report.differences import Cell
from chsi_batch.report.palette import LIGHT
from chsi_batch.report.shown import Shown
from chsi_batch.report.words import Words
from chsi_batch.results import Run
from chsi_batch.terms import Side

KEY = "left_behind"
BY_HAND = ("remark", "signature")


def lists(run: Run, language: str, unmask: bool) -> list[sheets.Sheet]:
    """The sheet in parts that fit; none if the run remembers no other, or nothing was left behind."""
    table = run.tables.get(KEY)
    if table is None or not table.num_rows:
        return []
    words, shown, found = Words(language), Shown(unmask), table.to_pylist()
    accounts = records.wanted(run, Side.REGISTRATION, (row["registration_ref"] for row in found))
    degrees = records.wanted(run, Side.DEGREE, (row["degree_ref"] for row in found))
    owners = [accounts[row["registration_ref"]] for row in found]
    held = [degrees.get(row["degree_ref"] or "") for row in found]
    data: dict[str, Sequence[Cell]] = {
        "number": list(range(1, len(found) + 1)),
        **{
            key: [shown.value(key, owner[key]) for owner in owners]
            for key in ("name", "id_number", "username", "source_system")
        },
        "title": [words.title(row["code"]) for row in found],
        "school": [shown.value("school", records.school_of(row)) if row else "" for row in held],
        "certificate_number": [
            shown.value("certificate_number", row["certificate_number"], row["id_number"]) if row else ""
            for row in held
        ],
        "state": [words.known("state", row["state"]) for row in found],
        "bound_at": [(row["bound_at"] or "").replace("T", " ") for row in found],
        **{key: [row[key] for row in found] for key in ("rule", "registration_ref", "degree_ref")},
        "previous_degree_ref": [row["previous_degree_ref"] for row in found],
        **{key: [None] * len(found) for key in BY_HAND},
    }
    sheet = sheets.Sheet(
        name=words(f"sheet.{KEY}"),
        title=words(f"sheet.{KEY}.title"),
        facts=words(f"sheet.{KEY}.facts", rows=len(found)),
        columns=sheets.present(sheets.LEFT_BEHIND, data),
        data=data,
        rows=len(found),
        colour=LIGHT["conscription"],
        freeze="name",
        least=sheets.SIGNED,
    )
    return sheets.split(sheet)
