"""The clean majority, and rows that look odd but must bind all the same (B1)."""

from __future__ import annotations

from dataclasses import replace

from chsi_batch.labelled.id_numbers import shorter
from chsi_batch.labelled.rows import Case, bind, case
from chsi_batch.labelled.situations.registry import situation
from chsi_batch.labelled.world import World

ROMAN_X = "xХх×Χ"
"""What people type for the check character X: lower case, Cyrillic, a multiplication sign, Greek."""

PATHS = (("专科", "本科"), ("本科", "硕士"), ("专科", "本科", "硕士"), ("本科", "硕士", "博士"))


def plain(w: World, claim: float = 0.0) -> Case:
    """One account and one record; perhaps a claim that is right."""
    g = w.passer_by()
    account = w.account(g.person, g.study if w.chance(claim) else None)
    record = w.degree(g.person, g.study)
    bind(account, record)
    return case(account, record)


def several(w: World) -> Case:
    """One account, two to five records: 学历 of rising level and the 学位 that go with them."""
    first, *levels = w.rng.choice(PATHS)
    year = w.rng.randrange(2002, 2016)
    g = w.passer_by(first, year)
    studies = [g.study]
    studies += [w.studies.study(level, year + 3 * i, own=False) for i, level in enumerate(levels, 1)]
    studies += [w.studies.award(s) for s in studies if s.level != "专科" and w.chance(0.5)]
    account = w.account(g.person, w.rng.choice(studies) if w.chance(0.2) else None)
    records = [w.degree(g.person, study) for study in studies]
    bind(account, *records)
    return case(account, *records)


@situation("namesakes", 3)
def namesakes(w: World) -> Case:
    """Two people of one name at one school in one year: the number tells them apart."""
    g = w.graduate()
    other = w.namesake(g.person, g.study.level, g.study.year)
    their_study = w.studies.at(g.study.school, g.study.level, g.study.year)
    rows = []
    for person, study in ((g.person, g.study), (other, their_study)):
        account, record = w.account(person, study if w.chance(0.4) else None), w.degree(person, study)
        bind(account, record)
        rows += [account, record]
    return case(*rows)


@situation("twins", 2)
def twins(w: World) -> Case:
    """Same surname, birth date, school and year; the numbers differ in the sequence."""
    g = w.graduate(level="本科", wanted=lambda name: len(name) == 3)
    name = w.names.changed(g.person.name, g.person.sex) or g.person.name
    number = w.ids.sibling(g.person.id_number, g.person.sex)
    twin = replace(w.namesake(g.person, "本科", g.study.year), birth=g.person.birth)
    twin = w.renamed(twin, name).numbered(number)
    rows = []
    for person, study in ((g.person, g.study), (twin, w.studies.at(g.study.school, "本科", g.study.year))):
        account, record = w.account(person), w.degree(person, study)
        bind(account, record)
        rows += [account, record]
    return case(*rows)


@situation("name-typing", 4)
@situation("name-typing-minority", 4, people="维吾尔")
@situation("name-typing-latin", 1, people="外国")
def name_typing(w: World, people: str = "") -> Case:
    """Padding, invisible characters, widths and separators: the same name after cleaning."""
    g = w.graduate(people=people)
    account, record = w.account(g.person), w.degree(g.person, g.study)
    dressed = w.rng.choice((account, record))
    dressed.values["name"] = w.names.dressed(g.person.name)
    if people == "外国":
        number = f"E{w.rng.randrange(10**8):08d}"
        for row in (account, record):
            row.values |= {"id_type": "护照", "id_number": number}
    bind(account, record)
    return case(account, record)


@situation("id-typing", 4)
def id_typing(w: World) -> Case:
    """Full-width digits, spaces, a leading apostrophe, another letter for X: the same number."""
    g = w.graduate()
    account, record = w.account(g.person), w.degree(g.person, g.study)
    number = g.person.id_number
    full_width = number.translate({ord(c): ord(c) + 0xFEE0 for c in "0123456789X"})
    spaced = f"{number[:6]} {number[6:14]} {number[14:]}"
    typed = w.rng.choice((full_width, spaced, "'" + number, f" {number}\u200b"))
    if number[17] == "X":
        typed = number[:17] + w.rng.choice(ROMAN_X)
    w.rng.choice((account, record)).values["id_number"] = typed
    bind(account, record)
    return case(account, record)


@situation("old-id-15", 5)
@situation("old-id-15-account", 1, on_account=True)
def old_id(w: World, on_account: bool = False) -> Case:
    """One side still has the 15-digit number (B2)."""
    g = w.graduate(level="本科", years=(1995, 2014))
    account, record = w.account(g.person), w.degree(g.person, g.study)
    (account if on_account else record).values["id_number"] = shorter(g.person.id_number)
    bind(account, record)
    return case(account, record)


@situation("school-code-only", 2)
def school_code_only(w: World) -> Case:
    """The record names its school by code alone."""
    g = w.graduate()
    account, record = w.account(g.person, g.study), w.degree(g.person, g.study, school="")
    record.traits.add("school_code")
    bind(account, record)
    return case(account, record)


@situation("face-check", 2)
def face_check(w: World) -> Case:
    """Bound, but the remark says why the student may not see the record (S10)."""
    g = w.graduate(years=(2021, 2025))
    account, record = w.account(g.person), w.degree(g.person, g.study, remark="身份核验未通过")
    bind(account, record)
    return case(account, record)


@situation("own-record-wrong-claim", 2)
def own_record_wrong_claim(w: World) -> Case:
    """Name and number fit; that the claim is somebody else's or nobody's number does not matter."""
    g, other = w.graduate(), w.graduate()
    account, record = w.account(g.person, g.study), w.degree(g.person, g.study)
    theirs = w.account(other.person), w.degree(other.person, other.study)
    account.values["claimed_certificate_number"] = other.study.certificate
    bind(account, record)
    bind(*theirs)
    return case(account, record, *theirs)
