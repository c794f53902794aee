"""From sheets to one table of records per side, in canonical columns, with everything that was left listed.

Nothing is changed but outer whitespace: text stays text, a number is shown as the spreadsheet program shows
it, and whether an ID or certificate cell was a number travels beside it. physical = blank + heading + set
aside + records holds for every sheet, and physical rows are compared with a count made without the reader.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from chsi_batch.errors import Defect, Refusal, Refused
from chsi_batch.layout.headers import Vocabulary, vocabulary
from chsi_batch.settings import Settings
from chsi_batch.sources.conformed import Conformed
from chsi_batch.sources.model import UNCOUNTED, Count, SourceFile
from chsi_batch.sources.refusing import refusal
from chsi_batch.sources.taking import Taken
from chsi_batch.terms import Side

if TYPE_CHECKING:
    import pyarrow as pa

_LISTED = 5
"""Further faults of a file that are named."""

__all__ = ["Conformed", "Piece", "Sheets", "conform_all", "examine", "sheets"]


@dataclass
class Sheets:
    """The sheets of one side that were taken, and the files that cannot be used."""

    side: Side
    language: str
    taken: list[Taken] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)

    def pieces(self) -> Iterator[Piece]:
        """The records in input order, in pieces of one size: at least one, which may be empty."""
        from chsi_batch.cleaning import CLEANERS
        from chsi_batch.sources import issuing, tabulating

        parts = ((taken, part) for taken in self.taken for part in taken.parts)
        for records in tabulating.records(self.side, parts):
            keys = CLEANERS[self.side](records)
            issues = issuing.issues(self.side, records, keys, self.taken, self.language)
            yield Piece(records, keys, issues)

    def inputs(self) -> pa.Table:
        """One row per sheet: what it held and what became of it."""
        from chsi_batch.sources import tabulating

        return tabulating.inputs(self.side, self.taken)

    def set_aside(self) -> pa.Table:
        """Every row that is no record and no header."""
        from chsi_batch.sources import tabulating

        return tabulating.set_aside(self.side, self.taken)


@dataclass(frozen=True)
class Piece:
    """Some records of a side, the keys of the same rows, and the cells in which something is wrong."""

    records: pa.Table
    keys: pa.Table
    issues: pa.Table


def conform_all(
    sources: Mapping[Side, Sequence[SourceFile]], settings: Settings, language: str = "zh"
) -> dict[Side, Sheets]:
    """Every side; refuses all inputs that cannot be used at once, after all have been examined."""
    done = {side: sheets(side, files, settings, language) for side, files in sources.items()}
    refusals = [told for side in done.values() for told in side.refusals]
    if refusals:
        raise Refused(refusals)
    return done


def sheets(side: Side, sources: Sequence[SourceFile], settings: Settings, language: str = "zh") -> Sheets:
    """The sheets of one side, with refusals as data."""
    words = vocabulary(side, settings.columns[side])
    found = Sheets(side, language)
    for source in sorted(sources, key=lambda source: source.file.label):
        if source.refusal is not None:
            found.refusals.append(source.refusal)
            continue
        taken, refused = _file(source, words, language)
        found.taken.extend(taken)
        found.refusals.extend(_one_line(refused, language))
    return found


def examine(side: Side, sources: Sequence[SourceFile], settings: Settings, language: str = "zh") -> Conformed:
    """One side as a whole: what can be said of files even when some cannot be used."""
    import pyarrow as pa

    found = sheets(side, sources, settings, language)
    pieces = list(found.pieces())
    return Conformed(
        side,
        pa.concat_tables([piece.records for piece in pieces]).combine_chunks(),
        found.inputs(),
        found.set_aside(),
        pa.concat_tables([piece.issues for piece in pieces]),
        found.refusals,
        found.taken,
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
