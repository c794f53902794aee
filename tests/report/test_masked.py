"""A masked run holds no ID number, mobile number or e-mail, wherever they stood; all else is unchanged."""

from __future__ import annotations

import json

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chsi_batch.report.masked import masked
from chsi_batch.report.shown import SUSPECT, Shown
from chsi_batch.results import Run
from chsi_batch.values import masking
from chsi_batch.values.misplaced import is_id_number

from .conftest import draw, personal


def test_no_table_holds_a_full_number(run: Run) -> None:
    secrets = personal(run)
    for name, table in masked(run).tables.items():
        told = json.dumps(table.to_pylist(), ensure_ascii=False)
        assert not [secret for secret in secrets if secret in told], name


def test_rows_columns_and_everything_else_stay(run: Run) -> None:
    done = masked(run)
    for name, table in run.tables.items():
        assert done.tables[name].schema.equals(table.schema), name
        assert done.tables[name].num_rows == table.num_rows
    for name in ("ledger", "bindings", "exceptions", "inputs"):
        assert done.tables[name].equals(run.tables[name])
    for column in ("ref", "file", "row", "school", "certificate_number", "graduation_date", "class"):
        assert done.tables["degrees"][column].equals(run.tables["degrees"][column]), column
    names = [name for name in done.tables["registrations"]["name"].to_pylist() if name and "手机" not in name]
    assert set(names) <= set(run.tables["registrations"]["name"].to_pylist())


def test_masks_have_the_agreed_forms(run: Run) -> None:
    first = masked(run).tables["registrations"].to_pylist()[0]
    assert first["id_number"][0] != "*"
    assert first["id_number"][1:-1] == "*" * 16
    assert first["mobile"] == "138******04"
    assert first["email"] == "u***@163.com"
    assert first["username"] == "u***@163.com"


def with_values(**values: str) -> Run:
    run = draw()
    table = run.tables["registrations"]
    for name, value in values.items():
        column = pa.array([value] * table.num_rows, pa.string())
        table = table.set_column(table.column_names.index(name), name, column)
    return Run({**run.tables, "registrations": table}, run.facts)


def test_numbers_in_unknown_columns_and_remarks_are_masked() -> None:
    extra = json.dumps(
        {"监护人电话": "13912345678", "备注": "原号11010519491231002X", "民族": "回"}, ensure_ascii=False
    )
    done = masked(with_values(extra=extra)).tables["registrations"]["extra"].to_pylist()[0]
    assert json.loads(done)["民族"] == "回"
    assert "13912345678" not in done
    assert "11010519491231002X" not in done


def test_an_id_typed_as_certificate_number_is_masked() -> None:
    number = "11010519491231002X"
    done = masked(with_values(id_number=number, claimed_certificate_number=number)).tables["registrations"]
    assert number not in json.dumps(done.to_pylist())
    kept = masked(with_values(id_number=number, claimed_certificate_number="100011202505000077"))
    assert set(kept.tables["registrations"]["claimed_certificate_number"].to_pylist()) == {
        "100011202505000077"
    }


@given(st.text(st.sampled_from("0123456789 -./@aAX（）电话１９"), max_size=30))
def test_nothing_that_would_be_masked_escapes_the_quick_look(text: str) -> None:
    assert SUSPECT.search(text) or masking.mask_text(text) == text


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("11010519491231002X", True),
        ("11010519491231002 x", True),
        ("110105491231002", True),
        ("650102199003071235", True),
        ("650105200306123456", False),
        ("100011202505000077", False),
        ("130105200506123456", False),
        ("1000142025000123", False),
        ("京毕字第9912号", False),
    ],
)
def test_id_numbers_in_the_certificate_column(text: str, told: bool) -> None:
    assert is_id_number(text) is told
    shown = masking.mask_id(text) if told else text
    done = masked(with_values(claimed_certificate_number=text)).tables["registrations"]
    assert set(done["claimed_certificate_number"].to_pylist()) == {shown}


def test_shown_values_follow_the_column() -> None:
    number = "11010519491231002X"
    shown = Shown(unmask=False)
    assert shown.value("id_number", number) == masking.mask_id(number)
    assert shown.value("certificate_number", "100011202505000077") == "100011202505000077"
    assert shown.value("claimed_certificate_number", number, number) == masking.mask_id(number)
    assert shown.value("username", "13912345678") == "139******78"
    assert shown.value("name", None) == ""
    assert Shown(unmask=True).value("id_number", number) == number
