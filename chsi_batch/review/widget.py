"""The session in a notebook: messages between page and kernel, none of them saved with the notebook.

The page asks (`do`), the kernel answers with what to show; values never stand in the widget's saved state.
"""

from __future__ import annotations

import zlib
from collections.abc import Callable
from importlib import resources
from typing import Any

import anywidget

from chsi_batch.errors import Problem
from chsi_batch.report import chinese_font
from chsi_batch.review.card import Card
from chsi_batch.review.session import Session
from chsi_batch.tables import problem_line

_STATIC = resources.files("chsi_batch.review") / "static"
Message = dict[str, Any]


class Review(anywidget.AnyWidget):
    """Shows one case after the other; `session` is what it does."""

    _esm = (_STATIC / "review.js").read_text(encoding="utf-8")
    _css = (_STATIC / "review.css").read_text(encoding="utf-8")

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self._card = Card(session)
        self._actions: dict[str, Callable[[Message], object]] = {
            "open": lambda _: self.send({"kind": "words", **self._card.words()}),
            "next": lambda _: session.next(),
            "previous": lambda _: session.previous(),
            "jump": lambda asked: session.jump(int(asked["place"])),
            "flip": lambda asked: session.flip(int(asked["step"])),
            "choose": lambda asked: session.choose(**asked["chosen"]),
            "reviewer": self._named,
            "decide": self._decide,
            "batch": lambda asked: session.batch(asked["choice"], asked["remark"], int(asked["count"])),
            "undo": lambda _: session.undo(),
        }
        self.on_msg(self._asked)

    def __repr__(self) -> str:
        found = self.session.progress()
        return f"<Review: {found['decided']} / {found['all']}>"

    def _asked(self, _: object, asked: Message, __: object) -> None:
        """Do what the page asked for, show the result, then read ahead."""
        if asked["do"] == "sample":
            self.send({"kind": "sample", **self._card.sample()})
        elif asked["do"] == "font":
            self._send_font(asked["family"])
        else:
            self._act(asked)
            self.send({"kind": "view", **self._card.view()})
            self.session.prefetch()

    def _act(self, asked: Message) -> None:
        try:
            self._actions[asked["do"]](asked)
        except Problem as problem:
            self.session.notice = "problem", {"problem": problem_line(problem, self.session.language)}

    def _named(self, asked: Message) -> None:
        self.session.reviewer = str(asked["name"]).strip()
        self.session.notice = None

    def _decide(self, asked: Message) -> None:
        """Only what the reviewer really saw is decided: a key pressed twice meets the next case."""
        seen = (asked["number"], asked["registration"], asked["degree"])
        if seen == (self.session.queue.number, *self.session.pair):
            self.session.decide(asked["choice"], asked["remark"])

    def _send_font(self, family: str) -> None:
        """A bundled font, for machines without Chinese; packed, since kernels may send 1 MB a second only."""
        data = zlib.compress(chinese_font.path(family).read_bytes(), level=6)
        self.send({"kind": "font", "family": family}, buffers=[data])
