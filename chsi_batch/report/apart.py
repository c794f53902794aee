"""Draws the page of a large run in a process of its own, while this one writes workbooks and tables.

The other process is given numbers and words, and gives back text: it touches no file of the run. If it fails,
whatever the reason, the page is drawn here, so a fault shows itself where it can be traced.
"""

from __future__ import annotations

import contextlib
import json
import pickle
import subprocess
import sys
from collections.abc import Callable, Iterator

from chsi_batch.report import html
from chsi_batch.results import Run

_START = (
    "import json, sys; sys.path[:] = json.loads(sys.argv[1]); "
    "from chsi_batch.report.apart import main; main()"
)


LARGE = 20_000
"""Records from which it is worth starting another process."""


@contextlib.contextmanager
def page(run: Run, language: str, unmask: bool) -> Iterator[Callable[[], str]]:
    """Call what this gives for the page of the run; a large run's is drawn beside what the block does."""
    if sum(run.tables["inputs"]["records"].to_pylist()) < LARGE:
        yield lambda: html.drawn(html.gathered(run, language, unmask))
        return
    told = html.gathered(run, language, unmask)
    try:
        process = subprocess.Popen(
            [sys.executable, "-B", "-X", "utf8", "-c", _START, json.dumps(sys.path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
    except OSError:
        yield lambda: html.drawn(told)
        return
    with process:
        try:
            _ask(process, told)
            yield lambda: _answer(process) or html.drawn(told)
        finally:
            process.kill()


def _ask(process: subprocess.Popen[bytes], told: html.Page) -> None:
    assert process.stdin is not None
    with contextlib.suppress(OSError), process.stdin as given:
        pickle.dump(told, given)


def _answer(process: subprocess.Popen[bytes]) -> str | None:
    """The page, if the process ended well."""
    assert process.stdout is not None
    answer = process.stdout.read()
    return answer.decode("utf-8") if process.wait() == 0 else None


def main() -> None:
    """Read a page from stdin and write it, drawn, to stdout."""
    page = pickle.load(sys.stdin.buffer)
    sys.stdout.buffer.write(html.drawn(page).encode("utf-8"))
