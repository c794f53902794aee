"""Where the accounts of each source system ended: the numbers of the accounts picture."""

from __future__ import annotations

from dataclasses import dataclass

from chsi_batch.report.counted import grouped
from chsi_batch.report.words import party_order
from chsi_batch.results import Run
from chsi_batch.terms import Outcome, Side

BOUND = Outcome.BOUND.value


@dataclass(frozen=True)
class Source:
    """Account rows of one source system (None: not given; `systems` > 1: several together)."""

    system: str | None
    ends: dict[str, int]
    """Rows per end: `bound`, or the party that must act."""
    systems: int = 1

    @property
    def rows(self) -> int:
        """All account rows of the system."""
        return sum(self.ends.values())


def count(run: Run) -> tuple[Source, ...]:
    """The source systems, most accounts first, the one not given last."""
    rows: dict[str | None, dict[str, int]] = {}
    for row in grouped(run, "system", "outcome", "ending", side=Side.REGISTRATION.value):
        ended = rows.setdefault(row["system"], {})
        end = BOUND if row["outcome"] == BOUND else row["ending"]
        ended[end] = ended.get(end, 0) + row["rows"]
    found = [Source(system, _ordered(counted)) for system, counted in rows.items()]
    return tuple(sorted(found, key=lambda s: (s.system is None, -s.rows, s.system or "")))


def few(found: tuple[Source, ...], most: int) -> tuple[Source, ...]:
    """At most `most` systems; the rows of the smaller ones go together at the end."""
    if len(found) <= most:
        return found
    rest: dict[str, int] = {}
    for source in found[most - 1 :]:
        for end, number in source.ends.items():
            rest[end] = rest.get(end, 0) + number
    together = sum(source.systems for source in found[most - 1 :])
    return (*found[: most - 1], Source(None, _ordered(rest), together))


def _ordered(rows: dict[str, int]) -> dict[str, int]:
    return {end: rows[end] for end in sorted(rows, key=lambda end: (end != BOUND, party_order(end), end))}
