"""Rows that carry each other's ID: swaps, cycles, and a column shifted by an equal offset.

R → R' when some degree has R's ID under a name neither same nor alike, R' bears that name but not that ID,
and neither has a record of its own (B1, B2, V1: the contract puts the crossing before V2, V3 and X1 only).
A row is crossed when it lies on two edges in a row, R → R' → R'' (the swap is R'' = R); a degree is crossed
when it makes such an edge.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from .pairs import Pair
from .rows import Degree, Registration

SAME_ID = ("same", "alike")


@dataclass(frozen=True)
class Edge:
    """`degree` has the ID of `source` and the name of `target`."""

    source: Registration
    degree: Degree
    target: Registration


def edges_of(pairs: Sequence[Pair]) -> list[Edge]:
    """All edges."""
    counted = [pair for pair in pairs if pair.counts]
    settled = {pair.registration for pair in counted if pair.rule.name in ("B1", "B2", "V1")}
    by_id = [p for p in counted if p.states[0] in SAME_ID and p.states[1] in ("near", "partial", "differ")]
    by_name = [p for p in counted if p.states[1] == "same" and p.states[0] not in SAME_ID]
    return [
        Edge(one.registration, one.degree, other.registration)
        for one in by_id
        for other in by_name
        if one.degree is other.degree and not {one.registration, other.registration} & settled
    ]


def crossed(edges: Sequence[Edge]) -> list[Edge]:
    """The edges that lie on a path of two."""
    on_path = [
        edge
        for first in edges
        for second in edges
        if first.target is second.source
        for edge in (first, second)
    ]
    return [edge for edge in edges if edge in on_path]
