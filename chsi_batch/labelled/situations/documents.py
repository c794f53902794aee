"""Papers other than the resident identity card; text compared within one type, all to be bound."""

from __future__ import annotations

from chsi_batch.labelled.rows import Case, bind, case
from chsi_batch.labelled.situations.registry import situation
from chsi_batch.labelled.world import World


def _number(w: World, what: str) -> str:
    digits = f"{w.rng.randrange(10**11, 10**12)}"
    patterns = {
        "护照": f"{w.rng.choice('EGKNP')}{digits[:8]}",
        "港澳居民来往内地通行证": f"{w.rng.choice('HM')}{digits[:8]}",
        "台湾居民来往大陆通行证": digits[:8],
        "军官证": f"军字第{digits[:7]}号",
        "外国人永久居留身份证": f"{w.rng.choice(('USA', 'CAN', 'DEU'))}{digits}",
    }
    return patterns[what]


@situation("passport", 3, what="护照", people="外国")
@situation("hk-macao-permit", 1, what="港澳居民来往内地通行证")
@situation("taiwan-permit", 1, what="台湾居民来往大陆通行证")
@situation("officer-card", 1, what="军官证")
@situation("permanent-residence-old", 1, what="外国人永久居留身份证", people="外国")
def other_paper(w: World, what: str, people: str = "") -> Case:
    """Both sides state the type."""
    g = w.graduate(people=people)
    number = _number(w, what)
    account = w.account(g.person, id_type=what, id_number=number)
    record = w.degree(g.person, g.study, enrolled=False, id_type=what, id_number=number)
    for row in (account, record):
        row.traits.add("id_type")
    bind(account, record)
    return case(account, record)


@situation("passport-type-blank", 2)
def type_blank(w: World) -> Case:
    """Only the account states the type; the record's is inferred from the number."""
    g = w.graduate(people="外国")
    number = _number(w, "护照")
    account = w.account(g.person, id_type="护照", id_number=number)
    record = w.degree(g.person, g.study, enrolled=False, id_type="", id_number=number)
    bind(account, record)
    return case(account, record)


@situation("residence-permit", 2)
@situation("permanent-residence", 2, foreign=True)
def resident_like(w: World, foreign: bool = False) -> Case:
    """居住证 of Hong Kong, Macao and Taiwan, and foreigners' 18 digits: laid out like resident numbers."""
    g = w.graduate(people="外国" if foreign else "")
    person = g.person
    number = w.ids.permanent(person.birth) if foreign else w.ids.residence(person.birth, person.sex)
    what = "外国人永久居留身份证" if foreign else "港澳台居民居住证"
    account = w.account(person, id_type=what, id_number=number)
    record = w.degree(person, g.study, enrolled=False, id_type=what, id_number=number)
    bind(account, record)
    return case(account, record)
