"""Accounts that may not bind, and several accounts over time (S2, S3, S8)."""

from __future__ import annotations

from datetime import datetime, timedelta

from chsi_batch.labelled.rows import Case, Row, bind, both, case, leave
from chsi_batch.labelled.situations.registry import situation
from chsi_batch.labelled.world import AS_OF, World

PASSED, PENDING = "审核通过", "审核中"


def times(w: World, count: int) -> list[datetime]:
    """Moments in rising order, months apart."""
    first = w.moment(last=AS_OF - timedelta(days=400 * count))
    found = [first]
    for _ in range(count - 1):
        found.append(found[-1] + timedelta(days=w.rng.randrange(20, 380), seconds=w.rng.randrange(80000)))
    return found


def timed(*rows: Row) -> None:
    """These rows' labels rest on the registration time."""
    for row in rows:
        row.traits.add("registered_at")


@situation("account-cancelled", 3, code="account-cancelled", column="account_status", word="已注销")
@situation("account-not-activated", 4, code="account-not-activated", column="activation", word="待激活")
@situation("account-under-review", 2, code="account-under-review", column="account_status", word="待审核")
@situation("account-review-pending", 2, code="account-under-review", column="review_status", word=PENDING)
def may_not_bind(w: World, code: str, column: str, word: str) -> Case:
    """The only account of the person may not bind: the state of the account stands on both rows."""
    g = w.graduate()
    account, record = w.account(g.person), w.degree(g.person, g.study)
    account.values[column] = word
    both(code, account, record)
    return case(account, record)


@situation("account-status-unknown", 1)
def unknown_status(w: World) -> Case:
    """A status word that nobody knows does not bind; the contract leaves open under which code."""
    g = w.graduate()
    account, record = w.account(g.person, account_status="冻结待查"), w.degree(g.person, g.study)
    both("account-under-review", account, record, "account-cancelled", "account-not-activated")
    return case(account, record)


@situation("account-not-activated-name-near", 1)
def two_faults(w: World) -> Case:
    """Not activated, and the name is near: the account shows its state, the record the pair's fault."""
    g = w.graduate(wanted=w.names.homophone)
    account = w.account(g.person, activation="待激活")
    record = w.degree(g.person, g.study, name=w.altered(g.person.name, w.names.homophone))
    leave(account, "account-not-activated", top=record)
    leave(record, "name-near", top=account)
    return case(account, record)


@situation("account-cancelled-new", 2, code="account-cancelled", column="account_status", word="已注销")
@situation("account-inactive-second", 2, code="account-not-activated", column="activation", word="待激活")
@situation("account-review-old-stays", 3, code="account-under-review", column="review_status", word=PENDING)
def second_account(w: World, code: str, column: str, word: str) -> Case:
    """Two accounts, one of which may not bind: the other is bound (S8: the old one stays meanwhile)."""
    g = w.graduate()
    first, second = times(w, 2)
    older, newer = w.account(g.person, at=first), w.again(g.person, at=second)
    idle = older if code == "account-cancelled" else newer
    idle.values[column] = word
    record = w.degree(g.person, g.study)
    timed(older, newer)
    bind(newer if idle is older else older, record)
    leave(idle, code, top=record)
    return case(older, newer, record)


@situation("account-superseded", 3)
def superseded(w: World) -> Case:
    """The newer account passed review: it is bound, the old one no longer counts (S8)."""
    g = w.graduate()
    first, second = times(w, 2)
    older, newer = w.account(g.person, at=first), w.again(g.person, at=second, review_status=PASSED)
    record = w.degree(g.person, g.study)
    timed(older, newer)
    bind(newer, record)
    leave(older, "account-superseded", top=record)
    return case(older, newer, record)


@situation("duplicate-account", 4, count=2)
@situation("duplicate-account-three", 1, count=3)
def duplicates(w: World, count: int) -> Case:
    """Several accounts that may bind: the oldest stays (S8)."""
    g = w.graduate()
    first, *rest = times(w, count)
    record, oldest = w.degree(g.person, g.study), w.account(g.person, at=first)
    others = [w.again(g.person, at=at) for at in rest]
    timed(oldest, *others)
    bind(oldest, record)
    for other in others:
        leave(other, "duplicate-account", top=record)
    return case(*others, oldest, record)


@situation("duplicate-account-older-inactive", 2)
def older_inactive(w: World) -> Case:
    """The oldest was never activated: the oldest that may bind stays."""
    g = w.graduate()
    at = times(w, 3)
    idle, kept = w.account(g.person, at=at[0], activation="待激活"), w.again(g.person, at=at[1])
    third, record = w.again(g.person, at=at[2]), w.degree(g.person, g.study)
    timed(idle, kept, third)
    bind(kept, record)
    leave(idle, "account-not-activated", top=record)
    leave(third, "duplicate-account", top=record)
    return case(third, kept, idle, record)


