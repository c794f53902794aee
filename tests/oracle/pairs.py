"""Every registration row against every degree row: states, rule, and what would be without the faults."""

from collections.abc import Sequence
from dataclasses import dataclass

from . import claims, identity, names
from .accounts import Account
from .judging import BIND_ORDER, ROW_CODES, Rule, judge
from .rows import Content, Degree, Registration, Row

VERDICT_ORDER = {"bind": 0, "review": 1, "refuse": 2, "weak": 4, "none": 5}
LAST_OF_REFUSALS = 3


@dataclass(eq=False)
class Pair:
    """One registration row and one degree row."""

    registration: Registration
    degree: Degree
    account: Account | None
    """None for a repeated row, which stands for no account."""
    states: tuple[str, str, str, str, str]
    rule: Rule
    verdict: str
    code: str | None
    would: str | None
    """The rule by which it binds once faults, account state and competitors are ignored."""
    crossed: bool = False

    @property
    def blocks(self) -> set[str]:
        """Codes that stand in the way of a pair that would bind."""
        codes = {code for code in self.degree.codes | self.registration.codes if code in ROW_CODES}
        return codes | (self.account.codes if self.account else set())

    @property
    def counts(self) -> bool:
        """Neither row repeats another."""
        return "duplicate-row" not in self.registration.codes | self.degree.codes

    @property
    def eligible(self) -> bool:
        """Binds, if no other account competes."""
        return self.verdict == "bind" and not self.blocks and bool(self.account and self.account.may_bind)

    @property
    def order(self) -> tuple[object, ...]:
        """Sorts the best pair of a row to the front."""
        verdict = "bind" if self.would else self.verdict
        place = LAST_OF_REFUSALS if self.rule.name == "X2" else VERDICT_ORDER[verdict]
        able = bool(self.account and self.account.may_bind)
        return (not self.crossed, place, -self.states.count("same"), not able)

    @property
    def content(self) -> tuple[Content, Content]:
        """Sorts what is equally good, wherever the rows stand."""
        return self.degree.content, self.registration.content

    def other(self, row: Row) -> Registration | Degree:
        """The row across."""
        return self.degree if row is self.registration else self.registration


def all_pairs(
    registrations: Sequence[Registration], degrees: Sequence[Degree], account_of: dict[Registration, Account]
) -> list[Pair]:
    """O(n·m), on purpose."""
    found = []
    for registration in registrations:
        raw = {degree: claim_states(registration, degree) for degree in degrees}
        full = [degree for degree in degrees if met_in_full(raw[degree])]
        for degree in degrees:
            claim = ("blank", "blank", "blank") if full and degree not in full else raw[degree]
            found.append(pair(registration, degree, account_of.get(registration), claim))
    return found


def claim_states(registration: Registration, degree: Degree) -> tuple[str, str, str]:
    """Certificate number, year and school of the claim against the record."""
    school = claims.school_state(registration.school, degree.school)
    return (
        claims.certificate_state(registration.certificate, degree.certificate, school),
        claims.year_state(registration.year, degree.year),
        school,
    )


def met_in_full(claim: tuple[str, str, str]) -> bool:
    """Number, year and school all agree."""
    return claim[:2] == ("same", "same") and claim[2] in ("same", "alike")


def pair(
    registration: Registration, degree: Degree, account: Account | None, claim: tuple[str, str, str]
) -> Pair:
    """States → rule → verdict, and the verdict without the faulty field."""
    ids, name = identity.state(registration.id, degree.id), names.state(registration.name, degree.name)
    states = (ids, name, *claim)
    rule = judge(states)
    verdict, code = rule.verdict, rule.code
    if rule.name == "B3" and not degree.agrees_with(registration.id):
        verdict, code = "review", "claim-mismatch"
    would = next(
        (
            r
            for s in without_faults(registration, degree, states, rule)
            if (r := binding_rule(registration, degree, s))
        ),
        None,
    )
    return Pair(registration, degree, account, states, rule, verdict, code, would)


def binding_rule(registration: Registration, degree: Degree, states: tuple[str, ...]) -> str | None:
    """The bind rule that these states meet."""
    rule = judge(states).name
    if rule not in BIND_ORDER or (rule == "B3" and not degree.agrees_with(registration.id)):
        return None
    return rule


def without_faults(
    registration: Registration, degree: Degree, states: tuple[str, ...], rule: Rule
) -> list[tuple[str, ...]]:
    """The states as they are, and with each faulty field ignored."""
    faults = registration.codes | degree.codes
    ids, name, *claim = states
    name = "same" if "name-missing" in faults and name == "blank" else name
    readings = [(ids, name, *claim)]
    if "id-rounded" in faults and ids == "near":
        readings.append(("same", name, *claim))
    if "id-rounded" in faults or ("id-malformed" in faults and rule.code != "id-slip"):
        readings.append(("blank", name, *claim))
    return readings
