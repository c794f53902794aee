"""The log of decisions: nothing confirmed is ever lost, nothing changed goes unnoticed."""

from __future__ import annotations

import multiprocessing
import os
import stat
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chsi_batch.decisions.entries import Decision
from chsi_batch.decisions.log import Log
from chsi_batch.errors import InputError, OutputError

TIMES = iter(f"2026-01-01T00:00:{second % 60:02d}+00:00" for second in range(10**9))


def bind(place: int, reviewer: str = "王老师", **more: object) -> Decision:
    return Decision("bind", reviewer, f"r{place}", f"d{place}", f"a.csv#{place}", f"b.csv#{place}", **more)  # type: ignore[arg-type]


def log(folder: Path) -> Log:
    return Log(folder / "result.decisions.jsonl", clock=lambda: next(TIMES))


def test_it_lies_beside_the_run(tmp_path: Path) -> None:
    beside = Log.beside(tmp_path / "result")
    assert beside.path == tmp_path / "result.decisions.jsonl"
    assert beside.key_path == tmp_path / "result.decisions.key"
    assert beside.entries() == ()
    assert list(tmp_path.iterdir()) == []


def test_entries_come_back_as_they_were_made(tmp_path: Path) -> None:
    first = log(tmp_path).append([bind(1, remark='双胞胎\n"=1+1"\u2028'), bind(2)])
    second = log(tmp_path).append([Decision("undo", "王老师", undoes=1)])
    assert log(tmp_path).entries() == (*first, *second)
    assert [entry.seq for entry in (*first, *second)] == [1, 2, 3]
    assert len((tmp_path / "result.decisions.jsonl").read_bytes().splitlines()) == 3


def test_only_the_owner_reads_them(tmp_path: Path) -> None:
    made = log(tmp_path)
    made.append([bind(1)])
    assert made.key_path.exists() is False
    (tmp_path / "other").mkdir()
    secret = log(tmp_path / "other").secret()
    assert secret == log(tmp_path / "other").secret()
    for path in (made.path, tmp_path / "other" / "result.decisions.key"):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_lost_secret_is_not_replaced_by_another(tmp_path: Path) -> None:
    made = log(tmp_path)
    made.secret()
    made.append([bind(1)])
    made.key_path.unlink()
    with pytest.raises(InputError, match="decisions-key-missing"):
        made.secret()
    assert not made.key_path.exists()
    made.key_path.write_text("00ff\n", encoding="ascii")
    with pytest.raises(InputError, match="decisions-key-damaged"):
        made.secret()


@settings(max_examples=60, deadline=None)
@given(cut=st.integers(1, 400))
def test_a_torn_last_line_is_cut_and_reported(tmp_path_factory: pytest.TempPathFactory, cut: int) -> None:
    made = log(tmp_path_factory.mktemp("torn"))
    made.append([bind(1), bind(2)])
    whole = made.path.read_bytes()
    first = whole.index(b"\n") + 1
    made.path.write_bytes(whole[: max(first, len(whole) - cut)])
    read = made.read()
    assert [entry.seq for entry in read.entries] == [1]
    assert read.torn == (len(whole) - cut > first)
    made.append([bind(3)])
    assert [entry.registration_key for entry in made.entries()] == ["r1", "r3"]
    assert not made.read().torn


@settings(max_examples=60, deadline=None)
@given(
    steps=st.lists(st.integers(1, 3), min_size=1, max_size=4),
    lost=st.integers(0, 10**6),
    zeros=st.booleans(),
)
def test_what_was_confirmed_survives_the_loss_of_what_was_not(
    tmp_path_factory: pytest.TempPathFactory, steps: list[int], lost: int, zeros: bool
) -> None:
    """The power fails at a sync: any part of what was written since the one before is there, or zeros."""
    folder = tmp_path_factory.mktemp("power")
    made = log(folder)
    synced, states = [0], []

    def sync(handle: int, real: Callable[[int], None] = os.fsync) -> None:
        if stat.S_ISREG(os.fstat(handle).st_mode):
            states.append((synced[-1], made.path.read_bytes()))
            synced.append(os.fstat(handle).st_size)
        real(handle)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "fsync", sync)
        for step in steps:
            made.append([bind(place) for place in range(step)])
    confirmed = made.entries()
    assert len(states) == sum(steps) == len(confirmed)
    for number, (safe, written) in enumerate(states):
        kept = safe + lost % (len(written) - safe + 1)
        made.path.write_bytes(written[:kept] + (bytes(len(written) - kept) if zeros else b""))
        assert made.entries()[:number] == confirmed[:number]
        again = made.append([bind(99)])
        assert made.entries()[:number] == confirmed[:number]
        assert made.entries()[-1] == again[0]


