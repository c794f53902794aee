"""What holds in every drawn world, and that the worlds are as nasty as promised."""

from collections import Counter

from hypothesis import given, settings

from . import identity, names
from .cases import Dice, world, worlds
from .contract import settle
from .judging import FIELDS


@given(worlds())
@settings(max_examples=60, deadline=None)
def test_the_ledger_closes_and_agrees_with_the_bindings(drawn):
    result = settle(drawn.registrations, drawn.degrees, drawn.enrolments, drawn.as_of)
    rows = [row["ref"] for row in (*drawn.registrations, *drawn.degrees)]
    assert [line["ref"] for line in result.ledger] == rows
    taken = [line["degree_ref"] for line in result.bindings]
    assert len(taken) == len(set(taken))
    for line in result.ledger:
        codes = [one["code"] for one in result.exceptions if one["ref"] == line["ref"]]
        assert (line["outcome"] == "bound") == (line["code"] is None)
        assert line["outcome"] == "bound" or codes[0] == line["code"]
        assert line["side"] == "registration" or (line["outcome"] == "bound") == (line["ref"] in taken)


@given(worlds())
@settings(max_examples=60, deadline=None)
def test_a_bound_pair_agrees_in_name_and_in_id_or_claim(drawn):
    for line in settle(drawn.registrations, drawn.degrees).bindings:
        registration = next(row for row in drawn.registrations if row["ref"] == line["registration_ref"])
        degree = next(row for row in drawn.degrees if row["ref"] == line["degree_ref"])
        assert names.clean(registration["name"]) == names.clean(degree["name"])
        read = [
            identity.read(row.get("id_number"), numeric=False, stated=None) for row in (registration, degree)
        ]
        assert (
            identity.state(*read) in {"B1": ("same",), "B2": ("alike",), "B3": ("blank",)}[str(line["rule"])]
        )


def test_the_worlds_are_full_of_collisions():
    met: Counter[str] = Counter()
    for seed in range(400):
        drawn = world(Dice(seed))
        result = settle(drawn.registrations, drawn.degrees, drawn.enrolments, drawn.as_of)
        met.update(str(line["code"] or "bound") for line in result.ledger)
        met.update(str(line["rule"]) for line in result.candidates)
        met.update(f"{field} {line[field]}" for line in result.candidates for field in FIELDS)
    wanted = {
        "bound", "account-superseded", "duplicate-account", "identity-in-use", "ids-crossed", "contested",
        "certificate-duplicate", "id-slip", "id-changed", "claim-other-person", "claim-mismatch",
        "claim-not-found",
        "B1", "B2", "B3", "V1", "V2", "V3", "X1", "I1", "I3", "I4", "C1", "C2", "C3", "X2", "W1", "W2", "W4",
    }  # fmt: skip
    assert wanted <= {what for what, times in met.items() if times >= 3}
