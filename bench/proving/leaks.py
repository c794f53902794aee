"""Runs that fail, or do well, over people who occur nowhere else, and where their values then stand."""

from __future__ import annotations

import contextlib
import os
import resource
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from unittest import mock

from proving import people
from proving.calling import call
from proving.inputs import write

FIRST = people.PEOPLE[0]
TOLD = f"cannot read {FIRST.name} {FIRST.id_number} {FIRST.mobile} {FIRST.email}"
"""What a defect might say."""
Arguments = list[object]


@dataclass
class Place:
    """A home of its own for one command: what it is given lies in `given`, all else must stay clean."""

    folder: Path
    codes: list[int] = field(default_factory=list)
    said: str = ""

    def __post_init__(self) -> None:
        for name in ("given", "home", "tmp", "cwd"):
            (self.folder / name).mkdir(parents=True)
        write(self.given / "accounts.csv", people.accounts())
        write(self.given / "degrees.xlsx", people.degrees())

    @property
    def given(self) -> Path:
        """Where the inputs are."""
        return self.folder / "given"

    @property
    def out(self) -> Path:
        """Where results are asked for."""
        return self.folder / "cwd" / "result"

    @property
    def inputs(self) -> Arguments:
        """Both files."""
        return ["--registrations", self.given / "accounts.csv", "--degrees", self.given / "degrees.xlsx"]

    @property
    def surroundings(self) -> dict[str, str]:
        """Home, temporary folder and caches."""
        home = self.folder / "home"
        return {
            "HOME": str(home), "TMPDIR": str(self.folder / "tmp"), "XDG_CACHE_HOME": str(home / ".cache"),
            "XDG_CONFIG_HOME": str(home / ".config"), "MPLCONFIGDIR": str(home / ".config" / "matplotlib"),
        }  # fmt: skip

    def call(self, *arguments: object) -> int:
        """One command in this process."""
        with (
            contextlib.chdir(self.folder / "cwd"),
            mock.patch.dict(os.environ, self.surroundings),
            mock.patch.object(tempfile, "tempdir", None),
        ):
            said = call(*arguments)
        return self._keep(said.code, said.out + said.err)

    def process(
        self, *arguments: object, kill_after: float | None = None, file_size: int | None = None
    ) -> int:
        """One command as a process, killed or kept from writing if wished."""
        limit = (
            (lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (file_size, file_size))) if file_size else None
        )
        process = subprocess.Popen(
            [sys.executable, "-m", "chsi_batch", *map(str, arguments)],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, cwd=self.folder / "cwd", preexec_fn=limit,
            env={**os.environ, **self.surroundings},
        )  # fmt: skip
        if kill_after is not None:
            time.sleep(kill_after)
            process.send_signal(signal.SIGKILL)
        said, _ = process.communicate()
        return self._keep(process.returncode, said.decode("utf-8", "replace"))

    def _keep(self, code: int, said: str) -> int:
        self.codes.append(code)
        self.said += said
        return code

    def hits(self, allowed: Callable[[Path], bool]) -> list[str]:
        """Where values stand that must not: names too, but in results only numbers and addresses count."""
        found = [f"said: {value}" for value in sorted(people.found(self.said.encode(), people.EVERYTHING))]
        for name in ("home", "tmp"):
            found += people.in_folder(self.folder / name, people.EVERYTHING)
        results = people.in_folder(self.folder / "cwd", people.CONTACTS)
        return found + [
            hit for hit in results if not allowed(Path(hit.split(":")[0].removeprefix("name of ")))
        ]


def private(place: Path) -> bool:
    """Below a folder that holds full values because it is asked for."""
    return "private" in place.parts or place.parts[0] == "unmasked"


@dataclass(frozen=True)
class Scenario:
    """What is done in a place, and how it must end."""

    name: str
    act: Callable[[Place], object]
    codes: frozenset[int]

    def hits(self, folder: Path) -> list[str]:
        """Do it; what leaked, and what ended otherwise than it should."""
        place = Place(folder)
        self.act(place)
        wrong = [] if place.codes[-1] in self.codes else [f"ended with {place.codes}: {place.said[-300:]}"]
        return wrong + place.hits(private)


