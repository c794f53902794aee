"""What the contract says, sentence by sentence, drawn as small tables and asked of the oracle."""

import pytest

from .cases import short
from .contract import settle
from .drawing import (
    EARLY,
    FORMER_NAME,
    FULL,
    LATE,
    LI,
    OTHER_NUMBER,
    SCHOOL,
    SLIPPED_NUMBER,
    WANG,
    ZHANG,
    ZHANG_TWIN,
    code,
    deg,
    ends,
    reg,
    several,
)


@pytest.mark.parametrize(
    ("registration", "degree", "rule"),
    [
        ({}, {}, "B1"),
        ({"id_number": short(ZHANG)}, {}, "B2"),
        (FULL, {"id_number": None}, "B3"),
        ({**FULL, "claimed_school": FORMER_NAME}, {"id_number": "999102770000000001"}, "B3"),
    ],
)
def test_a_fitting_pair_binds(registration, degree, rule):
    assert ends([{**reg("r"), **registration}], [{**deg("d"), **degree}]) == {
        "r": f"bound by {rule}",
        "d": f"bound by {rule}",
    }


@pytest.mark.parametrize(
    ("registration", "degree", "expected"),
    [
        ({"name": "張伟"}, {}, "name-variant"),
        ({"name": "张玮"}, {}, "name-near"),
        ({"name": "张强"}, {}, "name-changed"),
        ({"name": "李娜"}, {}, "identity-conflict"),
        ({"id_number": ZHANG[:9] + ZHANG[10:]}, {"id_number": ZHANG}, "id-slip"),
        ({"id_number": ZHANG[:9] + ZHANG[10:], "name": "張伟"}, {}, "id-slip"),
        ({"id_number": ZHANG[:9] + ZHANG[10:], "name": "张强", **FULL}, {}, "id-slip"),
        ({"id_number": LI, **FULL}, {}, "id-changed"),
        ({"id_number": LI, **FULL, "name": "张玮"}, {}, "id-changed"),
        ({**FULL, "name": "张玮"}, {"id_number": None}, "claim-name-near"),
        ({**FULL, "claimed_year": "2010"}, {"id_number": None}, "claim-mismatch"),
        ({**FULL, "claimed_school": None}, {"id_number": None}, "claim-mismatch"),
        (
            {**FULL, "claimed_certificate_number": SLIPPED_NUMBER},
            {"id_number": None},
            "claim-certificate-slip",
        ),
        (FULL, {"id_number": None, "sex": "女"}, "claim-mismatch"),
        (FULL, {"id_number": None, "birth_date": "1985-06-08"}, "claim-mismatch"),
    ],
)
def test_a_review_stands_on_both_rows(registration, degree, expected):
    rows = [{**reg("r"), **registration}], [{**deg("d"), **degree}]
    assert ends(*rows) == {"r": expected, "d": expected}
    assert {line["counterpart"] for line in settle(*rows).ledger} == {"r", "d"}


@pytest.mark.parametrize(
    ("registration", "degree", "rule"),
    [
        ({"claimed_year": "2009", "claimed_school": SCHOOL}, {"id_number": None}, "W1"),
        ({"id_number": ZHANG_TWIN}, {}, "W2"),
        ({**FULL, "name": "张玮", "claimed_certificate_number": SLIPPED_NUMBER}, {"id_number": None}, "W3"),
    ],
)
def test_weak_rules_only_suggest(registration, degree, rule):
    result = settle([{**reg("r"), **registration}], [{**deg("d"), **degree}])
    nothing = "claim-not-found" if registration.get("claimed_certificate_number") else "no-degree"
    assert (code(result, "r"), code(result, "d")) == (nothing, "no-account")
    assert [line["rule"] for line in result.candidates] == [rule]
    assert "weak-candidate" in result.codes("d", notes=True)


def test_the_right_certificate_of_another_person_never_binds_and_says_nothing_against_the_degree():
    rows = [reg("owner"), reg("other", "李娜", LI, **FULL)], [deg("d")]
    assert ends(*rows) == {"owner": "bound by B1", "other": "claim-other-person", "d": "bound by B1"}
    assert ends(rows[0][1:], rows[1]) == {"other": "claim-other-person", "d": "no-account"}


def test_a_claim_met_in_full_is_no_evidence_towards_another_degree():
    mine, namesakes = deg("mine"), deg("his", number=None, certificate=OTHER_NUMBER)
    alone = settle([reg("r", number=LI, **FULL)], [namesakes])
    assert [line["rule"] for line in alone.candidates] == ["W1"]
    both = settle([reg("r", number=LI, **FULL)], [mine, namesakes])
    assert [line["degree_ref"] for line in both.candidates] == ["mine"]


