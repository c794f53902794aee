"""The configuration: the user's own headers, and unknown keys with the nearest known one."""

from __future__ import annotations

from pathlib import Path

import pytest
from odd_files import ZHANG, column, examine, workbook

from chsi_batch.errors import UsageError
from chsi_batch.settings import Settings, load
from chsi_batch.tables import problem_line
from chsi_batch.terms import Side


def write(path: Path, content: str) -> Path:
    path.write_text(content, encoding="utf-8")
    return path


def test_nothing_set() -> None:
    assert load(None) == Settings()
    assert load(None).placeholders.min_people == 10


def test_own_headers_come_before_known_ones(tmp_path: Path) -> None:
    settings = load(
        write(
            tmp_path / "c.toml",
            '[columns.degrees]\nid_number = "户口本号"\nname = ["学员", "人"]\n[limits]\nrows = 5\n',
        )
    )
    assert settings.limits.rows == 5
    rows = [["学员", "户口本号", "身份证号", "证书编号"], ["张三", ZHANG[1], "其他", ZHANG[4]]]
    found = examine(workbook(tmp_path / "t.xlsx", {"S": rows}), Side.DEGREE, settings)
    assert column(found, "id_number") == [ZHANG[1]]
    assert column(found, "name") == ["张三"]


@pytest.mark.parametrize(
    ("content", "line"),
    [
        ("[limit]\n", "config-unknown-key c.toml, limit: there is no such setting: did you mean limits?"),
        (
            "[columns.degrees]\nid_numbr = 'x'\n",
            "config-unknown-key c.toml, columns.degrees.id_numbr: there is no such setting: "
            "did you mean columns.degrees.id_number?",
        ),
        (
            "[columns.degree]\n",
            "config-unknown-key c.toml, columns.degree: there is no such setting: "
            "did you mean columns.degrees?",
        ),
        (
            "[placeholders]\nmin_people = '10'\n",
            "config-wrong-type c.toml, placeholders.min_people: '10' does not fit: it must be a whole number",
        ),
        (
            "[placeholders]\nmin_people = true\n",
            "config-wrong-type c.toml, placeholders.min_people: True does not fit: it must be a whole number",
        ),
        (
            "limits = 1\n",
            "config-wrong-type c.toml, limits: 1 does not fit: it must be a section in square brackets",
        ),
        (
            "[limits]\nrows = -1\n",
            "config-wrong-type c.toml, limits.rows: -1 does not fit: it must be zero or more",
        ),
        (
            "[columns.degrees]\nname = 'x'\nschool = 'x'\n",
            "config-header-twice c.toml, columns.degrees.school: the header x is already given to name: "
            "give each header to one column",
        ),
    ],
)
def test_faults_are_one_line(tmp_path: Path, content: str, line: str) -> None:
    with pytest.raises(UsageError) as caught:
        load(write(tmp_path / "c.toml", content))
    assert problem_line(caught.value, "en") == line


@pytest.mark.parametrize("content", [b"[limits\n", b"\xff\xfe", b"a = "])
def test_a_file_that_is_no_toml(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "c.toml").write_bytes(content)
    with pytest.raises(UsageError, match=r"^config-"):
        load(tmp_path / "c.toml")


def test_a_config_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="config-unreadable"):
        load(tmp_path / "none.toml")
