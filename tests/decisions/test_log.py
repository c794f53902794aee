"""The log of decisions: nothing confirmed is ever lost, nothing changed goes unnoticed."""

from __future__ import annotations

import multiprocessing
import stat
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chsi_batch.decisions.entries import Decision
from chsi_batch.decisions.log import Log
from chsi_batch.errors import InputError

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
