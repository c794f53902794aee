"""Mobile numbers and mailboxes: notes only, the rows are bound."""

from __future__ import annotations

from chsi_batch.labelled.rows import Case, bind, case
from chsi_batch.labelled.situations.registry import situation
from chsi_batch.labelled.world import World

BAD_MOBILES = ("1380013", "23800138000", "010-62701234", "138001380000")
BAD_MAILS = ("zhangwei163.com", "zhang wei@example.cn", "zhangwei@", "zhangwei@example,cn")


@situation("contact-shared", 2)
def shared(w: World) -> Case:
    """Two people under one mobile number or mailbox (S9)."""
    one, two = w.passer_by(), w.passer_by()
    column, rows = w.rng.choice(("mobile", "email")), []
    for g in (one, two):
        account, record = w.account(g.person), w.degree(g.person, g.study)
        account.values[column] = one.person.mobile if column == "mobile" else one.person.email
        account.traits.add(column)
        bind(account, record)
        rows += [account, record]
    return case(*rows)


@situation("mobile-missing", 1, column="mobile", words=("",))
@situation("mobile-malformed", 1, column="mobile", words=BAD_MOBILES)
@situation("email-malformed", 1, column="email", words=BAD_MAILS)
@situation("conscription-no-mobile", 2, column="mobile", words=("",), source="全国征兵网")
def odd_contact(w: World, column: str, words: tuple[str, ...], source: str = "学信档案") -> Case:
    """A contact that is missing or cannot be right; conscription accounts may lack a mobile (S3)."""
    g = w.passer_by()
    account = w.account(g.person, username=g.person.email, source_system=source)
    account.values[column] = w.rng.choice(words)
    account.traits |= {column, "source_system"}
    record = w.degree(g.person, g.study)
    bind(account, record)
    return case(account, record)
