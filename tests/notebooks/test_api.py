"""What the notebooks call gives the numbers of the run, shows text as text, and reads no more than needed."""

from __future__ import annotations

import hashlib
import shutil
from collections import Counter
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from runs.drawn import account, accounts, degree, degrees

from chsi_batch import cli, rules, tables
from chsi_batch.decisions.entries import Decision
from chsi_batch.decisions.log import Log
from chsi_batch.decisions.row_keys import row_keys
from chsi_batch.errors import UsageError
from chsi_batch.notebook import FinishedRun, cohorts, open_run, open_runs, schools, trend
from chsi_batch.notebook.finished import PICTURES
from chsi_batch.notebook.scanning import Scanner
from chsi_batch.stages.clean import CLEANERS
from chsi_batch.terms import Side

from .conftest import Runs

HOSTILE = "<img src=x onerror=alert(1)>$x^2$‮"
MANY, PAGE = 100_000, 50


@pytest.fixture(scope="module")
def run(runs: Runs) -> FinishedRun:
    return open_run(runs.late)


def rows(run: FinishedRun, name: str, **wanted: str) -> list[dict[str, Any]]:
    """The rows of a table, read without the API."""
    found = pq.read_table(run.folder / "tables" / f"{name}.parquet").to_pylist()
    return [row for row in found if all(row[key] == value for key, value in wanted.items())]


def test_reasons_and_pages_are_those_of_the_ledger(run: FinishedRun) -> None:
    ledger = rows(run, "ledger", side="degree", outcome="exception")
    counted = Counter(row["code"] for row in ledger)
    reasons = run.reasons("code")
    assert dict(zip(reasons["code"], reasons["rows"], strict=True)) == counted
    page, rest = run.unbound(rows=10), run.unbound(first=10, rows=10_000)
    assert [*page["ref"], *rest["ref"]] == [row["ref"] for row in ledger]
    assert page.attrs["total"] == len(ledger)
    assert run.overview().loc["degree", "exception"] == len(ledger)


@pytest.mark.parametrize("name", ["code", "party", "severity", "school", "year", "department", "file"])
def test_a_filter_keeps_what_it_counts(run: FinishedRun, name: str) -> None:
    counted = run.reasons(name).dropna().iloc[0]
    value = counted[name]
    if name == "party":
        acts = {row["ref"]: row["acts"] for row in rows(run, "exceptions", side="degree")}
        value = acts[run.unbound(rows=1)["ref"].iloc[0]]
        counted = run.reasons(name, party=value).iloc[0]
    chosen = run.unbound(rows=10_000, **{name: value})
    assert len(chosen) == counted["rows"] > 0
    assert len(chosen) < len(run.unbound(rows=10_000))


def test_numbers_are_masked_unless_asked_for(run: FinishedRun) -> None:
    masked, full = run.unbound(rows=1000), run.unbound(rows=1000, unmask=True)
    known = {row["ref"]: row["id_number"] for row in pq.read_table(
        run.folder / "private" / "degrees.parquet").to_pylist()}  # fmt: skip
    assert [known[ref] for ref in full["ref"]] == [
        v if isinstance(v, str) else None for v in full["id_number"]
    ]
    assert masked["id_number"].dropna().str.contains("*", regex=False).all()


def test_a_case_shows_all_its_candidates_and_the_rule_that_decided(run: FinishedRun) -> None:
    for ref in run.unbound(rows=30)["ref"]:
        case = run.case(ref)
        candidates = rows(run, "candidates", degree_ref=ref)
        assert sorted(case.candidates["ref"]) == sorted(row["registration_ref"] for row in candidates)
        assert ref in case.why
        for number, rule in enumerate(case.candidates["rule"], start=1):
            tried = case.rules(number)
            assert tried.loc[tried["decided"], "rule"].tolist() == [rule]


