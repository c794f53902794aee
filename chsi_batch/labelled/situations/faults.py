"""Faults of one row that block binding: missing, malformed or rounded values, years and conclusions."""

from __future__ import annotations

from chsi_batch.labelled.id_numbers import check_digit, cut_to_15_digits, scientific, slip, two_slips, valid
from chsi_batch.labelled.rows import Case, Row, bind, both, case, leave
from chsi_batch.labelled.situations.registry import situation
from chsi_batch.labelled.world import World


def _make_number(w: World, row: Row) -> None:
    """Store the number as a spreadsheet does: cut to 15 digits, or as the nearest floating-point number."""
    number = row["id_number"]
    row.numbers["id_number"] = cut_to_15_digits(number) if w.chance(0.6) else float(int(number))


@situation("id-rounded", 4, on="registration")
@situation("id-rounded-degree", 3, on="degree")
def rounded(w: World, on: str) -> Case:
    """A numeric cell in the number column; the pair would bind but for that."""
    g = w.graduate(digits_only=True)
    account, record = w.account(g.person), w.degree(g.person, g.study)
    wrong, right = (account, record) if on == "registration" else (record, account)
    _make_number(w, wrong)
    both("id-rounded", account, record)
    right.codes += ("id-slip",)
    return case(account, record)


@situation("id-rounded-text", 2)
def rounded_text(w: World) -> Case:
    """Rounded first, exported as text afterwards: ends in 000 with a wrong check digit, or 1.1E+17."""
    while valid(cut := f"{cut_to_15_digits((g := w.graduate(digits_only=True)).person.id_number)}"):
        pass
    account, record = w.account(g.person), w.degree(g.person, g.study)
    wrong, right = w.rng.sample((account, record), 2)
    wrong.values["id_number"] = w.rng.choice((cut, scientific(cut, 14)))
    both("id-rounded", account, record)
    right.codes += ("id-slip",)
    return case(account, record)


@situation("id-rounded-short", 1)
def rounded_short(w: World) -> Case:
    """1.10105E+17: nothing is left to compare, so the record has found nobody."""
    g = w.graduate(digits_only=True)
    account, record = w.account(g.person), w.degree(g.person, g.study)
    account.values["id_number"] = scientific(g.person.id_number, 5)
    leave(account, "id-rounded")
    leave(record, "no-account")
    return case(account, record)


@situation("name-missing", 2, on="registration")
@situation("name-missing-degree", 2, on="degree")
def name_missing(w: World, on: str) -> Case:
    """The number fits, one name is missing."""
    g = w.graduate()
    account, record = w.account(g.person), w.degree(g.person, g.study)
    (account if on == "registration" else record).values["name"] = ""
    both("name-missing", account, record)
    return case(account, record)


@situation("id-missing", 2)
@situation("id-missing-placeholder", 2, placeholder=True)
def id_missing(w: World, placeholder: bool = False) -> Case:
    """The account has no number; the claim would be met in full."""
    g = w.graduate()
    words = ("无", "000000000000000000", "123456789012345678") if placeholder else ("",)
    account = w.account(g.person, g.study, id_number=w.rng.choice(words))
    record = w.degree(g.person, g.study)
    both("id-missing", account, record)
    return case(account, record)


@situation("id-missing-alone", 2)
def id_missing_alone(w: World) -> Case:
    """The account has no number and claims nothing: a name alone is no evidence."""
    g = w.graduate()
    account, record = w.account(g.person, id_number=""), w.degree(g.person, g.study)
    leave(account, "id-missing")
    leave(record, "no-account")
    return case(account, record)


@situation("id-malformed", 3)
def id_malformed(w: World) -> Case:
    """Two wrong digits and no claim."""
    g = w.graduate()
    account, record = w.account(g.person), w.degree(g.person, g.study)
    account.values["id_number"] = two_slips(w.rng, g.person.id_number)
    leave(account, "id-malformed")
    leave(record, "no-account")
    return case(account, record)


@situation("id-malformed-claim", 2, on="registration")
@situation("id-malformed-claim-degree", 1, on="degree")
def id_malformed_claim(w: World, on: str) -> Case:
    """Two wrong digits, the claim met in full: the pair would bind if the number were left aside."""
    g = w.graduate()
    account, record = w.account(g.person, g.study), w.degree(g.person, g.study)
    wrong, right = (account, record) if on == "registration" else (record, account)
    wrong.values["id_number"] = two_slips(w.rng, g.person.id_number)
    both("id-malformed", account, record)
    right.codes += ("id-changed",)
    return case(account, record)


@situation("id-malformed-date", 1)
def impossible_date(w: World) -> Case:
    """The thirtieth of February with a right check digit, and no record."""
    g = w.graduate()
    body = g.person.id_number[:10] + "0230" + g.person.id_number[14:17]
    account = w.account(g.person, id_number=body + check_digit(body))
    leave(account, "id-malformed")
    return case(account)


@situation("id-malformed-degree", 1)
def malformed_degree(w: World) -> Case:
    """A record with letters and gaps for a number, and nobody who asks for it."""
    g = w.graduate()
    record = w.degree(g.person, g.study, id_number=slip(w.rng, g.person.id_number, "missing")[:13])
    leave(record, "id-malformed")
    return case(record)


@situation("out-of-scope", 3)
def out_of_scope(w: World) -> Case:
    """Graduated before 1991: not served (S10)."""
    g = w.graduate(level="本科", years=(1982, 1990))
    account, record = w.account(g.person), w.degree(g.person, g.study)
    both("out-of-scope", account, record)
    return case(account, record)


@situation("out-of-scope-besides", 1)
def out_of_scope_besides(w: World) -> Case:
    """An old record beside one that is served: the account is bound to the latter."""
    g = w.graduate(level="本科", years=(1985, 1990))
    later = w.studies.study("硕士", g.study.year + 14)
    account, old, new = w.account(g.person), w.degree(g.person, g.study), w.degree(g.person, later)
    bind(account, new)
    leave(old, "out-of-scope", top=account)
    return case(account, old, new)


@situation("not-registrable", 3)
def not_registrable(w: World) -> Case:
    """肄业: never registered, no number."""
    g = w.graduate()
    account = w.account(g.person)
    record = w.degree(g.person, g.study, conclusion="肄业", certificate_number=w.rng.choice(("", "无")))
    both("not-registrable", account, record)
    return case(account, record)


@situation("not-registrable-besides", 1)
def not_registrable_besides(w: World) -> Case:
    """One study left early, another finished."""
    g = w.graduate(level="专科", years=(2004, 2015))
    later = w.studies.study("本科", g.study.year + 5)
    account, new = w.account(g.person), w.degree(g.person, later)
    left = w.degree(g.person, g.study, conclusion="肄业", certificate_number="")
    bind(account, new)
    leave(left, "not-registrable", top=account)
    return case(account, left, new)
