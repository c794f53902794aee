"""The numbers behind the pictures close on the ledger, whatever is put together for the eye."""

from __future__ import annotations

from collections import Counter

import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chsi_batch import rules
from chsi_batch.errors import Defect
from chsi_batch.report import totals
from chsi_batch.report.numbers import accounts, ends, failing, flow, quality, residuals, shares
from chsi_batch.report.numbers.accounts import Source
from chsi_batch.report.numbers.failing import Failing, Together
from chsi_batch.report.numbers.flow import Flow, Stream
from chsi_batch.report.numbers.quality import Quality
from chsi_batch.report.numbers.shares import Share, Shares
from chsi_batch.results import Run

from .varied import varied

COUNTS = st.integers(1, 9)


@pytest.fixture(scope="module")
def many(run: Run) -> Run:
    return varied(run)


def test_every_row_ends_once_and_bound_rows_end_by_their_rule(many: Run) -> None:
    found = ends.ends(many).to_pylist()
    ledger = many.tables["ledger"].to_pylist()
    assert [(row["side"], row["ref"]) for row in found] == [(row["side"], row["ref"]) for row in ledger]
    first = {(row["side"], row["ref"]): row for row in reversed(many.tables["exceptions"].to_pylist())}
    decided = many.tables["bindings"].to_pylist()[0]
    for end, row in zip(found, ledger, strict=True):
        if row["outcome"] == "exception":
            assert end["end"] == first[row["side"], row["ref"]]["acts"]
        elif row["ref"] in (decided["registration_ref"], decided["degree_ref"]):
            assert end["end"] == "decision"
        else:
            assert end["end"] == row["rule"]


def test_a_row_bound_by_a_rule_too_ends_by_the_rule(many: Run) -> None:
    bindings = many.tables["bindings"].to_pylist()
    also = bindings[0] | {"method": "auto", "rule": "B1", "degree_ref": bindings[1]["degree_ref"]}
    table = pa.Table.from_pylist([*bindings, also], schema=many.tables["bindings"].schema)
    found = ends.ends(Run({**many.tables, "bindings": table}, many.facts)).to_pylist()
    by_ref = {(row["side"], row["ref"]): row["end"] for row in found}
    assert by_ref["registration", also["registration_ref"]] == "V2"
    assert by_ref["degree", bindings[0]["degree_ref"]] == "decision"


def test_ends_stand_in_the_order_of_the_tables() -> None:
    known = [("exception", "school"), ("bound", "decision"), ("bound", "B3"), ("bound", "B1")]
    known += [("exception", "student"), ("bound", ""), ("bound", "B2")]
    assert sorted(known, key=lambda key: ends.end_order(*key)) == [
        ("bound", "B1"), ("bound", "B2"), ("bound", "B3"), ("bound", "decision"), ("bound", ""),
        ("exception", "student"), ("exception", "school"),
    ]  # fmt: skip


def test_the_flow_closes_on_every_file_and_outcome(many: Run) -> None:
    found, counted = flow.count(many), totals.count(many)
    assert found.rows == counted.records
    assert found.per("side", "file") == {(f.side, f.file): f.records for f in counted.files}
    for file in counted.files:
        outcomes = found.per("side", "file", "outcome")
        assert outcomes.get((file.side, file.file, "bound"), 0) == file.bound
        assert outcomes.get((file.side, file.file, "exception"), 0) == file.exception


def test_a_flow_that_loses_a_row_is_a_defect(many: Run) -> None:
    inputs = many.tables["inputs"].to_pylist()
    inputs[0]["records"] += 1
    more = pa.Table.from_pylist(inputs, schema=many.tables["inputs"].schema)
    with pytest.raises(Defect, match="flow-open"):
        flow.count(Run({**many.tables, "inputs": more}, many.facts))


def test_residuals_go_from_all_rows_to_the_exceptions(many: Run) -> None:
    counted = many.tables["ledger"].to_pylist()
    for side in residuals.count(many):
        mine = [row for row in counted if row["side"] == side.side]
        assert side.rows == len(mine)
        assert side.left == sum(row["outcome"] == "exception" for row in mine)
        assert [step.end for step in side.steps] == ["B1", "B2", "B3", "decision"]
        left = side.rows
        for step in side.steps:
            left -= step.rows
            assert step.left == left
        assert next(step.rows for step in side.steps if step.end == "decision") == 1


def test_every_rule_that_binds_is_a_step_also_without_rows(run: Run) -> None:
    none = run.tables["ledger"].slice(0, 0)
    empty = Run({key: table.slice(0, 0) for key, table in run.tables.items()} | {"ledger": none}, run.facts)
    binding = list(dict.fromkeys(rule.rule for rule in rules.match_rules() if rule.verdict == "bind"))
    for side in residuals.count(empty):
        assert [(step.end, step.rows) for step in side.steps] == [(rule, 0) for rule in binding]


def test_sets_of_fields_add_up_to_the_exceptions(many: Run) -> None:
    found = failing.count(many)
    assert found.rows == totals.count(many).exception
    first = ends.first_codes(many).to_pylist()
    paired = [row for row in first if row["counterpart"]]
    assert found.alone == len(first) - len(paired)
    wanted = Counter(frozenset(filter(None, (row["fields"] or "").split(","))) for row in paired)
    assert {frozenset(entry.fields): entry.rows for entry in found.sets} == dict(wanted)
    assert found.of("name") == sum(rows for fields, rows in wanted.items() if "name" in fields)


