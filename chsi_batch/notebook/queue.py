"""What is left for people to decide, and what they have decided: the run beside its log of decisions.

Decisions are about rows known by their keys, so rows are keyed here as they are when decisions are replayed;
without a log there is nothing to find, and no key is made.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from chsi_batch import rules
from chsi_batch.decisions.log import Log
from chsi_batch.decisions.standing import Standing, standing
from chsi_batch.report.words import Words
from chsi_batch.results import RECORD_TABLES
from chsi_batch.terms import Side, Verdict

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

    from chsi_batch.notebook.finished import FinishedRun

ASKED = (Verdict.REVIEW, Verdict.REFUSE)
"""Verdicts of a best candidate on which a person decides; what refuses needs a remark and leave."""
_COLUMNS = ("degree_ref", "registration_ref", "code", "title", "rule", "verdict", "detail")
_SAID = ("decision", "reviewer", "time", "remark")


def _standing(run: FinishedRun) -> list[Standing]:
    return standing(Log.beside(run.folder).entries())


def decisions(run: FinishedRun) -> pd.DataFrame:
    """decision, reviewer, time, remark, conflicting, both refs as they stood then, rule, code, source."""
    import pandas as pd

    columns = ["decision", "reviewer", "time", "remark", "conflicting", "degree_ref", "registration_ref",
               "rule", "code", "source"]  # fmt: skip
    rows = [
        {**vars(stands.entry), "decision": stands.decision, "conflicting": stands.conflicting}
        for stands in _standing(run)
    ]
    return pd.DataFrame(rows, columns=columns)


def cases(run: FinishedRun) -> pd.DataFrame:
    """Every unbound degree whose best candidate a person must judge: `_COLUMNS` and `_SAID`."""
    import pyarrow as pa
    import pyarrow.compute as pc

    from chsi_batch.notebook.unbound import found

    open_rows = found(run, Side.DEGREE, ()).select(["ref", "code", "rule", "counterpart"]).to_pandas()
    verdicts = {rule.rule: rule.verdict.value for rule in rules.match_rules() if rule.code}
    open_rows["verdict"] = open_rows["rule"].map(verdicts)
    asked = open_rows[open_rows["verdict"].isin(ASKED) & open_rows["counterpart"].notna()]
    asked = asked.rename(columns={"ref": "degree_ref", "counterpart": "registration_ref"})
    titles = Words(run.language).title
    asked = asked.assign(title=asked["code"].map(titles))
    wanted = pc.field("degree_ref").isin(pa.array(asked["degree_ref"], pa.string()))
    pairs = run.masked.take("candidates", ["degree_ref", "registration_ref", "detail"], wanted).to_pandas()
    asked = asked.merge(pairs, on=["degree_ref", "registration_ref"], how="left")
    return _with_decisions(run, asked[list(_COLUMNS)])


def _with_decisions(run: FinishedRun, asked: pd.DataFrame) -> pd.DataFrame:
    """Add what was decided on each pair, or on either row alone."""
    import pandas as pd

    said = {one.entry.pair: one for one in _standing(run)}
    if not said:
        return asked.assign(**dict.fromkeys(_SAID))
    registrations = _keys(run, Side.REGISTRATION, asked["registration_ref"])
    degrees = _keys(run, Side.DEGREE, asked["degree_ref"])
    found = []
    for account, degree in zip(asked["registration_ref"], asked["degree_ref"], strict=True):
        here, there = registrations[account], degrees[degree]
        found.append(said.get((here, there)) or said.get((None, there)) or said.get((here, None)))
    asked = asked.copy()
    asked["decision"] = pd.Series([one and one.decision for one in found], asked.index, dtype="str")
    for name in _SAID[1:]:
        texts = [one and getattr(one.entry, name) for one in found]
        asked[name] = pd.Series(texts, asked.index, dtype="str")
    return asked


def _keys(run: FinishedRun, side: Side, refs: Iterable[str]) -> dict[str, str]:
    """ref → row key, for these rows only."""
    from chsi_batch.decisions.row_keys import row_keys
    from chsi_batch.stages.clean import CLEANERS

    records: pa.Table = run.full().at(RECORD_TABLES[side], refs)
    keys = row_keys(side, CLEANERS[side](records), Log.beside(run.folder).secret())
    return dict(zip(records["ref"].to_pylist(), keys.to_pylist(), strict=True))


def page(run: FinishedRun, undecided: bool, first: int, rows: int) -> pd.DataFrame:
    """A page of `cases`, without those decided if `undecided`; `.attrs["total"]`: how many there are."""
    asked = cases(run)
    if undecided:
        asked = asked[asked["decision"].isna()]
    shown = asked.iloc[first : first + rows].reset_index(drop=True)
    shown.attrs["total"] = len(asked)
    return shown


def totals(run: FinishedRun) -> pd.DataFrame:
    """Per code: title, cases, decided, left."""
    asked = cases(run)
    counted = asked.groupby(["code", "title"])["decision"].agg(["size", "count"]).reset_index()
    counted = counted.rename(columns={"size": "cases", "count": "decided"})
    counted["left"] = counted["cases"] - counted["decided"]
    return counted.sort_values(["left", "code"], ascending=[False, True], ignore_index=True)
