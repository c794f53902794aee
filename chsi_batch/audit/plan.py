"""Which bindings of which run are looked at: what a workbook carries, and what it is checked against."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from chsi_batch.audit.population import Binding, Population, population
from chsi_batch.results import Run

FORM = "chsi-batch audit 1"
"""First cell of the sheet that carries the plan; the number changes when its lines do."""
SHEET = "_audit"
_RUN, _SEED, _LOT = "run", "seed", "lot"

Line = tuple[str, ...]


@dataclass(frozen=True)
class Plan:
    """A sample of a run's bindings: so many of each lot, in the order that the seed gives."""

    population: Population
    seed: int
    sizes: Mapping[str, int]

    @property
    def drawn(self) -> list[Binding]:
        """The bindings to look at."""
        return self.population.draw(self.sizes)

    def lines(self) -> list[Line]:
        """The plan as lines of texts: form, run, seed, and of each lot its size and how many are drawn."""
        lots = [
            (_LOT, lot, str(size), str(self.sizes.get(lot, 0))) for lot, size in self.population.lots.items()
        ]
        return [(FORM,), (_RUN, self.population.digest), (_SEED, str(self.seed)), *lots]


def read(run: Run, lines: Iterable[Line]) -> Plan | None:
    """The plan that `lines` hold; None if it is of another run. ValueError if they hold no plan."""
    first, *rest = lines
    if first[:1] != (FORM,):
        raise ValueError(FORM)
    facts = {line[0]: line[1] for line in rest if line[0] in (_RUN, _SEED)}
    lots = {line[1]: (int(line[2]), int(line[3])) for line in rest if line[0] == _LOT}
    seed, digest = int(facts.get(_SEED, "")), facts.get(_RUN)
    found = population(run, seed)
    if digest != found.digest or found.lots != {lot: size for lot, (size, _) in lots.items()}:
        return None
    return Plan(found, seed, {lot: drawn for lot, (_, drawn) in lots.items()})
