"""The rule table and the exception codes: policy that a registrar can read, in two CSV files.

`match_rules.csv`: a pair of rows is described by one word per field; the first rule whose words fit
decides. `*` is any word, `a/b` either. `exceptions.csv`: one line per code and side at fault, in the
order in which the ledger prefers them. Source: the project's contract, sections 6 and 7.
"""

import itertools
from dataclasses import dataclass
from functools import cache

from chsi_batch import tables
from chsi_batch.errors import UsageError
from chsi_batch.terms import FIELDS, FieldState, Verdict

ANY = "*"
BIRTH_AND_SEX = ("agree", "differ")
"""Whether birth date and sex of the degree, where given, agree with the account's ID number (S6)."""

STATES: dict[str, tuple[str, ...]] = {
    "id_number": ("same", "alike", "near", "partial", "differ", "blank"),
    "name": ("same", "alike", "near", "partial", "differ", "blank"),
    "certificate_number": ("same", "alike", "near", "differ", "blank"),
    "graduation_year": ("same", "near", "differ", "blank"),
    "school": ("same", "alike", "near", "differ", "blank"),
    "birth_and_sex": BIRTH_AND_SEX,
}
"""The words each field can take, in the order of the rule table."""

COLUMNS = (
    "rule", *FIELDS, "birth_and_sex", "verdict", "method", "code", "reading_zh", "reading_en",
)  # fmt: skip
"""Columns of `match_rules.csv`."""
_CODE_COLUMNS = (
    "code", "side", "order", "group", "blocks", "severity", "acts", "field", "title_zh", "title_en",
    "cause_zh", "cause_en", "advice_zh", "advice_en",
)  # fmt: skip

GROUPS = ("row", "account", "pair", "none", "note")
SEVERITIES = ("severe", "error", "note")
PARTIES = ("student", "school", "province", "police", "chsi", "conscription", "nobody")


@dataclass(frozen=True, eq=False)
class Rule:
    """One line of the rule table. `line` is its place (1 = first), `states` the words allowed per field."""

    line: int
    rule: str
    states: dict[str, frozenset[str]]
    verdict: Verdict
    method: str
    code: str
    reading: dict[str, str]

    def fits(self, words: dict[str, str]) -> bool:
        """Whether every field's word is one this rule allows."""
        return all(words[field] in allowed for field, allowed in self.states.items())


@dataclass(frozen=True)
class ExceptionCode:
    """One exception code as it reads when the row of `side` is at fault (`both`: whichever)."""

    code: str
    side: str
    order: int
    group: str
    blocks: bool
    severity: str
    acts: str
    field: str
    title: dict[str, str]
    cause: dict[str, str]
    advice: dict[str, str]


def _words(table: str, line: int, field: str, cell: str) -> frozenset[str]:
    if cell == ANY:
        return frozenset(STATES[field])
    words = frozenset(cell.split("/"))
    if unknown := words - set(STATES[field]):
        raise UsageError(
            f"{table}.csv, line {line + 1}, {field}: {sorted(unknown)} are no states of this field"
        )
    return words


def _one_of(table: str, line: int, column: str, cell: str, allowed: tuple[str, ...]) -> str:
    if cell not in allowed:
        raise UsageError(f"{table}.csv, line {line + 1}, {column}: {cell!r} must be one of {list(allowed)}")
    return cell


@cache
def match_rules() -> tuple[Rule, ...]:
    """All rules in order; the last one fits everything, so every pair meets a rule."""
    return tuple(
        Rule(
            line=line,
            rule=row["rule"],
            states={
                field: _words("match_rules", line, field, row[field]) for field in (*FIELDS, "birth_and_sex")
            },
            verdict=Verdict(_one_of("match_rules", line, "verdict", row["verdict"], tuple(Verdict))),
            method=row["method"],
            code=row["code"],
            reading={"zh": row["reading_zh"], "en": row["reading_en"]},
        )
        for line, row in enumerate(tables.rows("match_rules", COLUMNS), start=1)
    )


def judge(words: dict[str, str]) -> Rule:
    """The first rule that fits a pair; `words` gives one state per field and `birth_and_sex`."""
    return next(rule for rule in match_rules() if rule.fits(words))


def certain(**words: str) -> Rule | None:
    """The one rule that decides a pair of these words, whatever its other fields say; None if several may."""
    others = [field for field in STATES if field not in words]
    found = {
        judge({**words, **dict(zip(others, rest, strict=True))})
        for rest in itertools.product(*(STATES[field] for field in others))
    }
    return found.pop() if len(found) == 1 else None


@cache
def exception_codes() -> tuple[ExceptionCode, ...]:
    """All exception codes in the ledger's order, one entry per side at fault where the texts differ."""
    return tuple(
        ExceptionCode(
            code=row["code"],
            side=_one_of("exceptions", line, "side", row["side"], ("registration", "degree", "both")),
            order=int(row["order"]),
            group=_one_of("exceptions", line, "group", row["group"], GROUPS),
            blocks=_one_of("exceptions", line, "blocks", row["blocks"], ("yes", "no")) == "yes",
            severity=_one_of("exceptions", line, "severity", row["severity"], SEVERITIES),
            acts=_one_of("exceptions", line, "acts", row["acts"], PARTIES),
            field=row["field"],
            title={"zh": row["title_zh"], "en": row["title_en"]},
            cause={"zh": row["cause_zh"], "en": row["cause_en"]},
            advice={"zh": row["advice_zh"], "en": row["advice_en"]},
        )
        for line, row in enumerate(tables.rows("exceptions", _CODE_COLUMNS), start=1)
    )


def case(columns: dict[str, str]) -> str:
    """The rule table as one SQL `CASE` giving the rule's line; `columns` names each field's expression."""

    def condition(field: str, allowed: frozenset[str]) -> str | None:
        if allowed == frozenset(STATES[field]):
            return None
        words = ", ".join(f"'{word}'" for word in STATES[field] if word in allowed)
        return f"{columns[field]} IN ({words})"

    branches = []
    for rule in match_rules():
        tests = [test for field, allowed in rule.states.items() if (test := condition(field, allowed))]
        branches.append(f"WHEN {' AND '.join(tests) or '1 = 1'} THEN {rule.line}")
    return "CASE " + "\n     ".join(branches) + " END"


__all__ = [
    "ANY", "COLUMNS", "FIELDS", "GROUPS", "PARTIES", "SEVERITIES", "STATES", "ExceptionCode", "FieldState",
    "Rule", "case", "certain", "exception_codes", "judge", "match_rules",
]  # fmt: skip
