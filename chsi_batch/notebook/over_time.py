"""Several runs beside each other: totals of each, and schools and cohorts from run to run."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from chsi_batch.report.places import DEGREE_COLUMNS, degree_places
from chsi_batch.terms import Outcome, Side

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

    from chsi_batch.notebook.finished import FinishedRun


def cohorts(runs: Sequence[FinishedRun]) -> pd.DataFrame:
    """One line per run and side: run, as_of, side, in, bound, exception, share. From run.json alone."""
    import pandas as pd

    parts = [
        run.overview().reset_index().assign(run=run.folder.name, as_of=run.facts.get("as_of")) for run in runs
    ]
    found = pd.concat(parts, ignore_index=True)
    return found[["run", "as_of", "side", "in", "bound", "exception", "share"]]


def schools(runs: Sequence[FinishedRun], *by: str) -> pd.DataFrame:
    """Degrees per run and `by` (school and year by default): degrees, bound, share. Blank where not given."""
    import pandas as pd

    keys = list(by) or ["school", "year"]
    parts = []
    for run in runs:
        counted = _ends(run).groupby(keys, dropna=False)["bound"].agg(["size", "sum"]).reset_index()
        parts.append(counted.assign(run=run.folder.name))
    found = pd.concat(parts, ignore_index=True).rename(columns={"size": "degrees", "sum": "bound"})
    found["share"] = (found["bound"] / found["degrees"]).round(4)
    return found[["run", *keys, "degrees", "bound", "share"]]


def _ends(run: FinishedRun) -> pd.DataFrame:
    """school, year, file, department and bound (0/1) of every degree."""
    import pyarrow.compute as pc

    records = run.masked.take("degrees", ["ref", "file", "department", *DEGREE_COLUMNS])
    ledger = run.masked.take("ledger", ["ref", "outcome"], pc.field("side") == Side.DEGREE.value)
    places = pc.index_in(records["ref"], value_set=ledger["ref"].combine_chunks())
    found: pd.DataFrame = degree_places(records).to_pandas()
    found["year"] = found["year"].astype("Int16")
    found["file"], found["department"] = records["file"].to_pandas(), records["department"].to_pandas()
    bound = pc.equal(ledger["outcome"].take(places), Outcome.BOUND.value)
    found["bound"] = bound.to_pandas().astype(int)
    return found


def trend(runs: Sequence[FinishedRun]) -> Figure:
    """The share bound of both sides from run to run, the numbers written at the points."""
    from chsi_batch.report import charts
    from chsi_batch.report.words import Words

    found = cohorts(runs)
    shares = {
        side: [float(share) for share in found.loc[found["side"] == side, "share"].fillna(0)]
        for side in (Side.REGISTRATION.value, Side.DEGREE.value)
    }
    return charts.trend_of([run.folder.name for run in runs], shares, Words(runs[-1].language))
