"""Same name, other number: slips (I1, I2) and numbers that really changed (I3, I4)."""

from __future__ import annotations

from chsi_batch.labelled.id_numbers import slip
from chsi_batch.labelled.rows import Case, both, case
from chsi_batch.labelled.situations.registry import situation
from chsi_batch.labelled.world import World


@situation("id-slip-digit", 3, how="digit")
@situation("id-slip-swap", 2, how="swap")
@situation("id-slip-missing", 2, how="missing")
@situation("id-slip-extra", 2, how="extra")
@situation("id-slip-check", 2, how="check")
def one_slip(w: World, how: str) -> Case:
    """One slip on one side; the check digit shows that this side is wrong, the pair says why (I1)."""
    g = w.graduate()
    claim = g.study if w.chance(0.3) else None
    account, record = w.account(g.person, claim), w.degree(g.person, g.study)
    w.rng.choice((account, record)).values["id_number"] = slip(w.rng, g.person.id_number, how)
    both("id-slip", account, record)
    return case(account, record)


@situation("id-slip-name-slip", 2)
def two_slips(w: World) -> Case:
    """A slip in the number and one in the name (I1 with a near name)."""
    g = w.graduate(wanted=w.names.homophone)
    account, record = w.account(g.person), w.degree(g.person, g.study)
    account.values["id_number"] = slip(w.rng, g.person.id_number, w.rng.choice(("digit", "swap")))
    record.values["name"] = w.altered(g.person.name, w.names.homophone)
    both("id-slip", account, record)
    return case(account, record)


@situation("id-slip-name-changed", 2)
def slip_and_changed_name(w: World) -> Case:
    """A slip in the number, a changed given name, but the certificate is right (I2)."""
    g = w.graduate()
    account, record = w.account(g.person, g.study), w.degree(g.person, g.study)
    w.rng.choice((account, record)).values["id_number"] = slip(w.rng, g.person.id_number, "digit")
    record.values["name"] = w.altered(g.person.name, lambda name: w.names.changed(name, g.person.sex))
    both("id-slip", account, record)
    return case(account, record)


@situation("id-changed", 3)
@situation("id-changed-same-birth", 1, same_birth=True)
def new_number(w: World, same_birth: bool = False) -> Case:
    """The police have given another number since; the certificate tells that it is the same person (I3)."""
    g = w.graduate()
    known = w.ids.same_birth(g.person.id_number)
    old = known if same_birth else w.person(g.study.level, g.study.year - 1).id_number
    account, record = w.account(g.person, g.study), w.degree(g.person.numbered(old), g.study)
    both("id-changed", account, record)
    return case(account, record)


@situation("id-changed-near-name", 2)
def new_number_near_name(w: World) -> Case:
    """Another number and a name one sound away; the claim is met in full (I4)."""
    g = w.graduate(wanted=w.names.homophone)
    old = w.ids.same_birth(g.person.id_number)
    account, record = w.account(g.person, g.study), w.degree(g.person.numbered(old), g.study)
    record.values["name"] = w.altered(g.person.name, w.names.homophone)
    both("id-changed", account, record)
    return case(account, record)