def test_the_names_are_on_the_disk_before_the_first_entry(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file, or the key to it, whose folder was never synced may be gone after a power failure."""
    order: list[str] = []
    real = os.fsync

    def sync(handle: int) -> None:
        order.append("folder" if stat.S_ISDIR(os.fstat(handle).st_mode) else "file")
        real(handle)

    monkeypatch.setattr(os, "fsync", sync)
    made = log(tmp_path)
    made.secret()
    assert order == ["file", "folder"]
    order.clear()
    made.path.touch()  # somebody else made it and died
    made.append([bind(1), bind(2)])
    assert order == ["folder", "file", "file"]


@pytest.mark.parametrize("call", ["write", "fsync"])
@pytest.mark.parametrize("number", [1, 2, 3])
def test_an_entry_that_fails_is_taken_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, call: str, number: int
) -> None:
    made = log(tmp_path)
    made.append([bind(1)])
    calls = iter(range(1, 100))
    real = getattr(os, call)

    def fail(handle: int, *line: bytes) -> object:
        if next(calls) != number:
            return real(handle, *line)
        if line:
            real(handle, line[0][:20])
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, call, fail)
        with pytest.raises(OutputError, match="decisions-not-written"):
            made.append([bind(place) for place in range(2, 5)])
    content = made.read()
    assert [entry.seq for entry in content.entries] == list(range(1, number + 1))
    assert not content.torn
    assert made.append([bind(9)])[0].seq == number + 1


def test_a_key_whose_maker_died_is_made_again(tmp_path: Path) -> None:
    made = log(tmp_path)
    made.key_path.write_bytes(b"00ff")
    secret = made.secret()
    assert made.secret() == secret == bytes.fromhex(made.key_path.read_text("ascii"))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["result.decisions.key"]


@pytest.mark.parametrize("change", ["edit", "take out", "swap", "no text", "other keys"])
def test_a_changed_line_is_refused(tmp_path: Path, change: str) -> None:
    made = log(tmp_path)
    made.append([bind(1), bind(2), bind(3)])
    lines = made.path.read_bytes().splitlines(keepends=True)
    changed = {
        "edit": [lines[0].replace(b"bind", b"hold"), *lines[1:]],
        "take out": [lines[0], lines[2]],
        "swap": [lines[1], lines[0], lines[2]],
        "no text": [lines[0], b"\xff\xfe\n", lines[2]],
        "other keys": [lines[0], b'{"seq": 2}\n', lines[2]],
    }[change]
    made.path.write_bytes(b"".join(changed))
    with pytest.raises(InputError, match="decisions-damaged"):
        made.entries()
    before = made.path.read_bytes()
    with pytest.raises(InputError, match="decisions-damaged"):
        made.append([bind(4)])
    assert made.path.read_bytes() == before


@pytest.mark.parametrize(
    "wrong",
    [
        {"decision": "perhaps"},
        {"decision": "undo"},
        {"undoes": 1},
        {"degree_key": None},
        {"decision": "hold", "degree_key": None, "registration_key": None},
        {"reviewer": " "},
        {"source": "dream"},
    ],
)
def test_what_is_no_decision_cannot_be_made(wrong: dict[str, object]) -> None:
    right = {"decision": "bind", "reviewer": "王老师", "registration_key": "r", "degree_key": "d"}
    Decision(**right)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match=r"."):
        Decision(**{**right, **wrong})  # type: ignore[arg-type]


def _many(path: Path, reviewer: str) -> None:
    for place in range(20):
        Log(path).append([bind(place, reviewer)])


def test_two_reviewers_at_once(tmp_path: Path) -> None:
    made = log(tmp_path)
    context = multiprocessing.get_context("spawn")
    both = [context.Process(target=_many, args=(made.path, name)) for name in ("王", "李")]
    for one in both:
        one.start()
    for one in both:
        one.join()
    entries = made.entries()
    assert [entry.seq for entry in entries] == list(range(1, 41))
    assert {entry.reviewer for entry in entries} == {"王", "李"}
