"""Fonts that show Chinese in the pictures and on the page, on any machine.

The bundled ones come first (parts of Noto Sans SC, see `fonts/README.md`): one for what is written every
day, one for the rare characters of names. So the same run draws the same picture everywhere. Only for
characters both lack is a font of the system looked for; what no font shows is written by its code point.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from importlib import resources
from pathlib import Path

FILES = {"Noto Sans SC": "NotoSansSC-Subset.ttf", "Noto Sans SC Rare": "NotoSansSC-Rare.otf"}
"""Family -> file, best first."""
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


def folder() -> Path:
    """Where the bundled fonts lie."""
    return Path(str(resources.files("chsi_batch.report") / "fonts"))


def path(family: str) -> Path:
    """Where the file of a bundled family lies."""
    return folder() / FILES[family]


@cache
def bundled() -> dict[str, frozenset[int]]:
    """The bundled families, registered with matplotlib, and the characters each shows."""
    from matplotlib import font_manager

    for family in FILES:
        font_manager.fontManager.addfont(str(path(family)))
    return {family: _characters(str(path(family))) for family in FILES}


@cache
def _bundled_characters() -> frozenset[int]:
    return frozenset().union(*bundled().values())


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
    needed = {ord(character) for text in texts for character in text if character.isprintable()}
    found = [*bundled()]
    if not needed <= _bundled_characters() and (system := _system()):
        found.append(system[0])
    return found


def showable(text: str) -> str:
    """The text with characters that no font shows written as `U+20BB7`, and nothing taken for a formula."""
    shown = _bundled_characters()
    if any(ord(character) not in shown for character in text):
        system = _system()
        shown = shown | system[1] if system else shown
        text = "".join(
            character if ord(character) in shown else f"U+{ord(character):04X}" for character in text
        )
    return text.replace("$", r"\$")
