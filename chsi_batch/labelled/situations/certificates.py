"""Certificate numbers: on two people, rounded, malformed, at odds with their row."""

from __future__ import annotations

from chsi_batch.labelled.rows import Case, bind, both, case, leave
from chsi_batch.labelled.situations.registry import situation
from chsi_batch.labelled.world import World


@situation("certificate-duplicate", 2)
@situation("certificate-duplicate-no-account", 1, accounts=False)
def on_two_people(w: World, accounts: bool = True) -> Case:
    """One number under two names: neither record may be bound before the school has looked."""
    one, two = w.graduate(), w.graduate()
    two_name = w.names.stranger(one.person.name, two.person.sex)
    people = one.person, w.renamed(two.person, two_name)
    rows = []
    for person, study in zip(people, (one.study, two.study), strict=True):
        record = w.degree(person, study, certificate_number=one.study.certificate)
        rows.append(record)
        if accounts:
            account = w.account(person)
            both("certificate-duplicate", account, record)
            rows.append(account)
        else:
            leave(record, "certificate-duplicate")
    return case(*rows)


@situation("certificate-duplicate-numbers", 1)
def two_valid_numbers(w: World) -> Case:
    """One number and one name, but two valid ID numbers."""
    g = w.graduate()
    other = w.namesake(g.person, g.study.level, g.study.year)
    account, record, second = w.account(g.person), w.degree(g.person, g.study), w.degree(other, g.study)
    both("certificate-duplicate", account, record)
    leave(second, "certificate-duplicate")
    return case(account, record, second)


@situation("free-form-two-schools", 2)
def two_schools(w: World) -> Case:
    """Two schools counted alike before 2001: the same free-form number means two certificates."""
    one, two = w.graduate(years=(1991, 2000)), w.graduate(years=(1991, 2000))
    number, rows = f"{one.study.year % 100:02d}-{w.certificates.free_number()}", []
    for g in (one, two):
        account, record = w.account(g.person), w.degree(g.person, g.study, certificate_number=number)
        bind(account, record)
        rows += [account, record]
    return case(*rows)


@situation("certificate-rounded", 2)
def rounded(w: World) -> Case:
    """The certificate stands in a numeric cell: no key, but name and ID number bind."""
    g = w.graduate()
    account, record = w.account(g.person), w.degree(g.person, g.study)
    record.numbers["certificate_number"] = float(int(g.study.certificate))
    bind(account, record)
    return case(account, record)


@situation("certificate-rounded-claim", 1)
def rounded_claim(w: World) -> Case:
    """Rounded, and there is no ID number: what the student claims is nowhere to be found (W1)."""
    g = w.graduate()
    account, record = w.account(g.person, g.study), w.degree(g.person, g.study, id_type="", id_number="")
    record.numbers["certificate_number"] = float(int(g.study.certificate))
    leave(account, "claim-not-found", top=record)
    leave(record, "no-account", top=account)
    return case(account, record)


@situation("certificate-malformed", 2)
def malformed(w: World) -> Case:
    """A letter O for a zero, a digit too many: a note, no more."""
    g = w.graduate()
    number = g.study.certificate
    odd = w.rng.choice((number[:-2] + "O" + number[-1], number + "7", number[:10] + "19" + number[12:]))
    account, record = w.account(g.person), w.degree(g.person, g.study, certificate_number=odd)
    bind(account, record)
    return case(account, record)


@situation("certificate-inconsistent", 2)
def inconsistent(w: World) -> Case:
    """The digits speak of another school or year than the row: a note."""
    g = w.graduate()
    number, other = g.study.certificate, w.schools.other(g.study.school).code
    odd = w.rng.choice((other + number[5:], f"{number[:6]}{g.study.year - 2}{number[10:]}"))
    account, record = w.account(g.person), w.degree(g.person, g.study, certificate_number=odd)
    bind(account, record)
    return case(account, record)


@situation("certificate-placeholder", 2)
def placeholder(w: World) -> Case:
    """No number but a word for none, on the record or in the claim."""
    g = w.graduate()
    word = w.rng.choice(("无", "不详", "-", "0", "空"))
    account, record = w.account(g.person, g.study), w.degree(g.person, g.study)
    if w.chance(0.5):
        record.values["certificate_number"] = word
    else:
        account.values |= {"claimed_certificate_number": word, "claimed_year": "", "claimed_school": ""}
    bind(account, record)
    return case(account, record)