def failing() -> Iterator[Scenario]:
    """A hundred and more runs that fail, each in its own way."""
    for command in ("run", "check"):
        for name, content in _spoilt().items():
            yield Scenario(f"{command}: {name}", _spoil(command, *content), frozenset({0, 3}))
    for name, typed in _typed().items():
        yield Scenario(f"typed: {name}", _call(typed), frozenset({2, 3}))
    for name, text in _configs().items():
        yield Scenario(f"config: {name}", _configured(text), frozenset({2, 3}))
    for target in _TARGETS:
        for error in _errors():
            yield Scenario(
                f"defect in {target}: {type(error).__name__}", _defect(target, error), frozenset({4, 70})
            )
    for size in (1, 4_000, 40_000):
        yield Scenario(f"no file beyond {size} bytes", _full(size), frozenset({4, 70}))
    for seconds in (0.5, 1.5, 3.0, 5.0):
        yield Scenario(f"killed after {seconds} s, then run again", _killed(seconds), frozenset({0}))


def _call(typed: Callable[[Place], Arguments]) -> Callable[[Place], object]:
    return lambda place: place.call(*typed(place))


def _spoilt() -> dict[str, tuple[str, bytes | list[list[str]]]]:
    """Files that cannot be read, or hardly: their name, and bytes or lines."""
    lines = people.accounts()
    text = "\n".join(",".join(line) for line in lines)
    rows = text.split("\n", 1)[1]
    return {
        "no header": ("a.csv", rows.encode()),
        "persons as header": ("a.csv", (rows + "\n" + text).encode()),
        "header twice": ("a.csv", text.replace("邮箱", "身份证号", 1).encode()),
        "no name": ("a.csv", text.replace("姓名", "称", 1).encode()),
        "broken encoding": ("a.csv", text.encode() + b"\xff\xfe\x81"),
        "UTF-32": ("a.csv", text.encode("utf-32")),
        "null bytes": ("a.csv", text.encode() + b"\0" * 100),
        "open quote": ("a.csv", (text + '\n"' + rows).encode()),
        "cut workbook": ("a.xlsx", _workbook(lines)[:-300]),
        "damaged workbook": ("a.xlsx", _flipped(_workbook(lines))),
        "encrypted": ("a.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + text.encode()),
        "document": ("a.xlsx", b"%PDF-1.7\n" + text.encode()),
        "picture": ("a.xls", b"\x89PNG\r\n\x1a\n" + text.encode()),
        "page without table": ("a.xls", f"<html><body>{text}</body></html>".encode()),
        "damaged page": ("a.xls", f"<html><table><tr><td>{text}".encode()),
        "damaged dbf": ("a.dbf", b"\x03" + text.encode()),
        "damaged parquet": ("a.parquet", b"PAR1" + text.encode() + b"PAR1"),
        "archive": ("a.zip", b"PK\x03\x04" + text.encode()),
        "degrees instead": ("a.csv", people.degrees()),
        "numbers rounded": ("a.csv", [[c.replace("620523", "6.20523E+") for c in line] for line in lines]),
        "rows of other lengths": ("a.csv", (text + f"\n{FIRST.name},{FIRST.id_number}").encode()),
        "numbers everywhere": ("a.csv", [lines[0], *([line[2]] * len(line) for line in lines[1:])]),
    }


def _workbook(lines: list[list[str]]) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        return write(Path(folder) / "a.xlsx", lines).read_bytes()


def _flipped(content: bytes) -> bytes:
    middle = len(content) // 2
    return (
        content[:middle]
        + bytes(byte ^ 0x55 for byte in content[middle : middle + 40])
        + content[middle + 40 :]
    )


def _spoil(command: str, name: str, content: bytes | list[list[str]]) -> Callable[[Place], object]:
    def act(place: Place) -> None:
        path = place.given / name
        if isinstance(content, bytes):
            path.write_bytes(content)
        else:
            write(path, content)
        more = ["--degrees", place.given / "degrees.xlsx"]
        place.call(command, "--registrations", path, *more, "--out", place.out)

    return act


def _typed() -> dict[str, Callable[[Place], Arguments]]:
    """Command lines into which somebody pasted a number."""
    number, address, mobile = FIRST.id_number, FIRST.email, FIRST.mobile
    return {
        "unknown option": lambda place: ["run", *place.inputs, f"--{number}", "--out", place.out],
        "one argument too many": lambda place: ["explain", place.out, "a", "b", address],
        "as of": lambda place: ["run", *place.inputs, "--as-of", number, "--out", place.out],
        "fail on": lambda place: ["run", *place.inputs, "--fail-on", number, "--out", place.out],
        "language": lambda place: ["run", *place.inputs, "--lang", mobile, "--out", place.out],
        "no such file": lambda place: [
            "run", "--registrations", number, "--degrees", address, "--out", place.out,
        ],
        "no such run": lambda _: ["explain", number, address],
        "no such command": lambda _: [number],
        "people": lambda place: ["sample", "--people", mobile + "x", "--seed", "1", "--out", place.out],
        "no such truth": lambda place: ["score", place.out, number],
        **_named(FIRST.name),
        "former names": lambda place: [
            "run", *place.inputs, "--former-names", _text(place, "f.csv"), "--out", place.out,
        ],
        "decisions": lambda place: [
            "run", *place.inputs, "--decisions", _text(place, "d.jsonl"), "--out", place.out,
        ],
        "decisions workbook": lambda place: [
            "run", *place.inputs, "--decisions", place.given / "degrees.xlsx", "--out", place.out,
        ],
        "earlier run": lambda place: ["run", *place.inputs, "--previous", place.given, "--out", place.out],
        "school list": lambda place: ["schools", place.given / "degrees.xlsx", "--out", place.out],
    }  # fmt: skip


def _named(name: str) -> dict[str, Callable[[Place], Arguments]]:
    """Command lines in which a name stands where none belongs, and no file."""
    return {
        "name as command": lambda _: [name],
        "name as option": lambda place: ["run", *place.inputs, f"--名={name}", "--out", place.out],
        "name with half an option": lambda place: ["run", f"--re={name}", "--out", place.out],
        "name with an option that takes nothing": lambda place: ["run", *place.inputs, f"--json={name}"],
        "name as one argument too many": lambda place: ["explain", place.out, "a", "b", name],
        "name as language": lambda place: ["run", *place.inputs, "--lang", name, "--out", place.out],
        "name as time": lambda place: ["run", *place.inputs, "--as-of", name, "--out", place.out],
        "name as code": lambda place: ["run", *place.inputs, "--fail-on", name, "--out", place.out],
        "name as number": lambda place: ["sample", "--people", name, "--seed", "1", "--out", place.out],
        "name as share": lambda place: ["audit", place.out, f"--margin={name}"],
        "name as entry": lambda place: ["decisions", "undo", place.out, name, "--reviewer", "x"],
    }  # fmt: skip


def _text(place: Place, name: str) -> Path:
    path = place.given / name
    path.write_text("\n".join(",".join(line) for line in people.accounts()[1:]), "utf-8")
    return path


def _configs() -> dict[str, str]:
    """Settings into which somebody pasted a row."""
    return {
        "unknown key": f'[limits]\n"{FIRST.id_number}" = 1\n',
        "unknown section": f'["{FIRST.email}"]\n',
        "wrong type": f'[limits]\nrows = "{FIRST.id_number}"\n',
        "name as key": f'[limits]\n"{FIRST.name}" = 1\n',
        "name as value": f'[limits]\nrows = "{FIRST.name}"\n',
        "number as text": f"[engine]\nmemory_limit = {FIRST.mobile}\n",
        "header twice": f'[columns.degrees]\nname = "{FIRST.mobile}"\nremark = "{FIRST.mobile}"\n',
        "syntax": f"[limits]\nrows = {FIRST.id_number} {FIRST.email}\n",
        "too few rows allowed": "[limits]\nrows = 2\n",
        "too few sheets allowed": "[limits]\nsheets = 0\n",
        "too few cells allowed": "[limits]\ncells = 3\n",
        "too small": "[limits]\nfile_megabytes = 0\n",
    }


def _configured(text: str) -> Callable[[Place], object]:
    def act(place: Place) -> None:
        path = place.given / "settings.toml"
        path.write_text(text, "utf-8")
        place.call("run", *place.inputs, "--config", path, "--out", place.out)

    return act


_TARGETS = (
    "chsi_batch.matching.matched", "chsi_batch.stages.conform.conform_all",
    "chsi_batch.stages.read.read_sides",
    "chsi_batch.report.html.drawn", "chsi_batch.report.xlsx.write_exceptions",
    "chsi_batch.report.xlsx.write_bindings", "chsi_batch.report.pouring.pour", "chsi_batch.cleaning.CLEANERS",
    "chsi_batch.engines.duckdb.DuckDB.make",
)  # fmt: skip


def _errors() -> list[BaseException]:
    own: BaseException = type("Panic", (BaseException,), {})(TOLD)
    return [
        ValueError(TOLD), KeyError(FIRST.id_number), OSError(28, TOLD, f"/tmp/{FIRST.email}"),
        UnicodeDecodeError("utf-8", TOLD.encode(), 0, 1, TOLD), own,
    ]  # fmt: skip


def _defect(target: str, error: BaseException) -> Callable[[Place], object]:
    def act(place: Place) -> None:
        def fail(*_: Any, **__: Any) -> None:
            raise error

        traced = {"CHSI_BATCH_TRACEBACK": "1"} if isinstance(error, KeyError) else {}
        with contextlib.ExitStack() as patched:
            patched.enter_context(mock.patch.dict(os.environ, traced))
            with contextlib.suppress(AttributeError, ImportError):
                patched.enter_context(mock.patch(target, fail))
            place.call("run", *place.inputs, "--out", place.out)

    return act


def _full(size: int) -> Callable[[Place], object]:
    return lambda place: place.process("run", *place.inputs, "--out", place.out, file_size=size)


def _killed(seconds: float) -> Callable[[Place], object]:
    def act(place: Place) -> None:
        place.process("run", *place.inputs, "--out", place.out, kill_after=seconds)
        place.process("run", *place.inputs, "--no-workbooks", "--out", place.out)

    return act


def good() -> Iterator[Scenario]:
    """Twenty runs that end well."""
    for name, more in {
        "plain": [], "English": ["--lang", "en"], "without private": ["--no-private"], "JSON": ["--json"],
        "without workbooks": ["--no-workbooks"], "as of": ["--as-of", "2026-01-01"],
        "lines of progress": ["--progress", "json"],
    }.items():  # fmt: skip
        yield Scenario(f"run, {name}", _run(*more), frozenset({0}))
    yield Scenario("run, unmasked", _unmasked("run"), frozenset({0}))
    yield Scenario("check, unmasked", _unmasked("check"), frozenset({0}))
    yield Scenario(
        "check", lambda place: place.call("check", *place.inputs, "--out", place.out), frozenset({0})
    )
    for name, after in {
        "twice": lambda p: ["run", *p.inputs, "--previous", p.out, "--out", p.out],
        "diff": lambda p: ["diff", p.out, p.out, "--json", "--out", p.folder / "cwd" / "changes"],
        "audit": lambda p: ["audit", p.out, "--out", p.folder / "cwd" / "audit.xlsx"],
        "hide": lambda p: ["audit", p.out, "--hide", "5", "--out", p.folder / "cwd" / "audit.xlsx"],
        "explain": lambda p: ["explain", p.out, "accounts.csv#2"],
        "explain a pair": lambda p: ["explain", p.out, "accounts.csv#3", "degrees.xlsx#Sheet1!3"],
        "verify": lambda p: ["verify", p.out],
        "decisions": lambda p: ["decisions", "list", p.out],
        "fail on": lambda p: ["run", *p.inputs, "--fail-on", "no-degree", "--out", p.out],
        "English again": lambda p: ["run", *p.inputs, "--lang", "en", "--previous", p.out, "--out", p.out],
    }.items():
        yield Scenario(f"run, then {name}", _then(after), frozenset({0}))


def _run(*more: str) -> Callable[[Place], object]:
    return lambda place: place.call("run", *place.inputs, *more, "--out", place.out)


def _unmasked(command: str) -> Callable[[Place], object]:
    return lambda p: p.call(command, *p.inputs, "--unmask", "--out", p.folder / "cwd" / "unmasked")


def _then(after: Callable[[Place], Arguments]) -> Callable[[Place], object]:
    def act(place: Place) -> None:
        place.call("run", *place.inputs, "--no-workbooks", "--out", place.out)
        place.call(*after(place))

    return act