def test_what_people_wrote_never_becomes_markup(run: FinishedRun, tmp_path: Path) -> None:
    ref = run.queue(rows=1)["degree_ref"].iloc[0]
    folder = tmp_path / "result"
    shutil.copytree(run.folder, folder)
    for part in ("tables", "private"):
        path = folder / part / "degrees.parquet"
        table = pq.read_table(path)
        names = [HOSTILE if row == ref else name for row, name in
                 zip(table["ref"].to_pylist(), table["name"].to_pylist(), strict=True)]  # fmt: skip
        pq.write_table(table.set_column(table.column_names.index("name"), "name", pa.array(names)), path)
    changed = open_run(folder)
    page = changed.unbound(rows=10_000)
    for shown in (changed.case(ref).beside().to_html(), page[page["ref"] == ref]._repr_html_()):
        assert "onerror" in shown
        assert "<img" not in shown
        assert "mathjax_ignore" in shown


def test_the_queue_knows_what_was_decided(run: FinishedRun, tmp_path: Path) -> None:
    folder = tmp_path / "result"
    shutil.copytree(run.folder, folder)
    decided = open_run(folder)
    before = decided.queue(rows=10_000)
    assert before["decision"].isna().all()
    assert not Log.beside(folder).key_path.exists()
    first = before.iloc[0]
    log, keys = Log.beside(folder), {}
    for side, name in ((Side.REGISTRATION, "registrations"), (Side.DEGREE, "degrees")):
        records = pq.read_table(folder / "private" / f"{name}.parquet")
        found = row_keys(side, CLEANERS[side](records), log.secret()).to_pylist()
        keys[side] = dict(zip(records["ref"].to_pylist(), found, strict=True))
    pair = (keys[Side.REGISTRATION][first["registration_ref"]], keys[Side.DEGREE][first["degree_ref"]])
    log.append([Decision("reject", "李老师", *pair, remark="重名")])
    after = open_run(folder)
    assert len(after.queue(rows=10_000)) == len(before) - 1
    line = after.queue(undecided=False, rows=10_000).iloc[0]
    assert (line["decision"], line["reviewer"], line["remark"]) == ("reject", "李老师", "重名")
    assert after.queue_totals()["decided"].sum() == 1
    assert after.decisions()["decision"].tolist() == ["reject"]


