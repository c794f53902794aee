"""Rows without a counterpart, and those for which there is only a suggestion (W1–W4)."""

from __future__ import annotations

from chsi_batch.labelled.id_numbers import slip
from chsi_batch.labelled.rows import Case, case, leave
from chsi_batch.labelled.situations.claims import nameless_number
from chsi_batch.labelled.situations.registry import situation
from chsi_batch.labelled.world import World


@situation("no-degree", 6)
def no_degree(w: World) -> Case:
    """An account whose owner has no record in these files."""
    g = w.graduate()
    account = w.account(g.person)
    leave(account, "no-degree")
    return case(account)


@situation("no-account", 8)
@situation("no-account-no-number", 4, number=False)
@situation("no-account-temporary-number", 1, number=False, how="temporary")
def no_account(w: World, number: bool = True, how: str = "") -> Case:
    """A record that no account asks for; without a number it could only be claimed."""
    g = w.graduate()
    record = w.degree(g.person, g.study) if number else nameless_number(w, g, how)
    leave(record, "no-account")
    return case(record)


@situation("no-claim-no-number", 2)
def no_claim(w: World) -> Case:
    """The record has no number and the student claims nothing: a name alone is no suggestion."""
    g = w.graduate()
    account, record = w.account(g.person), nameless_number(w, g)
    leave(account, "no-degree")
    leave(record, "no-account")
    return case(account, record)


@situation("weak-school-year", 3)
@situation("weak-school-year-number", 1, number=True)
def school_and_year(w: World, number: bool = False) -> Case:
    """Same name, school and year, no certificate claimed; no number or another one (W1)."""
    g = w.graduate()
    account = w.account(g.person, g.study, claimed_certificate_number="")
    namesake = w.namesake(g.person, g.study.level, g.study.year - 2)
    record = w.degree(namesake, g.study) if number else nameless_number(w, g)
    leave(account, "no-degree", top=record)
    leave(record, "no-account", top=account)
    return case(account, record)


@situation("weak-birth", 2)
def same_birth(w: World) -> Case:
    """Same name, birth date and sex under another number (W2)."""
    g = w.graduate()
    account = w.account(g.person)
    record = w.degree(g.person.numbered(w.ids.same_birth(g.person.id_number)), g.study)
    leave(account, "no-degree", top=record)
    leave(record, "no-account", top=account)
    return case(account, record)


@situation("weak-claim", 2)
def near_claim(w: World) -> Case:
    """No number; name and certificate are both one slip away, school and year are right (W3)."""
    g = w.graduate(wanted=w.names.homophone)
    account, record = w.account(g.person, g.study), nameless_number(w, g)
    account.values["claimed_certificate_number"] = w.certificates.slip(g.study.certificate)
    record.values["name"] = w.altered(g.person.name, w.names.homophone)
    leave(account, "claim-not-found", top=record)
    leave(record, "no-account", top=account)
    return case(account, record)


@situation("weak-id-slip", 2, on="registration")
@situation("weak-id-slip-degree", 1, on="degree")
def near_number(w: World, on: str) -> Case:
    """The number is one slip away and the name is another (W4)."""
    g = w.graduate()
    account, record = w.account(g.person), w.degree(g.person, g.study)
    stranger = w.renamed(g.person, w.names.stranger(g.person.name, g.person.sex))
    record.values["name"] = stranger.name
    wrong = account if on == "registration" else record
    wrong.values["id_number"] = slip(w.rng, g.person.id_number, "digit")
    leave(account, "id-malformed" if wrong is account else "no-degree", top=record)
    leave(record, "id-malformed" if wrong is record else "no-account", top=account)
    return case(account, record)
