"""What a finished run holds: tables with fixed columns, and the facts of the run.

Every report, and every reader of a finished folder, works from these and from nothing else.
"""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from chsi_batch.errors import UsageError

if TYPE_CHECKING:
    import pyarrow as pa

TABLES: dict[str, tuple[str, ...]] = {
    "ledger": ("side", "ref", "outcome", "code", "rule", "counterpart"),
    "bindings": ("registration_ref", "degree_ref", "rule", "method", "state", "bound_at"),
    "exceptions": (
        "side", "ref", "code", "severity", "acts", "counterpart", "fields", "cause", "advice",
    ),
    "candidates": (
        "degree_ref", "registration_ref", "rank", "rule", "id_number", "name", "certificate_number",
        "graduation_year", "school", "detail", "reading",
    ),
    "issues": ("side", "ref", "file", "sheet", "row", "column", "header", "code", "value", "message"),
    "inputs": (
        "side", "file", "sheet", "format", "encoding", "hidden", "physical", "blank", "heading", "set_aside",
        "records", "headers", "unmapped", "sha256", "note",
    ),
    "set_aside": ("side", "ref", "reason", "text"),
}  # fmt: skip
"""Columns of each result table, in order. `registrations`, `degrees` and `enrolments` join them: the
records as read (ref, file, sheet, row, canonical columns, extra)."""

OF_ANOTHER: dict[str, tuple[str, ...]] = {
    "left_behind": (
        "registration_ref", "code", "degree_ref", "previous_registration_ref", "previous_degree_ref", "rule",
        "method", "state", "bound_at",
    ),
    "remembered": ("registration_ref", "passed", "registered_at", "registered_width"),
}  # fmt: skip
"""Columns of the tables that only a run has which remembers an earlier one."""

DECISIONS = (
    "seq", "time", "reviewer", "decision", "remark", "registration_ref", "degree_ref", "status", "reason",
)  # fmt: skip
"""Columns of the table `decisions`: every entry of the log. Only a run that was given decisions has it."""

DECISION_STATUSES = (
    "severe-not-allowed", "severe-without-remark", "conflicting", "ambiguous", "stale", "superfluous",
    "applied", "replaced", "undone",
)  # fmt: skip
"""What can come of a decision; those without effect that somebody may have to see to come first."""

COUNTS: dict[str, tuple[str, ...]] = {
    "row_counts": (
        "side", "file", "outcome", "ending", "code", "severity", "advice", "fields", "paired", "school",
        "year", "system", "rows",
    ),
    "binding_counts": ("rule", "method", "state", "rows"),
    "code_counts": ("code", "rows"),
    "issue_counts": ("side", "file", "column", "rows"),
}  # fmt: skip
"""Columns of the tables that count what the others hold. A run has them while it is made, so that reports
need no rows; they are not written, for the other tables say the same. `ending` is the rule by which a row was
bound, `decision`, or the party that must act; `code_counts` are of all exceptions, notes too."""

RECORD_TABLES = {"registration": "registrations", "degree": "degrees", "enrolment": "enrolments"}


class Stored(Mapping[str, "pa.Table"]):
    """Tables of a folder, read when they are asked for, and others that are held."""

    def __init__(self, folder: Path, held: Mapping[str, pa.Table]) -> None:
        self._folder = folder
        self._held = dict(held)
        self._reading = threading.Lock()

    def __getitem__(self, name: str) -> pa.Table:
        with self._reading:  # two reports may ask for the same one
            if name not in self._held:
                self._held[name] = self._read(name)
            return self._held[name]

    def columns(self, name: str, columns: Sequence[str]) -> pa.Table:
        """Some columns of a table, of which no more is read than those, and nothing kept."""
        if name in self._held:
            return self._held[name].select(list(columns))
        return self._read(name, list(columns))

    def _read(self, name: str, columns: list[str] | None = None) -> pa.Table:
        import pyarrow.parquet as pq

        if name not in self:
            raise KeyError(name)
        return pq.read_table(self._folder / f"{name}.parquet", columns=columns)

    def __contains__(self, name: object) -> bool:
        return name in set(self)

    def __iter__(self) -> Iterator[str]:
        yield from sorted({path.stem for path in self._folder.glob("*.parquet")} | set(self._held))

    def __len__(self) -> int:
        return sum(1 for _ in self)


@dataclass(frozen=True)
class Result:
    """A table to be written: SELECTs, one after the other; `finish` completes pieces of their rows."""

    selects: tuple[str, ...]
    finish: Callable[[pa.Table], pa.Table] | None = None


@dataclass(frozen=True)
class Run:
    """A finished run: `tables` by name (full values), `facts` as they go into run.json."""

    tables: Mapping[str, pa.Table]
    facts: Mapping[str, Any]
    sha256: str = ""
    """Of the run.json that was read, which itself names the digests of all its files."""

    def columns(self, name: str, columns: Sequence[str]) -> pa.Table:
        """Some columns of a table; of one that is not held only these are read."""
        if isinstance(self.tables, Stored):
            return self.tables.columns(name, columns)
        return self.tables[name].select(list(columns))


def read_run(folder: Path, *, private: bool = True) -> Run:
    """A finished run from its folder: full values, or with `private=False` the masked tables.

    UsageError if the folder holds no finished run, or none with full values.
    """
    import pyarrow.parquet as pq

    try:
        said = (folder / "run.json").read_bytes()
        facts = json.loads(said)
    except (OSError, ValueError):
        raise UsageError.of("run-missing", folder) from None
    place = folder / ("private" if private else "tables")
    if not place.is_dir():
        raise UsageError.of("run-no-private" if private else "run-missing", folder)
    found = {path.stem: pq.read_table(path) for path in sorted(place.glob("*.parquet"))}
    return Run(found, facts, hashlib.sha256(said).hexdigest())
