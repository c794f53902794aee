"""`explain`: why a row, or a pair, ended as it did."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from chsi_batch import rules
from chsi_batch.errors import UsageError
from chsi_batch.notebook import open_run
from chsi_batch.report.words import titles

from .calling import call, table
from .conftest import Finished, Pair

HAN = re.compile(r"[\u3400-\u9fff]")
TERMS = ("找回用户名", "找回密码", "学历勘误", "学籍", "肄业")


def _first(finished: Finished, **wanted: object) -> dict[str, str]:
    rows = table(finished.folder, "ledger")
    found: dict[str, str] = next(
        row for row in rows if all(row[column] == value for column, value in wanted.items())
    )
    return found


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("side", ["registration", "degree"])
@pytest.mark.parametrize("rule", ["B1", "B2", "B3"])
def test_a_bound_row(finished: Finished, side: str, rule: str, language: str) -> None:
    row = _first(finished, side=side, outcome="bound", rule=rule)
    said = call("explain", finished.folder, row["ref"], "--lang", language)
    assert (said.code, said.err) == (0, "")
    assert row["ref"] in said.out
    assert row["counterpart"] in said.out
    readings = [entry.reading[language].rstrip("。.") for entry in rules.match_rules() if entry.rule == rule]
    assert any(reading in said.out for reading in readings)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_row_of_every_code(finished: Finished, language: str) -> None:
    exceptions = {(row["ref"], row["code"]): row for row in table(finished.folder, "exceptions")}
    firsts = {(row["side"], row["code"]): row for row in table(finished.folder, "ledger") if row["code"]}
    assert len(firsts) > 35
    for row in firsts.values():
        said = call("explain", finished.folder, row["ref"], "--lang", language)
        assert (said.code, said.err) == (0, "")
        assert row["ref"] in said.out
        assert f"{row['code']}" in said.out
        assert titles(language)[row["code"]] in said.out
        if language == "zh":
            told = exceptions[row["ref"], row["code"]]
            assert told["cause"] in said.out
            assert told["advice"] in said.out
        assert len(said.out.splitlines()) == 3


def test_english_is_english_even_of_a_chinese_run(finished: Finished) -> None:
    for row in {row["code"]: row for row in table(finished.folder, "ledger")}.values():
        told = call("explain", finished.folder, row["ref"], "--lang", "en").out
        for known in (row["ref"], row["counterpart"] or "", *TERMS):
            told = told.replace(known, "")
        assert HAN.search(told) is None, row["code"]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_candidate_pair(finished: Finished, language: str) -> None:
    """Any pair can be asked, in either order, and the answer is that of the run."""
    asked = {row["rule"]: row for row in table(finished.folder, "candidates")}
    for rule, row in asked.items():
        refs = (row["registration_ref"], row["degree_ref"])
        said = call("explain", finished.folder, *refs, "--lang", language)
        assert (said.code, said.err) == (0, "")
        assert rule in said.out
        assert all(ref in said.out for ref in refs)
        assert call("explain", finished.folder, *refs[::-1], "--lang", language).out == said.out
        if language == "zh":
            assert row["detail"] in said.out
            assert row["reading"].rstrip("。") in said.out


def test_two_rows_that_have_nothing_in_common(finished: Finished) -> None:
    one = _first(finished, side="registration", code="no-degree", rule=None)["ref"]
    other = _first(finished, side="degree", code="no-account", rule=None)["ref"]
    said = call("explain", finished.folder, one, other, "--lang", "en")
    assert said.code == 0
    assert "Z0" in said.out


@pytest.mark.parametrize("language", ["zh", "en"])
def test_rows_nobody_knows(finished: Finished, language: str) -> None:
    known = _first(finished, side="registration")["ref"]
    for refs in (("nowhere.csv#7",), (known, "nowhere.csv#7"), ("nowhere.csv#7", known)):
        said = call("explain", finished.folder, *refs, "--lang", language)
        assert (said.code, said.out) == (2, "")
        assert len(said.lines) == 1
        assert said.lines[0].startswith("reference-unknown nowhere.csv#7")


def test_a_person_typed_for_a_row_is_not_repeated(finished: Finished) -> None:
    said = call("explain", finished.folder, "欧阳娜娜")
    assert said.lines[0].startswith("reference-unknown 欧***: ")
    with pytest.raises(UsageError, match=r"^reference-unknown 欧\*\*\*: "):
        open_run(finished.folder).case("欧阳娜娜")


def test_two_rows_of_one_side(finished: Finished) -> None:
    rows = [row["ref"] for row in table(finished.folder, "ledger") if row["side"] == "degree"]
    said = call("explain", finished.folder, rows[0], rows[1])
    assert (said.code, len(said.lines)) == (2, 1)


def test_one_row_twice(finished: Finished) -> None:
    ref = _first(finished, side="degree")["ref"]
    said = call("explain", finished.folder, ref, ref)
    assert (said.code, len(said.lines)) == (2, 1)


def test_pairs_need_the_full_values(pair: Pair, tmp_path: Path) -> None:
    out = tmp_path / "result"
    assert call("run", *pair.arguments, "--no-private", "--out", out).code == 0
    assert call("explain", out, "accounts.csv#2").code == 0
    said = call("explain", out, "accounts.csv#2", "degrees.xlsx#Sheet1!3")
    assert (said.code, len(said.lines)) == (2, 1)
    assert said.lines[0].startswith("no-private")


def test_a_check_is_no_run(pair: Pair, tmp_path: Path) -> None:
    assert call("check", *pair.arguments, "--out", tmp_path / "checked").code == 0
    said = call("explain", tmp_path / "checked", "accounts.csv#2")
    assert (said.code, len(said.lines)) == (2, 1)
    assert said.lines[0].startswith("run-missing")


def test_one_reference_on_both_sides(tmp_path: Path) -> None:
    """The same file may hold accounts and degrees: both rows are told."""
    from .drawn import account, write_csv

    person = {**account(0), "certificate_number": "100011201505000000"}
    heads = ["姓名", "身份证号", "用户名", "证书编号", "毕业年份", "毕业学校"]
    values = [person[c] for c in ("name", "id_number", "username", "certificate_number")]
    path = write_csv(tmp_path / "both.csv", [heads, [*values, "2015", "北京大学"]])
    out = tmp_path / "result"
    assert call("run", "--registrations", path, "--degrees", path, "--out", out).code == 0
    said = call("explain", out, "both.csv#2")
    assert said.code == 0
    said = call("explain", out, "both.csv#2", "both.csv#2")
    assert said.code == 0
