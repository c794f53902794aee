"""Draws the pictures and the page of a run beside what else is done, those of a large run in another process.

The process is begun before there is anything to draw, since it takes a second to be ready. It is given
numbers and words, and gives back text and pictures: it touches no file of the run. If it fails, whatever the
reason, all is drawn here, so a fault shows itself where it can be traced.
"""

from __future__ import annotations

import contextlib
import importlib
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor
from typing import TypeVar

from chsi_batch.report import html, overview_pictures
from chsi_batch.report.overview_pictures import Pictures
from chsi_batch.sources import wire

_START = (
    "import json, sys; sys.path[:] = json.loads(sys.argv[1]); "
    "from chsi_batch.report.apart import main; main()"
)


LARGE = 20_000
"""Records from which it is worth starting another process."""
_SLOW = (
    "matplotlib.backends.backend_agg", "matplotlib.backends.backend_svg", "matplotlib.figure", "jinja2",
    "fontTools.subset",
)  # fmt: skip
"""Modules that take long to load."""

_Drawn = TypeVar("_Drawn")


@contextlib.contextmanager
def artist(records: int) -> Iterator[Artist]:
    """Who draws for a run of so many records, until the block ends."""
    drawing = Artist(_begun() if records >= LARGE else None)
    try:
        yield drawing
    finally:
        drawing.end()


def _begun() -> subprocess.Popen[bytes] | None:
    try:
        return subprocess.Popen(
            [sys.executable, "-B", "-X", "utf8", "-c", _START, json.dumps(sys.path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
    except OSError:
        return None


class Artist:
    """Draws what it was asked for, one after the other; whoever wants the answer waits for it."""

    def __init__(self, process: subprocess.Popen[bytes] | None) -> None:
        self._process = process
        self._works = process is not None
        self._over = False
        self._hand = ThreadPoolExecutor(1)
        self._pictures: Future[Pictures]
        self._page: Future[str]

    def ask(self, page: html.Page, *, pictures: bool) -> None:
        """Have the page drawn, and before it the `pictures` of the workbooks if there will be any."""
        self._hand.submit(self._tell, (page, pictures))
        if pictures:
            self._pictures = self._hand.submit(self._drawn, _pictures, page)
        self._page = self._hand.submit(self._drawn, html.drawn, page)

    def pictures(self) -> Pictures:
        """The pictures of the workbooks."""
        return self._pictures.result()

    def page(self) -> str:
        """The page."""
        return self._page.result()

    def end(self) -> None:
        """Nobody waits any more."""
        self._over = True
        if self._process is not None:
            self._process.kill()
        self._hand.shutdown(cancel_futures=True)
        if self._process is not None:
            if self._process.stdin is not None:
                with contextlib.suppress(OSError):  # it ended before it took all that was sent
                    self._process.stdin.close()
            with self._process:
                pass

    def _tell(self, wanted: tuple[html.Page, bool]) -> None:
        if self._process is not None and self._process.stdin is not None:
            with contextlib.suppress(OSError):
                wire.send(self._process.stdin, wanted)

    def _drawn(self, draw: Callable[[html.Page], _Drawn], page: html.Page) -> _Drawn:
        """The answer of the process; drawn here if there is none."""
        if self._works and self._process is not None and self._process.stdout is not None:
            try:
                answer: _Drawn = wire.receive(self._process.stdout)
                return answer
            except wire.BrokenMessageError:
                self._works = False
        if self._over:
            raise CancelledError
        return draw(page)


def _pictures(page: html.Page) -> Pictures:
    return overview_pictures.draw(page.numbers.flow, page.totals, page.words)


def main() -> None:
    """Draw what comes from stdin and write it to stdout."""
    answers, sys.stdout = sys.stdout.buffer, sys.stderr
    _get_ready()
    page, pictures = wire.receive(sys.stdin.buffer, trusted=True)
    if pictures:
        wire.send(answers, _pictures(page))
    wire.send(answers, html.drawn(page))


def _get_ready() -> None:
    """Load what will be needed."""
    from chsi_batch.report import chinese_font

    chinese_font.bundled()
    for name in _SLOW:
        importlib.import_module(name)
