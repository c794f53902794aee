"""The ministry's list of regular schools (全国普通高等学校名单), from its workbook to `schools.csv`.

The workbook has title rows, a heading (序号 学校名称 学校标识码 …) and, per province, a group row such as
`北京市（92所）`. School ids are stored as numbers or as text, names may hold line breaks. A rebuilt table
keeps every name ever listed: a school that was renamed keeps its code, and people keep writing the old name.

`kind` of a row: `current` the name in the list · `former` another name the same code had before ·
`closed` the last name of a code that is no longer in the list · `other` a name a registrar added.
"""

import csv
import re
from collections.abc import Iterable, Iterator
from dataclasses import astuple, dataclass, replace
from pathlib import Path

from chsi_batch import plain, publishing, tables
from chsi_batch.errors import OutputError, Refusal, Refused
from chsi_batch.layout.cells import Cell, text_of
from chsi_batch.layout.headers import Vocabulary
from chsi_batch.settings import Limits
from chsi_batch.sources.model import InputFile, Sheet, SourceFile
from chsi_batch.sources.opening import open_file
from chsi_batch.tables import rows as table_rows
from chsi_batch.tables import texts
from chsi_batch.terms import Side
from chsi_batch.values import school

COLUMNS = ("code", "name", "kind", "province", "level", "origin")
HEADING = ("学校名称", "学校标识码", "办学层次")
CODE = "not-the-school-list"
FEWEST = 100
"""A list with fewer schools than this is part of one, or something else."""

_GROUP = re.compile(r"(.+?)[（(]\s*([0-9]+)\s*所\s*[)）]")
_DATE = re.compile(r"截至\s*([0-9]{4})年([0-9]{1,2})月([0-9]{1,2})日")
_CODE = re.compile(r"[0-9]{10}")
_ORDER = {"current": 0, "closed": 0, "former": 1, "other": 2}


@dataclass(frozen=True)
class Listed:
    """One row of `schools.csv`."""

    code: str
    name: str
    kind: str
    province: str
    level: str
    origin: str


@dataclass(frozen=True)
class Summary:
    """What a rebuild changed: schools in the list, and codes added, renamed and gone since the last table."""

    origin: str
    listed: int
    added: int
    renamed: int
    gone: int
    rows: int


OWN_TABLE = Path(tables.__file__).with_name("schools.csv")
"""The table the program reads."""


def rebuild(path: Path, out: Path, language: str = "zh") -> Summary:
    """Read the workbook at `path`, merge it into the names known so far, write the table to `out`."""
    current = read(path, language)
    before = known(out)
    merged = merge(before, current)
    write(merged, out)
    return _summary(before, current, merged)


def known(out: Path) -> tuple[Listed, ...]:
    """The names known so far: those of `out` if it exists, else those shipped with the program."""
    if not out.exists():
        return tuple(Listed(**row) for row in table_rows("schools", COLUMNS))
    with out.open(encoding="utf-8-sig", newline="") as stream:
        reader = csv.reader(stream)
        if tuple(next(reader, ())) != COLUMNS:
            raise OutputError.of("not-a-school-table", out)
        return tuple(Listed(*row) for row in reader)


def read(path: Path, language: str = "zh") -> tuple[Listed, ...]:
    """The schools of the ministry's workbook, each as a `current` row; Refused if it is not that list."""
    book = _open(path, language)
    for sheet in book.sheets:
        for number, row in enumerate(sheet.rows):
            places = {_text(cell): place for place, cell in enumerate(row)}
            if all(word in places for word in HEADING):
                return _Reading(path, language, sheet, number, places).schools()
    raise _refused(path, language, "no-heading", headings=" ".join(HEADING))


def merge(before: Iterable[Listed], current: Iterable[Listed]) -> tuple[Listed, ...]:
    """Current names first; what was current and has changed becomes `former`, what is gone `closed`."""
    listed = {row.code: row for row in current}
    merged = list(listed.values())
    seen = {(row.code, school.clean(row.name)) for row in merged}
    for row in before:
        if (row.code, school.clean(row.name)) in seen:
            continue
        seen.add((row.code, school.clean(row.name)))
        merged.append(_aged(row, row.code in listed))
    return tuple(sorted(merged, key=lambda row: (row.code, _ORDER[row.kind], row.origin, row.name)))


