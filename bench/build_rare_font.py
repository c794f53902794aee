"""Builds `chsi_batch/report/fonts/NotoSansSC-Rare.otf`: the characters the bundled font lacks and names need.

Needs two public sources, neither of which is part of this project:
  --noto     NotoSansCJK-Regular.ttc, 2.004 (SIL Open Font License; Debian: fonts-noto-cjk)
  --unihan   Unihan_OtherMappings.txt, Unicode 15.0 (Unicode licence; Debian: unicode-data)

What goes in: the table of standard characters (通用规范汉字表, kTGH) and every Han character in
this project's tables of sample names and surnames; what the bundled font shows already stays out. Hinting
and layout tables are dropped, and the same sources give the same bytes.
"""

import argparse
import re
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTCollection, TTFont

PACKAGE = Path(__file__).resolve().parents[1] / "chsi_batch"
FONTS = PACKAGE / "report" / "fonts"
TARGET = FONTS / "NotoSansSC-Rare.otf"
FAMILY = "Noto Sans SC Rare"
DROPPED = ("GSUB", "GPOS", "GDEF", "BASE", "VORG", "vhea", "vmtx", "DSIG")
NAMES_KEPT = (0, 5, 13, 14)
HAN = re.compile("[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")


def standard_characters(unihan: Path) -> set[int]:
    """The code points with a kTGH field."""
    lines = unihan.read_text(encoding="utf-8").splitlines()
    return {int(line.split("\t")[0][2:], 16) for line in lines if "\tkTGH\t" in line}


def own_characters() -> set[int]:
    """Han characters of the tables that make names, and of surnames."""
    paths = [*(PACKAGE / "tables").glob("sample_*.csv"), PACKAGE / "tables" / "surnames.csv"]
    return {
        ord(character) for path in paths for character in HAN.findall(path.read_text(encoding="utf-8-sig"))
    }


def build(noto: Path, unihan: Path) -> int:
    """Write the font; returns how many characters it shows."""
    faces = TTCollection(str(noto)).fonts
    number = next(n for n, face in enumerate(faces) if face["name"].getDebugName(1) == "Noto Sans CJK SC")
    shown = set(TTFont(FONTS / "NotoSansSC-Subset.ttf").getBestCmap())
    wanted = (standard_characters(unihan) | own_characters()) - shown
    font = TTFont(noto, fontNumber=number, recalcTimestamp=False)
    if missing := wanted - set(font.getBestCmap()):
        print(f"not in this font: {', '.join(f'U+{code:04X}' for code in sorted(missing))}")
    options = subset.Options()
    options.layout_features, options.hinting = [], False
    options.name_IDs = list(NAMES_KEPT)
    options.drop_tables += DROPPED
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=wanted)
    cutter.subset(font)
    for key, text in {1: FAMILY, 2: "Regular", 4: FAMILY, 6: FAMILY.replace(" ", "")}.items():
        font["name"].setName(text, key, 3, 1, 0x409)
    font["CFF "].cff.fontNames = [FAMILY.replace(" ", "")]
    font["CFF "].cff.topDictIndex[0].FamilyName = FAMILY
    font["CFF "].cff.topDictIndex[0].FullName = FAMILY
    font.save(TARGET)
    return len(font.getBestCmap())


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--noto", type=Path, required=True)
    parser.add_argument("--unihan", type=Path, required=True)
    asked = parser.parse_args()
    print(f"{build(asked.noto, asked.unihan)} characters, {TARGET.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
