"""The rule table of contract 6, typed again from the page, and the order of codes of contract 7."""

from dataclasses import dataclass

FIELDS = ("id_number", "name", "certificate_number", "graduation_year", "school")


@dataclass(frozen=True)
class Rule:
    """One row of the table; the first that fits decides."""

    name: str
    states: tuple[str, str, str, str, str]
    verdict: str
    code: str | None

    def fits(self, states: tuple[str, ...]) -> bool:
        """Whether every state is allowed by its cell."""
        return all(
            cell == "*" or state in cell.split("/") for cell, state in zip(self.states, states, strict=True)
        )


TABLE = """
B1 | same                      | same                | *               | *                 | *                 | bind   |
B2 | alike                     | same                | *               | *                 | *                 | bind   |
B3 | blank                     | same                | same            | same              | same/alike        | bind   |
V1 | same/alike                | alike               | *               | *                 | *                 | review | name-variant
V2 | same/alike                | near                | *               | *                 | *                 | review | name-near
V3 | same/alike                | partial             | *               | *                 | *                 | review | name-changed
X1 | same/alike                | differ              | *               | *                 | *                 | refuse | identity-conflict
I1 | near                      | same/alike/near     | *               | *                 | *                 | review | id-slip
I2 | near                      | partial             | same            | *                 | *                 | review | id-slip
I3 | differ/partial            | same/alike          | same            | *                 | *                 | review | id-changed
I4 | differ/partial            | near                | same            | same              | same/alike        | review | id-changed
C1 | blank                     | alike/near          | same            | *                 | *                 | review | claim-name-near
C2 | blank                     | same                | same            | near/differ/blank | *                 | review | claim-mismatch
C3 | blank                     | same                | same            | *                 | near/differ/blank | review | claim-mismatch
C4 | blank                     | same                | alike/near      | same              | same/alike        | review | claim-certificate-slip
X2 | blank/near/partial/differ | near/partial/differ | same            | *                 | *                 | refuse | claim-other-person
W1 | blank/partial/differ      | same                | *               | same              | same/alike        | weak   | weak-candidate
W2 | partial                   | same                | *               | *                 | *                 | weak   | weak-candidate
W3 | blank                     | alike/near          | alike/near      | same              | same/alike        | weak   | weak-candidate
W4 | near                      | partial/differ      | *               | *                 | *                 | weak   | weak-candidate
Z0 | *                         | *                   | *               | *                 | *                 | none   |
"""  # noqa: E501


def _read(line: str) -> Rule:
    name, *states, verdict, code = (cell.strip() for cell in line.split("|"))
    return Rule(name, (states[0], states[1], states[2], states[3], states[4]), verdict, code or None)


RULES = tuple(_read(line) for line in TABLE.strip().splitlines())

BIND_ORDER = ("B1", "B2", "B3")

ROW_CODES = (
    "duplicate-row", "out-of-scope", "not-registrable", "certificate-duplicate", "id-rounded", "name-missing",
    "id-missing", "id-malformed",
)  # fmt: skip
ACCOUNT_CODES = (
    "account-cancelled", "account-not-activated", "account-under-review", "account-superseded",
    "duplicate-account", "identity-in-use",
)  # fmt: skip
NOTES = (
    "certificate-rounded", "id-temporary", "weak-candidate", "verification-pending", "enrolment-missing",
    "face-check",
)  # fmt: skip
"""The notes that the oracle knows of; the others of contract 7 concern a single cell, not a pair."""


def judge(states: tuple[str, ...]) -> Rule:
    """The first rule that fits."""
    return next(rule for rule in RULES if rule.fits(states))