@situation("contested-equal-times", 1, how="equal")
@situation("contested-missing-time", 1, how="missing")
def contested(w: World, how: str) -> Case:
    """Two accounts, and no telling which is older: nobody is bound."""
    g = w.graduate()
    at = times(w, 1)[0]
    one, two = w.account(g.person, at=at), w.again(g.person, at=at)
    if how == "missing":
        two.values["registered_at"] = ""
    record = w.degree(g.person, g.study)
    timed(one, two)
    for account in (one, two):
        leave(account, "contested", top=record)
    leave(record, "contested")
    return case(one, two, record)


@situation("identity-in-use", 2)
def identity_in_use(w: World) -> Case:
    """One number under two names; the ministry knows one of them, and that account stays."""
    g = w.graduate()
    first, second = times(w, 2)
    intruder = w.renamed(g.person, w.names.stranger(g.person.name, g.person.sex))
    wrong, right = w.account(intruder, at=first), w.again(g.person, at=second)
    record = w.degree(g.person, g.study)
    timed(wrong, right)
    bind(right, record)
    leave(wrong, "identity-in-use", top=record)
    return case(wrong, right, record)


@situation("identity-in-use-oldest", 1)
def identity_oldest(w: World) -> Case:
    """The ministry knows neither name: the oldest account stays, with no record to bind."""
    g = w.graduate()
    first, second = times(w, 2)
    intruder = w.renamed(g.person, w.names.stranger(g.person.name, g.person.sex))
    older, newer = w.account(g.person, at=first), w.again(intruder, at=second)
    timed(older, newer)
    leave(older, "no-degree")
    leave(newer, "identity-in-use")
    return case(newer, older)


@situation("identity-in-use-both-known", 1)
def identity_both(w: World) -> Case:
    """The ministry has a record under either name: contested, all four rows."""
    g = w.graduate()
    other = w.renamed(g.person, w.names.stranger(g.person.name, g.person.sex))
    first, second = times(w, 2)
    accounts = w.account(g.person, at=first), w.again(other, at=second)
    second_study = w.studies.study(g.study.level, g.study.year)
    records = w.degree(g.person, g.study), w.degree(other, second_study)
    for account, record in zip(accounts, records, strict=True):
        both("contested", account, record)
    timed(*accounts)
    return case(*accounts, *records)


@situation("identity-in-use-cancelled", 1)
def identity_cancelled(w: World) -> Case:
    """A cancelled account under another name holds nothing."""
    g = w.graduate()
    first, second = times(w, 2)
    intruder = w.renamed(g.person, w.names.stranger(g.person.name, g.person.sex))
    dead, right = w.account(intruder, at=first, account_status="已注销"), w.again(g.person, at=second)
    record = w.degree(g.person, g.study)
    timed(dead, right)
    bind(right, record)
    leave(dead, "account-cancelled", top=record)
    return case(dead, right, record)


@situation("several-claims", 3)
def several_claims(w: World) -> Case:
    """One account in three rows, two of them claims; an unclaimed record goes to the first row."""
    g = w.graduate(level="专科", years=(2003, 2014))
    bachelor, master = w.studies.study("本科", g.study.year + 3), w.studies.study("硕士", g.study.year + 6)
    at = w.moment()
    rows = [w.account(g.person, claim, at) for claim in (g.study, bachelor)]
    bare = w.account(g.person, None, at)
    records = [w.degree(g.person, study) for study in (g.study, bachelor, master)]
    bind(rows[0], records[0], records[2])
    bind(rows[1], records[1])
    bare.expect, bare.to = rows[0].expect, tuple(records)
    for row in (*rows, bare):
        row.values["source_system"] = rows[0]["source_system"]
        row.traits.add("claimed_certificate_number")
    return case([*rows, bare], *records)


@situation("several-claims-unmet", 1)
def several_claims_unmet(w: World) -> Case:
    """The second row of a bound account claims a number that is nowhere."""
    g = w.graduate()
    unknown, at = w.studies.study("本科", 2020), w.moment()
    rows = w.account(g.person, g.study, at), w.account(g.person, unknown, at)
    record = w.degree(g.person, g.study)
    bind(rows[0], record)
    leave(rows[1], "claim-not-found")
    rows[1].values["source_system"] = rows[0]["source_system"]
    return case(list(rows), record)
