"""Figures into RESULTS.md: one section per command, replaced whole."""

from __future__ import annotations

import re
from pathlib import Path

RESULTS = Path(__file__).with_name("RESULTS.md")


def write_section(title: str, command: str, text: str) -> None:
    """Put a section in the place of the one with the same title, or at the end."""
    old = RESULTS.read_text(encoding="utf-8")
    new = f"## {title}\n\n`python bench/{Path(command).name}`\n\n{text.strip()}\n\n"
    found = re.search(rf"^## {re.escape(title)}\n.*?(?=^## |\Z)", old, re.MULTILINE | re.DOTALL)
    whole = old[: found.start()] + new + old[found.end() :] if found else f"{old.rstrip()}\n\n{new}"
    RESULTS.write_text(whole.rstrip() + "\n", encoding="utf-8")
