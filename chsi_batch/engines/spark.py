"""The engine for more rows than one machine holds: the same SELECTs, on Apache Spark.

Every table is a folder of parquet parts in a workspace that all machines of the cluster share. So a plan
never grows beyond one statement, a worker that dies takes nothing with it that another one could not read or
make again, and the driver holds no rows but those that were asked for with `take`, or a piece of `batches`.
Functions run where the rows are, in Arrow batches; `each` has executors do whatever a function does.
"""

from __future__ import annotations

import itertools
import shutil
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import pyarrow as pa
import pyarrow.parquet as pq

from chsi_batch.engines.cluster import open_session
from chsi_batch.engines.dialect import for_spark
from chsi_batch.engines.parts import PART, add, parts, plain
from chsi_batch.errors import Problem
from chsi_batch.settings import Spark as Settings

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

PART_ROWS = 250_000
"""Rows of one part of a table that comes from the driver."""
Batches = Iterator[pa.RecordBatch]
Function = Callable[[pa.Table], pa.Table]
Given = TypeVar("Given")
Told = TypeVar("Told")


class Spark:
    """Implements `engines.base.Engine` on one session of Spark."""

    def __init__(self, settings: Settings, threads: int | None, spill: Path) -> None:
        shared = Path(settings.workspace) / spill.resolve().parent.name if settings.workspace else spill
        self._workspace = shared.resolve()
        self._workspace.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._numbers = itertools.count()
        self._appending = threading.Lock()
        self._places: dict[str, Path] = {}
        self._grown: dict[str, pa.Schema] = {}
        self._cluster = open_session(settings, threads, self._workspace)

    def put(self, name: str, table: pa.Table) -> None:
        """Write an Arrow table into the workspace."""
        place = self.place(name)
        for start in range(0, max(table.num_rows, 1), PART_ROWS):
            self._add(place, table.slice(start, PART_ROWS))
        self._grown.pop(name, None)
        self._show(name, place, plain(table).schema)

    def append(self, name: str, table: pa.Table) -> None:
        """Write one more part; the rows are seen by the next statement."""
        with self._appending:
            if name not in self._places:
                self._places[name] = self.place(name)
            self._add(self._places[name], table)
            self._grown.setdefault(name, plain(table).schema)

    def make(self, name: str, select: str) -> None:
        """Write the rows of `select` into the workspace."""
        self._keep(name, self._asked(select))

    def take(self, select: str) -> pa.Table:
        """The result as one Arrow table at the driver."""
        with self._cluster.watched(select):
            return self._asked(select).toArrow()

    def batches(self, select: str) -> Iterator[pa.Table]:
        """The result is written by the executors first, and read one part after the other."""
        place = self._new("batches")
        rows = self._asked(select)
        self._write(rows, place)
        yield _arrow(rows).empty_table()
        for part in parts(place):
            for batch in pq.ParquetFile(part).iter_batches(PART_ROWS):
                yield pa.Table.from_batches([batch])
        shutil.rmtree(place, ignore_errors=True)

    def write(self, selects: Sequence[str], path: Path, function: Function | None = None) -> None:
        """A folder of parts, written there by the executors; their names are in the order of the rows."""
        path.mkdir(mode=0o700)
        numbers = itertools.count()
        for select in selects:
            rows = self._asked(select)
            place = path / ".written"
            self._write(rows if function is None else _mapped(rows, function), place)
            for part in parts(place):
                part.rename(path / PART.format(next(numbers)))
            shutil.rmtree(place)

    def map(self, name: str, select: str, function: Function) -> None:
        """Send batches of the result through `function` where they are, and hold what comes back."""
        self._keep(name, _mapped(self._asked(select), function))

    def together(self, name: str, select: str, by: Sequence[str], function: Function) -> None:
        """Rows are dealt out by what they are alike in; a part of them is held by an executor at once."""
        rows = self._asked(select)
        self._keep(name, _mapped(rows.repartition(*by), function, whole=True))

    def each(self, what: str, function: Callable[[Given], Told], tasks: Sequence[Given]) -> list[Told]:
        """What `function` gives for each of the tasks, which executors do; one that dies is no harm.

        What a person can act on, and what the system refuses, is raised here as it was there.
        """
        if not tasks:
            return []
        with self._cluster.watched(what):
            dealt = self._cluster.session.sparkContext.parallelize(tasks, len(tasks))
            answers = dealt.map(_answering(function)).collect()
        told: list[Told] = []
        for answer in answers:
            if isinstance(answer, _Failed):
                raise answer.problem
            told.append(answer)
        return told

    def place(self, name: str) -> Path:
        """A new folder in the workspace."""
        place = self._new(name)
        place.mkdir(mode=0o700)
        return place

    def hold(self, name: str, place: Path) -> None:
        """Read `name` from the parts in a folder; what is not in the workspace stays when it is replaced."""
        self._grown.pop(name, None)
        self._show(name, place, pq.read_schema(parts(place)[0]))

    def drop(self, *names: str) -> None:
        """Tables lie on the disk, where they are in nobody's way until the end."""

    def count(self, name: str) -> int:
        """Rows of a table of ours."""
        return int(self.take(f"SELECT count(*) AS n FROM {name}")["n"][0].as_py())

    def close(self) -> None:
        """Give the session back, and remove the workspace."""
        self._cluster.close()
        shutil.rmtree(self._workspace, ignore_errors=True)

    def _asked(self, select: str) -> DataFrame:
        for name, schema in self._grown.items():
            self._show(name, self._places[name], schema)
        self._grown.clear()
        return self._cluster.session.sql(for_spark(select))

    def _new(self, name: str) -> Path:
        return self._workspace / f"{next(self._numbers):04}-{name}"

    def _add(self, place: Path, table: pa.Table) -> None:
        add(place, next(self._numbers), table)

    def _write(self, rows: DataFrame, place: Path) -> None:
        with self._cluster.watched(place.name):
            rows.write.parquet(str(place), compression="zstd")

    def _keep(self, name: str, rows: DataFrame) -> None:
        place = self._new(name)
        self._write(rows, place)
        self._show(name, place, _arrow(rows))

    def _show(self, name: str, place: Path, schema: pa.Schema) -> None:
        """Read `name` from `place` from now on, and let go of what stood elsewhere."""
        from pyspark.sql.pandas.types import from_arrow_schema

        reader = self._cluster.session.read.schema(from_arrow_schema(schema))
        reader.parquet(str(place)).createOrReplaceTempView(name)
        before = self._places.get(name, place)
        self._places[name] = place
        if before != place and self._workspace in before.parents:
            shutil.rmtree(before, ignore_errors=True)


@dataclass(frozen=True)
class _Failed:
    """In place of an answer; raised there, it would be tried again and told in Spark's words."""

    problem: Problem | OSError


def _answering(function: Callable[[Given], Told]) -> Callable[[Given], Told | _Failed]:
    def answer(task: Given) -> Told | _Failed:
        try:
            return function(task)
        except (Problem, OSError) as problem:
            return _Failed(problem)

    return answer


def _mapped(rows: DataFrame, function: Function, *, whole: bool = False) -> DataFrame:
    """Through `function`, batch by batch or, if it must see them `whole`, part by part."""
    from pyspark.sql.pandas.types import from_arrow_schema

    given = _arrow(rows)
    made = plain(function(given.empty_table())).schema

    def each(batches: Batches) -> Batches:
        for some in [list(batches)] if whole else ([batch] for batch in batches):
            table = pa.Table.from_batches(some).cast(given) if some else given.empty_table()
            yield from function(table).cast(made).to_batches()

    return rows.mapInArrow(each, from_arrow_schema(made))


def _arrow(rows: DataFrame) -> pa.Schema:
    from pyspark.sql.pandas.types import to_arrow_schema

    return pa.schema([(field.name, field.type) for field in to_arrow_schema(rows.schema)])
