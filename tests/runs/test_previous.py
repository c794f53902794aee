"""A cohort exported again a day later: what the earlier run knew is carried on, nothing else changes."""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path

import openpyxl
import pyarrow.parquet as pq
import pytest

from chsi_batch.results import OF_ANOTHER
from chsi_batch.terms import Side

from .calling import call, digests, table
from .conftest import Cohort, Finished, Pair
from .drawn import account, accounts, degree, degrees, headed, write_csv

TODAY, TOMORROW = "2026-06-30T12:00:00", "2026-07-01T13:00:00"
PEOPLE = range(6)


def _files(folder: Path, rows: list[dict[str, object]], shown: range = PEOPLE) -> list[object]:
    """Accounts as given, a degree for everybody, enrolments for all but the last."""
    enrolled = [{"name": degree(place)["name"], "id_number": degree(place)["id_number"]} for place in shown]
    return [
        "--registrations", accounts(folder / "accounts.csv", rows),
        "--degrees", degrees(folder / "degrees.xlsx", [degree(place) for place in shown]),
        "--enrolments", write_csv(folder / "enrolments.csv", headed(Side.ENROLMENT, enrolled[:-1])),
    ]  # fmt: skip


@pytest.fixture
def yesterday(tmp_path: Path) -> Path:
    """A run of six people, all bound this morning; the last account has an older brother."""
    out = tmp_path / "yesterday"
    rows = [account(place, bound_at="2026-06-30 09:00:00", review_status=None) for place in PEOPLE]
    rows.append(account(5, username="new5", registered_at="2026-06-01 10:00:00", review_status="审核中"))
    assert call("run", *_files(tmp_path / "1", rows), "--as-of", TODAY, "--out", out).code == 0
    return out


def test_a_day_later(yesterday: Path, tmp_path: Path) -> None:
    """Rows stand elsewhere and one is new: pending becomes verified or missing, the old account is out."""
    out = tmp_path / "today"
    rows = [account(place) for place in reversed(PEOPLE)]
    rows.insert(2, account(5, username="new5", registered_at="2026-06-01 10:00:00"))
    rows[-1]["name"] = "章伟"
    given = [*_files(tmp_path / "2", rows), "--as-of", TOMORROW, "--previous", yesterday]
    assert {row["state"] for row in table(yesterday, "bindings")} == {"verification-pending"}
    assert call("run", *given, "--out", out).code == 0
    states = [(row["degree_ref"][-1], row["state"], row["bound_at"]) for row in table(out, "bindings")]
    bound = "2026-06-30T09:00:00"
    assert states == [*((row, "verified", bound) for row in "3456"), ("7", "unverified", None)]
    codes = {row["ref"]: row["code"] for row in table(out, "ledger") if row["code"]}
    assert codes == {
        "accounts.csv#2": "account-superseded",
        "accounts.csv#8": "immutable-changed",
        "degrees.xlsx#Sheet1!2": "name-near",
    }
    assert [row["previous_registration_ref"] for row in table(out, "left_behind")] == ["accounts.csv#7"]
    for name, columns in OF_ANOTHER.items():
        assert tuple(pq.read_schema(out / "tables" / f"{name}.parquet").names) == columns
    again = tmp_path / "again"
    assert call("run", *given, "--out", again).code == 0
    assert digests(again) == digests(out)


def test_the_run_it_replaces_may_be_the_earlier_one(yesterday: Path, tmp_path: Path) -> None:
    """It is read before it is replaced; run.json names it by its digest, not by its path."""
    digest = hashlib.sha256((yesterday / "run.json").read_bytes()).hexdigest()
    given = _files(tmp_path / "2", [account(place) for place in PEOPLE])
    said = call("run", *given, "--as-of", TOMORROW, "--previous", yesterday, "--out", yesterday)
    assert said.code == 0
    facts = json.loads((yesterday / "run.json").read_text("utf-8"))
    assert facts["previous"] == {"as_of": TODAY, "sha256": digest, "bindings": 6}
    assert [row["state"] for row in table(yesterday, "bindings")] == ["verified"] * 5 + ["enrolment-missing"]


def test_a_review_passed_is_not_forgotten(yesterday: Path, tmp_path: Path) -> None:
    """The third run knows only the second, which saw nothing of the review itself."""
    rows = [account(5), account(5, username="new5", registered_at=None)]
    previous = yesterday
    for day in ("2", "3"):
        out = tmp_path / f"run {day}"
        given = _files(tmp_path / day, rows)
        assert call("run", *given, "--previous", previous, "--out", out).code == 0
        codes = {row["ref"]: row["code"] for row in table(out, "ledger") if row["side"] == "registration"}
        assert codes == {"accounts.csv#2": "account-superseded", "accounts.csv#3": None}
        previous = out


def test_the_same_files_again_change_nothing(cohort: Cohort, finished: Finished, tmp_path: Path) -> None:
    """Everything known from the earlier run stands in the files as well."""
    out = tmp_path / "result"
    said = call("run", *cohort.arguments, "--previous", finished.folder, "--no-workbooks", "--out", out)
    assert said.code == 0
    names = ("ledger", "bindings", "exceptions", "candidates")
    for name in (f"tables/{name}.parquet" for name in names):
        assert digests(out)[name] == digests(finished.folder)[name], name


def test_the_workbook_lists_what_hung_on_the_old_account(yesterday: Path, tmp_path: Path) -> None:
    """Masked, with room for a hand; the overview links are not disturbed."""
    rows = [account(place, account_status="已注销" if place == 1 else "正常") for place in PEOPLE]
    out = tmp_path / "today"
    assert call("run", *_files(tmp_path / "2", rows), "--previous", yesterday, "--out", out).code == 0
    book = openpyxl.load_workbook(out / "exception_report.xlsx")
    cells = [[cell.value for cell in row] for row in book["失效账号原绑定"].iter_rows(min_row=3)]
    line = dict(zip(cells[0], cells[1], strict=True))
    number = str(account(1)["id_number"])
    assert (line["姓名"], line["证件号码"]) == ("李秀英", f"{number[0]}{'*' * 16}{number[-1]}")
    assert (line["问题"], line["账号位置"]) == ("账号已注销", "accounts.csv#3")
    assert (line["学历位置"], line["上次的学历位置"]) == ("degrees.xlsx#Sheet1!3",) * 2
    assert len(cells) == 2


@pytest.mark.parametrize("kind", ["nothing there", "no private folder", "a torn table", "a table gone"])
def test_a_folder_that_cannot_be_remembered(pair: Pair, tmp_path: Path, kind: str) -> None:
    """One line, exit 3, nothing written."""
    old, out = tmp_path / "old", tmp_path / "out"
    assert call("run", *pair.arguments, "--no-workbooks", "--out", old).code == 0
    if kind == "nothing there":
        shutil.rmtree(old)
    elif kind == "no private folder":
        shutil.rmtree(old / "private")
    elif kind == "a torn table":
        path = old / "private" / "bindings.parquet"
        path.write_bytes(path.read_bytes()[:100])
    else:
        (old / "private" / "degrees.parquet").unlink()
    said = call("run", *pair.arguments, "--previous", old, "--progress", "none", "--out", out)
    assert (said.code, len(said.lines)) == (3, 1), said.err
    assert not out.exists()