def write(table: Iterable[Listed], out: Path) -> None:
    """Write the table whole or not at all."""
    with publishing.placing(out) as fresh, fresh.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows(astuple(row) for row in table)


def _aged(row: Listed, still_listed: bool) -> Listed:
    if row.kind not in ("current", "closed"):
        return row
    return replace(row, kind="former" if still_listed else "closed")


def _summary(before: Iterable[Listed], current: Iterable[Listed], merged: Iterable[Listed]) -> Summary:
    old = {row.code: school.clean(row.name) for row in before if row.kind == "current"}
    new = {row.code: school.clean(row.name) for row in current}
    origin = next(row.origin for row in current)
    renamed = sum(old[code] != new[code] for code in old.keys() & new.keys())
    return Summary(
        origin,
        len(new),
        len(new.keys() - old.keys()),
        renamed,
        len(old.keys() - new.keys()),
        len(list(merged)),
    )


@dataclass(frozen=True)
class _Reading:
    """One sheet, the index of its heading row and where its columns stand."""

    path: Path
    language: str
    sheet: Sheet
    heading: int
    places: dict[str, int]

    def schools(self) -> tuple[Listed, ...]:
        """The rows under the heading; a group row opens a province and tells how many schools follow."""
        found: list[Listed] = []
        promised: dict[str, int] = {}
        province = ""
        for number in range(self.heading + 1, len(self.sheet.rows)):
            cells = [_text(cell) for cell in self.sheet.rows[number]]
            if group := _GROUP.fullmatch(cells[0]):
                province = group[1]
                promised[province] = int(group[2])
            elif any(cells):
                found.append(self._listed(cells, province, number))
        self._counted(found, promised)
        return tuple(found)

    def _listed(self, cells: list[str], province: str, number: int) -> Listed:
        code, name, level = (cells[self.places[word]] for word in ("学校标识码", "学校名称", "办学层次"))
        told = (name, province, level, self._origin())
        if not _CODE.fullmatch(code) or school.clean(name) is None or any(map(_dangerous, told)):
            raise self._refused("not-a-school", self.sheet.number(number))
        return Listed(code[-5:], name, "current", province, level, self._origin())

    def _counted(self, found: list[Listed], promised: dict[str, int]) -> None:
        for province, schools in promised.items():
            here = sum(row.province == province for row in found)
            if here != schools:
                raise self._refused("wrong-count", province=province, announced=schools, found=here)
        if len({row.code for row in found}) != len(found):
            raise self._refused("code-twice")
        if len(found) < FEWEST:
            raise self._refused("too-few", found=len(found))

    def _origin(self) -> str:
        dated = next(self._dates(), None)
        return "moe-list-" + ("-".join(dated) if dated else self.path.stem)

    def _dates(self) -> Iterator[tuple[str, str, str]]:
        for row in self.sheet.rows[: self.heading]:
            for cell in row:
                if date := _DATE.search(_text(cell)):
                    yield date[1], date[2].zfill(2), date[3].zfill(2)

    def _refused(self, reason: str, row: int | None = None, **facts: str | int) -> Refused:
        return _refused(self.path, self.language, reason, self.sheet.name, row, **facts)


def _open(path: Path, language: str) -> SourceFile:
    """The workbook with its cells, read as carefully as any other input."""
    book = open_file(InputFile(Side.DEGREE, path, path.name), Limits(), Vocabulary(Side.DEGREE), language)
    if book.refusal:
        raise Refused([book.refusal])
    if any(sheet.table is not None for sheet in book.sheets):
        raise _refused(path, language, "no-heading", headings=" ".join(HEADING))
    return book


def _dangerous(text: str) -> bool:
    """Whether the text might come alive where the table is opened with a spreadsheet program."""
    return plain.formula_like(text) or plain.line(text) != text


def _text(cell: Cell) -> str:
    """A cell as text without blanks and line breaks; a whole number without `.0`."""
    return "".join((text_of(cell) or "").split())


def _refused(
    path: Path,
    language: str,
    reason: str,
    sheet: str | None = None,
    row: int | None = None,
    **facts: str | int,
) -> Refused:
    said = texts("school_list_refusals", language)
    what, advice = said[f"{reason}.what"].format(**facts), said[f"{reason}.advice"]
    return Refused([Refusal(CODE, path.name, what, advice, sheet, row)])