def test_several_runs_stand_in_the_order_of_time(runs: Runs, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHSI_BATCH_RUN", str(runs.late))
    found = open_runs()
    assert [run.folder for run in found] == [runs.early, runs.late]
    totals = cohorts(found).query("side == 'degree'")
    by_school = schools(found)
    for run, line in zip(found, totals.itertuples(index=False), strict=True):
        mine = by_school[by_school["run"] == run.folder.name]
        assert (mine["degrees"].sum(), mine["bound"].sum()) == (line[3], line.bound)
    texts = {text.get_text() for text in trend(found).axes[0].texts}
    assert {f"{share * 100:.1f}%" for share in cohorts(found)["share"]} <= texts


def test_quality_counts_every_row_and_cell(run: FinishedRun) -> None:
    assert run.sheets()["closes"].all()
    assert run.issues("code")["cells"].sum() == len(rows(run, "issues"))
    assert run.set_aside()["rows"].sum() == len(rows(run, "set_aside"))


@pytest.mark.parametrize("name", PICTURES)
def test_every_picture_can_be_drawn(run: FinishedRun, name: str) -> None:
    assert run.figure(name).axes


def test_what_is_not_there_is_said(run: FinishedRun, tmp_path: Path) -> None:
    for asked in (
        lambda: run.case("none.csv#1"),
        lambda: run.reasons("colour"),
        lambda: run.figure("pie"),
        lambda: run.what_if(rules={"Q9": {"verdict": "bind"}}),
        lambda: run.what_if(rules={"V1": {"verdict": "perhaps"}}),
        lambda: open_run(tmp_path),
    ):
        with pytest.raises(UsageError, match=": "):
            asked()


def test_what_if_moves_rows_and_leaves_no_trace(run: FinishedRun) -> None:
    def digests() -> dict[str, str]:
        places = [Path(tables.__file__).parent, run.folder]
        return {
            str(path): hashlib.sha256(path.read_bytes()).hexdigest()
            for place in places
            for path in sorted(place.rglob("*"))
            if path.is_file() and path.suffix != ".pyc"
        }

    before, policy = digests(), rules.match_rules()
    assert run.what_if().moved.empty
    stricter = run.what_if(rules={"B3": {"verdict": "review", "method": "", "code": "claim-mismatch"}})
    claimed = [(row["registration_ref"], row["degree_ref"]) for row in rows(run, "bindings", rule="B3")]
    assert claimed
    assert stricter.pairs.to_dict("split")["data"] == [[*pair, "lost"] for pair in sorted(claimed)]
    moved = stricter.moved.query("side == 'degree' and outcome_before == 'bound'")
    assert sorted(moved["ref"]) == sorted(degree for _, degree in claimed)
    assert stricter.totals.loc["degree", "lost"] == len(claimed)
    ledger = {(row["side"], row["ref"]): row["outcome"] for row in rows(run, "ledger")}
    assert stricter.before.set_index(["side", "ref"])["outcome"].to_dict() == ledger
    assert digests() == before
    assert rules.match_rules() is policy


def test_another_name_of_a_school_lets_a_claim_bind(tmp_path: Path) -> None:
    claim = {
        "claimed_certificate_number": "100011201505000001",
        "claimed_year": "2015",
        "claimed_school": "燕京大学堂",
    }
    job = [
        *("run", "--no-workbooks", "--progress", "none", "--out", tmp_path / "result"),
        *("--registrations", accounts(tmp_path / "accounts.csv", [account(1, **claim)])),
        *("--degrees", degrees(tmp_path / "degrees.csv", [degree(1, id_number=None)])),
    ]
    assert cli.main([str(part) for part in job]) == 0
    run = open_run(tmp_path / "result")
    assert run.reasons("code")["code"].tolist() == ["claim-mismatch"]
    named = run.what_if(schools={"燕京大学堂": "10001"})
    assert named.pairs["change"].tolist() == ["gained"]
    assert named.totals["after"].tolist() == [1, 1]
    assert run.what_if(schools={"燕京大学堂": "10003"}).moved.empty


def test_a_hundred_thousand_exceptions_open_a_page_at_a_time(
    run: FinishedRun, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of the records only the rows of the page become values, and never all columns of all rows."""
    folder = tmp_path / "result"
    _large(run.folder, folder)
    taken: list[tuple[str, int, int]] = []
    real = Scanner.take

    def take(self: Scanner, name: str, columns: Any = None, where: Any = None) -> pa.Table:
        found = real(self, name, columns, where)
        taken.append((name, found.num_rows, found.num_columns))
        return found

    monkeypatch.setattr(Scanner, "take", take)
    opened = open_run(folder)
    page = opened.unbound(rows=PAGE)
    assert (len(page), page.attrs["total"]) == (PAGE, MANY)
    opened.case(page["ref"].iloc[-1]).beside()
    assert [one for one in taken if one[0] in ("degrees", "registrations") and one[1] > PAGE] == []
    assert [one for one in taken if one[1] > PAGE and one[2] > 5] == []


def _large(small: Path, folder: Path) -> None:
    """A run of which every one of very many degrees is an exception."""
    shutil.copytree(small, folder)
    for part in ("tables", "private"):
        degrees = pq.read_table(folder / part / "degrees.parquet")
        refs = pa.array([f"many.csv#{place + 2}" for place in range(MANY)])
        places = pa.array([place % degrees.num_rows for place in range(MANY)])
        many = degrees.take(places)
        many = many.set_column(many.column_names.index("ref"), "ref", refs)
        pq.write_table(many, folder / part / "degrees.parquet")
        said = {
            "side": "degree",
            "outcome": "exception",
            "code": "no-account",
            "rule": None,
            "counterpart": None,
        }
        _write(folder / part / "ledger.parquet", refs, said)
        said = {"side": "degree", "code": "no-account", "severity": "error", "acts": "student",
                "counterpart": None, "fields": "", "cause": "-", "advice": "-"}  # fmt: skip
        _write(folder / part / "exceptions.parquet", refs, said)


def _write(path: Path, refs: pa.Array, said: dict[str, str | None]) -> None:
    schema = pq.read_schema(path)
    columns = {name: refs if name == "ref" else pa.array([said[name]] * MANY, schema.field(name).type)
               for name in schema.names}  # fmt: skip
    pq.write_table(pa.table(columns, schema=schema), path)
