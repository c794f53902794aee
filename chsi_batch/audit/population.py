"""The bindings of a run as lots to draw from, in an order that depends on a seed and on content alone.

A lot is a rule that binds, or `decision` for what reviewers bound. The order comes from a hash of the seed
and of all that both rows say, never from where they stand: rows in another order give the same sample.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from chsi_batch.results import RECORD_TABLES, Run
from chsi_batch.terms import COLUMNS, Side

if TYPE_CHECKING:
    import pyarrow as pa

DECISION = "decision"
"""The lot of the bindings that reviewers decided, by whatever rule they saw."""
CODE_LENGTH = 16
_BETWEEN, _MISSING = "\x1f", "\x00"


@dataclass(frozen=True)
class Binding:
    """One binding; `mark` gives its place in the order of drawing, `code` names it in the workbook."""

    registration: str
    degree: str
    lot: str
    mark: str
    code: str


@dataclass(frozen=True)
class Population:
    """All bindings of a run in the order of drawing; `digest` names the run they belong to."""

    bindings: tuple[Binding, ...]
    digest: str

    @property
    def lots(self) -> dict[str, int]:
        """How many bindings each lot has, in the order of the rules."""
        return dict(sorted(Counter(binding.lot for binding in self.bindings).items()))

    def draw(self, sizes: Mapping[str, int]) -> list[Binding]:
        """The first of each lot, as many as asked for, lot after lot."""
        return [
            binding
            for lot, size in sorted(sizes.items())
            for binding in [found for found in self.bindings if found.lot == lot][:size]
        ]


def population(run: Run, seed: int) -> Population:
    """The bindings of a run (full values) in the order that this seed gives."""
    bound = run.tables["bindings"]
    registrations, degrees = bound["registration_ref"].to_pylist(), bound["degree_ref"].to_pylist()
    lots = [
        DECISION if method == DECISION else rule
        for rule, method in zip(bound["rule"].to_pylist(), bound["method"].to_pylist(), strict=True)
    ]
    contents = list(
        zip(
            _contents(run, Side.REGISTRATION, bound["registration_ref"]),
            _contents(run, Side.DEGREE, bound["degree_ref"]),
            strict=True,
        )
    )
    digest = _digest(sorted("|".join(row) for row in zip(registrations, degrees, lots, strict=True)))
    named = _digest([digest, *sorted(_digest(pair) for pair in contents)])
    found = [
        Binding(registration, degree, lot, _digest([str(seed), *content]), _code(named, registration, degree))
        for registration, degree, lot, content in zip(registrations, degrees, lots, contents, strict=True)
    ]
    ordered = sorted(found, key=lambda binding: (binding.mark, binding.degree, binding.registration))
    return Population(tuple(ordered), named)


def _contents(run: Run, side: Side, refs: pa.ChunkedArray) -> list[str]:
    """Everything the rows with these references say, as one text each."""
    import pyarrow.compute as pc

    records = run.tables[RECORD_TABLES[side]]
    columns = [pc.fill_null(records[column], _MISSING) for column in COLUMNS[side]]
    texts = pc.binary_join_element_wise(*columns, _BETWEEN)
    places = pc.index_in(refs, value_set=records["ref"].combine_chunks())
    found: list[str] = texts.take(places).to_pylist()
    return found


def _digest(parts: Sequence[str]) -> str:
    return hashlib.sha256("\x1e".join(parts).encode()).hexdigest()


def _code(named: str, registration: str, degree: str) -> str:
    return _digest([named, registration, degree])[:CODE_LENGTH]
