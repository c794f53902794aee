"""A number that very many rows of both sides bear makes no flood of pairs, binds nobody, and is reported."""

from pathlib import Path

import pyarrow as pa
import pytest

from chsi_batch import matching
from chsi_batch.engines import open_engine
from chsi_batch.terms import Side

from .cases import Raw
from .identity import check_digit
from .test_engine_agrees import records

MANY = 40
KEY_CAP = 20
"""MANY × MANY pairs are more than matching allows a key of an exact route at this cap."""


def number(place: int) -> str:
    body = f"1101051985{place:07}"
    return body + check_digit(body)


def registration(place: int, id_number: str, certificate: str | None) -> Raw:
    claim = {
        "claimed_certificate_number": certificate,
        "claimed_year": "2009",
        "claimed_school": "上海体育大学",
    }
    return {
        "ref": f"r{place:03}",
        "username": f"u{place}@example.com",
        "name": "张三丰",
        "id_number": id_number,
        "registered_at": "2012-03-01 08:00:00",
        **(claim if certificate else {}),
    }


def degree(place: int, id_number: str | None, certificate: str) -> Raw:
    return {
        "ref": f"d{place:03}",
        "name": "张三丰",
        "id_number": id_number,
        "school_code": "10277",
        "school": "上海体育大学",
        "graduation_year": "2009",
        "certificate_number": certificate,
    }


def certificate(place: int) -> str:
    return f"102771200905{place:06}"


ID = number(506123)


@pytest.mark.parametrize("field", ["id", "certificate"])
def test_a_crowded_key_is_passed_over_and_named(field: str, tmp_path: Path) -> None:
    one = field == "id"
    crowd = range(MANY)
    registrations = [
        registration(n, ID if one else number(1010000 + n), None if one else certificate(1)) for n in crowd
    ]
    degrees = [degree(n, ID if one else None, certificate(n if one else 1)) for n in crowd]
    registrations.append(registration(MANY, number(1011001), None))
    degrees.append(degree(MANY, number(1011001), certificate(900)))
    engine = open_engine("duckdb", 1, None, tmp_path / "spill")
    try:
        found, capped = matching.match(
            engine,
            {
                Side.REGISTRATION: records(Side.REGISTRATION, registrations),
                Side.DEGREE: records(Side.DEGREE, degrees),
                Side.ENROLMENT: records(Side.ENROLMENT, []),
            },
            former=matching.former_names([]),
            as_of=None,
            min_people=10,
            key_cap=KEY_CAP,
            language="en",
        )
        pairs = engine.count("exact_pairs") + engine.count("plain_pairs")
    finally:
        engine.close()
    assert {"route": field, "keys": 1} in capped
    assert pairs == 1
    assert found["bindings"].select(["registration_ref", "degree_ref"]).to_pylist() == [
        {"registration_ref": f"r{MANY:03}", "degree_ref": f"d{MANY:03}"}
    ]
    ledger: pa.Table = found["ledger"]
    assert ledger.num_rows == 2 * (MANY + 1)
    assert ledger["outcome"].to_pylist().count("bound") == 2
