"""From sheets to one table of records per side, in canonical columns, with everything that was left listed.

Nothing is changed but outer whitespace: text stays text, a number is shown as the spreadsheet program shows
it, and whether an ID or certificate cell was a number travels beside it. physical = blank + heading + set
aside + records holds for every sheet, and physical rows are compared with a count made without the reader.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from chsi_batch.errors import Defect, Refusal, Refused
from chsi_batch.layout.headers import Vocabulary, vocabulary
from chsi_batch.settings import Settings
from chsi_batch.sources.conformed import Conformed
from chsi_batch.sources.model import UNCOUNTED, Count, SourceFile
from chsi_batch.sources.refusing import refusal
from chsi_batch.sources.taking import Taken
from chsi_batch.terms import Side

_LISTED = 5
"""Further faults of a file that are named."""

__all__ = ["Conformed", "conform", "conform_all", "examine"]


def conform_all(
    sources: Mapping[Side, Sequence[SourceFile]], settings: Settings, language: str = "zh"
) -> dict[Side, Conformed]:
    """Every side; refuses all inputs that cannot be used at once, after all have been examined."""
    done = {side: examine(side, files, settings, language) for side, files in sources.items()}
    refusals = [told for side in done.values() for told in side.refusals]
    if refusals:
        raise Refused(refusals)
    return done


def conform(side: Side, sources: Sequence[SourceFile], settings: Settings, language: str = "zh") -> Conformed:
    """One side; refuses all its unusable inputs at once."""
    return conform_all({side: sources}, settings, language)[side]


def examine(side: Side, sources: Sequence[SourceFile], settings: Settings, language: str = "zh") -> Conformed:
    """One side with its refusals as data: what can be said of files even when some cannot be used."""
    from chsi_batch.sources import issuing, tabulating

    words = vocabulary(side, settings.columns[side])
    taken: list[Taken] = []
    refusals: list[Refusal] = []
    for source in sorted(sources, key=lambda source: source.file.label):
        if source.refusal is not None:
            refusals.append(source.refusal)
            continue
        found, refused = _file(source, words, language)
        taken.extend(found)
        refusals.extend(_one_line(refused, language))
    records = tabulating.records(side, taken)
    return Conformed(
        side,
        records,
        tabulating.inputs(side, taken),
        tabulating.set_aside(side, taken),
        issuing.issues(side, records, taken, language),
        refusals,
        taken,
    )


def _file(source: SourceFile, words: Vocabulary, language: str) -> tuple[list[Taken], list[Refusal]]:
    taken = source.taken
    if source.format == "html" and not all(_agree(source, entry) for entry in taken):
        return taken, [refusal("html-damaged", source.file.label, language=language)]
    refusals = [told for entry in taken if (told := _differs(source, entry, language)) is not None]
    if refusals:
        return taken, refusals
    for entry in taken:
        _close(source, entry)
    refusals = [told for entry in taken for told in entry.refusals]
    if refusals:
        return taken, refusals
    label = source.file.label
    if not any(entry.physical for entry in taken):
        return taken, [refusal("file-empty", label, language=language)]
    if not any(entry.headed for entry in taken):
        fullest = max(taken, key=lambda entry: entry.physical)
        return taken, [fullest.without_header(words, language)]
    if not any(entry.records for entry in taken):
        return taken, [refusal("no-rows", label, language=language)]
    return taken, []


def _one_line(refusals: list[Refusal], language: str) -> list[Refusal]:
    """A file is refused in one line: its first fault in full, the others by code and sheet."""
    if len(refusals) < 2:
        return refusals
    first, *others = refusals
    listed = [" ".join(part for part in (told.code, told.sheet) if part) for told in others[:_LISTED]]
    more = refusal("more-faults", first.file, language=language, more=len(others), listed=", ".join(listed))
    return [replace(first, what=first.what + more.what)]


def _agree(source: SourceFile, taken: Taken) -> bool:
    """Do two readings of the markup find the same rows? Broken markup can be read in many ways."""
    count = source.counts.get(taken.sheet.name)
    return count is not None and (count.physical, count.filled) == (
        taken.physical,
        taken.physical - taken.blank,
    )


def _differs(source: SourceFile, taken: Taken, language: str) -> Refusal | None:
    """The reader and the independent count must agree: a file that can be read in two ways is not used."""
    count = source.counts.get(taken.sheet.name)
    told = Count(0, 0) if count is None else count
    filled = taken.physical - taken.blank
    if told.physical == taken.physical and told.filled in (filled, UNCOUNTED):
        return None
    whole = told.physical == taken.physical
    return refusal(
        "rows-differ",
        source.file.label,
        sheet=taken.sheet.name,
        language=language,
        read=filled if whole else taken.physical,
        counted=told.filled if whole else told.physical,
    )


def _close(source: SourceFile, taken: Taken) -> None:
    """Every row of a sheet has its place, or the fault is ours."""
    parts = taken.blank + taken.heading + len(taken.set_aside) + taken.records
    if parts != taken.physical:
        place = ", ".join(part for part in (source.file.label, taken.sheet.name) if part)
        raise Defect(f"rows-lost {place}: {taken.physical} rows, {parts} placed: please report this file")
