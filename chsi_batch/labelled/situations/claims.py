"""Records without a number: claimed by certificate, year and school (S6). B3, C1–C4, X2."""

from __future__ import annotations

from datetime import timedelta

from chsi_batch.labelled.rows import Case, Row, bind, both, case, leave
from chsi_batch.labelled.situations.registry import situation
from chsi_batch.labelled.world import Graduate, World

PLACEHOLDERS = ("无", "不详", "-", "0", "空", "000000000000000000")


def nameless_number(w: World, g: Graduate, how: str = "") -> Row:
    """The record of somebody whose number the ministry does not have."""
    numbers = {
        "placeholder": w.rng.choice(PLACEHOLDERS),
        "temporary": f"99941{w.rng.randrange(10, 65)}0{g.study.school.code}{w.rng.randrange(10**5):05d}",
    }
    return w.degree(g.person, g.study, id_type="", id_number=numbers.get(how, ""))


@situation("claim", 6)
@situation("claim-placeholder-number", 2, how="placeholder")
@situation("claim-temporary-number", 2, how="temporary")
@situation("claim-renamed-school", 3, renamed=True)
@situation("claim-free-form", 4, years=(1991, 2000))
@situation("claim-2001", 1, years=(2001, 2001))
def claim(w: World, how: str = "", renamed: bool = False, years: tuple[int, int] = (2002, 2012)) -> Case:
    """Everything the student filled in is right, and birth date and sex agree: bound by claim (B3)."""
    g = w.graduate(years=years, renamed=renamed)
    account, record = w.account(g.person, g.study), nameless_number(w, g, how)
    if renamed:
        either = w.rng.choice((account, record))
        column = "claimed_school" if either is account else "school"
        either.values[column] = g.study.school.former
    bind(account, record)
    return case(account, record)


@situation("claim-typing", 2)
def claim_typing(w: World) -> Case:
    """Widths, spaces and other forms of the year: the same claim after cleaning."""
    g = w.graduate()
    account, record = w.account(g.person, g.study), nameless_number(w, g)
    number, school = g.study.certificate, g.study.school.name
    wide = number.translate({ord(c): ord(c) + 0xFEE0 for c in "0123456789"})
    account.values |= {
        "claimed_certificate_number": w.rng.choice((wide, f" {number[:5]} {number[5:]}", number + "\u200b")),
        "claimed_year": w.rng.choice(
            (f"{g.study.year}年", f"{g.study.year}-07", f"{g.study.year}.6", f"{g.study.year}")
        ),
        "claimed_school": w.rng.choice((f" {school}", school.replace("（", "(").replace("）", ")"), school)),
    }
    bind(account, record)
    return case(account, record)


@situation("claim-and-number", 3)
def claim_and_number(w: World) -> Case:
    """One account, two records: the younger shows by number, the older has none and is claimed."""
    g = w.graduate(level="专科", years=(1998, 2012))
    later = w.studies.study("本科", g.study.year + 3)
    account, old, new = w.account(g.person, g.study), nameless_number(w, g), w.degree(g.person, later)
    bind(account, old, new)
    return case(account, old, new)


@situation("claim-namesake", 2)
def claim_namesake(w: World) -> Case:
    """Two of one name, school and year; only one of them claims the record without a number."""
    g = w.graduate()
    namesake = w.namesake(g.person, g.study.level, g.study.year)
    study = w.studies.at(g.study.school, g.study.level, g.study.year)
    account, record = w.account(g.person, g.study), nameless_number(w, g)
    other_account, other_record = w.account(namesake, study), w.degree(namesake, study)
    bind(account, record)
    bind(other_account, other_record)
    return case(account, record, other_account, other_record)


@situation("claim-contested", 1)
def contested(w: World) -> Case:
    """Two people of one name claim the same record without number, birth date and sex."""
    g = w.graduate()
    namesake = w.namesake(g.person, g.study.level, g.study.year)
    record = nameless_number(w, g)
    record.values |= {"birth_date": "", "sex": ""}
    accounts = w.account(g.person, g.study), w.account(namesake, g.study)
    for account in accounts:
        leave(account, "contested", top=record)
    leave(record, "contested")
    return case(*accounts, record)


@situation("claim-name-near", 3)
def name_near(w: World) -> Case:
    """No number, the certificate is right, the name one sound or writing away (C1)."""
    change = w.rng.choice((w.names.homophone, lambda name: w.names.form(name, "traditional")))
    g = w.graduate(wanted=change)
    account, record = w.account(g.person, g.study), nameless_number(w, g)
    record.values["name"] = w.altered(g.person.name, change)
    both("claim-name-near", account, record)
    return case(account, record)


