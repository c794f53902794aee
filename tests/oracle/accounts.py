"""Registration rows as accounts: which rows are one account, and what speaks against them (group 2)."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from . import identity, names
from .rows import Registration


@dataclass(eq=False)
class Account:
    """One account, with its rows in input order."""

    rows: list[Registration]
    codes: set[str] = field(default_factory=set)
    disputed: bool = False
    """The ministry has several names under its ID number, or nobody can tell who was first: contested."""

    @property
    def first(self) -> Registration:
        """The row that speaks for the account: the first whose ID is not rounded."""
        return next((row for row in self.rows if not row.id.rounded), self.rows[0])

    @property
    def since(self) -> datetime | None:
        """The earliest registration time any of its rows states."""
        return min((time for row in self.rows if (time := moment(row.get("registered_at")))), default=None)

    @property
    def cancelled(self) -> bool:
        return "account-cancelled" in self.codes

    @property
    def superseded(self) -> bool:
        return "account-superseded" in self.codes

    @property
    def passed_review(self) -> bool:
        return any(row.get("review_status") == "审核通过" for row in self.rows)

    @property
    def may_bind(self) -> bool:
        """Activated, normal, not under review, no account code – and nothing in dispute."""
        return not self.codes and not self.disputed


def accounts_of(rows: Sequence[Registration]) -> list[Account]:
    """Rows with the same user name, ID and name, none of them blank, are one account; others stand alone."""
    found: dict[tuple[object, ...], Account] = {}
    for row in rows:
        key = (row.get("username"), row.id.key, row.id.kind, row.name)
        whole = row.get("username") and row.id.key and row.name
        found.setdefault(key if whole else (row.ref,), Account([])).rows.append(row)
    return list(found.values())


def mark(accounts: Sequence[Account], ministry_has: Callable[[Registration], bool]) -> None:
    """Writes codes and disputes into the accounts; `ministry_has(row)`: a degree bears its ID and name."""
    for account in accounts:
        for row in account.rows:
            account.codes |= status_codes(row)
    real = [
        account
        for account in accounts
        if account.first.name and account.first.id.key and not account.first.id.rounded
    ]
    for account in real:
        if any(supersedes(newer, account) for newer in real):
            account.codes.add("account-superseded")
    for group in groups(real, lambda a, b: same_id(a, b) and a.first.name == b.first.name):
        mark_duplicates(group)
    for group in groups(real, same_id):
        mark_identity_in_use(group, ministry_has)


def status_codes(row: Registration) -> set[str]:
    """What the status cells say; blank is the default, an unknown word does not bind."""
    activation, status, review = (
        row.get(column) for column in ("activation", "account_status", "review_status")
    )
    codes = set()
    if activation not in (None, "已激活"):
        codes.add("account-not-activated")
    if status == "已注销":
        codes.add("account-cancelled")
    elif status not in (None, "正常"):
        codes.add("account-under-review")
    if review not in (None, "审核通过"):
        codes.add("account-under-review")
    return codes


def supersedes(newer: Account, older: Account) -> bool:
    """S8: the same person registered again, later, and passed review."""
    later = newer.since and older.since and newer.since > older.since
    return bool(
        later
        and newer.passed_review
        and not newer.cancelled
        and same_id(newer, older)
        and newer.first.name == older.first.name
    )


def mark_duplicates(group: list[Account]) -> None:
    """The oldest that may bind stays; ties for the oldest contest (see settle)."""
    able = [account for account in group if account.may_bind]
    for account in able:
        if any(other.since and account.since and other.since < account.since for other in able):
            account.codes.add("duplicate-account")


def mark_identity_in_use(group: list[Account], ministry_has: Callable[[Registration], bool]) -> None:
    """One ID under names neither same nor alike: the ministry's name stays, failing that the oldest."""
    holders = [account for account in group if not account.cancelled and not account.superseded]
    if all(one_name(a, b) for a in holders for b in holders):
        return
    known = [account for account in holders if ministry_has(account.first)]
    if not known:
        known = [account for account in holders if may_be_oldest(account, holders)]
    dispute = not all(one_name(a, b) for a in known for b in known)
    for account in holders:
        if not any(one_name(account, other) for other in known):
            account.codes.add("identity-in-use")
        elif dispute:
            account.disputed = True


def may_be_oldest(account: Account, holders: Sequence[Account]) -> bool:
    """Nobody is known to be older."""
    return not any(other.since and account.since and other.since < account.since for other in holders)


def one_name(a: Account, b: Account) -> bool:
    return names.state(a.first.name, b.first.name) in ("same", "alike")


def same_id(a: Account, b: Account) -> bool:
    return identity.state(a.first.id, b.first.id) == "same"


def groups(accounts: Sequence[Account], together: Callable[[Account, Account], bool]) -> list[list[Account]]:
    """Accounts gathered by a relation; each account joins the first group whose founder it goes with."""
    found: list[list[Account]] = []
    for account in accounts:
        home = next((group for group in found if together(group[0], account)), None)
        if home is None:
            found.append([account])
        else:
            home.append(account)
    return found


def moment(cell: str | None) -> datetime | None:
    """A date, with or without time, in the usual forms; None when unreadable."""
    found = [
        int(number)
        for number in re.findall(
            "[0-9]+", re.sub(r"^([0-9]{4})([0-9]{2})([0-9]{2})(?![0-9])", r"\1-\2-\3", cell or "")
        )
    ]
    try:
        return datetime(*found[:6]) if len(found) >= 3 else None  # type: ignore[arg-type]
    except (ValueError, TypeError):
        return None
