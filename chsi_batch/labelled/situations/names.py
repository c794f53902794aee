"""Same number, other name: V1 variant, V2 near, V3 changed, X1 another person's number."""

from __future__ import annotations

from collections.abc import Callable

from chsi_batch.labelled.names import DOT
from chsi_batch.labelled.rows import Case, bind, both, case, leave
from chsi_batch.labelled.situations.registry import situation
from chsi_batch.labelled.world import World


def _two_writings(w: World, code: str, change: Callable[[str], str | None], people: str = "") -> Case:
    """One person under two writings of the name; either side may have the odd one."""
    g = w.graduate(wanted=change, people=people)
    other = w.altered(g.person.name, change)
    mine, theirs = g.person, w.renamed(g.person, other)
    if w.chance(0.5):
        mine, theirs = theirs, mine
    claim = g.study if w.chance(0.3) else None
    account, record = w.account(mine, claim), w.degree(theirs, g.study)
    both(code, account, record)
    return case(account, record)


@situation("name-variant-traditional", 3, form="traditional")
@situation("name-variant-form", 1, form="variant")
@situation("name-variant-compatibility", 1, form="compatibility")
def variant(w: World, form: str) -> Case:
    """Traditional, variant and compatibility characters: alike, never bound by machine."""
    return _two_writings(w, "name-variant", lambda name: w.names.form(name, form))


@situation("name-variant-private-use", 1)
def private_use(w: World) -> Case:
    """An old font wrote 䶮 at a private code point."""
    g = w.graduate(wanted=lambda name: len(name) == 3)
    person = w.renamed(g.person, g.person.name[:2] + "䶮")
    account = w.account(person)
    record = w.degree(person.named(w.names.form(person.name, "pua") or ""), g.study)
    both("name-variant", account, record)
    return case(account, record)


@situation("name-variant-separator", 2)
def no_separator(w: World) -> Case:
    """One side has left the separator out."""
    return _two_writings(
        w, "name-variant", lambda name: name.replace(DOT, ""), people=w.rng.choice(("维吾尔", "哈萨克"))
    )


@situation("name-near-sound", 3)
def near_sound(w: World) -> Case:
    """Typed by ear: one character of the same sound, in names of two as well."""
    return _two_writings(w, "name-near", w.names.homophone)


@situation("name-near-character", 3)
def near_character(w: World) -> Case:
    """One other character in a name of three."""
    return _two_writings(w, "name-near", lambda name: w.names.misspelt(name, w.rng.choice("男女")))


@situation("name-near-holes", 2)
def near_holes(w: World) -> Case:
    """`??` where a character could not be typed."""
    holes = w.rng.choice(("??", "？？", "?"))
    g = w.graduate(wanted=lambda name: w.names.with_holes(name, holes))
    account = w.account(g.person)
    record = w.degree(g.person, g.study, name=w.names.with_holes(g.person.name, holes) or "")
    both("name-near", account, record)
    return case(account, record)


@situation("name-near-pinyin", 2)
def near_pinyin(w: World) -> Case:
    """A syllable in Latin letters where a character could not be typed."""
    upper = w.chance(0.5)
    return _two_writings(w, "name-near", lambda name: w.names.with_pinyin(name, upper))


@situation("name-near-cut-8", 3, width=8)
@situation("name-near-cut-24", 1, width=24)
def near_cut(w: World, width: int) -> Case:
    """A database field of 8 or 24 bytes has cut a long name."""
    g = w.graduate(people="维吾尔", wanted=lambda name: len(name.encode("gb18030")) > width + 1)
    account = w.account(g.person)
    kept = g.person.name.encode("gb18030")[:width].decode("gb18030", "ignore")
    record = w.degree(g.person, g.study, name=kept)
    record.traits.add(f"name{width}")
    both("name-near", account, record)
    return case(account, record)


@situation("name-changed", 4)
def changed(w: World) -> Case:
    """The same surname, another given name."""
    return _two_writings(w, "name-changed", lambda name: w.names.changed(name, w.rng.choice("男女")))


@situation("identity-conflict", 2)
def conflict(w: World) -> Case:
    """An account under the number of somebody else, who has a record but no account."""
    g = w.graduate()
    stranger = w.renamed(g.person, w.names.stranger(g.person.name, g.person.sex))
    account, record = w.account(stranger), w.degree(g.person, g.study)
    both("identity-conflict", account, record)
    return case(account, record)


@situation("identity-conflict-claim", 2)
def conflict_and_claim(w: World) -> Case:
    """Somebody else's number, but the own certificate: review (I3) goes before refusal (X1)."""
    mine, theirs = w.graduate(), w.graduate()
    theirs_name = w.names.stranger(mine.person.name, theirs.person.sex)
    other = w.renamed(theirs.person, theirs_name)
    account = w.account(mine.person, mine.study, id_number=other.id_number)
    my_record, their_record = w.degree(mine.person, mine.study), w.degree(other, theirs.study)
    both("id-changed", account, my_record)
    leave(their_record, "identity-conflict", top=account)
    return case(account, my_record, their_record)


@situation("name-near-besides", 1)
def near_besides(w: World) -> Case:
    """One account: a record that binds, and another whose name is one sound away."""
    g = w.graduate(level="本科", years=(2005, 2018), wanted=w.names.homophone)
    later = w.studies.study("硕士", g.study.year + 3)
    account, right = w.account(g.person), w.degree(g.person, g.study)
    wrong = w.degree(g.person, later, name=w.altered(g.person.name, w.names.homophone))
    bind(account, right)
    leave(wrong, "name-near", top=account)
    return case(account, right, wrong)
