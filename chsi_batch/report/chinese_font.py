"""A font that shows Chinese in the charts, on any machine.

The bundled one comes first (a part of Noto Sans SC, see `fonts/README.md`), so that the same run draws the
same picture everywhere. Only for characters it lacks is a font of the system looked for; what no font shows
is written by its code point.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from importlib import resources
from pathlib import Path

BUNDLED = "NotoSansSC-Subset.ttf"
FAMILY = "Noto Sans SC"
SYSTEM_NAMES = (
    "notosanscjk",
    "sourcehansans",
    "msyh",
    "simsun",
    "pingfang",
    "wqy",
    "droidsansfallback",
    "simhei",
)
"""Parts of file names of system fonts with Chinese, in order of preference."""


@cache
def bundled() -> tuple[str, frozenset[int]]:
    """Path of the bundled font, registered with matplotlib, and the characters it shows."""
    from matplotlib import font_manager

    path = str(resources.files("chsi_batch.report") / "fonts" / BUNDLED)
    font_manager.fontManager.addfont(path)
    return path, _characters(path)


def _characters(path: str) -> frozenset[int]:
    from matplotlib import font_manager

    return frozenset(font_manager.get_font(path).get_charmap())


@cache
def _system() -> tuple[str, frozenset[int]] | None:
    """Family of a Chinese font of the system and its characters, or None."""
    from matplotlib import font_manager

    paths = sorted(font_manager.findSystemFonts())
    for wanted in SYSTEM_NAMES:
        for path in paths:
            if wanted in Path(path).name.lower():
                try:
                    font_manager.fontManager.addfont(path)
                    return font_manager.get_font(path).family_name, _characters(path)
                except (OSError, RuntimeError):
                    continue
    return None


def families(texts: Iterable[str]) -> list[str]:
    """The font families that show these texts, best first."""
    needed = {ord(character) for text in texts for character in text}
    if needed <= bundled()[1]:
        return [FAMILY]
    system = _system()
    return [FAMILY] if system is None else [FAMILY, system[0]]


def showable(text: str) -> str:
    """The text with characters that no font shows written as `U+20BB7`, and nothing taken for a formula."""
    shown = bundled()[1]
    if any(ord(character) not in shown for character in text):
        system = _system()
        shown = shown | system[1] if system else shown
        text = "".join(
            character if ord(character) in shown else f"U+{ord(character):04X}" for character in text
        )
    return text.replace("$", r"\$")
