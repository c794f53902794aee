"""One decision as it is made, and as it stands in the log: a line of JSON, chained to the line before."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, fields

DECISIONS = ("bind", "reject", "hold", "undo")
"""绑定, 不是同一人, 暂缓 (also "ask the school", "ask the student", told apart by the remark), 撤销."""
SOURCES = ("workbook", "notebook", "command")
START = "0" * 64
"""What the first line names as the one before it."""


@dataclass(frozen=True)
class Decision:
    """What a reviewer says of a pair of rows; of one row only for `hold`.

    Keys are `row_keys`, the references lead people to the rows as they stood. `rule` and `code` are what the
    reviewer saw. `undoes` is the `seq` of the entry that an `undo` takes back.
    """

    decision: str
    reviewer: str
    registration_key: str | None = None
    degree_key: str | None = None
    registration_ref: str | None = None
    degree_ref: str | None = None
    rule: str | None = None
    code: str | None = None
    remark: str = ""
    source: str = "command"
    undoes: int | None = None

    def __post_init__(self) -> None:
        if self.decision not in DECISIONS or self.source not in SOURCES:
            raise ValueError(f"no such decision or source: {self.decision}, {self.source}")
        if not self.reviewer.strip():
            raise ValueError("a decision needs its reviewer")
        if (self.decision == "undo") != (self.undoes is not None):
            raise ValueError("an undo, and nothing else, names the entry it takes back")
        keys = (self.registration_key, self.degree_key)
        if self.decision in ("bind", "reject") and None in keys:
            raise ValueError(f"{self.decision} needs both rows")
        if self.decision == "hold" and not any(keys):
            raise ValueError("hold needs a row")

    @property
    def pair(self) -> tuple[str | None, str | None]:
        """What the decision is about."""
        return self.registration_key, self.degree_key


@dataclass(frozen=True)
class Entry(Decision):
    """A decision in the log: its number from 1, when it was made (UTC), and the digest of the line before."""

    seq: int = 0
    time: str = ""
    previous: str = START

    def line(self) -> bytes:
        """The line as it is written."""
        return json.dumps(asdict(self), ensure_ascii=False, sort_keys=True).encode() + b"\n"


def entry(line: bytes) -> Entry:
    """The entry of a line; ValueError if it is none."""
    found = json.loads(line.decode("utf-8"))
    if not isinstance(found, dict) or set(found) != {field.name for field in fields(Entry)}:
        raise ValueError("not an entry")
    for key, value in found.items():
        wanted = int if key in ("seq", "undoes") else str
        if not (type(value) is wanted or (value is None and key not in ("seq", "remark", "decision"))):
            raise ValueError(f"{key} is {value!r}")
    return Entry(**found)


def digest(line: bytes) -> str:
    """What the next line names as the one before it."""
    return hashlib.sha256(line).hexdigest()
