"""A header as people write it, and the canonical column it means.

The same header is written in many ways: full-width brackets, line breaks, spaces, a star or （必填）
for "must be filled". Two headers are the same if they agree after `fold`. The words themselves are
data: `tables/columns.csv`, and before it the user's own mapping from the configuration.

Some columns only stand in when the proper one is missing (`STAND_INS`): a list that has only
学位证书编号 is a list of degrees (学位), but beside 证书编号 that column is just a further column.

Examples: `身份证号 *` -> id_number; in registrations `毕业学校` -> claimed_school, in degrees -> school.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from chsi_batch import tables
from chsi_batch.terms import COLUMNS, Side

STAND_INS: dict[Side, dict[str, str]] = {
    Side.REGISTRATION: {"phone": "mobile"},
    Side.DEGREE: {
        "degree_certificate_number": "certificate_number",
        "degree_date": "graduation_date",
        "training_school_code": "school_code",
        "training_school": "school",
        "school_id": "school_code",
    },
    Side.ENROLMENT: {"school_id": "school_code"},
}
"""Columns of the alias table that are used only if the canonical column has no header of its own."""

SYNONYM = "synonym"
"""Origin of our own additions: they give way to a published header, except for the columns of `STRICT`."""

STRICT = ("name", "id_number", "certificate_number", "claimed_certificate_number")
"""Two headers for one of these are never settled by taste: equal in every row, or the file is refused."""

_INVISIBLE = re.compile(r"[\s\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\u00ad]+")
_MARKS = re.compile(
    r"^[*★☆※#'\"]+|[*★☆※:;,'\"]+$|[(\[【](?:必填|选填|必录|必须|可空|可选|非必填|required)[)\]】]"
)
_TAIL = re.compile(r"\([^()]*\)$|\[[^\[\]]*\]$|【[^【】]*】$")


def fold(header: str) -> str:
    """The form in which two writings of one header are equal; '' if nothing is left."""
    text = _INVISIBLE.sub("", unicodedata.normalize("NFKC", header)).casefold()
    before = None
    while before != text:
        before, text = text, _MARKS.sub("", text)
    return text


@dataclass(frozen=True)
class Meaning:
    """What one header stands for; the lowest strength wins when two headers mean the same column."""

    canonical: str
    strength: int


@dataclass
class Vocabulary:
    """All headers known for one side."""

    side: Side
    known: dict[str, Meaning] = field(default_factory=dict)
    _memo: dict[str, Meaning | None] = field(default_factory=dict)

    def lookup(self, header: str) -> Meaning | None:
        """The meaning of a header as found, or None; a remark in brackets at its end may be ignored."""
        if header not in self._memo:
            folded = fold(header) if len(header) <= 60 else ""
            self._memo[header] = self.known.get(folded) or self.known.get(fold(_TAIL.sub("", folded)))
        return self._memo[header] if header else None

    def headers_of(self, canonical: str) -> list[str]:
        """The folded headers that mean this column."""
        return [header for header, meaning in self.known.items() if meaning.canonical == canonical]


def vocabulary(side: Side, own: Mapping[str, Sequence[str]]) -> Vocabulary:
    """The known headers of a side: the user's own first, then the alias table."""
    words = Vocabulary(side)
    for canonical, headers in own.items():
        for header in headers:
            words.known[fold(header)] = Meaning(canonical, 0)
    for canonical in COLUMNS[side]:
        words.known.setdefault(fold(canonical), Meaning(canonical, 1))
    for row in tables.rows("columns", ("side", "canonical", "header", "origin")):
        if row["side"] == side:
            strength = 2 if row["origin"].startswith(SYNONYM) and row["canonical"] not in STRICT else 1
            words.known.setdefault(fold(row["header"]), Meaning(row["canonical"], strength))
    return words


def assign(headers: Sequence[str], words: Vocabulary) -> tuple[dict[str, list[int]], dict[str, str]]:
    """Canonical -> column indexes that claim it (more than one: a conflict); the stand-ins used."""
    claims: dict[str, list[tuple[int, int]]] = {}
    for index, header in enumerate(headers):
        meaning = words.lookup(header)
        if meaning is not None:
            claims.setdefault(meaning.canonical, []).append((meaning.strength, index))
    used: dict[str, str] = {}
    for stand_in, canonical in STAND_INS[words.side].items():
        found = claims.pop(stand_in, None)
        if found and canonical not in claims:
            claims[canonical] = found
            used[stand_in] = canonical
    best = {canonical: min(strength for strength, _ in found) for canonical, found in claims.items()}
    return {
        canonical: [index for strength, index in found if strength == best[canonical]]
        for canonical, found in claims.items()
    }, used


def recognised(headers: Iterable[str], words: Vocabulary) -> int:
    """How many different columns these headers name."""
    meanings = (words.lookup(header) for header in headers)
    return len({meaning.canonical for meaning in meanings if meaning is not None})


def default_header(side: Side, canonical: str) -> str:
    """The usual header of a column, as the ministry writes it."""
    for row in tables.rows("columns", ("side", "canonical", "header", "origin")):
        if row["side"] == side and row["canonical"] == canonical:
            return row["header"]
    return canonical