def test_one_account_takes_all_degrees_of_the_person():
    assert ends([reg("r")], [deg("d1"), deg("d2", certificate="x")]) == dict.fromkeys(
        ("r", "d1", "d2"), "bound by B1"
    )


def test_a_repeated_row_counts_once():
    rows = [reg("r1"), reg("r2")], [deg("d1", birth_date="2009-09-01"), deg("d2", birth_date="20090901")]
    assert ends(*rows) == {
        "r1": "bound by B1", "r2": "duplicate-row", "d1": "bound by B1", "d2": "duplicate-row",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ({"graduation_year": "1990"}, "out-of-scope"),
        ({"conclusion": "肄业"}, "not-registrable"),
        ({"id_number_numeric": True}, "id-rounded"),
        ({"name": None}, "name-missing"),
        ({"id_number": ZHANG[:15] + "000"}, "id-rounded"),
    ],
)
def test_a_pair_that_fails_on_a_fault_of_the_degree_carries_it_on_both_rows(cells, expected):
    result = settle([reg("r")], [{**deg("d"), **cells}])
    assert (code(result, "r"), code(result, "d")) == (expected, expected)
    assert (result.row("r")["counterpart"], result.row("d")["counterpart"]) == ("d", "r")


def test_1991_is_served():
    assert ends([reg("r")], [deg("d", graduation_year="1991")])["d"] == "bound by B1"


def test_a_malformed_number_blocks_even_when_both_rows_have_it():
    wrong = ZHANG[:17] + ("0" if ZHANG[17] != "0" else "1")
    assert ends([reg("r", number=wrong)], [deg("d", number=wrong)]) == {
        "r": "id-malformed",
        "d": "id-malformed",
    }


def test_id_slip_replaces_id_malformed_and_only_that():
    wrong = ZHANG[:17] + ("0" if ZHANG[17] != "0" else "1")
    result = settle([reg("r", number=wrong)], [deg("d")])
    assert (result.codes("r"), result.codes("d")) == (["id-slip"], ["id-slip"])
    assert ends([reg("r", number=wrong, activation="待激活")], [deg("d")])["r"] == "account-not-activated"


def test_a_registration_without_id_never_binds_by_claim():
    assert ends([reg("r", number=None, **FULL)], [deg("d")]) == {"r": "id-missing", "d": "id-missing"}


@pytest.mark.parametrize(
    ("name", "number", "expected"),
    [
        ("李娜", None, "certificate-duplicate"),
        ("张伟", LI, "certificate-duplicate"),
        ("張伟", None, "bound by B1"),
    ],
)
def test_one_certificate_number_on_two_people_blocks_both_rows(name, number, expected):
    result = ends([reg("r")], [deg("d1"), deg("d2", name, number)])
    assert result["d1"] == expected
    assert (result["d2"] == "certificate-duplicate") == (expected == "certificate-duplicate")


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        ({"account_status": "已注销"}, "account-cancelled"),
        ({"activation": "待激活"}, "account-not-activated"),
        ({"account_status": "待审核"}, "account-under-review"),
        ({"review_status": "审核中"}, "account-under-review"),
        ({"activation": "???"}, "account-not-activated"),
        ({"account_status": "???"}, "account-under-review"),
        ({"account_status": "已注销", "activation": "待激活"}, "account-cancelled"),
    ],
)
def test_an_account_that_may_not_bind_says_so_on_both_rows(cells, expected):
    assert ends([reg("r", **cells)], [deg("d")]) == {"r": expected, "d": expected}


def test_while_the_new_account_is_under_review_the_old_one_stays_valid():
    rows = (
        [reg("old", registered_at=EARLY), reg("new", registered_at=LATE, review_status="审核中")],
        [deg("d")],
    )
    assert ends(*rows) == {"old": "bound by B1", "new": "account-under-review", "d": "bound by B1"}


def test_after_review_passes_the_old_one_is_superseded():
    rows = (
        [reg("old", registered_at=EARLY), reg("new", registered_at=LATE, review_status="审核通过")],
        [deg("d")],
    )
    assert ends(*rows) == {"old": "account-superseded", "new": "bound by B1", "d": "bound by B1"}


def test_of_two_accounts_the_oldest_that_may_bind_stays():
    rows = [reg("a", registered_at=LATE), reg("b", registered_at=EARLY)]
    assert ends(rows, [deg("d")]) == {"a": "duplicate-account", "b": "bound by B1", "d": "bound by B1"}
    rows[1]["activation"] = "待激活"
    assert ends(rows, [deg("d")])["a"] == "bound by B1"


