"""Cleaning that every field shares, and what one slip of the fingers is."""

import unicodedata


def half_width(cell: str | None) -> str:
    """Full-width to half-width, without spaces and invisible characters; '' for an empty cell."""
    text = "".join(half(sign) for sign in cell or "")
    return "".join(
        sign for sign in text if not sign.isspace() and unicodedata.category(sign) not in ("Cf", "Cc")
    )


def half(sign: str) -> str:
    """One character in half width."""
    if sign == "\u3000":
        return " "
    return chr(ord(sign) - 0xFEE0) if "！" <= sign <= "～" else sign


def one_slip(a: str, b: str) -> bool:
    """One character wrong, missing or extra, or two neighbours swapped."""
    if len(a) == len(b):
        wrong = [place for place in range(len(a)) if a[place] != b[place]]
        swapped = (
            len(wrong) == 2
            and wrong[1] == wrong[0] + 1
            and a[wrong[0]] == b[wrong[1]]
            and a[wrong[1]] == b[wrong[0]]
        )
        return len(wrong) == 1 or swapped
    short, long = sorted((a, b), key=len)
    return len(long) == len(short) + 1 and any(
        long[:cut] + long[cut + 1 :] == short for cut in range(len(long))
    )
