"""What can go wrong, one exception per exit code. Lines name the place, the fault and the next step.

Exit codes: 0 done, 1 `--fail-on` met, 2 usage or configuration, 3 an input refused,
4 output, lock or disk, 70 a defect of ours.
"""

import os
from dataclasses import dataclass
from typing import Self

from chsi_batch import plain


class Problem(Exception):  # noqa: N818 - a refusal is a problem, not always an error of ours
    """A failure a person can act on; `exit_code` tells its kind.

    Made with a finished line, or with `of` from a key of `problems.csv`, whose words are put in where the
    language is known.
    """

    exit_code = 70

    def __init__(self, line: str) -> None:
        super().__init__(line)
        self.code: str | None = None
        self.place = ""
        self.values: dict[str, object] = {}

    @classmethod
    def of(cls, code: str, place: object, **values: object) -> Self:
        """The problem `code` at `place`; a value that begins with @ is itself a key of the table."""
        problem = cls(": ".join(map(str, (f"{code} {place}", *values.values()))))
        problem.code, problem.place, problem.values = code, str(place), values
        return problem


class UsageError(Problem):
    """The command line or the configuration cannot be carried out."""

    exit_code = 2


@dataclass(frozen=True)
class Refusal:
    """One refused input, printed as `CODE file[, sheet][, row][, column]: what is wrong: what to do`."""

    code: str
    file: str
    what: str
    advice: str
    sheet: str | None = None
    row: int | None = None
    column: str | None = None

    def line(self) -> str:
        """The one line a person reads; values inside it are already masked."""
        row = None if self.row is None else f"row {self.row}"
        place = ", ".join(part for part in (self.file, self.sheet, row, self.column) if part)
        return plain.line(f"{self.code} {place}: {self.what}: {self.advice}")


class Refused(Problem):
    """Inputs that cannot be used; all of them are examined before anything is said."""

    exit_code = 3

    def __init__(self, refusals: list[Refusal]) -> None:
        super().__init__("\n".join(refusal.line() for refusal in refusals))
        self.refusals = refusals


class InputError(Problem):
    """A file beside the spreadsheets that cannot be used: a log of decisions, an earlier run."""

    exit_code = 3


class OutputError(Problem):
    """The output folder, a lock or the disk."""

    exit_code = 4


class Defect(Problem):
    """A promise of ours that does not hold, e.g. a ledger that does not close."""

    exit_code = 70


def system_words(error: OSError) -> str:
    """What the system calls this failure. A library's own sentence may repeat what stands in a cell."""
    return os.strerror(error.errno) if error.errno else type(error).__name__
