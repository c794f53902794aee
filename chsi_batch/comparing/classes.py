"""What became of a row between two runs: the first class that fits, so that every row is in exactly one."""

from __future__ import annotations

import numpy as np
import pandas as pd

CLASSES = (
    "bound", "lost", "decided", "undecided", "counterpart", "state", "code", "candidate", "rule", "come",
    "gone", "unchanged",
)  # fmt: skip
"""In the order in which people read them."""

MIRRORED = {
    "bound": "lost", "lost": "bound", "decided": "undecided", "undecided": "decided", "come": "gone",
    "gone": "come",
}  # fmt: skip
"""What a class is called when the two runs change places; the others stay."""

DECISION = "decision"


def classify(lines: pd.DataFrame) -> pd.Series[str]:
    """The class of every line (columns `a_…` and `b_…`, '' on the side where there is no row)."""

    def differs(column: str) -> pd.Series[bool]:
        return lines[f"a_{column}"] != lines[f"b_{column}"]

    was, now = lines["a_outcome"] == "bound", lines["b_outcome"] == "bound"
    decided_then, decided_now = lines["a_method"] == DECISION, lines["b_method"] == DECISION
    both = was & now
    tests = [
        (lines["a_outcome"] == "", "come"),
        (lines["b_outcome"] == "", "gone"),
        (decided_now & ~decided_then, "decided"),
        (decided_then & ~decided_now, "undecided"),
        (now & ~was, "bound"),
        (was & ~now, "lost"),
        (both & differs("counterpart_key"), "counterpart"),
        (both & differs("state"), "state"),
        (differs("code"), "code"),
        (differs("counterpart_key"), "candidate"),
        (differs("rule") | differs("method"), "rule"),
    ]
    chosen = np.select([test for test, _ in tests], [name for _, name in tests], default="unchanged")
    return pd.Series(chosen, index=lines.index, dtype="str")
