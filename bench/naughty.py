"""Proof of safe output: `python bench/naughty.py [--formats xlsx csv parquet] [--office] [--write]`.

Every naughty text stands in every text field, header, sheet and file name of all three sides; then everything
that `run`, `check`, `diff`, `audit`, `explain`, `verify` and `decisions` leave or say, and all that the
notebooks show, is searched for what came alive.
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
import time
from pathlib import Path

from proving import alive, inputs, naughty, notebooks, walking
from results import write_section


def main() -> None:
    """Make the inputs, run, search, tell."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--formats", nargs="+", default=["csv", "xlsx", "parquet"])
    parser.add_argument("--office", action="store_true")
    parser.add_argument("--write", action="store_true")
    asked = parser.parse_args()
    lines = [
        "| format | texts | rows | workbooks | pages | cells | alive | seconds |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for extension in asked.formats:
        folder = Path(tempfile.mkdtemp(prefix="chsi-naughty-"))
        try:
            lines.append(_one(extension, folder, asked.office))
        finally:
            shutil.rmtree(folder)
    text = "\n".join(lines)
    print(text)
    if asked.write:
        write_section("Safe output", __file__, text)


def _one(extension: str, folder: Path, office: bool) -> str:
    start = time.perf_counter()
    texts = list(naughty.held(extension))
    made = walking.walk(inputs.world(folder / "in", extension, texts), folder)
    found = [*made.alive(), *notebooks.alive_in(made.folder / "again")]
    for entry in found[:20]:
        print(entry)
    cells = sum(len(alive.values(path)) for path in made.workbooks)
    if office:
        saved = alive.saved_again(made.workbooks, folder / "office")
        differing = [
            (path.name, place)
            for path, again in saved.items()
            for before in [alive.values(path)]
            for after in [alive.values(again)]
            for place in before.keys() | after.keys()
            if before.get(place) != after.get(place)
        ]
        print(
            f"{extension}: {len(saved)} workbooks saved by LibreOffice, "
            f"{len(differing)} cells differ: {differing[:5]}"
        )
    seconds = time.perf_counter() - start
    return (
        f"| {extension} | {len(texts)} | {made.rows:,} | {len(made.workbooks)} | {len(made.pages)}"
        f" | {cells:,} | {len(found)} | {seconds:.0f} |"
    )


if __name__ == "__main__":
    main()
