"""Binding time, as-of and enrolments: verified, pending, missing, unverified (S7). All are bound."""

from __future__ import annotations

from datetime import timedelta

from chsi_batch.labelled.rows import Case, bind, case
from chsi_batch.labelled.situations.registry import situation
from chsi_batch.labelled.world import AS_OF, World


@situation("state-verified", 2, hours=80, enrolled=True)
@situation("state-verified-after-24-hours", 1, hours=24, enrolled=True)
@situation("state-pending", 2, hours=23, enrolled=False)
@situation("state-enrolment-missing", 2, hours=300, enrolled=False)
@situation("state-unverified", 1, hours=0, enrolled=True)
def state(w: World, hours: int, enrolled: bool) -> Case:
    """Bound so many hours before the as-of time (0: not known), with or without an enrolment."""
    g = w.graduate()
    bound_at = f"{AS_OF - timedelta(hours=hours):%Y-%m-%d %H:%M:%S}" if hours else ""
    registered = AS_OF - timedelta(days=60 + w.rng.randrange(600))
    account = w.account(g.person, at=registered, bound_at=bound_at)
    account.traits.add("bound_at")
    record = w.degree(g.person, g.study, enrolled=enrolled)
    bind(account, record)
    return case(account, record)


@situation("state-enrolment-other-name", 1)
def other_name(w: World) -> Case:
    """The enrolment under this number bears another name: it does not verify."""
    g = w.graduate()
    registered, bound_at = AS_OF - timedelta(days=60), AS_OF - timedelta(days=9)
    account = w.account(g.person, at=registered, bound_at=f"{bound_at:%Y-%m-%d %H:%M:%S}")
    account.traits.add("bound_at")
    record = w.degree(g.person, g.study, enrolled=False)
    w.enrolments.append(w.enrolment(w.names.stranger(g.person.name, g.person.sex), g.person, g.study))
    bind(account, record)
    return case(account, record)