@pytest.mark.parametrize("times", [(EARLY, EARLY), (None, EARLY), (None, None)])
def test_equal_or_missing_times_are_contested(times):
    rows = [reg(ref, username=ref, registered_at=time) for ref, time in zip("ab", times, strict=True)]
    assert ends(rows, [deg("d")]) == dict.fromkeys("abd", "contested")


def test_one_id_under_two_names_stays_with_the_name_the_ministry_has():
    rows = [reg("a", "李娜", registered_at=EARLY), reg("b", registered_at=LATE)]
    assert ends(rows, [deg("d")]) == {"a": "identity-in-use", "b": "bound by B1", "d": "bound by B1"}


def test_failing_that_it_stays_with_the_oldest_and_cancelled_accounts_hold_nothing():
    rows = [reg("a", "李娜", registered_at=EARLY), reg("b", registered_at=LATE)]
    assert ends(rows, []) == {"a": "no-degree", "b": "identity-in-use"}
    rows[0]["account_status"] = "已注销"
    assert ends(rows, []) == {"a": "account-cancelled", "b": "no-degree"}


def test_one_id_under_two_names_the_ministry_both_has_is_contested():
    rows = [reg("a", "李娜"), reg("b")], [deg("d1", "李娜", certificate=OTHER_NUMBER), deg("d2")]
    assert ends(*rows) == dict.fromkeys(("a", "b", "d1", "d2"), "contested")


def test_two_namesakes_claiming_one_record_are_contested():
    rows = [reg("a", **FULL), reg("b", number=LI, **FULL)], [deg("d", number=None)]
    assert ends(*rows) == dict.fromkeys("abd", "contested")


def test_b1_goes_before_b2():
    rows = [reg("a", number=short(ZHANG)), reg("b")], [deg("d")]
    assert ends(*rows) == {"a": "contested", "b": "bound by B1", "d": "bound by B1"}


def test_two_rows_that_carry_each_others_id_are_crossed():
    rows = [reg("a"), reg("b", "李娜", LI)], [deg("da", "张伟", LI), deg("db", "李娜", ZHANG, OTHER_NUMBER)]
    result = settle(*rows)
    assert {str(line["ref"]): (line["code"], line["counterpart"]) for line in result.ledger} == {
        "a": ("ids-crossed", "da"), "b": ("ids-crossed", "db"),
        "da": ("ids-crossed", "a"), "db": ("ids-crossed", "b"),
    }  # fmt: skip
    assert {(c["degree_ref"], c["registration_ref"]) for c in result.candidates if c["rank"] == 1} == {
        ("da", "a"), ("db", "b"),
    }  # fmt: skip


def test_a_shifted_column_is_crossed():
    people = (("张伟", ZHANG), ("李娜", LI), ("王小明", WANG))
    shifted = [deg(f"d{i}", people[i][0], people[i + 1][1] if i < 2 else None, f"{i}") for i in range(3)]
    result = ends([reg(f"r{i}", *one) for i, one in enumerate(people)], shifted)
    assert [result[ref] for ref in ("r0", "r1", "r2", "d0", "d1")] == ["ids-crossed"] * 5


def test_a_single_wrong_id_is_no_crossing():
    rows = [reg("a"), reg("b", "李娜", LI)], [deg("d", "李娜", ZHANG)]
    assert ends(*rows) == {"a": "identity-conflict", "b": "no-degree", "d": "identity-conflict"}


def test_rows_with_their_own_record_are_not_crossed():
    rows = [reg("a"), reg("b", "李娜", LI)]
    degrees = [
        deg("own-a", certificate="1"),
        deg("own-b", "李娜", LI, "2"),
        deg("x", "张伟", LI),
        deg("y", "李娜", certificate="3"),
    ]
    assert ends(rows, degrees) == {
        "a": "bound by B1", "b": "bound by B1", "own-a": "bound by B1", "own-b": "bound by B1",
        "x": "identity-conflict", "y": "identity-conflict",
    }  # fmt: skip


def test_a_degree_goes_to_the_row_that_claims_it_else_to_the_first_row():
    second = {"claimed_certificate_number": OTHER_NUMBER, "claimed_year": "2009", "claimed_school": SCHOOL}
    rows = [several("r1", **FULL), several("r2", **second)]
    degrees = [deg("d1"), deg("d2", certificate=OTHER_NUMBER), deg("d3", certificate="7")]
    assert settle(rows, degrees).bound() == {("r1", "d1", "B1"), ("r2", "d2", "B1"), ("r1", "d3", "B1")}


def test_a_row_without_a_claim_of_its_own_is_bound_when_its_account_is():
    result = settle([several("r1"), several("r2", **FULL)], [deg("d", number=None)])
    assert result.bound() == {("r2", "d", "B3")}
    assert (result.row("r1")["outcome"], result.row("r1")["counterpart"]) == ("bound", "d")


