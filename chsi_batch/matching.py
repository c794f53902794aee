"""From cleaned rows to ledger, bindings, exceptions and candidates: the order of the stages on one page."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

import pyarrow as pa

from chsi_batch import deciding, intake, publishing
from chsi_batch import previous as earlier
from chsi_batch.decisions.given import Given
from chsi_batch.engines.base import Engine
from chsi_batch.results import RECORD_TABLES, Result
from chsi_batch.stages import (
    accounts,
    admit,
    clean,
    compare,
    conclude,
    cross,
    decide,
    forget,
    judge,
    pair,
    rank,
    remember,
    repeat,
    settle,
    suggest,
    verify,
)
from chsi_batch.terms import COLUMNS, Side
from chsi_batch.values import id_number, person_name

Progress = Callable[[str], None]
EXACT_WORTH = 50
"""A key of a route that looks at all rows may make so many times the pairs of one for what is left over."""


def quiet(stage: str) -> None:
    """Progress that nobody looks at."""


def former_names(rows: Sequence[Mapping[str, str]]) -> pa.Table:
    """Listed former names (`id_number`, `former_name`, `name`) as keys: id_long, fold_a, fold_b, newer.

    Each pair stands both ways; `newer` marks the line from the former to the present name.
    """
    size = len(rows)
    text = {
        key: pa.array([row[key] for row in rows], pa.string()) for key in ("id_number", "former_name", "name")
    }
    ids = id_number.keys(
        pa.chunked_array([text["id_number"]]),
        pa.chunked_array([pa.array([False] * size, pa.bool_())]),
        pa.chunked_array([pa.nulls(size, pa.string())]),
    )["id_long"]
    old, new = (
        person_name.keys(pa.chunked_array([text[key]]))["name_fold"] for key in ("former_name", "name")
    )
    both = [
        pa.table({"id_long": ids, "fold_a": a, "fold_b": b, "newer": pa.array([newer] * size, pa.bool_())})
        for a, b, newer in ((old, new, True), (new, old, False))
    ]
    return pa.concat_tables(both).cast(
        pa.schema(
            [
                ("id_long", pa.string()),
                ("fold_a", pa.string()),
                ("fold_b", pa.string()),
                ("newer", pa.bool_()),
            ]
        )
    )


@dataclass(frozen=True)
class Task:
    """What matching is told, apart from the records.

    `min_people` names make a number a placeholder; a key that would make more than `key_cap` pairs on a
    leftover route is passed over and reported. Reviewers' decisions, where they are `given`, hold.
    """

    former: pa.Table
    as_of: datetime | None
    min_people: int
    key_cap: int
    language: str
    previous: earlier.Previous | None = None
    given: Given | None = None


@dataclass(frozen=True)
class Matched:
    """What matching found: result tables to be made, short ones as tables, and the capped routes."""

    results: Mapping[str, Result]
    tables: Mapping[str, pa.Table]
    capped: list[dict[str, object]]


def _mark_repeated(engine: Engine, records: intake.Records) -> None:
    found = []
    for side, rows, n in ((Side.REGISTRATION, "registrations", "r"), (Side.DEGREE, "degrees", "d")):
        candidates = admit.repeat_candidates(rows)
        records(engine, side, candidates)
        columns = [f"x.{name} AS {repeat.KEY}{name}" for name in repeat.NEEDED]
        columns += [f"y.{name}" for name in (*COLUMNS[side], "columns")]
        engine.together(
            f"repeated_{rows}",
            f"SELECT c.n, {', '.join(columns)} FROM ({candidates}) AS c "
            f"JOIN {rows} AS x ON x.{n} = c.n JOIN {rows}_read AS y ON y.rid = c.n",
            [f"{repeat.KEY}{name}" for name in repeat.ALIKE[side]],
            partial(repeat.marked, side),
        )
        found.append(f"SELECT '{side}' AS side, n FROM repeated_{rows}")
    engine.make("repeated", " UNION ALL ".join(found))


def held(records: Callable[[Side, Sequence[int]], pa.Table]) -> intake.Records:
    """`intake.Records` from a function that gives the records of a side with these numbers, which ascend."""

    def put(engine: Engine, side: Side, candidates: str) -> None:
        numbers = engine.take(f"SELECT n FROM ({candidates}) ORDER BY n")["n"].to_pylist()
        engine.put(f"{RECORD_TABLES[side]}_read", records(side, numbers))

    return put


def _judge(
    engine: Engine, min_people: int, key_cap: int, records: intake.Records, given: Given | None
) -> list[dict[str, object]]:
    """Up to `judged_exact`: the pairs of the exact routes, described and judged, less the rejected ones.

    Returns the capped routes.
    """
    admit.placeholders(engine, min_people)
    _mark_repeated(engine, records)
    accounts.account_rows(engine)
    remember.recall(engine)
    accounts.accounts(engine)
    admit.admit(engine)
    decide.nothing(engine)
    if given:
        decide.find(engine)
    capped = pair.exact(engine, compare.GLANCE, key_cap * EXACT_WORTH)
    settle.plain(engine)
    if given:
        decide.part(engine)
    compare.compare(engine, "open_pairs" if given else "exact_pairs", "exact_states")
    judge.claims_met(engine, "exact_states")
    judge.judge(engine, "exact_states", "judged_exact")
    return capped


def _settle(engine: Engine, key_cap: int, as_of: datetime | None, *, once: bool) -> list[dict[str, object]]:
    """From `judged_exact` to what is bound and to every row's codes; returns the capped routes.

    Settled `once`, rows are not looked at again, and what led to the order of the candidates is let go.
    """
    settle.bind(engine, "judged_exact")
    settle.loose(engine)
    capped = pair.leftover(engine, key_cap)
    compare.compare(engine, "near_pairs", "near_states")
    judge.judge(engine, "near_states", "judged_near")
    rank.gather(engine)
    capped += _cross(engine, key_cap)
    rank.rank(engine)
    if once:
        forget.ranked(engine)
    verify.verify(engine, as_of)
    conclude.conclude(engine)
    return capped


def _decide(engine: Engine, given: Given) -> bool:
    """Weigh the decisions to bind against what was settled without them; True if one of them binds."""
    decide.ask(engine)
    compare.compare(engine, "unjudged", "unjudged_states")
    judge.judge(engine, "unjudged_states", "judged_unjudged", keep_all=True)
    if not decide.weigh(engine, allow_severe=given.allow_severe):
        return False
    decide.join(engine, "judged_exact")
    return True


def _cross(engine: Engine, key_cap: int) -> list[dict[str, object]]:
    """Add the pairs of crossed rows, which no rule would keep, to `judged`; returns what was passed over."""
    capped = cross.cross(engine, key_cap)
    engine.make(
        "crossed_only",
        "SELECT c.r, c.d FROM crossed_pairs AS c LEFT JOIN judged AS j ON j.r = c.r AND j.d = c.d "
        "WHERE j.r IS NULL",
    )
    compare.compare(engine, "crossed_only", "crossed_states")
    judge.judge(engine, "crossed_states", "judged_crossed", keep_all=True)
    engine.make("judged", "SELECT * FROM judged UNION ALL SELECT * FROM judged_crossed")
    return capped


def begin(engine: Engine, task: Task) -> None:
    """Hold what is known before the first record is taken in."""
    remember.nothing(engine)
    if task.given:
        deciding.put(engine, task.given)
    if task.previous:
        remember.put(engine, task.previous.accounts, task.previous.bindings)
    engine.put("former_names", task.former)
    judge.put_rules(engine)
    conclude.put_codes(engine, task.language)


def matched(engine: Engine, records: intake.Records, task: Task, progress: Progress = quiet) -> Matched:
    """Match what was taken in: `ledger`, `bindings`, `exceptions`, `candidates`.

    With decisions given, `decisions` says what came of each; with a previous run there are the tables
    `left_behind` and `remembered`.
    """
    given = task.given
    progress("match")
    heavy = _judge(engine, task.min_people, task.key_cap, records, given)
    progress("settle")
    capped = _settle(engine, task.key_cap, task.as_of, once=not (given or task.previous))
    if given and _decide(engine, given):
        capped = _settle(engine, task.key_cap, task.as_of, once=False)
    conclude.tell(engine)
    short: dict[str, pa.Table] = {}
    if given:
        short["decisions"] = deciding.listed(engine, given, task.language)
    if task.previous:
        short |= {"left_behind": remember.left_behind(engine), "remembered": remember.remembered(engine)}
    details = suggest.details(engine, task.language)
    results = {
        "ledger": Result(conclude.ledger()),
        "bindings": Result(verify.bindings()),
        "exceptions": Result(conclude.exceptions()),
        "candidates": suggest.candidates(details, judge.readings(task.language)),
    }
    return Matched(results, short, heavy + capped)


def match(
    engine: Engine,
    records: Mapping[Side, pa.Table],
    *,
    former: pa.Table,
    as_of: datetime | None,
    min_people: int,
    key_cap: int,
    language: str,
    previous: earlier.Previous | None = None,
    progress: Progress = quiet,
    given: Given | None = None,
) -> tuple[dict[str, pa.Table], list[dict[str, object]]]:
    """The same for records in memory: the result tables, and the routes that were capped."""
    task = Task(former, as_of, min_people, key_cap, language, previous, given)
    progress("clean")
    begin(engine, task)
    for side in Side:
        intake.hold(engine, side, clean.CLEANERS[side](records[side]), given, previous is not None)
    taken_in = held(lambda side, rows: records[side].take(pa.array(rows, pa.int64())))
    found = matched(engine, taken_in, task, progress)
    taken = {name: _taken(engine, result) for name, result in found.results.items()}
    return {**taken, **found.tables}, found.capped


def _taken(engine: Engine, result: Result) -> pa.Table:
    rows = pa.concat_tables([engine.take(select) for select in result.selects])
    return rows if result.finish is None else result.finish(rows)


def states_of(registration: pa.Table, degree: pa.Table) -> dict[str, str]:
    """One word per field, and `birth_and_sex`, for two records: tables of one row each."""
    from chsi_batch.engines import open_engine

    with publishing.scratch() as spill:
        engine = open_engine("duckdb", 1, None, spill)
        try:
            engine.put("registrations", clean.registrations(registration))
            engine.put("degrees", clean.degrees(degree))
            engine.put("former_names", former_names([]))
            engine.make("one_pair", "SELECT r, d FROM registrations CROSS JOIN degrees")
            compare.compare(engine, "one_pair", "one_state")
            row: dict[str, str] = engine.take("SELECT * EXCLUDE (r, d) FROM one_state").to_pylist()[0]
            return row
        finally:
            engine.close()
