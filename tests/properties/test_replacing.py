"""Whatever stood in an output folder is replaced whole, or stays as it was, and nothing is left beside."""

from __future__ import annotations

import hashlib
import json
import stat
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chsi_batch import healing, publishing
from chsi_batch.errors import OutputError

OWN = ("a.txt", "report.xlsx", "part", "run.json")
Files = dict[str, bytes]

contents = st.dictionaries(
    st.sampled_from(["a.txt", "report.xlsx", "part/b.txt", "part/c.txt"]), st.binary(max_size=8), max_size=4
)


def everything(folder: Path) -> Files:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def put(folder: Path, files: Files) -> None:
    """The files, and a run.json that knows their digests."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    digests = {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}
    (folder / "run.json").write_text(json.dumps({"outputs": digests}), "utf-8")


def publish(out: Path, files: Files, fail: Exception | None = None) -> list[Path]:
    kept: list[Path] = []
    with publishing.locked(out), publishing.building(out, OWN, kept) as folder:
        assert stat.S_IMODE(folder.stat().st_mode) == publishing.FOLDER_MODE
        assert folder.parent == out.parent
        put(folder, files)
        if fail:
            raise fail
    return kept


@settings(max_examples=60, deadline=None)
@given(old=st.none() | contents, new=contents, left=st.sets(st.sampled_from([healing.NEW, healing.OLD])))
def test_the_new_run_replaces_the_old_one_whole(old: Files | None, new: Files, left: set[str]) -> None:
    with TemporaryDirectory() as place:
        out = Path(place) / "result"
        if old is not None:
            out.mkdir()
            put(out, old)
        for kind in left:
            put(_made(healing.beside(out, kind)), {"a.txt": b"of a run that was killed"})
        assert publish(out, new) == []
        wanted = {**new, "run.json": everything(out)["run.json"]}
        assert everything(Path(place)) == {f"result/{name}": content for name, content in wanted.items()}


def _made(folder: Path) -> Path:
    folder.mkdir()
    return folder


@settings(max_examples=30, deadline=None)
@given(
    old=contents,
    new=contents,
    fail=st.sampled_from([RuntimeError("boom"), OSError(28, "No space left"), PermissionError(13, "in use")]),
)
def test_what_fails_leaves_the_old_run_as_it_was(old: Files, new: Files, fail: Exception) -> None:
    with TemporaryDirectory() as place:
        out = Path(place) / "result"
        publish(out, old)
        stood = everything(Path(place))
        with pytest.raises(OutputError if isinstance(fail, OSError) else RuntimeError):
            publish(out, new, fail)
        assert everything(Path(place)) == stood


def test_an_old_run_whose_move_fails_comes_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out = tmp_path / "result"
    publish(out, {"a.txt": b"old"})
    stood, rename = everything(tmp_path), Path.rename

    def refuse(self: Path, target: Path) -> Path:
        if self == healing.beside(out, healing.NEW):
            raise PermissionError(13, "in use", str(target))
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", refuse)
    with pytest.raises(OutputError, match="result"):
        publish(out, {"a.txt": b"new"})
    assert everything(tmp_path) == stood


@settings(max_examples=30, deadline=None)
@given(old=contents, edited=st.binary(min_size=1, max_size=8), times=st.integers(1, 3))
def test_a_workbook_somebody_worked_in_is_kept_beside(old: Files, edited: bytes, times: int) -> None:
    with TemporaryDirectory() as place:
        out = Path(place) / "result"
        for turn in range(times):
            publish(out, {**old, "report.xlsx": b"as written"})
            (out / "report.xlsx").write_bytes(edited)
            (kept,) = publish(out, {"a.txt": b"new"})
            assert kept.name == f"result.report.{turn + 1}.xlsx"
            assert kept.read_bytes() == edited
        assert everything(out).keys() == {"a.txt", "run.json"}


def test_a_crash_between_the_two_moves_is_healed(tmp_path: Path) -> None:
    out = tmp_path / "result"
    publish(out, {"a.txt": b"old"})
    stood = everything(out)
    out.rename(healing.beside(out, healing.OLD))
    with publishing.locked(out):
        assert everything(out) == stood
    assert everything(tmp_path).keys() == {"result/a.txt", "result/run.json"}


@pytest.mark.parametrize("name", ["stranger.txt", "a.txt"])
def test_a_folder_of_somebody_else_is_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / "result").mkdir()
    (tmp_path / "result" / name).write_bytes(b"mine")
    with pytest.raises(OutputError, match=name):
        publish(tmp_path / "result", {})
    assert everything(tmp_path) == {f"result/{name}": b"mine"}


@pytest.mark.parametrize("name", ["desktop.ini", "Thumbs.db", "~$report.xlsx", ".DS_Store"])
def test_what_desktops_leave_behind_is_in_nobodys_way(tmp_path: Path, name: str) -> None:
    out = tmp_path / "result"
    publish(out, {"a.txt": b"old"})
    (out / name).write_bytes(b"")
    publish(out, {"a.txt": b"new"})
    assert (out / "a.txt").read_bytes() == b"new"


def test_a_file_in_the_place_of_the_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "result").write_bytes(b"mine")
    with pytest.raises(OutputError, match="result"):
        publish(tmp_path / "result", {})
    assert everything(tmp_path) == {"result": b"mine"}


def test_a_second_holder_is_turned_away_and_nothing_is_left(tmp_path: Path) -> None:
    out = tmp_path / "deep" / "result"
    with publishing.locked(out):
        assert list(out.parent.iterdir()) == [healing.beside(out, healing.LOCK)]
        with pytest.raises(OutputError, match="result"), publishing.locked(out):
            pytest.fail("two runs on one folder")
    assert list(tmp_path.iterdir()) == []