def test_shares_count_every_degree_once(many: Run) -> None:
    found, ledger = shares.count(many), many.tables["ledger"]
    degrees = ledger.filter(pc.equal(ledger["side"], "degree"))
    assert found.total.rows == degrees.num_rows
    assert found.total.bound == pc.sum(pc.equal(degrees["outcome"], "bound")).as_py()
    by_year: Counter[tuple[str | None, int]] = Counter()
    for row in many.tables["degrees"].to_pylist():
        by_year[row["school"], int(row["graduation_date"][:4])] += 1
    assert {cell: share.rows for cell, share in found.cells.items()} == dict(by_year)


def test_accounts_count_every_account_once(many: Run) -> None:
    found = accounts.count(many)
    systems = Counter(many.tables["registrations"]["source_system"].to_pylist())
    assert {source.system: source.rows for source in found} == dict(systems)
    assert found[-1].system is None
    ledger = many.tables["ledger"].to_pylist()
    bound = sum(row["side"] == "registration" and row["outcome"] == "bound" for row in ledger)
    assert sum(source.ends.get("bound", 0) for source in found) == bound


def test_quality_counts_every_issue_and_lists_files_without(many: Run, run: Run) -> None:
    found = quality.count(many)
    assert found.issues == many.tables["issues"].num_rows
    assert found.columns == ("id_number", "claimed_certificate_number", "certificate_number", None)
    assert set(found.records) == {(row["side"], row["file"]) for row in many.tables["inputs"].to_pylist()}
    assert quality.count(run).columns == ()


def test_schools_with_most_to_do_stand_first() -> None:
    cells: dict[tuple[str | None, int | None], Share] = {
        ("big", 2020): Share(90, 90), ("leaking", 2020): Share(9, 5), ("little", 2020): Share(5, 4),
        (None, 2020): Share(9, 0), ("more", 2020): Share(50, 46),
    }  # fmt: skip
    assert [line.school for line in shares.grid(Shares(cells), 9, 9).lines] == [
        "more", "leaking", "little", "big", None,
    ]  # fmt: skip


@given(
    st.lists(
        st.builds(
            Stream,
            side=st.sampled_from(["registration", "degree"]),
            file=st.sampled_from([f"f{n}" for n in range(9)]),
            outcome=st.just("bound"),
            end=st.sampled_from(["B1", "B2", "decision"]),
            rows=COUNTS,
        )
    ),
    st.integers(1, 6),
)
def test_fewer_files_carry_the_same_rows(streams: list[Stream], most: int) -> None:
    found = Flow(tuple(streams))
    fewer = flow.few(found, most, "{files} more")
    assert fewer.per("side", "outcome", "end") == found.per("side", "outcome", "end")
    for side in ("registration", "degree"):
        assert len([1 for s, _ in fewer.per("side", "file") if s == side]) <= most


@given(
    st.dictionaries(
        st.tuples(
            st.one_of(st.none(), st.sampled_from("abcdefgh")), st.one_of(st.none(), st.integers(1990, 2005))
        ),
        st.builds(lambda a, b: Share(a + b, a), st.integers(0, 9), COUNTS),
    ),
    st.integers(1, 6),
    st.integers(1, 6),
)
def test_a_smaller_grid_carries_the_same_degrees(
    cells: dict[tuple[str | None, int | None], Share], schools: int, years: int
) -> None:
    found = Shares(cells)
    grid = shares.grid(found, schools, years)
    assert grid.total == found.total
    assert len(grid.lines) <= schools
    assert len([year for year in grid.years if year is not None]) <= years
    assert sum(line.schools for line in grid.lines) == len({school for school, _ in cells})


@given(st.lists(COUNTS, max_size=12), st.integers(0, 8))
def test_fewer_sets_carry_the_same_rows(rows: list[int], most: int) -> None:
    found = Failing(tuple(Together(("name",), number) for number in rows), 3)
    assert failing.few(found, most).rows == found.rows
    assert len(failing.few(found, most).sets) <= most


@given(st.lists(st.dictionaries(st.sampled_from(["bound", "school", "student"]), COUNTS)), st.integers(1, 6))
def test_fewer_systems_carry_the_same_accounts(systems: list[dict[str, int]], most: int) -> None:
    found = tuple(Source(str(turn), counted) for turn, counted in enumerate(systems))
    fewer = accounts.few(found, most)
    assert sum(source.rows for source in fewer) == sum(source.rows for source in found)
    assert sum(source.systems for source in fewer) == len(found)
    assert len(fewer) <= most


@given(
    st.dictionaries(st.tuples(st.just("degree"), st.sampled_from("abcdefghij")), st.integers(0, 9)),
    st.integers(1, 6),
)
def test_fewer_files_carry_the_same_issues(files: dict[tuple[str, str], int], most: int) -> None:
    cells: dict[tuple[tuple[str, str], str | None], int] = {
        (place, "name"): number for place, number in files.items() if number
    }
    found = Quality(cells, dict.fromkeys(files, 10))
    fewer = quality.few(found, most, "{files} more")
    assert fewer.issues == found.issues
    assert sum(fewer.records.values()) == sum(found.records.values())
    assert len(fewer.records) <= most
