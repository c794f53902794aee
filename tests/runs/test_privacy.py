"""Full ID numbers, mobile numbers and e-mail addresses stay where they were asked to be."""

from __future__ import annotations

import json
import re
import stat
import zipfile
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest
from lxml import html

from .calling import Said, call, table
from .conftest import Cohort, Finished, Pair
from .drawn import account, accounts, degree, degrees, id_number, mobile

PERSONAL = ("id_number", "mobile", "email")
SIDES = ("registrations", "degrees", "enrolments")
SLIP = id_number(1)[:10] + "9" + id_number(1)[11:]
"""The number of the second person with one digit wrong."""
LEAST = 8
"""Shorter values, such as a lone placeholder, are no secret and may occur by chance."""


@pytest.fixture(scope="session")
def secrets(finished: Finished) -> frozenset[str]:
    """Every full number and address of the cohort, as found in private/."""
    found = {
        value.strip()
        for name in SIDES
        for row in table(finished.folder, name, private=True)
        for column in PERSONAL
        if (value := row.get(column)) and len(value.strip()) >= LEAST
    }
    assert len(found) > 500
    return frozenset(value for value in found if re.search(r"[0-9]{8}|@", value))


def _texts(folder: Path) -> Iterator[tuple[str, str]]:
    """What can be read in the published files, by file."""
    for path in sorted(folder.iterdir()):
        if path.suffix == ".xlsx":
            with zipfile.ZipFile(path) as archive:
                for member in archive.namelist():
                    yield f"{path.name}/{member}", archive.read(member).decode("utf-8", "replace")
        elif path.suffix == ".html":
            yield path.name, path.read_text("utf-8")
            yield f"{path.name} as text", html.fromstring(path.read_bytes()).text_content()
        elif path.suffix == ".json":
            yield path.name, path.read_text("utf-8")
    for path in sorted((folder / "tables").iterdir()):
        yield path.name, json.dumps(table(folder, path.stem), ensure_ascii=False, default=str)


def _seen(text: str, secrets: frozenset[str]) -> set[str]:
    """Secrets that stand in a text; found by the runs of characters they are made of."""
    runs = set(re.findall(r"[0-9A-Za-z@._+-]{8,}", text))
    whole = runs & secrets
    return whole | {secret for secret in secrets - whole if secret in text}


def test_nothing_personal_is_published(finished: Finished, secrets: frozenset[str]) -> None:
    for name, text in _texts(finished.folder):
        assert _seen(text, secrets) == set(), name


def test_nothing_personal_is_published_in_english(english: Finished, secrets: frozenset[str]) -> None:
    for name, text in _texts(english.folder):
        assert _seen(text, secrets) == set(), name


def test_nothing_personal_is_said(finished: Finished, secrets: frozenset[str]) -> None:
    assert _seen(finished.said.out + finished.said.err, secrets) == set()


def test_nothing_personal_is_said_by_json_check_and_explain(
    cohort: Cohort, finished: Finished, secrets: frozenset[str], tmp_path: Path
) -> None:
    said: list[Said] = [
        call("run", *cohort.arguments, "--json", "--progress", "json", "--out", tmp_path / "result"),
        call("check", *cohort.inputs, "--json", "--out", tmp_path / "checked"),
    ]
    refs = {row["code"]: row["ref"] for row in table(finished.folder, "ledger")}
    said += [call("explain", finished.folder, ref) for ref in refs.values()]
    for words in said:
        assert words.code == 0
        assert _seen(words.out + words.err, secrets) == set()
    for name, text in _texts_of_check(tmp_path / "checked"):
        assert _seen(text, secrets) == set(), name


def _texts_of_check(folder: Path) -> Iterator[tuple[str, str]]:
    yield "run.json", (folder / "run.json").read_text("utf-8")
    with zipfile.ZipFile(folder / "check_report.xlsx") as archive:
        for member in archive.namelist():
            yield member, archive.read(member).decode("utf-8", "replace")


