"""Which run a workbook that is given back belongs to: a hidden sheet with the run's fingerprint.

The fingerprint is of what a run was made from, so that equal runs give equal bytes: the decisions that it was
given are left out, because a workbook stays good when the same run is made again with decisions.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Any

from chsi_batch.report.forms import Form

SHEET = "_run"
FORM = "chsi-batch exceptions 1"
"""First cell of the sheet; the number changes when its lines do."""
_RUN = "run"
_FACTS = ("as_of", "former_names", "rules_sha256")
_SETTINGS = ("columns", "placeholders", "matching")
"""Those that change results; threads and limits do not."""
_LETTERS = str.maketrans("0123456789", "ghijklmnop")
"""Nobody shall take a part of the fingerprint for a mobile or ID number."""
_INPUT = ("side", "file", "sheet", "sha256")


def fingerprint(facts: Mapping[str, Any]) -> str:
    """The digest of the inputs, rules and settings of a run, from its `run.json`, in letters."""
    inputs = [[entry[name] for name in _INPUT] for entry in facts.get("inputs", ())]
    chosen = facts.get("settings", {})
    made = {
        "inputs": inputs,
        "settings": {name: chosen.get(name) for name in _SETTINGS},
        **{name: facts.get(name) for name in _FACTS},
    }
    return hashlib.sha256(json.dumps(made, sort_keys=True).encode()).hexdigest().translate(_LETTERS)


def carry(form: Form, facts: Mapping[str, Any]) -> None:
    """Put the fingerprint into a sheet that nobody sees."""
    sheet = form.page(SHEET, SHEET)
    for row, line in enumerate(((FORM,), (_RUN, fingerprint(facts)))):
        for place, text in enumerate(line):
            sheet.write_string(row, place, text, form.style(num_format="@"))
    sheet.hide()


def carried(lines: Iterable[tuple[str, ...]]) -> str | None:
    """The fingerprint that the lines of such a sheet hold; None if they hold none.

    Other programs may have put a line of their own above them.
    """
    listed = list(lines)
    if not any(FORM in line for line in listed):
        return None
    return next((line[line.index(_RUN) + 1] for line in listed if _RUN in line[:-1]), None)
