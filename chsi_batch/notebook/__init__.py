"""What the notebooks call: a finished run as pandas DataFrames and Figures, masked unless asked otherwise.

    from chsi_batch.notebook import make_run, open_run
    run = make_run("accounts.xlsx", "degrees/", "result", as_of="2026-06-30")   # tells how far it is
    run = open_run("result")        # without a folder: the run of `chsi-batch lab`, else made-up samples
    run.overview()                  # totals that close
    run.unbound(code="name-near")   # unbound degrees, a page at a time
    run.case("degrees.xlsx#Sheet1!5").beside()
    run.what_if(rules={"V1": {"verdict": "bind", "method": "auto", "code": ""}}).moved

Columns are named as in `tables/` (README); columns that are for people (`title`, `party`, …) are in the
language of the run. Only the columns and rows that are asked for are read.
"""

from chsi_batch.notebook.case import Case
from chsi_batch.notebook.finished import FinishedRun
from chsi_batch.notebook.making import make_run
from chsi_batch.notebook.opening import open_run, open_runs
from chsi_batch.notebook.over_time import cohorts, schools, trend
from chsi_batch.notebook.what_if import WhatIf

__all__ = [
    "Case",
    "FinishedRun",
    "WhatIf",
    "cohorts",
    "make_run",
    "open_run",
    "open_runs",
    "schools",
    "trend",
]
