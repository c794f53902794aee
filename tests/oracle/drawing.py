"""People, accounts and records for drawn cases, and how every row of a case ended."""

from collections.abc import Sequence

from .cases import Raw
from .contract import Result, settle
from .identity import check_digit

ZHANG, ZHANG_TWIN, LI, WANG = (
    body + check_digit(body)
    for body in ("11010519850607121", "11010519850607123", "31010119850607122", "42010619990215141")
)
NUMBER, SLIPPED_NUMBER, OTHER_NUMBER = "102771200905000001", "102771200905000002", "102771200905000019"
SCHOOL, FORMER_NAME, ANOTHER_SCHOOL = "上海体育大学", "上海体育学院", "中国矿业大学"
EARLY, LATE = "2010-01-01 08:00:00", "2012-01-01 08:00:00"
FULL = {"claimed_certificate_number": NUMBER, "claimed_year": "2009", "claimed_school": SCHOOL}


def reg(ref: str, name: str | None = "张伟", number: str | None = ZHANG, **cells: object) -> Raw:
    """An account."""
    columns = ["claimed_certificate_number", "claimed_year", "claimed_school", "registered_at", "activation"]
    return {**dict.fromkeys(columns), "ref": ref, "name": name, "id_number": number, **cells}


def deg(
    ref: str,
    name: str | None = "张伟",
    number: str | None = ZHANG,
    certificate: str | None = NUMBER,
    **cells: object,
) -> Raw:
    """A record of the ministry."""
    fixed = {"graduation_year": "2009", "school": SCHOOL, "conclusion": "毕业"}
    return {
        **fixed,
        "ref": ref,
        "name": name,
        "id_number": number,
        "certificate_number": certificate,
        **cells,
    }


def code(result: Result, ref: str) -> str:
    """`bound by RULE`, or the ledger's code."""
    line = result.row(ref)
    return f"bound by {line['rule']}" if line["outcome"] == "bound" else str(line["code"])


def ends(registrations: Sequence[Raw], degrees: Sequence[Raw]) -> dict[str, str]:
    """How every row ended."""
    result = settle(registrations, degrees)
    return {str(line["ref"]): code(result, str(line["ref"])) for line in result.ledger}


def several(ref: str, **claim: object) -> Raw:
    """One of several rows of one account."""
    return reg(ref, username="u", **claim)
