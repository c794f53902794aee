"""What would move if a rule, a school's name or a list of former names were different: tried out in memory.

The records of the run are matched twice in processes of their own, as the tables stand and as they would
be; both without decisions and without an earlier run, so that the difference is that of the change alone.
No table on the disk, and nothing of this process, is touched.
"""

from __future__ import annotations

import io
import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from chsi_batch import rules, tables
from chsi_batch.errors import UsageError
from chsi_batch.notebook.scanning import problem
from chsi_batch.report.places import SCHOOL_COLUMNS
from chsi_batch.terms import Outcome

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

    from chsi_batch.notebook.finished import FinishedRun

Row = dict[str, str]
OTHER_NAME, TRIED = "former", "what-if"
_KEYS = ["side", "ref"]
_ENDS = ["outcome", "code", "rule", "counterpart"]


@dataclass(frozen=True, eq=False)
class Matched:
    """What matching gave: the ledger and the pairs bound (registration_ref, degree_ref)."""

    ledger: pd.DataFrame
    bound: frozenset[tuple[str, str]]


@dataclass(frozen=True, eq=False)
class WhatIf:
    """The ledger before and after a change, and the pairs bound before and after."""

    before: pd.DataFrame
    after: pd.DataFrame
    bound_before: frozenset[tuple[str, str]]
    bound_after: frozenset[tuple[str, str]]

    @property
    def moved(self) -> pd.DataFrame:
        """Rows that end otherwise: side, ref, and outcome, code, rule, counterpart before and after."""
        both = self.before.merge(self.after, on=_KEYS, suffixes=("_before", "_after"), validate="one_to_one")
        same = [
            (both[f"{name}_before"] == both[f"{name}_after"])
            | (both[f"{name}_before"].isna() & both[f"{name}_after"].isna())
            for name in _ENDS
        ]
        moved = ~(same[0] & same[1] & same[2] & same[3])
        pairs = [f"{name}_{when}" for name in _ENDS for when in ("before", "after")]
        return both.loc[moved, [*_KEYS, *pairs]].reset_index(drop=True)

    @property
    def totals(self) -> pd.DataFrame:
        """Per side: rows bound before and after, rows newly bound, rows no longer bound, rows that moved."""
        import pandas as pd

        bound = {
            when: ledger.set_index(_KEYS)["outcome"] == Outcome.BOUND.value
            for when, ledger in (("before", self.before), ("after", self.after))
        }
        changes = pd.DataFrame(
            {**bound, "gained": bound["after"] & ~bound["before"], "lost": bound["before"] & ~bound["after"]}
        )
        found = changes.groupby("side").sum()
        found["moved"] = self.moved.groupby("side").size().reindex(found.index, fill_value=0)
        return found

    @property
    def pairs(self) -> pd.DataFrame:
        """Pairs bound in one of the two only: registration_ref, degree_ref, change (gained/lost)."""
        import pandas as pd

        rows = [
            *((*pair, "gained") for pair in sorted(self.bound_after - self.bound_before)),
            *((*pair, "lost") for pair in sorted(self.bound_before - self.bound_after)),
        ]
        return pd.DataFrame(rows, columns=["registration_ref", "degree_ref", "change"])


def what_if(
    run: FinishedRun,
    *,
    rules: Mapping[str, Mapping[str, str]] | None = None,
    without: Sequence[str] = (),
    schools: Mapping[str, str] | None = None,
    former_names: Sequence[Mapping[str, str]] = (),
) -> WhatIf:
    """Match the run again under changed tables and compare.

    `rules`: rule → cells to change, as in match_rules.csv, e.g. `{"V1": {"verdict": "bind", "method": "auto",
    "code": ""}}`; `without`: rules to leave out. `schools`: another name → code of its school.
    `former_names`: rows with `id_number`, `former_name` and `name`. UsageError for an unknown rule or word,
    and for a run without private/.
    """
    changed: dict[str, list[Row]] = {}
    if rules or without:
        changed["match_rules"] = _rules(run, rules or {}, frozenset(without))
    if schools:
        changed["schools"] = _schools(schools)
    now, then = run.matched_again, matched(run, changed, former_names)
    return WhatIf(now.ledger, then.ledger, now.bound, then.bound)


def _rules(run: FinishedRun, changes: Mapping[str, Mapping[str, str]], without: frozenset[str]) -> list[Row]:
    """The rule table with the changes."""
    found = tables.rows("match_rules", rules.COLUMNS)
    known = {row["rule"] for row in found}
    if unknown := sorted({*changes, *without} - known):
        raise _unknown(run, unknown, sorted(known))
    for cells in changes.values():
        if wrong := sorted(set(cells) - set(rules.COLUMNS)):
            raise _unknown(run, wrong, rules.COLUMNS)
    return [{**row, **changes.get(row["rule"], {})} for row in found if row["rule"] not in without]


def _unknown(run: FinishedRun, names: Sequence[str], known: Sequence[str]) -> UsageError:
    return problem("what-if-unknown", ", ".join(names), run.language, known=" ".join(known))


def _schools(names: Mapping[str, str]) -> list[Row]:
    """The school table with further names."""
    added = [
        {"code": code, "name": name, "kind": OTHER_NAME, "province": "", "level": "", "origin": TRIED}
        for name, code in names.items()
    ]
    return [*tables.rows("schools", SCHOOL_COLUMNS), *added]


def matched(
    run: FinishedRun, changed: Mapping[str, list[Row]], former: Sequence[Mapping[str, str]]
) -> Matched:
    """Ledger and bound pairs of the run's records, matched by a process of its own."""
    import pyarrow as pa

    place = run.full().folder
    request = {"tables": changed, "former_names": [dict(row) for row in former], "facts": _needed(run.facts)}
    done = subprocess.run(
        [sys.executable, "-P", "-m", "chsi_batch.notebook.again", str(place)],
        input=json.dumps(request, ensure_ascii=False).encode(),
        capture_output=True,
        check=False,
    )
    if done.returncode:
        raise UsageError(done.stderr.decode("utf-8", "replace").strip().splitlines()[-1])
    answer = io.BytesIO(done.stdout)
    ledger, bindings = (pa.ipc.open_stream(answer).read_all() for _ in range(2))
    return Matched(ledger.to_pandas(), _pairs(bindings))


def _pairs(bindings: pa.Table) -> frozenset[tuple[str, str]]:
    columns = (bindings[name].to_pylist() for name in ("registration_ref", "degree_ref"))
    return frozenset(zip(*columns, strict=True))


def _needed(facts: Mapping[str, Any]) -> dict[str, Any]:
    """What matching was told when the run was made."""
    settings = facts["settings"]
    return {
        "as_of": facts["as_of"],
        "language": facts["language"],
        "min_people": settings["placeholders"]["min_people"],
        "key_cap": settings["matching"]["key_cap"],
    }
