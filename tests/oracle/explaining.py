"""What the ledger says of each row, all its codes, and the ranked candidates (contract 7)."""

from collections.abc import Iterable, Mapping, Sequence

from .accounts import Account
from .judging import ACCOUNT_CODES, ROW_CODES
from .pairs import Pair
from .rows import Degree, Registration, Row
from .text import half_width

FIELD_NAMES = ("id_number", "name", "certificate_number", "graduation_year", "school")
OWN_ORDER = (*ROW_CODES, *ACCOUNT_CODES)
Line = dict[str, str | int | None]
Finding = tuple[str, Pair | None]


class Explainer:
    """Answers for one row at a time; everything was settled before."""

    def __init__(
        self,
        pairs: Sequence[Pair],
        owner: Mapping[Degree, Pair],
        contested: Sequence[Pair],
        account_of: Mapping[Registration, Account],
        crossed_registrations: set[Registration],
        crossed_degrees: set[Degree],
    ) -> None:
        self.pairs = sorted(pairs, key=lambda p: (*p.order, *p.content, p.degree.ref, p.registration.ref))
        self.owner, self.contested, self.account_of = owner, list(contested), account_of
        self.crossed: set[Row] = {*crossed_registrations, *crossed_degrees}

    def explain(self, row: Row) -> tuple[Line, list[Line]]:
        """The ledger's line of a row, and its exceptions."""
        bound = self.bound_pair(row)
        findings = [] if bound else self.findings(row)
        first = findings[0] if findings else None
        pair = bound or (first[1] if first and first[1] else self.best(row))
        notes: list[Finding] = [(code, pair) for code in self.notes(row, findings)]
        line = self.line(row, "bound" if bound else "exception", first[0] if first else None, pair)
        return line, [
            {
                "side": row.side,
                "ref": row.ref,
                "code": code,
                "counterpart": other.other(row).ref if other else None,
            }
            for code, other in findings + notes
        ]

    def line(self, row: Row, outcome: str, code: str | None, pair: Pair | None) -> Line:
        counterpart = pair.other(row).ref if pair else None
        rule = shown_rule(pair) if pair else None
        return {
            "side": row.side, "ref": row.ref, "outcome": outcome, "code": code,
            "rule": None if rule == "Z0" else rule, "counterpart": counterpart,
        }  # fmt: skip

    def of(self, row: Row) -> list[Pair]:
        """Candidates of a row, best first."""
        return [pair for pair in self.pairs if row in (pair.registration, pair.degree) and is_candidate(pair)]

    def best(self, row: Row) -> Pair | None:
        """The best candidate; for a crossed row the degree of the same name before all others."""
        crossed = [p for p in self.of(row) if p.crossed]
        if row in self.crossed and not crossed:
            crossed = [
                p for p in self.pairs
                if p.registration is row and p.counts and p.states[1] == "same" and p.degree not in self.owner
            ]  # fmt: skip
        return next(iter([*crossed, *self.of(row)]), None)

    def bound_pair(self, row: Row) -> Pair | None:
        """The pair by which a row is bound, the best of several."""
        if row.codes & set(ROW_CODES):
            return None
        own = [p for p in self.pairs if p in self.owner.values() and row in (p.registration, p.degree)]
        if own or not isinstance(row, Registration):
            return next(iter(own), None)
        shared = [p for p in self.pairs if p.registration is row and self.is_bound_to_account(p)]
        if row.certificate is not None:
            shared = [p for p in shared if p.states[2] == "same"]
        return next(iter(shared), None)

    def is_bound_to_account(self, pair: Pair) -> bool:
        """The degree is bound to the account of this registration row."""
        owner = self.owner.get(pair.degree)
        return owner is not None and pair.account is not None and owner.account is pair.account

    def findings(self, row: Row) -> list[Finding]:
        """Codes of a row that is not bound, in the order of the contract."""
        account = self.account_of.get(row) if isinstance(row, Registration) else None
        own: list[Finding] = [
            (code, None) for code in in_order(row.codes | (account.codes if account else set()))
        ]
        pairs = self.pair_codes(row, account)
        if any(code == "id-slip" for code, _ in pairs):
            own = [finding for finding in own if finding[0] != "id-malformed"]
        found = unique([*own, *self.lent_codes(row), *pairs])
        return found or [(self.nothing_found(row), None)]

    def lent_codes(self, row: Row) -> list[Finding]:
        """What hinders the pairs that would bind, on the other row of each."""
        lent: list[Finding] = []
        for pair in self.hindered(row):
            other = pair.other(row)
            codes = other.codes | (pair.account.codes if row is pair.degree and pair.account else set())
            lent += [(code, pair) for code in in_order(codes)]
        return sorted(lent, key=lambda finding: OWN_ORDER.index(finding[0]))

    def pair_codes(self, row: Row, account: Account | None) -> list[Finding]:
        """Group 3."""
        contests: list[Finding] = [
            ("contested", p) for p in self.pairs if p in self.contested and self.contests(row, p)
        ]
        disputed: list[Finding] = [
            ("contested", p) for p in self.hindered(row) if p.account and p.account.disputed
        ]
        if account and account.disputed and not disputed:
            disputed = [("contested", None)]
        crossed: list[Finding] = [("ids-crossed", self.best(row))] if row in self.crossed else []
        return crossed + contests + disputed + self.explained(row)

    def explained(self, row: Row) -> list[Finding]:
        """The code of the best candidate, unless that would bind or is the other end of a crossing."""
        best = next((p for p in self.of(row) if self.explains(row, p)), None)
        if best is None or best.would or best.crossed or best.verdict == "weak" or not best.code:
            return []
        return [(best.code, best)]

    def contests(self, row: Row, pair: Pair) -> bool:
        """A bound degree is contested by nobody; who lost it is."""
        return row is pair.registration or (row is pair.degree and pair.degree not in self.owner)

    def hindered(self, row: Row) -> list[Pair]:
        """Pairs that would bind without a fault of one of the rows, or of the account."""
        return [p for p in self.of(row) if p.would and not p.eligible and p.counts]

    def explains(self, row: Row, pair: Pair) -> bool:
        """X2 says nothing against the degree; what the own account holds says nothing of the claim."""
        if row is pair.degree:
            return pair.rule.name != "X2"
        return not self.is_bound_to_account(pair)

    def nothing_found(self, row: Row) -> str:
        """Group 4."""
        if not isinstance(row, Registration):
            return "no-account"
        found = any(p.registration is row and number_is_there(p) for p in self.pairs)
        return "claim-not-found" if row.certificate is not None and not found else "no-degree"

    def notes(self, row: Row, findings: Sequence[Finding]) -> list[str]:
        """Notes known from the rows; those of a binding come with the binding."""
        notes = []
        column = "certificate_number" if isinstance(row, Degree) else "claimed_certificate_number"
        certificate = row.certificate if isinstance(row, (Degree, Registration)) else None
        text = half_width(row.get(column)).upper()
        if text and certificate is None and (row.raw.get(column + "_numeric") or "E+" in text):
            notes.append("certificate-rounded")
        if isinstance(row, Degree) and row.id.fault == "id-missing":
            notes.append("id-missing")
        if row.id.temporary:
            notes.append("id-temporary")
        nothing = any(code in ("no-account", "no-degree", "claim-not-found") for code, _ in findings)
        if nothing and any(p.verdict == "weak" for p in self.of(row) if self.explains(row, p)):
            notes.append("weak-candidate")
        return notes

    def candidates(self, degrees: Iterable[Degree]) -> list[Line]:
        """Every pair that some rule knows, ranked per degree."""
        return [
            {
                "degree_ref": degree.ref, "registration_ref": pair.registration.ref, "rank": rank,
                "rule": shown_rule(pair), **dict(zip(FIELD_NAMES, pair.states, strict=True)),
            }
            for degree in degrees
            for rank, pair in enumerate(self.of(degree), start=1)
        ]  # fmt: skip


def is_candidate(pair: Pair) -> bool:
    return pair.rule.name != "Z0" or bool(pair.would) or pair.crossed


def shown_rule(pair: Pair) -> str:
    """The rule of the states as they are; for a missing name the one it would bind by."""
    return pair.would if pair.rule.name == "Z0" and pair.would else pair.rule.name


def number_is_there(pair: Pair) -> bool:
    """The claimed number stands in the degree row; where no school is claimed, at whichever school."""
    claim = pair.registration
    anywhere = not (claim.school.key or claim.school.code) and claim.certificate == pair.degree.certificate
    return anywhere or pair.states[2] in ("same", "alike")


def in_order(codes: Iterable[str]) -> list[str]:
    """Codes of rows and accounts that hinder, in the order of the contract."""
    return sorted((code for code in codes if code in OWN_ORDER), key=OWN_ORDER.index)


def unique(findings: Iterable[Finding]) -> list[Finding]:
    """Each code once, where it comes first."""
    found: dict[str, Pair | None] = {}
    for code, pair in findings:
        found.setdefault(code, pair)
    return list(found.items())