def test_private_holds_the_full_values(finished: Finished) -> None:
    for name in SIDES:
        shown = table(finished.folder, name)
        full = table(finished.folder, name, private=True)
        assert len(shown) == len(full)
        masked = [
            (one["id_number"], other["id_number"])
            for one, other in zip(shown, full, strict=True)
            if other["id_number"]
        ]
        assert any(re.fullmatch(r"[0-9]{17}[0-9X]", value) for _, value in masked)
        assert all(len(one) == len(other) for one, other in masked)


@pytest.mark.parametrize("more", [[], ["--unmask"]], ids=["masked", "unmasked"])
def test_only_the_owner_may_read(pair: Pair, tmp_path: Path, more: list[str]) -> None:
    out = tmp_path / "result"
    assert call("run", *pair.arguments, *more, "--out", out).code == 0
    for path in [out, *out.rglob("*")]:
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600), path


def test_without_private(pair: Pair, tmp_path: Path) -> None:
    out = tmp_path / "result"
    assert call("run", *pair.arguments, "--no-private", "--out", out).code == 0
    assert not (out / "private").exists()
    facts = json.loads((out / "run.json").read_text("utf-8"))
    assert facts["private"] is False
    assert not any(name.startswith("private") for name in facts["outputs"])
    for path in out.rglob("*"):
        if path.is_file():
            assert id_number(0).encode() not in path.read_bytes()


def test_without_workbooks(pair: Pair, tmp_path: Path) -> None:
    out = tmp_path / "result"
    assert call("run", *pair.arguments, "--no-workbooks", "--out", out).code == 0
    assert sorted(path.name for path in out.iterdir()) == ["private", "run.json", "summary.html", "tables"]
    facts = json.loads((out / "run.json").read_text("utf-8"))
    assert not any(name.endswith(".xlsx") for name in facts["outputs"])


def test_unmasked_values_are_full_and_said_to_be(tmp_path: Path) -> None:
    registrations = accounts(tmp_path / "a.csv", [account(0), account(1, id_number=SLIP)])
    records = degrees(tmp_path / "d.csv", [degree(0), degree(1)])
    out = tmp_path / "result"
    arguments = ("--registrations", registrations, "--degrees", records, "--unmask", "--out", out)
    assert call("run", *arguments).code == 0
    assert json.loads((out / "run.json").read_text("utf-8"))["unmasked"] is True
    rows = table(out, "registrations")
    assert [(row["id_number"], row["mobile"]) for row in rows] == [
        (id_number(0), mobile(0)),
        (SLIP, mobile(1)),
    ]
    for name, value in (
        ("binding_report.xlsx", id_number(0)),
        ("exception_report.xlsx", id_number(1)),
        ("exception_report.xlsx", SLIP),
    ):
        book = openpyxl.load_workbook(out / name, rich_text=False)
        cells = [str(cell) for page in book for row in page.iter_rows(values_only=True) for cell in row]
        assert any(value in cell for cell in cells), name


def test_a_defect_tells_no_value(pair: Pair, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from chsi_batch import matching

    def fail(*_: object, **__: object) -> None:
        raise ValueError(f"cannot read {id_number(0)} of {mobile(0)}")

    monkeypatch.setattr(matching, "matched", fail)
    said = call("run", *pair.arguments, "--out", tmp_path / "result")
    assert said.code == 70
    assert len(said.lines) == 1
    assert said.lines[0].startswith("defect ValueError")
    assert id_number(0) not in said.err
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in"]


def test_numbers_in_the_wrong_place_are_masked(tmp_path: Path) -> None:
    registrations = accounts(
        tmp_path / "a.csv",
        [
            {**account(0), "username": id_number(0)},
            account(1, name=mobile(1)),
            account(2, email=id_number(2)),
        ],
    )
    records = degrees(
        tmp_path / "d.csv",
        [
            degree(0, remark=f"原身份证{id_number(5)}，电话{mobile(5)}"),
            degree(1, certificate_number=id_number(6)),
        ],
    )
    out = tmp_path / "result"
    said = call("run", "--registrations", registrations, "--degrees", records, "--out", out)
    assert said.code == 0
    secrets = frozenset([*map(id_number, range(7)), *map(mobile, range(7))])
    for name, text in [*_texts(out), ("said", said.err)]:
        assert _seen(text, secrets) == set(), name
