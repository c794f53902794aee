"""An audit in words: the same tables for the terminal and for the workbook, and one sentence per rate.

Bounds are rounded up, so that what is printed is never less than what holds.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil, floor, log10
from pathlib import Path
from typing import TYPE_CHECKING, Any

from chsi_batch import plain, rules, tables
from chsi_batch.audit import rates
from chsi_batch.audit.plan import Plan
from chsi_batch.audit.rates import Counts

if TYPE_CHECKING:
    from rich.console import Group

PERCENT = {"zh": "{}%", "en": "{} %"}
DIGITS = 2
"""Significant digits of a bound."""

Answers = Mapping[str, Counts] | None
Hidden = Mapping[str, Any] | None
Row = tuple[str | int | None, ...]


@dataclass(frozen=True)
class Table:
    """A small table; the last row may be the total."""

    heading: str
    header: list[str]
    rows: list[Row]
    total: bool = True


class Telling:
    """One audit: its plan, the answers if there are any, and the summary of the ID numbers hidden."""

    def __init__(self, plan: Plan, answers: Answers, hidden: Hidden, language: str) -> None:
        self.plan, self.answers, self.hidden = plan, answers, hidden
        self.words = tables.texts("audit_words", language)
        self.language = language
        self._readings = {rule.rule: rule.reading[language] for rule in reversed(rules.match_rules())}

    def tables(self) -> list[Table]:
        """The sample or what its answers say, the scenarios, and wrong bindings if there are any."""
        first = self._sample() if self.answers is None else self._rates(self.answers)
        scenarios = (self.hidden or {}).items()
        found = [first, *(self._scenario(name, part) for name, part in scenarios if part["people"])]
        return [*found, self._alarm()] if self.wrong_bindings else found

    def _table(self, name: str, heading: str, rows: list[Row], *, total: bool = True) -> Table:
        return Table(heading, self.words[f"{name}.header"].split("|"), rows, total)

    def _sample(self) -> Table:
        lots = {
            lot: Counts(population, self.plan.sizes.get(lot, 0), 0)
            for lot, population in self.plan.population.lots.items()
        }
        rows: list[Row] = [
            (self.lot(lot), found.population, found.same, self._below(rates.of_lot(found)),
             self._readings.get(lot, ""))
            for lot, found in lots.items()
        ]  # fmt: skip
        every = rates.overall(lots)
        rows.append((self.words["all"], every["population"], every["drawn"], self._below(every), ""))
        return self._table("sample", self.words["sample.heading"], rows)

    def _rates(self, answers: Mapping[str, Counts]) -> Table:
        rows: list[Row] = [self._rate(self.lot(lot), rates.of_lot(found)) for lot, found in answers.items()]
        rows.append(self._rate(self.words["all"], rates.overall(answers), weighted=len(answers) > 1))
        return self._table("rates", self.words["rates.heading"], rows)

    def _rate(self, name: str, rate: Mapping[str, Any], *, weighted: bool = False) -> Row:
        said = self.sentence(rate, weighted=weighted)
        return (name, rate["population"], rate["drawn"], rate["wrong"], rate["unclear"], said)

    def _scenario(self, name: str, found: Mapping[str, Any]) -> Table:
        rows: list[Row] = [
            (line["rule"], self.words[f"verdict.{line['verdict']}"], *self._wrong(line["wrong"]),
             self._readings.get(line["rule"], ""))
            for line in found["rules"]
        ]  # fmt: skip
        if found["nobody"]:
            rows.append((self.words["nobody"], "", found["nobody"], "", "", ""))
        wrong = found["wrong_bindings"]
        rows.append((self.words["wrong_bindings"], "", *self._wrong(wrong), self.words["wrong_means"]))
        heading = self.words[f"scenario.{name}"].format(people=f"{found['people']:,}")
        return self._table("scenario", heading, rows)

    def _wrong(self, wrong: Mapping[str, Any]) -> tuple[int, int, str]:
        return wrong["of"], wrong["count"], self._percent(wrong["at_most"])

    def lot(self, lot: str) -> str:
        """What a lot is called: its rule, or a word for what reviewers decided."""
        return self.words.get(f"lot.{lot}", lot)

    def sentence(self, rate: Mapping[str, Any], *, weighted: bool = False) -> str:
        """A rate in words: "0 wrong in 300: below 1.0 % at 95 %"."""
        of, wrong = rate["right"] + rate["wrong"], rate["wrong"]
        if rate["wrong_share"] is None:
            return self.words["unanswerable"]
        if of == rate["population"]:
            return self.words["whole"].format(of=of, wrong=wrong)
        said = self._sampled(wrong, of, rate["at_most_here"], "weighted" if weighted else "sampled")
        if rate["unclear"]:
            most = self._percent(rate["at_most_here_if_unclear_wrong"])
            said += self.words["unclear"].format(unclear=rate["unclear"], most=most)
        return said

    def _sampled(self, wrong: int, of: int, most: float, key: str = "sampled") -> str:
        return self.words[key].format(wrong=wrong, of=of, most=self._percent(most))

    def _below(self, rate: Mapping[str, Any]) -> str:
        return self._percent(rate["at_most_here"])

    def _percent(self, share: float) -> str:
        return PERCENT[self.language].format(rounded_up(100 * share))

    @property
    def wrong_bindings(self) -> int:
        """How many changed records were bound to somebody else: the alarm."""
        return sum(part["wrong_bindings"]["count"] for part in (self.hidden or {}).values())

    def _alarm(self) -> Table:
        rows: list[Row] = [
            (
                line["degree"],
                self.words[f"short.{name}"],
                line["rule"],
                "",
                line["bound_to"],
                line["belongs_to"],
            )
            for name, part in (self.hidden or {}).items()
            for line in part["wrong_bindings_listed"]
        ]
        return self._table("alarm", self.words["alarm"].format(wrong=self.wrong_bindings), rows, total=False)

    def shown(self, written: Path | None = None) -> Group:
        """Everything for a terminal; nothing in it is markup or a control sequence."""
        from rich import box
        from rich.console import Group
        from rich.table import Table as Drawn
        from rich.text import Text

        drawn = []
        for found in self.tables():
            table = Drawn(title=Text(found.heading), title_justify="left", box=box.SIMPLE_HEAD)
            for title in found.header:
                table.add_column(Text(title), overflow="fold")
            for place, row in enumerate(found.rows, start=1):
                cells = (f"{cell:,}" if isinstance(cell, int) else cell or "" for cell in row)
                last = found.total and place == len(found.rows)
                table.add_row(*(Text(plain.line(cell)) for cell in cells), style="bold" if last else "")
            drawn.append(table)
        said = []
        if self.hidden is not None and not any(part["people"] for part in self.hidden.values()):
            said.append(self.words["nobody_known"])
        if written is not None:
            said.append(f"{self.words['written' if self.answers is None else 'filled']}: {written}")
        return Group(*drawn, *(Text(plain.line(line)) for line in said))


def rounded_up(value: float) -> str:
    """A number with two significant digits, not below the value: 0.9936 is 1.0, 14.2 is 15."""
    if value <= 0:
        return "0"
    places = DIGITS - 1 - floor(log10(value))
    up = ceil(value * 10**places - 1e-9) / 10**places
    return f"{up:.{max(0, DIGITS - 1 - floor(log10(up)))}f}"
