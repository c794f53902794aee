"""From sheets to one table of records per side, in canonical columns, with everything that was left listed.

Nothing is changed but outer whitespace: text stays text, a number is shown as the spreadsheet program shows
it, and whether an ID or certificate cell was a number travels beside it. physical = blank + heading + set
aside + records holds for every sheet, and physical rows are compared with a count made without the reader.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from chsi_batch.errors import Defect, Refusal, Refused
from chsi_batch.layout.grid import Part, joined_parts
from chsi_batch.layout.headers import Vocabulary, vocabulary
from chsi_batch.settings import Limits, Settings
from chsi_batch.sources.conformed import Conformed
from chsi_batch.sources.model import UNCOUNTED, Count, SourceFile, Stretch
from chsi_batch.sources.refusing import refusal
from chsi_batch.sources.taking import Taken
from chsi_batch.terms import Side

if TYPE_CHECKING:
    import pyarrow as pa

_LISTED = 5
"""Further faults of a file that are named."""

__all__ = ["Conformed", "Piece", "Sheets", "conform_all", "examine", "piece", "sheets", "unchanged"]


@dataclass
class Sheets:
    """The sheets of one side that were taken, and the files that cannot be used."""

    side: Side
    words: Vocabulary
    limits: Limits
    language: str
    taken: list[Taken] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)
    kept: int = 0
    """How many rows of a file that is read later stay with its sheet, too."""
    stretch: Stretch | None = None
    """The part of a file read later that is wanted here; who puts the parts together closes the file."""

    @property
    def expected(self) -> int:
        """How many records there are, blank rows of files that are read later among them."""
        return sum(
            each.source.counts[None].physical if each.source.later else each.records for each in self.taken
        )

    def pieces(self) -> Iterator[Piece]:
        """The records in input order, in pieces of one size: at least one, which may be empty.

        Files that are read `later` are read now, so that after the last piece there may be more refusals.
        """
        for records in self.records():
            yield piece(self.side, records, self.taken, self.language)

    def records(self) -> Iterator[pa.Table]:
        """The records of the pieces, before anything is said of them."""
        from chsi_batch.sources import tabulating

        return tabulating.records(self.side, self._parts())

    def _parts(self) -> Iterator[tuple[Taken, Part]]:
        for taken in self.taken:
            yield from ((taken, part) for part in taken.parts)
            if taken.source.later:
                yield from self._later(taken)

    def _later(self, taken: Taken) -> Iterator[tuple[Taken, Part]]:
        """The parts of a file as they are read; what is known at the end only is checked then."""
        from chsi_batch.sources import opening

        source, kept, refused = taken.source, taken.parts, bool(taken.refusals)
        for answer in opening.pieces(source.file, self.limits, self.words, self.language, self.stretch):
            if answer.refusal is None and not answer.taken and not self.stretch:
                answer.refusal = unchanged(source, answer.sha256, self.language)
            if answer.refusal is not None:
                self.refusals.extend([] if refused else [answer.refusal])
                return
            for piece in answer.taken:
                taken.physical += piece.physical
                taken.blank += piece.blank
                taken.refusals = taken.refusals or piece.refusals
                for part in piece.parts:
                    if part.first < self.kept:
                        kept = [*kept, part]
                    else:
                        taken.passed += len(part.records)
                    yield taken, part
        if self.kept:
            taken.parts = [joined_parts(kept)]
        if not refused and not self.stretch:
            self.close(taken)

    def close(self, taken: Taken) -> None:
        """Look at a file that was read later, once all of it has been read."""
        faults = _faults(taken.source, [taken], self.words, self.language)
        self.refusals.extend(_one_line(faults, self.language))

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


def piece(side: Side, records: pa.Table, taken: Sequence[Taken], language: str) -> Piece:
    """What is said of some records; `taken` tells the headers of their sheets."""
    from chsi_batch.cleaning import CLEANERS
    from chsi_batch.sources import issuing

    keys = CLEANERS[side](records)
    return Piece(records, keys, issuing.issues(side, records, keys, taken, language))


def unchanged(source: SourceFile, sha256: str, language: str) -> Refusal | None:
    """The refusal of a file that is no longer what it was when it was opened."""
    if source.sha256 == sha256:
        return None
    return refusal("file-changed", source.file.label, language=language)


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
    found = Sheets(side, words, settings.limits, language)
    for source in sorted(sources, key=lambda source: source.file.label):
        if source.refusal is not None:
            found.refusals.append(source.refusal)
            continue
        taken, refused = _file(source, words, language)
        found.taken.extend(taken)
        found.refusals.extend(_one_line(refused, language))
    return found


def examine(
    side: Side,
    sources: Sequence[SourceFile],
    settings: Settings,
    language: str = "zh",
    *,
    shown: int | None = None,
) -> Conformed:
    """One side as a whole: what can be said of files even when some cannot be used.

    For those who only show the sheets again, with their issues, `shown` rows of each are enough: then no
    records are kept, and no more rows of a file that is read later.
    """
    import pyarrow as pa

    found = sheets(side, sources, settings, language)
    found.kept = sys.maxsize if shown is None else shown
    records, issues = [], []
    for piece in found.pieces():
        records.append(piece.records if shown is None else piece.records.slice(0, 0))
        issues.append(piece.issues)
    return Conformed(
        side,
        pa.concat_tables(records).combine_chunks(),
        found.inputs(),
        found.set_aside(),
        pa.concat_tables(issues),
        found.refusals,
        found.taken,
    )


def _file(source: SourceFile, words: Vocabulary, language: str) -> tuple[list[Taken], list[Refusal]]:
    taken = source.taken
    if source.later:  # of which no more is known than the header
        return taken, [told for entry in taken for told in entry.refusals]
    return taken, _faults(source, taken, words, language)


def _faults(source: SourceFile, taken: list[Taken], words: Vocabulary, language: str) -> list[Refusal]:
    """Why a file whose sheets are all taken cannot be used."""
    if source.format == "html" and not all(_agree(source, entry) for entry in taken):
        return [refusal("html-damaged", source.file.label, language=language)]
    refusals = [told for entry in taken if (told := _differs(source, entry, language)) is not None]
    refusals += _unseen(source, taken, language)
    if refusals:
        return refusals
    for entry in taken:
        _close(source, entry)
    refusals = [told for entry in taken for told in entry.refusals]
    if refusals:
        return refusals
    label = source.file.label
    if not any(entry.physical for entry in taken):
        return [refusal("file-empty", label, language=language)]
    if not any(entry.headed for entry in taken):
        fullest = max(taken, key=lambda entry: entry.physical)
        return [fullest.without_header(words, language)]
    if not any(entry.records for entry in taken):
        return [refusal("no-rows", label, language=language)]
    return []


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


def _unseen(source: SourceFile, taken: list[Taken], language: str) -> list[Refusal]:
    """Sheets with rows that the independent count sees and the reader does not: their rows would be lost."""
    seen = {entry.sheet.name for entry in taken}
    return [
        refusal("sheet-unseen", source.file.label, sheet=name, language=language, counted=count.physical)
        for name, count in source.counts.items()
        if name not in seen and count.physical
    ]


def _close(source: SourceFile, taken: Taken) -> None:
    """Every row of a sheet has its place, or the fault is ours."""
    parts = taken.blank + taken.heading + len(taken.set_aside) + taken.records
    if parts != taken.physical:
        place = ", ".join(part for part in (source.file.label, taken.sheet.name) if part)
        raise Defect(f"rows-lost {place}: {taken.physical} rows, {parts} placed: please report this file")
