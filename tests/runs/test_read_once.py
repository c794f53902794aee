"""What `run.json` says of the files beside the inputs is said of the bytes that were used."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from .calling import call
from .conftest import Pair
from .drawn import id_number

FORMER = f"id_number,former_name,name,proof\n{id_number(1)},李英,李秀英,户口簿\n".encode()


def changing(monkeypatch: pytest.MonkeyPatch, watched: Path) -> list[str]:
    """The file becomes another one as soon as it has been opened; the list grows with every opening."""
    opened: list[str] = []
    plain = Path.open

    def open_(self: Path, mode: str = "r", *more: Any, **options: Any) -> Any:
        if self.absolute() == watched and "r" in mode and "+" not in mode:
            opened.append(mode)
            if len(opened) > 1:
                watched.write_bytes(b"{}")
        return plain(self, mode, *more, **options)

    monkeypatch.setattr(Path, "open", open_)
    return opened


@pytest.mark.parametrize("what", ["former_names", "decisions", "previous"])
def test_a_file_that_changes_while_we_work(
    what: str, pair: Pair, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = tmp_path / "first"
    assert call("run", *pair.arguments, "--out", first).code == 0
    given = watched = tmp_path / "former.csv"
    watched.write_bytes(FORMER)
    if what == "decisions":
        given = watched = tmp_path / "log.jsonl"
        watched.write_bytes(b"")
    elif what == "previous":
        given, watched = first, first / "run.json"
    digest = hashlib.sha256(watched.read_bytes()).hexdigest()
    opened = changing(monkeypatch, watched)
    said = call("run", *pair.arguments, f"--{what.replace('_', '-')}", given, "--out", tmp_path / "second")
    monkeypatch.undo()
    assert (said.code, len(opened)) == (0, 1), said.err
    assert json.loads((tmp_path / "second" / "run.json").read_bytes())[what]["sha256"] == digest
