"""What may be shown of personal numbers: enough for the owner of the files, too little for anybody else.

ID numbers keep their first and last character, since six and four would leave a few hundred people; mobile
numbers three and two digits, e-mail addresses one letter and the domain. Where two numbers are compared, the
places in which they differ are shown as well, if they are few. Names and certificate numbers are not masked.
Examples: `1****************1` · `138******78` · `z***@163.com`.
"""

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pyarrow as pa

STAR = "*"
SHORTEST_SHOWN = 5
"""Shorter numbers show nothing: two characters would be half of them."""

MOST_SHOWN = 4
"""Places in which two numbers may differ and still be shown there."""

MOBILE_HEAD, MOBILE_TAIL, MOBILE_LENGTH = 3, 2, 11
LOCAL_PART = "***"

_D = "[0-9０-９]"
_UNSEEN = "[\u00ad\u200b-\u200f\u2060-\u2064\ufeff]*"
_LIKE_X = "[xXｘＸхХχΧ×]"
_LOCAL = "[A-Za-z0-9._%+\\-Ａ-Ｚａ-ｚ０-９]"
_EMAIL = re.compile(f"(?<!{_LOCAL})({_LOCAL}++)([@＠])(?=[\\w.-]*[\\w-])")
"""Looked for from the first letter of a word only: in a long word without an at-sign that is a thousand times
faster than from every letter."""
_RUN = re.compile(f"{_D}(?:{_UNSEEN}{_D}){{14,}}(?:{_UNSEEN}{_LIKE_X})?")
_PARTED = re.compile(f"{_D}(?:[ \u00a0\u3000./\\-]?{_D}){{14,}}(?:[ \u00a0\u3000./\\-]?{_LIKE_X})?")
_GROUPED = f"([ -])(?:{_D}{{4}}\\2{_D}{{4}}|{_D}{{3}}\\2{_D}{{5}})"
_MOBILE = re.compile(
    f"(?<!{_D})((?:(?:00)?86[ -]?|0)?)[1１][3-9３-９]{_D}(?:{_GROUPED}|[ -]?{_D}{{8}})(?!{_D})"
)
_PASSPORT = re.compile(
    "(?<![A-Za-z0-9])(?:[A-Za-z]{1,2}[0-9]{7,10}|[A-Za-z]{3}[0-9]{12}|[A-Za-z]{1,2}[0-9]{6}\\([0-9A]\\))(?![A-Za-z0-9])"
)
_OPTION = re.compile("-{1,2}[a-z]+(?:-[a-z]+)*")
_FILE_LIKE = re.compile("[/\\\\#]|\\.[A-Za-z][A-Za-z0-9]{0,7}$")
_SCIENTIFIC = re.compile("([0-9]\\.)([0-9]{5,})(?=[eE]\\+?[0-9]{2})")
_WIDE = str.maketrans("０１２３４５６７８９", "0123456789")
_BIRTH = re.compile("(?:(?:18|19|20)[0-9]{2})(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])")
_BIRTH_SHORT = re.compile("[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])")


def mask_id(text: str) -> str:
    """First and last character, the rest as stars; nothing of a very short number."""
    return _stars(text, frozenset())


def mask_mobile(text: str) -> str:
    """Three digits, stars, two digits; anything that is no mobile number as an ID number."""
    from chsi_batch.values.contact import clean_mobile

    number = clean_mobile(text)
    return _mobile(number) if number else mask_id(text)


def mask_email(text: str) -> str:
    """One character, three stars and the domain; anything that is no address as an ID number."""
    local, at, domain = text.replace("＠", "@").rpartition("@")
    if not at or not local:
        return mask_id(text)
    return f"{local[0] if len(local) > 1 else ''}{LOCAL_PART}@{domain}"


def mask_pair(a: str, b: str) -> tuple[str, str]:
    """Both masked as ID numbers, but with the places in which they differ; if those are too many, without."""
    places = _differing(a, b)
    if places is None:
        return mask_id(a), mask_id(b)
    return _stars(a, places[0]), _stars(b, places[1])


def mask_text(text: str) -> str:
    """A free text in which whatever looks like an ID number, a mobile number or an address is masked."""
    return _PASSPORT.sub(lambda found: mask_id(found[0]), mask_typed(text))


def mask_typed(text: str) -> str:
    """The same for what somebody typed, where `XL20250701` is the name of a file and no passport."""
    shown = _EMAIL.sub(lambda found: mask_email(found[0]), text)
    shown = _SCIENTIFIC.sub(lambda found: found[1] + STAR * len(found[2]), shown)
    shown = _RUN.sub(lambda found: _between(found[0], 1, 1), shown)
    shown = _PARTED.sub(lambda found: _if_born(found[0]), shown)
    return _MOBILE.sub(lambda found: found[1] + _mobile(found[0].removeprefix(found[1])), shown)


