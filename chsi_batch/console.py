"""The terminal: remarks for people on stderr, answers on stdout. Nothing else is ever printed.

Every text passes `plain.lines` on its way: no control sequence, no markup of the library that draws tables.
Libraries are kept quiet, since what they say may quote a cell.
"""

from __future__ import annotations

import io
import logging
import sys
import threading
import traceback
import warnings
from collections.abc import Iterator, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

from chsi_batch import plain

if TYPE_CHECKING:
    from rich.console import Console

WIDTH = 200
"""Of tables that go into a file or another program."""


def say(text: object = "") -> None:
    """A remark for people."""
    print(plain.lines(str(text)), file=sys.stderr, flush=True)


def answer(text: object) -> None:
    """What was asked for, as text."""
    print(plain.lines(str(text)))


def answer_json(value: object) -> None:
    """What was asked for, as one JSON object."""
    print(plain.json_text(value))


def show(drawn: Any) -> None:
    """Something drawn with rich, for people."""
    drawing(stderr=True).print(drawn)


def as_text(drawn: Any, width: int) -> str:
    """Something drawn with rich as plain text, for where no terminal is."""
    sink = io.StringIO()
    drawing(file=sink, width=width, color_system=None, force_jupyter=False).print(drawn)
    return sink.getvalue().rstrip()


def answer_table(title: str, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """What was asked for, as a table."""
    from rich.table import Table

    table = Table(title=title, show_lines=False)
    for column in columns:
        table.add_column(column, overflow="fold")
    for row in rows:
        table.add_row(*row)
    drawing(width=None if sys.stdout.isatty() else WIDTH).print(table)


def drawing(**options: Any) -> Console:
    """A console of rich in which texts are texts: no markup, no emoji names, no control sequences."""
    return _plain_console()(markup=False, emoji=False, highlight=False, **options)


@cache
def _plain_console() -> type[Console]:
    from rich.console import Console
    from rich.text import Text

    class PlainConsole(Console):
        """Takes the control characters out of every text it is given as text."""

        def render_str(self, text: str, **options: Any) -> Text:
            return super().render_str(plain.lines(text), **options)

    return PlainConsole


def quiet() -> None:
    """Have libraries say nothing: warnings, log records, and the ends of threads could quote a cell."""
    if not sys.warnoptions:
        warnings.simplefilter("ignore")
    logging.lastResort = None
    threading.excepthook = lambda ended: say_fault(ended.exc_type, ended.exc_traceback)
    sys.unraisablehook = lambda ended: say_fault(ended.exc_type, ended.exc_traceback)
    sys.excepthook = lambda kind, _, trace: say_fault(kind, trace)


def say_fault(kind: type[BaseException], trace: Any) -> None:
    """An error of ours by its kind and place, never its message."""
    frames = traceback.extract_tb(trace)
    say(f"{kind.__name__} {frames[-1].name}:{frames[-1].lineno}" if frames else kind.__name__)


def say_traceback(error: BaseException, *, messages: bool) -> None:
    """Where an error came from, and the errors behind it; their messages only if asked for."""
    for found in _behind(error):
        say("".join(traceback.format_tb(found.__traceback__)).rstrip("\n"))
        say(f"{type(found).__name__}: {found}" if messages else type(found).__name__)


def _behind(error: BaseException) -> Iterator[BaseException]:
    """The first cause first."""
    cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if cause is not None:
        yield from _behind(cause)
    yield error
