"""Draws `exception_report.png`, the picture of the README: the school's sheet of a made-up run, printed.

`python tests/docs/picture.py` needs LibreOffice and poppler (pdftoppm, pdftotext). Everybody in the picture
is invented.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

PICTURE = Path(__file__).with_name("exception_report.png")
SHEET = "学校办理"
DOTS_PER_INCH = 150
WIDTH, HEIGHT = 1754, 754
"""A4 across at this resolution, cut after the first cases."""
LEFT, TOP, RIGHT = 30, 60, 30
COLOURS = 64


def _page(pdf: Path) -> int:
    """The first page whose title names the sheet."""
    text = subprocess.run(["pdftotext", "-layout", pdf, "-"], check=True, capture_output=True).stdout.decode()
    tops = ("".join(page.split())[:40] for page in text.split("\f"))
    return next(place for place, top in enumerate(tops, start=1) if SHEET in top)


def main() -> None:
    """Make a run, print its exception report, keep the top of one page."""
    from PIL import Image

    from chsi_batch.cli import main as chsi_batch

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if chsi_batch(["demo", "--out", str(folder / "demo"), "--progress", "none"]):
            raise SystemExit("the demo failed")
        report = folder / "demo" / "result" / "exception_report.xlsx"
        office = ["soffice", f"-env:UserInstallation={(folder / 'office').as_uri()}", "--headless"]
        subprocess.run([*office, "--convert-to", "pdf", "--outdir", folder, report], check=True)
        pdf, page = folder / "exception_report.pdf", str(_page(folder / "exception_report.pdf"))
        size = ["-r", DOTS_PER_INCH, "-x", LEFT, "-y", TOP, "-W", WIDTH - LEFT - RIGHT, "-H", HEIGHT]
        drawing = ["pdftoppm", "-png", "-singlefile", "-f", page, *map(str, size)]
        subprocess.run([*drawing, pdf, folder / "page"], check=True)
        with Image.open(folder / "page.png") as drawn:
            drawn.convert("RGB").quantize(COLOURS).save(PICTURE, optimize=True)


if __name__ == "__main__":
    main()
