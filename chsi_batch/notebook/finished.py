"""A finished run, opened: its methods answer the questions of the notebooks, and read no more than needed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from chsi_batch.notebook import quality, queue, unbound
from chsi_batch.notebook.case import Case
from chsi_batch.notebook.scanning import FULL, MASKED, Scanner, problem
from chsi_batch.results import Run, read_run
from chsi_batch.terms import Side

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

    from chsi_batch.notebook.what_if import Matched, WhatIf
    from chsi_batch.review.widget import Review

PICTURES = (
    "flow", "residuals", "failing_together", "exceptions", "bound_share", "accounts", "data_quality",
)  # fmt: skip
"""What `FinishedRun.figure` draws."""
PAGE = 50
"""Rows of one page."""


class FinishedRun:
    """The run in `folder`; `facts` are those of its run.json, `language` is that of its texts."""

    def __init__(self, folder: Path, facts: Mapping[str, Any]) -> None:
        self.folder = folder
        self.facts = facts
        self.language: str = facts["language"]
        self.masked = Scanner(folder, MASKED)

    def __repr__(self) -> str:
        totals = self.facts["totals"].values()
        return f"FinishedRun({self.folder.name}: {sum(t['in'] for t in totals)} rows)"

    def full(self) -> Scanner:
        """The tables in full values; UsageError if the run was made without them."""
        if not (self.folder / FULL).is_dir():
            raise problem("run-no-private", self.folder, self.language)
        return Scanner(self.folder, FULL)

    def scanner(self, unmask: bool) -> Scanner:
        """The tables to show from."""
        return self.full() if unmask else self.masked

    @cached_property
    def loaded(self) -> Run:
        """All tables in memory, masked: what pictures are drawn from."""
        return read_run(self.folder, private=False)

    def table(self, name: str, columns: Sequence[str] | None = None, *, unmask: bool = False) -> pd.DataFrame:
        """One table of the run (README names them), or some of its columns."""
        return _frame(self.scanner(unmask).take(name, columns))

    def overview(self) -> pd.DataFrame:
        """Per side: rows in, bound and exception, and the share bound. From run.json alone."""
        import pandas as pd

        found = pd.DataFrame.from_dict(self.facts["totals"], orient="index")
        found["share"] = (found["bound"] / found["in"].where(found["in"] > 0)).round(4)
        return found.rename_axis("side")

    def files(self) -> pd.DataFrame:
        """Per side and file: records as counted apart, rows bound and exception, whether they close."""
        import pandas as pd

        from chsi_batch.report import totals

        found = pd.DataFrame(
            [
                (file.side, file.file, file.records, file.bound, file.exception, file.closes)
                for file in totals.count(self.loaded).files
            ],
            columns=["side", "file", "records", "bound", "exception", "closes"],
        )
        return found.set_index(["side", "file"])

    def figure(self, name: str) -> Figure:
        """A picture of the report by its name, one of `PICTURES`."""
        from chsi_batch.report import charts

        if name not in PICTURES:
            raise problem("filter-unknown", name, self.language, known=" ".join(PICTURES))
        figure: Figure = getattr(charts, name)(self.loaded, self.language)
        return figure

    def reasons(self, *by: str, side: str = Side.DEGREE, **wanted: Any) -> pd.DataFrame:
        """Rows not bound, counted by `by` (code, party, severity, school, year, department, file)."""
        return unbound.reasons(self, by or ("code", "party"), side, **wanted)

    def unbound(
        self, *, first: int = 0, rows: int = PAGE, unmask: bool = False, **wanted: Any
    ) -> pd.DataFrame:
        """A page of the degrees that are not bound, one to a row, in the order of the files.

        `wanted`: code, party (`acts`, e.g. "school"), school (part of its name, or its code), year,
        department (part). Columns: ref, name, id_number, certificate_number, school, year, department, code,
        title, party, fields, candidate, rule. `.attrs["total"]` tells how many there are.
        """
        return unbound.page(self, first, rows, unmask, **wanted)

    def case(self, ref: str, side: str | None = None) -> Case:
        """One row in depth; `side` is needed where one file was given as accounts and as degrees."""
        return Case.of(self, ref, side)

    def queue(self, *, undecided: bool = True, first: int = 0, rows: int = PAGE) -> pd.DataFrame:
        """A page of the degrees a person should decide on, with what was decided; see `queue.page`."""
        return queue.page(self, undecided, first, rows)

    def queue_totals(self) -> pd.DataFrame:
        """Per code: cases to decide on, decided so far, left."""
        return queue.totals(self)

    def decisions(self) -> pd.DataFrame:
        """The decisions that stand in the log beside the run, one to a pair."""
        return queue.decisions(self)

    def review(self, *, reviewer: str | None = None, unmask: bool = False, **chosen: str | None) -> Review:
        """The review of this run, one case at a time; `chosen`: code, school, party to begin with."""
        from chsi_batch.review import review

        return review(self.folder, reviewer=reviewer, language=self.language, unmask=unmask, **chosen)

    def sheets(self) -> pd.DataFrame:
        """Per sheet of the input: how its physical rows were taken, and its unknown headers."""
        return quality.sheets(self)

    def issues(self, *by: str) -> pd.DataFrame:
        """Cells with a problem, counted by `by` (side, file, column, code; all of them by default)."""
        return quality.issues(self, by)

    def issue_examples(self, code: str, rows: int = 5) -> pd.DataFrame:
        """The first cells with this problem, masked."""
        return quality.examples(self, code, rows)

    def set_aside(self) -> pd.DataFrame:
        """Rows that are no records, counted by side, file and reason."""
        return quality.set_aside(self)

    @cached_property
    def matched_again(self) -> Matched:
        """The records matched again as the tables stand: what every change is compared with."""
        from chsi_batch.notebook import what_if

        return what_if.matched(self, {}, ())

    def what_if(self, **changes: Any) -> WhatIf:
        """The same records matched again under other tables, in memory; see `what_if.what_if`."""
        from chsi_batch.notebook import what_if

        return what_if.what_if(self, **changes)


def _frame(table: Any) -> pd.DataFrame:
    found: pd.DataFrame = table.to_pandas()
    return found
