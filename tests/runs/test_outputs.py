"""A finished folder: everything that was promised is there, and it closes."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from chsi_batch import rules
from chsi_batch.labelled import truth
from chsi_batch.results import RECORD_TABLES, TABLES
from chsi_batch.terms import COLUMNS, Side

from .calling import call, table
from .conftest import Cohort, Finished
from .counting import physical

SIDES = {"registrations": "registration", "degrees": "degree", "enrolments": "enrolment"}
OF_ANOTHER_RUN = "immutable-changed"
"""The one code that a run cannot find by itself."""
NAMES = sorted([*TABLES, *RECORD_TABLES.values()])


def test_everything_promised_is_there(finished: Finished) -> None:
    assert finished.said.code == 0
    found = sorted(
        path.relative_to(finished.folder).as_posix() for path in finished.folder.rglob("*") if path.is_file()
    )
    assert found == sorted(
        ["binding_report.xlsx", "exception_report.xlsx", "summary.html", "run.json"]
        + [f"{part}/{name}.parquet" for part in ("tables", "private") for name in NAMES]
    )
    assert not list(finished.folder.parent.glob(".*"))


@pytest.mark.parametrize("part", ["tables", "private"])
@pytest.mark.parametrize("name", NAMES)
def test_tables_have_their_columns(finished: Finished, part: str, name: str) -> None:
    wanted = TABLES.get(name)
    if wanted is None:
        side = next(side for side, record_table in RECORD_TABLES.items() if record_table == name)
        wanted = ("ref", "file", "sheet", "row", *COLUMNS[Side(side)], "extra")
    found = tuple(pq.read_schema(finished.folder / part / f"{name}.parquet").names)
    assert found[: len(wanted)] == wanted
    assert part == "private" or found == wanted


@pytest.mark.parametrize("name", SIDES)
def test_every_physical_row_is_accounted_for(cohort: Cohort, finished: Finished, name: str) -> None:
    inputs = [row for row in table(finished.folder, "inputs") if row["side"] == SIDES[name]]
    records = Counter(row["file"] for row in table(finished.folder, name))
    for path in cohort.files(name):
        own = [row for row in inputs if row["file"] == path.name]
        counted = {sheet: rows for sheet, rows in physical(path).items() if rows}
        assert {row["sheet"]: row["physical"] for row in own if row["physical"]} == counted
        for row in own:
            assert row["physical"] == row["blank"] + row["heading"] + row["set_aside"] + row["records"]
        assert sum(row["records"] for row in own) == records[path.name]
    assert {row["file"] for row in inputs} == {path.name for path in cohort.files(name)}


def test_set_aside_rows_are_listed(finished: Finished) -> None:
    listed = Counter((row["side"], row["ref"].split("#")[0]) for row in table(finished.folder, "set_aside"))
    told: Counter[tuple[str, str]] = Counter()
    for row in table(finished.folder, "inputs"):
        told[row["side"], row["file"]] += row["set_aside"]
    assert listed == +told


def test_the_ledger_names_every_row_once(cohort: Cohort, finished: Finished) -> None:
    labels = Counter((label.side, label.ref) for label in truth.read(cohort.folder / "truth.csv"))
    ledger = table(finished.folder, "ledger")
    assert Counter((row["side"], row["ref"]) for row in ledger) == labels
    assert {row["outcome"] for row in ledger} == {"bound", "exception"}
    for row in ledger:
        assert (row["code"] is None) == (row["outcome"] == "bound")


def test_bindings_and_ledger_agree(finished: Finished) -> None:
    ledger = {row["ref"]: row for row in table(finished.folder, "ledger")}
    bindings = table(finished.folder, "bindings")
    assert len({row["degree_ref"] for row in bindings}) == len(bindings)
    for row in bindings:
        bound = ledger[row["degree_ref"]]
        assert (bound["outcome"], bound["counterpart"]) == ("bound", row["registration_ref"])
        assert ledger[row["registration_ref"]]["outcome"] == "bound"
        assert row["method"] == ("claim" if row["rule"] == "B3" else "auto")
    degrees = {row["ref"] for row in ledger.values() if (row["side"], row["outcome"]) == ("degree", "bound")}
    assert degrees == {row["degree_ref"] for row in bindings}


def test_the_first_exception_is_the_code_of_the_ledger(finished: Finished) -> None:
    codes: dict[str, list[str]] = {}
    severities = {}
    for row in table(finished.folder, "exceptions"):
        codes.setdefault(row["ref"], []).append(row["code"])
        severities[row["ref"], row["code"]] = row["severity"]
        assert row["cause"]
        assert row["advice"]
    for row in table(finished.folder, "ledger"):
        if row["outcome"] == "exception":
            assert codes[row["ref"]][0] == row["code"]
        else:
            assert {severities[row["ref"], code] for code in codes.get(row["ref"], [])} <= {"note"}


def test_every_code_and_rule_occurs(finished: Finished) -> None:
    codes = {row["code"] for row in table(finished.folder, "exceptions")}
    assert codes == {entry.code for entry in rules.exception_codes()} - {OF_ANOTHER_RUN}
    met = {row["rule"] for name in ("ledger", "candidates") for row in table(finished.folder, name)}
    assert {rule.rule for rule in rules.match_rules()} - met == set()


def test_ranks_count_from_one_for_every_degree(finished: Finished) -> None:
    ranks: dict[str, list[int]] = {}
    for row in table(finished.folder, "candidates"):
        ranks.setdefault(row["degree_ref"], []).append(row["rank"])
    assert all(found == list(range(1, len(found) + 1)) for found in ranks.values())


def test_states_of_bindings(cohort: Cohort, finished: Finished, tmp_path: Path) -> None:
    known = {label.ref: label.kind for label in truth.read(cohort.folder / "truth.csv")}
    states = {known[row["degree_ref"]]: row["state"] for row in table(finished.folder, "bindings")}
    assert {kind: state for kind, state in states.items() if kind.startswith("state-")} == {
        "state-enrolment-missing": "enrolment-missing",
        "state-enrolment-other-name": "enrolment-missing",
        "state-pending": "verification-pending",
        "state-unverified": "unverified",
        "state-verified": "verified",
        "state-verified-after-24-hours": "verified",
    }
    for left_out in (cohort.inputs, [*cohort.arguments[:4], *cohort.arguments[6:]]):
        folder = tmp_path / f"without-{len(left_out)}"
        assert call("run", *left_out, "--no-workbooks", "--out", folder).code == 0
        assert {row["state"] for row in table(folder, "bindings")} == {"unverified"}


def test_run_json_tells_the_truth(cohort: Cohort, finished: Finished) -> None:
    facts = json.loads((finished.folder / "run.json").read_text("utf-8"))
    digests = {entry["file"]: entry["sha256"] for entry in facts["inputs"]}
    assert digests == {path.name: _sha256(path) for name in SIDES for path in cohort.files(name)}
    assert facts["outputs"] == {
        path.relative_to(finished.folder).as_posix(): _sha256(path)
        for path in finished.folder.rglob("*")
        if path.is_file() and path.name != "run.json"
    }
    tables = Path(rules.__file__).parent / "tables"
    assert facts["rules_sha256"] == {path.name: _sha256(path) for path in tables.glob("*.csv")}
    ledger = table(finished.folder, "ledger")
    for side in ("registration", "degree"):
        outcomes = Counter(row["outcome"] for row in ledger if row["side"] == side)
        assert facts["totals"][side] == {"in": outcomes.total(), **outcomes}
    assert facts["codes"] == Counter(row["code"] for row in ledger if row["code"])
    assert facts["bindings"] == len(table(finished.folder, "bindings"))
    assert facts["as_of"] == cohort.summary["as_of"]
    assert (facts["unmasked"], facts["private"], facts["language"]) == (False, True, "zh")
    assert list(facts["seconds"]) == ["read", "clean", "match", "settle", "report", "publish"]
    assert facts["memory"].keys() == facts["seconds"].keys()
    assert all(held["own"] > 20 for held in facts["memory"].values())
    assert facts["memory"]["read"]["children"] > 20, "readers are children"


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
