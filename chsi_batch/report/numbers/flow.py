"""Every row from its file to its end: the numbers of the alluvial picture."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from chsi_batch.errors import Defect
from chsi_batch.report.counted import grouped
from chsi_batch.report.numbers.ends import end_order
from chsi_batch.results import RECORD_TABLES, Run


@dataclass(frozen=True)
class Stream:
    """Rows of one file that ended alike; `end` is a rule, `decision` or the party that must act."""

    side: str
    file: str
    outcome: str
    end: str
    rows: int


@dataclass(frozen=True)
class Flow:
    """All streams, files in the order of the run."""

    streams: tuple[Stream, ...]

    @property
    def rows(self) -> int:
        """Rows of the ledger."""
        return sum(stream.rows for stream in self.streams)

    def per(self, *names: str) -> dict[tuple[str, ...], int]:
        """Rows per the named attributes, in the order of the streams."""
        found: dict[tuple[str, ...], int] = {}
        for stream in self.streams:
            key = tuple(str(getattr(stream, name)) for name in names)
            found[key] = found.get(key, 0) + stream.rows
        return found


def count(run: Run) -> Flow:
    """The flow of a run; a file whose streams are not its record rows is a defect."""
    declared: dict[tuple[str, str], int] = {}
    for row in run.tables["inputs"].select(["side", "file", "records"]).to_pylist():
        if row["side"] in RECORD_TABLES:
            declared[row["side"], row["file"]] = declared.get((row["side"], row["file"]), 0) + row["records"]
    streams = [
        Stream(row["side"], row["file"], row["outcome"], row["ending"], row["rows"])
        for row in grouped(run, "side", "file", "outcome", "ending")
    ]
    places = {place: turn for turn, place in enumerate(declared)}
    streams.sort(key=lambda s: (places.get((s.side, s.file), -1), *end_order(s.outcome, s.end)))
    found = Flow(tuple(streams))
    _close(found, declared)
    return found


def _close(found: Flow, declared: Mapping[tuple[str, str], int]) -> None:
    """Every file with the rows it declares."""
    counted = found.per("side", "file")
    # enrolments are read but never judged: they stand in no stream
    wanted = {place: number for place, number in declared.items() if number and place[0] != "enrolment"}
    if counted != wanted:
        raise Defect("flow-open: the streams do not add up to the rows of the files")


def few(found: Flow, most: int, others: str) -> Flow:
    """The flow with at most `most` files a side; the smallest go together, last, under `others`.

    `others` is a text with a place for the number of `files`.
    """
    streams: list[Stream] = []
    for side in dict.fromkeys(stream.side for stream in found.streams):
        mine = [stream for stream in found.streams if stream.side == side]
        sizes = Flow(tuple(mine)).per("file")
        by_size = [file for (file,) in sorted(sizes, key=lambda file: -sizes[file])]
        kept = set(by_size if len(by_size) <= most else by_size[: most - 1])
        streams += [stream for stream in mine if stream.file in kept]
        rest: dict[tuple[str, str], int] = {}
        for stream in mine:
            if stream.file not in kept:
                rest[stream.outcome, stream.end] = rest.get((stream.outcome, stream.end), 0) + stream.rows
        name = others.format(files=len(sizes) - len(kept))
        streams += [Stream(side, name, *end, rest[end]) for end in sorted(rest, key=lambda e: end_order(*e))]
    return Flow(tuple(streams))
