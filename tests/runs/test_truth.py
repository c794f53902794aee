"""A run held against the truth of its cohort."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from .calling import call
from .conftest import Cohort, Finished


@pytest.fixture(scope="module")
def measured(cohort: Cohort, finished: Finished) -> dict[str, dict[str, float]]:
    said = call("score", finished.folder, cohort.folder / "truth.csv", "--json")
    assert (said.code, said.err) == (0, "")
    measures: dict[str, dict[str, float]] = json.loads(said.out)
    return measures


def test_nobody_is_bound_to_somebody_else(measured: dict[str, dict[str, float]]) -> None:
    assert measured["wrong_bindings"]["count"] == 0
    assert measured["wrong_bindings"]["of"] > 200


def test_everyone_who_must_bind_is_bound(cohort: Cohort, measured: dict[str, dict[str, float]]) -> None:
    assert measured["recall"]["count"] == measured["recall"]["of"]
    assert measured["recall"]["of"] >= cohort.summary["must_bind"]


def test_codes_and_best_candidates_are_right(measured: dict[str, dict[str, float]]) -> None:
    assert measured["codes"]["share"] >= 0.99
    assert measured["best_candidate"]["share"] >= 0.98


def test_no_row_is_missing_or_unknown(measured: dict[str, object]) -> None:
    assert (measured["missing"], measured["unlabelled"]) == ([], [])


def test_people_read_a_table(cohort: Cohort, finished: Finished) -> None:
    said = call("score", finished.folder, cohort.folder / "truth.csv")
    assert (said.code, said.out) == (0, "")
    assert "clean-claim" in said.err


@pytest.mark.parametrize("language", ["zh", "en"])
def test_labels_that_are_not_there(finished: Finished, language: str) -> None:
    said = call("score", finished.folder, "nowhere/truth.csv", "--lang", language)
    assert said.code == 2
    assert len(said.lines) == 1


def test_a_folder_that_is_no_run(cohort: Cohort) -> None:
    said = call("score", cohort.folder, cohort.folder / "truth.csv")
    assert said.code == 2
    assert said.err.startswith("run-missing")


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (None, "truth-unreadable"),
        (b"\xff\xfe\xff\x80\x81", "truth-encoding"),
        ("side,ref\n张伟,1\n".encode(), "truth-columns"),
        (b'side,ref,kind,expect,to,codes,top\nregistration,"a', "truth-damaged"),
    ],
)
def test_what_is_no_truth(finished: Finished, tmp_path: Path, content: bytes | None, code: str) -> None:
    if content is not None:
        (tmp_path / "truth.csv").write_bytes(content)
    said = call("score", finished.folder, tmp_path / "truth.csv")
    assert (said.code, len(said.lines)) == (2, 1)
    assert said.lines[0].startswith(f"{code} truth.csv")
