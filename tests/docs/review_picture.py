"""Draws `review.png`, the picture of the review in the README: one case of a made-up run in JupyterLab.

`python tests/docs/review_picture.py` needs Chromium. Everybody in the picture is invented.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]

PICTURE = Path(__file__).with_name("review.png")
CODE, REVIEWER = "id-slip", "审核人甲"
COLOURS = 64
FONTS = "[...document.fonts].filter(f => f.family.includes('Noto Sans SC')).length > 1"


def main() -> None:
    """Make a run, open one of its cases, keep what the widget shows."""
    from notebooks.jupyterlab import Watched, browsing, serving, write_notebook
    from PIL import Image

    from chsi_batch.cli import main as chsi_batch

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if chsi_batch(["demo", "--out", str(folder / "demo"), "--progress", "none"]):
            raise SystemExit("the demo failed")
        chosen = f"code={CODE!r}, reviewer={REVIEWER!r}"
        cell = f"from chsi_batch.notebook import open_run\nopen_run().review({chosen})"
        with serving(folder / "demo" / "result", folder / "home") as lab, browsing() as browser:
            write_notebook(lab.folder / "review.ipynb", cell)
            watched = Watched(browser.new_page(viewport={"width": 1280, "height": 1500}))
            watched.open(lab, "review.ipynb")
            watched.run_all()
            page = watched.page
            page.locator(".chsi-review .chsi-fields").wait_for()
            page.wait_for_function(FONTS)
            page.locator(".chsi-review").screenshot(path=folder / "drawn.png")
        with Image.open(folder / "drawn.png") as drawn:
            drawn.convert("RGB").quantize(COLOURS).save(PICTURE, optimize=True)


if __name__ == "__main__":
    main()
