"""A notebook and its twin: `.py` with `# %%` cells (py:percent) is the source, `.ipynb` the same, no outputs.

Written with the standard library alone, so that the bytes do not follow the version of a notebook library.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

CODE, PROSE = "# %%", "# %% [markdown]"
_METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}


def cells(text: str) -> Iterator[tuple[str, str]]:
    """(mark, content) of each cell; what stands before the first mark belongs to no cell."""
    mark, lines = "", list[str]()
    for line in text.splitlines():
        if line in (CODE, PROSE):
            if mark:
                yield mark, _content(mark, lines)
            mark, lines = line, []
        else:
            lines.append(line)
    if mark:
        yield mark, _content(mark, lines)


def _content(mark: str, lines: list[str]) -> str:
    text = "\n".join(lines).strip("\n")
    if mark == CODE:
        return text
    return "\n".join(line.removeprefix("#").removeprefix(" ") for line in text.split("\n"))


def notebook(script: Path) -> str:
    """The `.ipynb` text of a script."""
    tree = {
        "cells": [
            _cell(place, mark, content)
            for place, (mark, content) in enumerate(cells(script.read_text(encoding="utf-8")), start=1)
        ],
        "metadata": _METADATA,
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    return json.dumps(tree, ensure_ascii=False, indent=1) + "\n"


def _cell(place: int, mark: str, content: str) -> dict[str, Any]:
    source = content.splitlines(keepends=True)
    cell: dict[str, Any] = {"id": f"cell-{place}", "metadata": {}, "source": source}
    if mark == PROSE:
        return {"cell_type": "markdown", **cell}
    return {"cell_type": "code", "execution_count": None, "outputs": [], **cell}