@situation("claim-year-near", 2, years=1)
@situation("claim-year-other", 1, years=4)
@situation("claim-year-blank", 1, years=0)
def wrong_year(w: World, years: int) -> Case:
    """Name and certificate are right, the year is not or is missing (C2)."""
    g = w.graduate()
    account, record = w.account(g.person, g.study), nameless_number(w, g)
    account.values["claimed_year"] = str(g.study.year - years) if years else ""
    both("claim-mismatch", account, record)
    return case(account, record)


@situation("claim-school-other", 2, how="other")
@situation("claim-school-misspelt", 1, how="misspelt")
@situation("claim-school-blank", 1, how="blank")
def wrong_school(w: World, how: str) -> Case:
    """Name and certificate are right, the school is not (C3)."""
    g = w.graduate()
    account, record = w.account(g.person, g.study), nameless_number(w, g)
    schools = {"other": w.schools.other(g.study.school).name, "misspelt": w.schools.misspelt(g.study.school)}
    account.values["claimed_school"] = schools.get(how, "")
    both("claim-mismatch", account, record)
    return case(account, record)


@situation("claim-birth-other", 2, what="birth_date")
@situation("claim-sex-other", 1, what="sex")
def other_birth(w: World, what: str) -> Case:
    """The claim is met, but the record's birth date or sex contradicts the account's number (B3, review)."""
    g = w.graduate()
    account, record = w.account(g.person, g.study), nameless_number(w, g)
    birth = g.person.birth - timedelta(days=w.rng.randrange(40, 900))
    record.values[what] = (
        f"{birth:%Y-%m-%d}" if what == "birth_date" else {"男": "女", "女": "男"}[g.person.sex]
    )
    record.traits.add(what)
    both("claim-mismatch", account, record)
    return case(account, record)


@situation("claim-certificate-slip", 3)
def certificate_slip(w: World) -> Case:
    """Name, year and school are right, the number is one slip away (C4)."""
    g = w.graduate()
    account, record = w.account(g.person, g.study), nameless_number(w, g)
    account.values["claimed_certificate_number"] = w.certificates.slip(g.study.certificate)
    both("claim-certificate-slip", account, record)
    return case(account, record)


@situation("claim-free-form-writing", 2)
def free_form_writing(w: World) -> Case:
    """A free-form number with and without brackets and hyphens: alike, not the same (C4)."""
    g = w.graduate(years=(1991, 2000))
    serial, year = w.certificates.free_number(), g.study.year
    account, record = w.account(g.person, g.study), nameless_number(w, g)
    writings = [f"({year}){serial}", f"{year}-{serial}", f"{year}{serial}"]
    record.values["certificate_number"], account.values["claimed_certificate_number"] = w.rng.sample(
        writings, 2
    )
    both("claim-certificate-slip", account, record)
    return case(account, record)


@situation("claim-other-person", 3)
def other_person(w: World) -> Case:
    """Claims the certificate of somebody who is bound to it; a right certificate never suffices (X2)."""
    owner = w.graduate()
    stranger = w.person(owner.study.level, owner.study.year)
    claimant = w.renamed(stranger, w.names.stranger(owner.person.name, stranger.sex))
    account, record = w.account(owner.person), w.degree(owner.person, owner.study)
    false_claim = w.account(claimant, owner.study)
    bind(account, record)
    leave(false_claim, "claim-other-person", top=record)
    return case(account, record, false_claim)


@situation("claim-other-person-unbound", 2)
def other_person_unbound(w: World) -> Case:
    """The same, but the owner has no account: the record has simply found nobody."""
    owner = w.graduate()
    stranger = w.person(owner.study.level, owner.study.year)
    claimant = w.renamed(stranger, w.names.stranger(owner.person.name, stranger.sex))
    record = w.degree(owner.person, owner.study) if w.chance(0.5) else nameless_number(w, owner)
    false_claim = w.account(claimant, owner.study)
    leave(false_claim, "claim-other-person", top=record)
    leave(record, "no-account")
    return case(record, false_claim)


@situation("claim-not-found", 4)
def not_found(w: World) -> Case:
    """The claimed number is in no degree file, and nothing else fits."""
    g = w.graduate()
    account = w.account(g.person, g.study)
    leave(account, "claim-not-found")
    return case(account)
