"""Command lines and configurations that cannot be carried out: exit code 2, one line, nothing written."""

from __future__ import annotations

from pathlib import Path

import pytest

from chsi_batch import rules

from .calling import Said, call, table
from .conftest import Cohort, Finished, Pair
from .drawn import degree, degrees


def _run(pair: Pair, out: Path, *more: object) -> Said:
    return call("run", *pair.arguments, *more, "--out", out)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("[limit]\nrows = 3\n", ("config-unknown-key", "limits")),
        ("[limits]\nrow = 3\n", ("config-unknown-key", "limits.rows")),
        ("[columns.registrations]\nid_numbr = '证件号'\n", ("config-unknown-key", "id_number")),
        ("[limits]\nrows = 'many'\n", ("config-wrong-type", "limits.rows")),
        ("[engine]\nthreads = -1\n", ("config-wrong-type", "engine.threads")),
        ("limits = 3\n", ("config-wrong-type", "limits")),
        ("[limits\n", ("config-syntax", "settings.toml")),
    ],
)
def test_configurations(pair: Pair, tmp_path: Path, content: str, told: tuple[str, str]) -> None:
    config = tmp_path / "settings.toml"
    config.write_text(content, "utf-8")
    said = _run(pair, tmp_path / "result", "--config", config)
    assert said.code == 2
    assert len(said.lines) == 1
    assert said.lines[0].startswith(told[0])
    assert told[1] in said.lines[0]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in", "settings.toml"]


def test_a_config_that_is_not_there(pair: Pair, tmp_path: Path) -> None:
    said = _run(pair, tmp_path / "result", "--config", tmp_path / "none.toml")
    assert said.code == 2
    assert said.lines[0].startswith("config-unreadable none.toml")


@pytest.mark.parametrize(
    "as_of", ["yesterday", "2026-13-01", "2026-06-30T25:00", "", "9999-12-31T23:00:00-11:00", "٢٠٢٦-٠٦-٣٠"]
)
def test_times_that_are_none(pair: Pair, tmp_path: Path, as_of: str) -> None:
    said = _run(pair, tmp_path / "result", f"--as-of={as_of}")
    assert said.code == 2
    assert len(said.lines) == 1
    assert said.lines[0].startswith("as-of-wrong")
    assert not (tmp_path / "result").exists()


def test_fail_on_a_code_nobody_knows(pair: Pair, tmp_path: Path) -> None:
    said = _run(pair, tmp_path / "result", "--fail-on", "id-slip", "id-slop")
    assert said.code == 2
    assert len(said.lines) == 1
    assert "id-slop" in said.lines[0]
    assert "id-slip" not in said.lines[0]
    assert not (tmp_path / "result").exists()


def test_fail_on_a_code_that_occurs(pair: Pair, tmp_path: Path) -> None:
    degrees(pair.degrees, [degree(0), degree(1, name="黄河"), degree(2)])
    said = _run(pair, tmp_path / "result", "--fail-on", "no-degree", "--fail-on", "identity-conflict")
    assert said.code == 1
    assert "identity-conflict" in said.lines[-1]
    assert "no-degree" not in said.lines[-1]
    assert len(table(tmp_path / "result", "ledger")) == 6


def test_fail_on_a_code_that_does_not_occur(pair: Pair, tmp_path: Path) -> None:
    assert _run(pair, tmp_path / "result", "--fail-on", "id-slip", "contested").code == 0


def test_fail_on_a_note(cohort: Cohort, finished: Finished, tmp_path: Path) -> None:
    """A note stands in the exceptions, never in the ledger; asking for it must work all the same."""
    noted = {row["code"] for row in table(finished.folder, "exceptions")} - {
        row["code"] for row in table(finished.folder, "ledger")
    }
    assert noted
    assert noted <= {entry.code for entry in rules.exception_codes()}
    said = call("run", *cohort.arguments, "--no-workbooks", "--fail-on", *noted, "--out", tmp_path / "result")
    assert said.code == 1
    for code in noted:
        assert code in said.lines[-1]


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("run",),
        ("run", "--registrations", "a.csv", "--out", "result"),
        ("nonsense",),
        ("sample", "--people", "many", "--seed", "1", "--out", "x"),
        ("sample", "--people", "0", "--seed", "1", "--out", "x"),
        ("rules", "--lang", "fr"),
        ("check", "--out", "x"),
        ("explain", "nowhere", "x"),
        ("score", "nowhere", "truth.csv"),
    ],
)
def test_command_lines(arguments: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    said = call(*arguments)
    assert said.code == 2
    assert said.out == ""
    assert said.lines
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ("id_number,name\n1,张伟\n".encode(), "former-names-columns"),
        (b"", "former-names-columns"),
        (b"\xff\xfe\xff\x80\x81", "former-names-encoding"),
        (b'id_number,former_name,name,proof\n1,"\xe5\xbc\xa0,b,c\n', "former-names-damaged"),
        (None, "former-names-unreadable"),
    ],
    ids=["column missing", "empty", "no text", "a quote left open", "not there"],
)
def test_lists_of_former_names(pair: Pair, tmp_path: Path, content: bytes | None, code: str) -> None:
    listed = tmp_path / "former.csv"
    if content is not None:
        listed.write_bytes(content)
    said = _run(pair, tmp_path / "result", "--former-names", listed)
    assert said.code == 2
    assert len(said.lines) == 1
    assert said.lines[0].startswith(f"{code} former.csv")
    assert not (tmp_path / "result").exists()
