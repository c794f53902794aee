"""Everything a user may set, and what holds when nothing is set.

A TOML file, given with `--config`. Unknown keys are refused with the nearest known one, wrong types likewise:
a misspelt key that does nothing is worse than an error. Example::

    [columns.registrations]
    id_number = "证件号"
    name = ["学生姓名", "真实姓名"]

    [limits]
    file_megabytes = 500
"""

from __future__ import annotations

import dataclasses
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from chsi_batch.errors import UsageError, system_words
from chsi_batch.terms import COLUMNS, Side
from chsi_batch.values.masking import mask_argument

SECTION_SIDES = {
    "registrations": Side.REGISTRATION,
    "degrees": Side.DEGREE,
    "enrolments": Side.ENROLMENT,
}


@dataclass(frozen=True)
class Limits:
    """How large an input may be, and how far a header is searched for."""

    file_megabytes: int = 2000
    """A larger file is refused."""
    unpacked_megabytes: int = 4000
    """A workbook that unpacks to more is refused."""
    ratio: int = 1000
    """A workbook member that unpacks to more than this many times its size (and 50 MB) is refused."""
    cells: int = 40_000_000
    """A sheet whose used range has more cells is refused."""
    rows: int = 20_000_000
    """A sheet or file with more rows is refused."""
    header_rows: int = 40
    """The header is looked for in this many rows from the top."""
    sheets: int = 500
    """A workbook with more sheets is refused."""
    memory_megabytes: int = 800
    """What reading one file may hold in memory; 20 more for each megabyte of the file beyond twenty-five."""
    seconds: int = 20
    """Processor time for one file; 10 more for each megabyte. By the clock, three times as long."""
    readers: int = 0
    """Files that are read at once; 0 takes one for each processor, four at most."""


@dataclass(frozen=True)
class Placeholders:
    """Values that stand for "not known"."""

    min_people: int = 10
    """A certificate number that stands beside so many different names is a placeholder."""


@dataclass(frozen=True)
class Matching:
    """How candidates are looked for."""

    key_cap: int = 20_000
    """A search key that would make more pairs than this on a leftover route is passed over, and reported."""


@dataclass(frozen=True)
class Engine:
    """The engine that joins."""

    threads: int = 0
    """Threads; 0 takes all there are."""
    memory_limit: str = ""
    """Such as "4GB"; empty takes four tenths of the machine's memory. What does not fit goes to the disk."""


@dataclass(frozen=True)
class Spark:
    """Spark, for `--engine spark`; what is empty or 0 stays as spark-submit or spark-defaults.conf say."""

    master: str = ""
    """Such as "spark://host:7077"; empty takes this machine with the threads of [engine]."""
    driver_memory: str = "2g"
    """Memory of the driver; on this machine alone it is also where the work is done."""
    executor_memory: str = ""
    """Memory of each executor."""
    executor_cores: int = 0
    """Cores of each executor."""
    cores: int = 0
    """Cores of the whole cluster that one run may take."""
    shuffle_partitions: int = 0
    """Parts into which rows are dealt out for a join; Spark joins small ones again."""
    python: str = ""
    """The Python of the executors, with chsi-batch in it; empty takes the path of the driver's."""
    workspace: str = ""
    """A folder that all machines reach under this path; empty takes the output folder's own."""


@dataclass(frozen=True)
class Settings:
    """All settings of a run; frozen, so that a run is what its settings say."""

    columns: Mapping[Side, Mapping[str, tuple[str, ...]]] = field(
        default_factory=lambda: {side: {} for side in Side}
    )
    """Per side: canonical column -> the headers that mean it in the user's files."""
    limits: Limits = field(default_factory=Limits)
    placeholders: Placeholders = field(default_factory=Placeholders)
    matching: Matching = field(default_factory=Matching)
    engine: Engine = field(default_factory=Engine)
    spark: Spark = field(default_factory=Spark)


def load(path: Path | None) -> Settings:
    """The settings of a TOML file, or the defaults; one clear line for whatever is wrong in it."""
    if path is None:
        return Settings()
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise UsageError.of("config-unreadable", path.name, reason=system_words(error)) from None
    except UnicodeDecodeError:
        raise UsageError.of("config-not-utf8", path.name) from None
    try:
        tree = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise UsageError.of("config-syntax", path.name, reason=error) from None
    return from_tree(tree, path.name)


def from_tree(tree: Mapping[str, Any], file: str) -> Settings:
    """Settings from parsed TOML; `file` is named in complaints."""
    parts: dict[str, Any] = {}
    kinds = {
        "limits": Limits,
        "placeholders": Placeholders,
        "matching": Matching,
        "engine": Engine,
        "spark": Spark,
    }
    for section, content in tree.items():
        if section != "columns" and section not in kinds:
            raise _unknown(file, section, ["columns", *kinds])
        if not isinstance(content, dict):
            raise _wrong_type(file, section, "@section", content)
        if section == "columns":
            parts[section] = _columns(content, file)
        else:
            parts[section] = _section(kinds[section], section, content, file)
    return Settings(**parts)


def _columns(content: Mapping[str, Any], file: str) -> dict[Side, dict[str, tuple[str, ...]]]:
    found: dict[Side, dict[str, tuple[str, ...]]] = {side: {} for side in Side}
    for section, mapping in content.items():
        if section not in SECTION_SIDES:
            raise _unknown(file, f"columns.{section}", [f"columns.{name}" for name in SECTION_SIDES])
        if not isinstance(mapping, dict):
            raise _wrong_type(file, f"columns.{section}", "@section", mapping)
        side = SECTION_SIDES[section]
        owners: dict[str, str] = {}
        for canonical, headers in mapping.items():
            key = f"columns.{section}.{canonical}"
            if canonical not in COLUMNS[side]:
                raise _unknown(file, key, [f"columns.{section}.{name}" for name in COLUMNS[side]])
            listed = [headers] if isinstance(headers, str) else headers
            if not isinstance(listed, list) or not all(isinstance(h, str) and h.strip() for h in listed):
                raise _wrong_type(file, key, "@headers", headers)
            for header in listed:
                if owners.setdefault(header, canonical) != canonical:
                    raise UsageError.of(
                        "config-header-twice", f"{file}, {key}", header=header, owner=owners[header]
                    )
            found[side][canonical] = tuple(listed)
    return found


def _section(kind: type, section: str, content: Mapping[str, Any], file: str) -> Any:
    fields = {entry.name: entry for entry in dataclasses.fields(kind)}
    for key, value in content.items():
        if key not in fields:
            raise _unknown(file, f"{section}.{key}", [f"{section}.{name}" for name in fields])
        wanted = type(fields[key].default)  # every setting has a default of its own type
        if type(value) is not wanted:
            raise _wrong_type(file, f"{section}.{key}", _type_words(wanted), value)
        if isinstance(value, int) and value < 0:
            raise _wrong_type(file, f"{section}.{key}", "@zero-or-more", value)
    return kind(**content)


def _type_words(wanted: type) -> str:
    return {int: "@whole-number", str: "@text"}[wanted]


def _unknown(file: str, key: str, known: list[str]) -> UsageError:
    from rapidfuzz import process

    nearest = process.extractOne(key, known)
    shown = key if key.isascii() else mask_argument(key)
    return UsageError.of(
        "config-unknown-key", f"{file}, {shown}", nearest=nearest[0] if nearest else " / ".join(known)
    )


def _wrong_type(file: str, key: str, wanted: str, value: object) -> UsageError:
    told = mask_argument(value) if isinstance(value, str) else value
    return UsageError.of("config-wrong-type", f"{file}, {key}", value=repr(told), wanted=wanted)
