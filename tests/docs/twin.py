"""A notebook and its twin: `.py` with `# %%` cells (py:percent) is the source, `.ipynb` the same, empty."""

from __future__ import annotations

from pathlib import Path

import jupytext
import nbformat

_KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}


def notebook(script: Path) -> str:
    """The `.ipynb` text of a script: cells numbered, so that the same script gives the same bytes."""
    found = jupytext.read(script, fmt="py:percent")
    found.metadata = nbformat.from_dict({"kernelspec": _KERNEL, "language_info": {"name": "python"}})
    found.nbformat_minor = 5
    for place, cell in enumerate(found.cells, start=1):
        cell["id"], cell["metadata"] = f"cell-{place}", {}
    return str(nbformat.writes(found)) + "\n"
