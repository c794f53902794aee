"""`verify`: holds a finished run against its `run.json`, and counts its rows again.

Every file must be there, as it was written, for its owner alone, and nothing else with it; the ledger must
close as it did before publishing; and `run.json` must tell of the files and totals that the tables hold.
"""

from __future__ import annotations

import contextlib
import json
import os
import stat
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from chsi_batch import conservation, plain, publishing, system, tables
from chsi_batch.errors import OutputError, UsageError, system_words
from chsi_batch.sealing import FOLDER_MODE, RUN, digest

if TYPE_CHECKING:
    import pyarrow as pa

COUNTED = ("side", "physical", "blank", "heading", "set_aside", "records", "sha256")
"""What `run.json` and the table `inputs` both say of an input."""
_AT_ONCE = 4
_TRIES = 3
"""How often to begin again when another run takes the place of the one that is looked at."""


@dataclass(frozen=True)
class Verified:
    """What was looked at, and everything that is wrong."""

    facts: Mapping[str, Any]
    files: int
    faults: tuple[OutputError, ...]

    def summary(self, folder: Path, language: str) -> dict[str, Any]:
        """The object of `--json`."""
        return {
            "run": str(folder),
            "whole": not self.faults,
            "files": self.files,
            "unmasked": self.facts.get("unmasked"),
            "totals": self.facts.get("totals"),
            "faults": [
                {
                    "code": fault.code,
                    "place": fault.place,
                    "line": plain.line(tables.problem_line(fault, language)),
                }
                for fault in self.faults
            ],
        }


def verify(folder: Path) -> Verified:
    """Look at the run in a folder; UsageError if there is none."""
    publishing.tidy(folder.absolute().parent)
    for _ in range(_TRIES):
        before = _said(folder)
        found = _verified(folder, before)
        with contextlib.suppress(UsageError):
            if _said(folder) == before:
                break
    return found


def _said(folder: Path) -> bytes:
    try:
        return (folder / RUN).read_bytes()
    except FileNotFoundError:
        raise UsageError.of("run-missing", folder) from None
    except OSError as error:
        raise UsageError.of("run-unreadable", folder, reason=system_words(error)) from None


def _verified(folder: Path, said: bytes) -> Verified:
    try:
        facts = json.loads(said)
        outputs = {str(name): str(digest) for name, digest in facts["outputs"].items()}
    except (ValueError, KeyError, TypeError, AttributeError):
        return Verified({}, 0, (OutputError.of("verify-run-json", RUN),))
    if "totals" not in facts:  # of `check` or `diff`
        raise UsageError.of("run-missing", folder)
    faults = [*_files(folder, outputs), *_foreign(folder, outputs), *_open(folder), *_counts(folder, facts)]
    return Verified(facts, len(outputs), tuple(faults))


def _files(folder: Path, outputs: Mapping[str, str]) -> Iterator[OutputError]:
    """What is missing or not as it was written."""
    with ThreadPoolExecutor(_AT_ONCE) as threads:
        faults = threads.map(lambda name: _file(folder, name, outputs[name]), sorted(outputs))
    yield from (fault for fault in faults if fault is not None)


def _file(folder: Path, name: str, written: str) -> OutputError | None:
    path = folder / name
    try:
        if digest(path) == written:
            return None
    except FileNotFoundError:
        return OutputError.of("verify-missing", name)
    except OSError as error:
        return OutputError.of("verify-unreadable", name, reason=system_words(error))
    return OutputError.of("verify-filled-in" if path.suffix == ".xlsx" else "verify-changed", name)


def _foreign(folder: Path, outputs: Mapping[str, str]) -> Iterator[OutputError]:
    """What was not written by the run; of a folder only its own name."""
    known = {RUN, *outputs, *(str(above) for name in outputs for above in Path(name).parents)}
    skipped: list[Path] = []
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if name in known or any(above in skipped for above in path.parents):
            continue
        if path.name.lower() not in publishing.DESKTOP and not path.name.startswith("~$"):
            yield OutputError.of("verify-foreign", name)
        skipped.append(path)


def _open(folder: Path) -> Iterator[OutputError]:
    """What others than its owner may use, where the system knows owners."""
    if not system.PERMISSIONS:
        return
    for path in (folder, *sorted(folder.rglob("*"))):
        mode = stat.S_IMODE(path.lstat().st_mode)
        if not path.is_symlink() and mode & ~FOLDER_MODE:
            wanted = FOLDER_MODE if path.is_dir() else publishing.FILE_MODE
            name = os.path.relpath(path, folder)
            yield OutputError.of("verify-open", name, mode=f"{mode:04o}", wanted=f"{wanted:04o}")


def _counts(folder: Path, facts: Mapping[str, Any]) -> Iterator[OutputError]:
    """Where the tables do not close, or `run.json` tells another story than they do."""
    import pyarrow as pa

    try:
        found = _tables(folder / "tables")
        for gap in conservation.gaps(conservation.counted(found)):
            yield OutputError.of("verify-ledger", gap.place, there=gap.there, found=gap.found)
        told = {
            "inputs": [{name: row.get(name) for name in COUNTED} for row in facts["inputs"]],
            "totals": facts["totals"],
            "bindings": facts["bindings"],
        }
        counted = {
            "inputs": found["inputs"].select(COUNTED).to_pylist(),
            "totals": conservation.totals(found["ledger"]),
            "bindings": found["bindings"].num_rows,
        }
        for name, value in told.items():
            if value != counted[name]:
                yield OutputError.of("verify-facts", RUN, name=name)
    except FileNotFoundError:
        pass  # told already
    except (OSError, KeyError, TypeError, AttributeError, pa.ArrowException) as error:
        yield OutputError.of("verify-unreadable", "tables", reason=type(error).__name__)


def _tables(folder: Path) -> dict[str, pa.Table]:
    import pyarrow.parquet as pq

    return {
        name: pq.read_table(
            folder / f"{name}.parquet", columns=sorted({*columns, *(COUNTED if name == "inputs" else ())})
        )
        for name, columns in conservation.NEEDED.items()
    }