def mask_argument(text: str) -> str:
    """An argument or a setting as an error repeats it: it may be a person typed in the wrong place.

    Options, and files and references by their signs, are shown as typed but for numbers; so is what has no
    letter. Of anything else its first sign stays.
    """
    option, equals, value = text.partition("=")
    if equals and _OPTION.fullmatch(option):
        return option + equals + mask_argument(value)
    if _OPTION.fullmatch(text) or _FILE_LIKE.search(text) or not any(map(str.isalpha, text)):
        return mask_typed(text)
    return text[: len(text) > 1] + STAR * max(1, len(text) - 1)


def mask_ids(values: Any) -> "pa.Array":
    """A column through `mask_id`."""
    import pyarrow as pa
    import pyarrow.compute as pc

    from chsi_batch.values.distinct import whole

    column = whole(values)
    lengths = pc.utf8_length(column)
    masked = column
    for length in pc.unique(lengths).drop_null().to_pylist():
        start, stop = (0, length) if length < SHORTEST_SHOWN else (1, length - 1)
        starred = pc.utf8_replace_slice(column, start, stop, STAR * (stop - start))
        masked = pc.if_else(pc.equal(lengths, length), starred, masked)
    return pc.if_else(pc.is_valid(column), masked, pa.scalar(None, pa.string()))


def mask_mobiles(values: Any) -> "pa.Array":
    """A column through `mask_mobile`."""
    import pyarrow.compute as pc

    from chsi_batch.values.contact import MOBILE
    from chsi_batch.values.distinct import unless, whole

    column = whole(values)
    stars = STAR * (MOBILE_LENGTH - MOBILE_HEAD - MOBILE_TAIL)
    fast = pc.utf8_replace_slice(column, MOBILE_HEAD, MOBILE_LENGTH - MOBILE_TAIL, stars)
    return unless(pc.match_substring_regex(column, MOBILE), fast, column, _or_none(mask_mobile))


def mask_emails(values: Any) -> "pa.Array":
    """A column through `mask_email`."""
    import pyarrow.compute as pc

    from chsi_batch.values.distinct import unless, whole

    column = whole(values)
    usual = pc.match_substring_regex(column, "^[!-?A-~][!-?A-~]+@[^@＠]*$")
    fast = pc.replace_substring_regex(column, "^(.)[^@]*@", f"\\1{LOCAL_PART}@")
    return unless(usual, fast, column, _or_none(mask_email))


def mask_texts(values: Any) -> "pa.Array":
    """A column through `mask_text`, each distinct text once."""
    from chsi_batch.values.distinct import each

    return each(values, _or_none(mask_text))


def _or_none(mask: Callable[[str], str]) -> Callable[[str | None], str | None]:
    return lambda text: None if text is None else mask(text)


def _stars(text: str, shown: frozenset[int]) -> str:
    if len(text) < SHORTEST_SHOWN:
        return STAR * len(text)
    ends = {0, len(text) - 1}
    return "".join(sign if place in ends or place in shown else STAR for place, sign in enumerate(text))


def _mobile(number: str) -> str:
    return _between(number, MOBILE_HEAD, MOBILE_TAIL)


def _between(text: str, head: int, tail: int) -> str:
    """Digits and letters other than the first and last few become stars; signs between them stay."""
    places = [place for place, sign in enumerate(text) if sign.isalnum() or sign == "×"]
    hidden = set(places[head : len(places) - tail])
    return "".join(STAR if place in hidden else sign for place, sign in enumerate(text))


def _if_born(parted: str) -> str:
    """Digits in groups are masked if a birth date stands where ID numbers have it; totals are not."""
    digits = "".join(sign for sign in parted.translate(_WIDE) if sign.isalnum())
    born = _BIRTH.match(digits, 6) if len(digits) > 15 else _BIRTH_SHORT.match(digits, 6)
    return _between(parted, 1, 1) if born else parted


def _differing(a: str, b: str) -> tuple[frozenset[int], frozenset[int]] | None:
    """The places of each text that the other does not share; None if there are too many."""
    if len(a) == len(b):
        places = frozenset(place for place in range(len(a)) if a[place] != b[place])
        if len(places) <= MOST_SHOWN:
            return places, places
    from rapidfuzz.distance import Levenshtein

    left: set[int] = set()
    right: set[int] = set()
    for step in Levenshtein.opcodes(a, b):
        if step.tag != "equal":
            left.update(range(step.src_start, step.src_end))
            right.update(range(step.dest_start, step.dest_end))
    if max(len(left), len(right)) > MOST_SHOWN:
        return None
    return frozenset(left), frozenset(right)
