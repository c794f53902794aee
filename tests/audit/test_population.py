"""The order of drawing hangs on seed and content, and on nothing else."""

from __future__ import annotations

import random
from dataclasses import replace

import pyarrow as pa

from chsi_batch.audit.plan import Plan, read
from chsi_batch.audit.population import DECISION, Population, population
from chsi_batch.results import Run


def shuffled(run: Run) -> Run:
    """The same run with every table's rows in another order and other references."""
    rng = random.Random(3)
    new: dict[str, str] = {}
    found = {}
    for name in ("registrations", "degrees"):
        table = run.tables[name]
        table = table.take(pa.array(rng.sample(range(table.num_rows), table.num_rows)))
        refs = [f"{name}.csv#{place}" for place in range(table.num_rows)]
        new |= dict(zip(table["ref"].to_pylist(), refs, strict=True))
        found[name] = table.set_column(table.column_names.index("ref"), "ref", pa.array(refs))
    bound = run.tables["bindings"]
    bound = bound.take(pa.array(rng.sample(range(bound.num_rows), bound.num_rows)))
    for column in ("registration_ref", "degree_ref"):
        refs = [new[ref] for ref in bound[column].to_pylist()]
        bound = bound.set_column(bound.column_names.index(column), column, pa.array(refs))
    return replace(run, tables={**run.tables, **found, "bindings": bound})


def test_where_rows_stand_changes_nothing(run: Run, drawn: Population) -> None:
    other = population(shuffled(run), 1)
    assert [(b.lot, b.mark) for b in other.bindings] == [(b.lot, b.mark) for b in drawn.bindings]
    assert len({binding.mark for binding in drawn.bindings}) == len(drawn.bindings)


def test_another_seed_draws_others(run: Run, drawn: Population) -> None:
    sizes = {"B1": 60}
    again, other = population(run, 1), population(run, 2)
    assert again == drawn
    assert other.digest == drawn.digest
    first, second = ({binding.code for binding in found.draw(sizes)} for found in (drawn, other))
    assert len(first) == len(second) == 60
    assert 0 < len(first & second) < 40


def test_each_lot_gives_what_is_asked(drawn: Population) -> None:
    assert set(drawn.lots) == {"B1", "B2", "B3"}
    chosen = drawn.draw({"B1": 7, "B3": drawn.lots["B3"]})
    assert [binding.lot for binding in chosen] == ["B1"] * 7 + ["B3"] * drawn.lots["B3"]


def test_decided_bindings_are_a_lot_of_their_own(run: Run) -> None:
    bound = run.tables["bindings"]
    methods = [DECISION if place < 5 else method for place, method in enumerate(bound["method"].to_pylist())]
    bound = bound.set_column(bound.column_names.index("method"), "method", pa.array(methods))
    lots = population(Run({**run.tables, "bindings": bound}, run.facts), 1).lots
    assert lots[DECISION] == 5
    assert sum(lots.values()) == bound.num_rows


def test_a_plan_is_read_for_its_own_run_alone(run: Run, drawn: Population) -> None:
    plan = Plan(drawn, 1, {"B1": 3, "B2": 1, "B3": 2})
    assert read(run, plan.lines()) == plan
    fewer = Run({**run.tables, "bindings": run.tables["bindings"].slice(1)}, run.facts)
    assert read(fewer, plan.lines()) is None
    names = run.tables["degrees"]["name"].to_pylist()
    at = run.tables["degrees"]["ref"].to_pylist().index(plan.drawn[0].degree)
    names[at] = "另一人"
    degrees = run.tables["degrees"]
    changed = degrees.set_column(degrees.column_names.index("name"), "name", pa.array(names))
    assert read(Run({**run.tables, "degrees": changed}, run.facts), plan.lines()) is None