def test_a_claim_of_the_account_that_is_not_there_has_its_own_place():
    rows = [several("r1", **FULL), several("r2", claimed_certificate_number="102771200905777777")]
    assert ends(rows, [deg("d")]) == {"r1": "bound by B1", "r2": "claim-not-found", "d": "bound by B1"}


def test_nothing_found_has_three_names():
    rows = [reg("a"), reg("b", "李娜", LI, **FULL)], [deg("d", "王小明", WANG, OTHER_NUMBER)]
    assert ends(*rows) == {"a": "no-degree", "b": "claim-not-found", "d": "no-account"}


def test_a_rows_own_code_goes_before_its_counterparts():
    result = settle([reg("r", activation="待激活")], [deg("d", conclusion="肄业")])
    assert result.codes("r") == ["account-not-activated", "not-registrable"]
    assert result.codes("d") == ["not-registrable", "account-not-activated"]


def test_the_best_candidate_is_the_verdict_then_the_fields_then_the_account():
    refused, reviewed = reg("a", "李娜"), reg("b", number=LI, **FULL)
    ranked = [line["registration_ref"] for line in settle([refused, reviewed], [deg("d")]).candidates]
    assert ranked == ["b", "a"]
    cancelled, able = reg("a", "張伟", account_status="已注销"), reg("b", "張伟", account_status="正常")
    assert settle([cancelled, able], [deg("d")]).row("d")["counterpart"] == "b"


@pytest.mark.parametrize(
    ("bound_at", "as_of", "enrolled", "state"),
    [
        ("2024-06-01 12:00:00", "2024-06-02 11:59:59", ZHANG, "verification-pending"),
        ("2024-06-01 12:00:00", "2024-06-02 12:00:00", ZHANG, "verified"),
        ("2024-06-01 12:00:00", "2024-06-02 12:00:00", short(ZHANG), "verified"),
        ("2024-06-01 12:00:00", "2024-06-02 12:00:00", LI, "enrolment-missing"),
        ("2024-06-01 12:00:00", "2024-06-02 12:00:00", None, "unverified"),
        ("2024-06-01 12:00:00", None, ZHANG, "unverified"),
        (None, "2024-06-02 12:00:00", ZHANG, "unverified"),
    ],
)
def test_the_user_looks_again_after_24_hours(bound_at, as_of, enrolled, state):
    enrolments = [{"ref": "e", "name": "张伟", "id_number": enrolled}] if enrolled else []
    result = settle([reg("r", bound_at=bound_at)], [deg("d")], enrolments, as_of)
    assert [line["state"] for line in result.bindings] == [state]
    assert (state in result.codes("r", notes=True)) == (
        state in ("verification-pending", "enrolment-missing")
    )


def test_a_numeric_certificate_cell_is_no_key():
    result = settle([reg("r", number=LI, **FULL)], [deg("d", number=None, certificate_number_numeric=True)])
    assert (code(result, "r"), "certificate-rounded" in result.codes("d", notes=True)) == (
        "claim-not-found",
        True,
    )


def test_a_pair_near_in_id_and_apart_in_name_is_a_suggestion():
    slip = ZHANG[:9] + ZHANG[10:]
    result = settle([reg("r")], [deg("d", "李娜", slip)])
    assert [line["rule"] for line in result.candidates] == ["W4"]
    assert (code(result, "r"), code(result, "d")) == ("no-degree", "id-malformed")


def test_a_rounded_row_of_an_account_does_not_speak_for_it():
    rows = [
        several("r1", id_number_numeric=True, registered_at=EARLY),
        several("r2", registered_at=EARLY, id_number_numeric=False, **FULL),
        reg("late", username="v", registered_at=LATE),
    ]
    assert ends(rows, [deg("d")]) == {
        "r1": "id-rounded", "r2": "bound by B1", "late": "duplicate-account", "d": "bound by B1",
    }  # fmt: skip


def test_the_degree_of_a_hindered_pair_shows_the_first_code_in_order():
    rows = [reg("a", activation="待激活", username="a"), reg("b", account_status="已注销", username="b")]
    result = settle(rows, [deg("d")])
    assert result.codes("d") == ["account-cancelled", "account-not-activated"]
    assert result.row("d")["counterpart"] == "b"


def test_a_claim_in_full_that_fails_only_on_a_malformed_number_carries_the_fault():
    rows = [reg("r", number="110105198513071217", **FULL)], [deg("d", number=LI)]
    assert ends(*rows) == {"r": "id-malformed", "d": "id-malformed"}
