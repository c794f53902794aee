"""How to reach a person: mobile number (手机号) and e-mail address (邮箱).

Issued by: the telephone companies of the mainland, and any mail service. Accounts need a confirmed mobile
number, except those entered by the conscription site (S3). The user name is usually the e-mail address (S2).
One contact on two identities is worth a note (S9).
Built as: `1`, a digit from 3 to 9, and 9 digits, often with +86 and spaces or hyphens in between ·
`name@domain`, the domain in any case.
Source: 工信部 numbering plan; RFC 5321, checked lightly. Examples: `13812345678` · `zhang.wei@163.com`.
"""

import re
from typing import TYPE_CHECKING, Any

from chsi_batch.values.characters import plain
from chsi_batch.values.placeholders import is_placeholder

if TYPE_CHECKING:
    import pyarrow as pa

MOBILE = "^1[3-9][0-9]{9}$"
EMAIL = "^[A-Za-z0-9._%+-]+@([a-z0-9-]+\\.)+[a-z]{2,24}$"
"""What cleaning leaves as it is."""

LONGEST_EMAIL = 254

_MOBILE = re.compile("(?:\\+?86|0086|0)?(1[3-9][0-9]{9})(?:\\.0)?")
_BETWEEN = re.compile("[ ()._‐‑‒–—―−-]")
_EMAIL = re.compile('([^@\\s,;:<>()\\[\\]"\\\\]+)@((?:[\\w-]+\\.)+[^\\W\\d_]{2,24})')


def clean_mobile(text: str | None) -> str | None:
    """The eleven digits; None when there is none or it is no mobile number of the mainland."""
    found = _MOBILE.fullmatch(_bare_mobile(text))
    return found[1] if found else None


def clean_email(text: str | None) -> str | None:
    """The address with its domain in lower case; None when there is none or it is no address."""
    found = _EMAIL.fullmatch(_bare_email(text))
    if not found or len(found[0]) > LONGEST_EMAIL:
        return None
    return f"{found[1]}@{found[2].lower()}"


def mobile_fault(text: str | None) -> str | None:
    """`mobile-missing`, `mobile-malformed` or nothing."""
    bare = _bare_mobile(text)
    if is_placeholder(bare, "mobile") or len(set(bare)) == 1:
        return "mobile-missing"
    return None if clean_mobile(text) else "mobile-malformed"


def email_fault(text: str | None) -> str | None:
    """`email-malformed` or nothing; an address need not be there."""
    bare = _bare_email(text)
    if is_placeholder(bare.upper(), "email"):
        return None
    return None if clean_email(text) else "email-malformed"


def keys(mobile: Any, email: Any) -> "dict[str, pa.Array]":
    """Columns → mobile_key, mobile_fault, email_key, email_fault."""
    import pyarrow as pa
    import pyarrow.compute as pc

    from chsi_batch.values.distinct import unless, whole

    mobiles, emails = whole(mobile), whole(email)
    calls = pc.match_substring_regex(mobiles, MOBILE)
    mails = pc.and_(
        pc.match_substring_regex(emails, EMAIL), pc.less_equal(pc.utf8_length(emails), LONGEST_EMAIL)
    )
    none = pa.nulls(len(mobiles), pa.string())
    return {
        "mobile_key": unless(calls, mobiles, mobiles, clean_mobile),
        "mobile_fault": unless(calls, none, mobiles, mobile_fault),
        "email_key": unless(mails, emails, emails, clean_email),
        "email_fault": unless(mails, none, emails, email_fault),
    }


def _bare_mobile(text: str | None) -> str:
    shown = plain(text or "").strip("'’‘`").upper()
    whole = shown.removesuffix(".0")
    return _BETWEEN.sub("", whole)


def _bare_email(text: str | None) -> str:
    return plain(text or "").replace(" ", "").strip("'’‘`<>")
