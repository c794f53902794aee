"""The colours of the reports: one per acting party, a light one for paper and a strong one for pictures.

Nothing is told by colour alone: party, outcome and differing characters are always said in words, bold or
underlined too, so that a black-and-white print says the same.
"""

LIGHT = {
    "student": "#DDEBF7",
    "school": "#E2EFDA",
    "province": "#FFF2CC",
    "police": "#FCE4D6",
    "chsi": "#E4DFEC",
    "conscription": "#DAEEF3",
    "nobody": "#EDEDED",
}
"""Header fill of each party's sheet."""

STRONG = {
    "student": "#2F6DB5",
    "school": "#4E8A3E",
    "province": "#BF9000",
    "police": "#C0562B",
    "chsi": "#6F559C",
    "conscription": "#2E8B9A",
    "nobody": "#7F7F7F",
}
"""Sheet tab and bars of each party."""

PLAIN_LIGHT = "#D9E1F2"
"""Header fill of overviews and bindings."""
NOTES_LIGHT = "#F2F2F2"
BOUND = "#27496D"
EXCEPTION = "#A63D57"
"""Outcomes, in colours that no party has."""
MARK = "#C00000"
"""Differing characters."""
INK = "#222222"
GRID = "#BFBFBF"
SOFT = "#595959"
"""Second-rank text."""
EMPTY = "#F2F2F2"
"""A cell with nothing to count."""
