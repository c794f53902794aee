"""Builds `chsi_batch/tables/name_variants.csv`: one writing of a character to the one names are compared in.

Needs three public sources, none of which is part of this project:
  --opencc   the folder `opencc/dictionary` of the PyPI package opencc-python-reimplemented 0.1.7 (Apache-2.0)
  --unicode  a folder with Unihan_Variants.txt, Unihan_OtherMappings.txt and EquivalentUnifiedIdeograph.txt
             of Unicode 15.0 (Unicode licence; Debian: unicode-data)
  --pua      a CSV with the columns pua, char: the 80 characters GBK once kept in the private-use area

Order of trust: private use and compatibility (the same character by definition), OpenCC traditional to
simplified, OpenCC regional variants, Unihan variants. Unihan alone never folds a character that stands in the
table of standard characters (通用规范汉字表, kTGH): 喆 is not 哲, 邨 is not 村.
"""

import argparse
import csv
import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path

Step = dict[str, tuple[str, str, str]]
"""Character → folded, kind, origin."""

UNIHAN_FIELDS = {
    "kZVariant": 3,
    "kSimplifiedVariant": 2,
    "kSemanticVariant": 1,
}
"""Which fields are followed, the surest with the highest weight."""

BY_HAND = {"煕": "熙", "○": "〇", "◯": "〇"}
"""Seen in names, and in none of the sources."""


def opencc(folder: Path) -> tuple[Step, dict[str, list[str]]]:
    """Traditional to simplified, and regional writings back to the traditional one they stand for."""
    steps: Step = {}
    for source, targets in _dictionary(folder / "TSCharacters.txt"):
        if targets[0] != source:
            steps[source] = (targets[0], "traditional", "OpenCC TSCharacters")
    regional: dict[str, list[str]] = {}
    for name in ("HKVariants", "TWVariants", "JPVariants"):
        for standard, written in _dictionary(folder / f"{name}.txt"):
            for variant in written:
                regional.setdefault(variant, []).append(standard)
    return steps, regional


def compatibility(folder: Path) -> Step:
    """Compatibility ideographs and radicals: one and the same character under a second code point."""
    steps: Step = {}
    for code in (*range(0xF900, 0xFB00), *range(0x2F800, 0x2FA20), *range(0x2F00, 0x2FD6)):
        folded = unicodedata.normalize("NFKC", chr(code))
        if len(folded) == 1 and folded != chr(code):
            steps[chr(code)] = (folded, "compatibility", "Unicode 15.0 UnicodeData")
    for line in (folder / "EquivalentUnifiedIdeograph.txt").read_text(encoding="utf-8").splitlines():
        if found := re.match(r"([0-9A-F]+)(?:\.\.([0-9A-F]+))?\s*;\s*([0-9A-F]+)", line):
            first, last = int(found[1], 16), int(found[2] or found[1], 16)
            for code in range(first, last + 1):
                target = chr(int(found[3], 16))
                origin = "Unicode 15.0 EquivalentUnifiedIdeograph"
                steps.setdefault(chr(code), (target, "compatibility", origin))
    return steps


def private_use(path: Path) -> Step:
    """The 80 characters that old GBK software stored in the private-use area."""
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return {
            chr(int(row["pua"][2:], 16)): (row["char"], "pua", "GB18030-2022")
            for row in csv.DictReader(stream)
        }


def standard(folder: Path) -> frozenset[str]:
    """The 8,105 characters of the table of standard characters."""
    lines = (folder / "Unihan_OtherMappings.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(chr(int(line.split("\t")[0][2:], 16)) for line in lines if "\tkTGH\t" in line)


def unihan(folder: Path) -> dict[str, dict[str, tuple[int, str]]]:
    """Character → neighbour → (weight, field), in both directions: the files list most pairs once only."""
    neighbours: dict[str, dict[str, tuple[int, str]]] = {}
    for line in (folder / "Unihan_Variants.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("#") or not line.strip():
            continue
        code, field, value = line.split("\t")
        if field not in UNIHAN_FIELDS:
            continue
        for part in value.split():
            target, _, sources = part.partition("<")
            weight = 10 * UNIHAN_FIELDS[field] + len(sources.split(","))
            pair = chr(int(code[2:], 16)), chr(int(target[2:], 16))
            for one, other in (pair, pair[::-1]):
                known = neighbours.setdefault(one, {}).get(other, (0, ""))
                neighbours[one][other] = max(known, (weight, field))
    return neighbours


def build(arguments: argparse.Namespace) -> Step:
    """All steps, each followed to its end: folding is one look-up, and doing it twice changes nothing."""
    in_standard = standard(arguments.unicode)
    near = unihan(arguments.unicode)
    steps, regional = opencc(arguments.opencc)
    for variant, meant in sorted(regional.items()):
        if variant in steps or variant in in_standard or variant in meant:
            continue
        ends = {_end(steps, character) for character in meant}
        if len(ends) == 1:
            steps[variant] = (ends.pop(), "variant", "OpenCC regional variants")
    for variant in sorted(near.keys() | steps.keys()):
        _from_unihan(variant, steps, near.get(variant, {}), in_standard)
    steps |= {source: (target, "variant", "by hand") for source, target in BY_HAND.items()}
    steps |= compatibility(arguments.unicode) | private_use(arguments.pua)
    closed = {source: (_end(steps, source), kind, origin) for source, (_, kind, origin) in steps.items()}
    return {source: row for source, row in sorted(closed.items()) if row[0] != source}


def _from_unihan(
    variant: str, steps: Step, near: dict[str, tuple[int, str]], in_standard: frozenset[str]
) -> None:
    """Fold a character that stands nowhere in the standard table to the one standard character it varies."""
    if variant in in_standard or _end(steps, variant) in in_standard:
        return
    ends: dict[str, tuple[int, str]] = {}
    for other, weight in near.items():
        end = _end(steps, other)
        if end in in_standard and end != variant:
            ends[end] = max(ends.get(end, (0, "")), weight)
    if not ends:
        return
    best = max(weight for weight, _ in ends.values())
    chosen = [(end, field) for end, (weight, field) in ends.items() if weight == best]
    if len(chosen) == 1:
        steps[variant] = (chosen[0][0], "variant", f"Unihan 15.0 {chosen[0][1]}")


def _end(steps: Step, character: str) -> str:
    seen = {character}
    while character in steps and steps[character][0] not in seen:
        character = steps[character][0]
        seen.add(character)
    return character


def _dictionary(path: Path) -> Iterator[tuple[str, list[str]]]:
    for line in path.read_text(encoding="utf-8").splitlines():
        source, _, targets = line.partition("\t")
        if targets and not source.startswith("#"):
            yield source, targets.split(" ")


def main() -> None:
    """Write the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    for name in ("opencc", "unicode", "pua", "out"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    arguments = parser.parse_args()
    with arguments.out.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(("character", "folded", "kind", "origin"))
        writer.writerows((source, *row) for source, row in build(arguments).items())


if __name__ == "__main__":
    main()
