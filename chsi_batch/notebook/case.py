"""One row in depth: what it says, who might be meant, what each rule makes of it, and why it ended so."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from chsi_batch import explain, plain, rules
from chsi_batch.notebook import beside
from chsi_batch.notebook.scanning import problem
from chsi_batch.report.words import Words
from chsi_batch.results import RECORD_TABLES
from chsi_batch.terms import FIELDS, Side
from chsi_batch.values.masking import mask_argument

if TYPE_CHECKING:
    import pandas as pd
    from pandas.io.formats.style import Styler

    from chsi_batch.notebook.finished import FinishedRun


class Told(str):
    """Sentences; a notebook shows them as text in which no address becomes a link."""

    __slots__ = ()

    def _repr_html_(self) -> str:
        return f'<p style="white-space: pre-wrap">{plain.page(self)}</p>'


@dataclass(frozen=True, eq=False)
class Case:
    """One row of a run: its side, its reference, and its line of the ledger."""

    run: FinishedRun
    side: str
    ref: str
    outcome: str
    code: str | None
    counterpart: str | None

    @classmethod
    def of(cls, run: FinishedRun, ref: str, side: str | None) -> Case:
        """The case of a reference; UsageError if the run has no such row."""
        import pyarrow.compute as pc

        for row in run.masked.take("ledger", None, pc.field("ref") == ref).to_pylist():
            if side in (None, row["side"]):
                return cls(run, row["side"], ref, row["outcome"], row["code"], row["counterpart"])
        raise problem("reference-unknown", mask_argument(ref), run.language)

    @property
    def why(self) -> Told:
        """Why the row ended as it did, in sentences: the nearest binding rule, what fails, what to do."""
        return Told(plain.lines(explain.explain(self.run.folder, self.ref, None, self.run.language)))

    @cached_property
    def _rows(self) -> list[dict[str, Any]]:
        """The rows of `candidates` that name this row, its counterpart first, then by rule and rank."""
        import pyarrow.compute as pc

        own = pc.field(beside.REFS[self.side]) == self.ref
        found: list[dict[str, Any]] = self.run.masked.take("candidates", None, own).to_pylist()
        lines = {rule.rule: rule.line for rule in reversed(rules.match_rules())}
        other = beside.REFS[self._other]

        def order(row: dict[str, Any]) -> tuple[bool, int, int, str]:
            return row[other] != self.counterpart, lines.get(row["rule"], len(lines)), row["rank"], row[other]

        return sorted(found, key=order)

    @property
    def _other(self) -> Side:
        return Side.DEGREE if self.side == Side.REGISTRATION else Side.REGISTRATION

    def _row(self, candidate: int) -> dict[str, Any]:
        if not 1 <= candidate <= len(self._rows):
            raise problem("candidate-unknown", self.ref, self.run.language, known=len(self._rows))
        return self._rows[candidate - 1]

    @property
    def candidates(self) -> pd.DataFrame:
        """All candidates, the best first, numbered from 1: ref, person, rule, the five states, reading."""
        import pandas as pd

        refs = [row[beside.REFS[self._other]] for row in self._rows]
        records = self.run.masked.at(RECORD_TABLES[self._other], refs, ["name"]).to_pylist()
        names = {row["ref"]: row["name"] for row in records}
        states = Words(self.run.language).states
        lines = [
            [ref, names.get(ref), row["rule"], *(states[row[field]] for field in FIELDS), row["reading"]]
            for ref, row in zip(refs, self._rows, strict=True)
        ]
        return pd.DataFrame(
            lines,
            columns=["ref", "person", "rule", *FIELDS, "reading"],
            index=pd.RangeIndex(1, len(refs) + 1, name="candidate"),
        )

    def beside(self, candidate: int = 1, *, unmask: bool = False) -> Styler:
        """The row beside one of its candidates, field by field: differing characters marked, state in words.

        Numbers are masked, but for the places in which the two differ. Without candidates it stands alone.
        """
        row = self._row(candidate) if self._rows else {beside.REFS[self.side]: self.ref}
        return beside.table(self.run, row, unmask)

    def rules(self, candidate: int = 1) -> pd.DataFrame:
        """The rule table against one candidate: rule, verdict, code, fits, decided, fails_on, reading.

        The first line that fits decides. A line that fits in all five fields and yet did not decide differs
        in birth date and sex, or waits for a fault of the row itself.
        """
        import pandas as pd

        row, words = self._row(candidate), Words(self.run.language)
        lines, decisive = [], _decisive(row, self.run.language)
        for rule in rules.match_rules():
            failed = [field for field in FIELDS if row[field] not in rule.states[field]]
            told = words.comma.join(_state(words, field, row[field]) for field in failed)
            reading = rule.reading[self.run.language]
            decided = rule.line == decisive
            lines.append((rule.rule, rule.verdict.value, rule.code, not failed, decided, told, reading))
        columns = ["rule", "verdict", "code", "fits", "decided", "fails_on", "reading"]
        return pd.DataFrame(lines, columns=columns)


def _decisive(row: dict[str, Any], language: str) -> int:
    """The line of the rule table that decided on a candidate; rules of several lines are told by reading."""
    named = [rule for rule in rules.match_rules() if rule.rule == row["rule"]]
    exact = [rule for rule in named if rule.reading[language] == row["reading"]]
    return (exact or named)[0].line


def _state(words: Words, field: str, state: str) -> str:
    return f"{words.states[field]}{words.states['between']}{words.states[state]}"
