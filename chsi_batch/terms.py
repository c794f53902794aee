"""The words of the house: sides, canonical columns, states of a field, verdicts, outcomes.

One word means one thing in code, tables, reports and README. Columns are those of the
registration exports, the ministry's degree spreadsheets and the student-status (学籍) files.
"""

from enum import StrEnum


class Side(StrEnum):
    """Which kind of file a row came from."""

    REGISTRATION = "registration"
    DEGREE = "degree"
    ENROLMENT = "enrolment"


class FieldState(StrEnum):
    """How one field of a registration stands against the same field of a degree."""

    SAME = "same"
    ALIKE = "alike"
    NEAR = "near"
    PARTIAL = "partial"
    DIFFER = "differ"
    BLANK = "blank"


class Verdict(StrEnum):
    """What the rule table says of a pair."""

    BIND = "bind"
    REVIEW = "review"
    REFUSE = "refuse"
    WEAK = "weak"
    NONE = "none"


class Outcome(StrEnum):
    """Where a physical row ends in the ledger."""

    BOUND = "bound"
    EXCEPTION = "exception"


FIELDS = ("id_number", "name", "certificate_number", "graduation_year", "school")
"""The five compared fields, in the order of the rule table."""

COLUMNS: dict[Side, tuple[str, ...]] = {
    Side.REGISTRATION: (
        "username", "name", "id_type", "id_number", "mobile", "email", "registered_at", "activation",
        "account_status", "review_status", "source_system", "claimed_certificate_number", "claimed_year",
        "claimed_school", "bound_at",
    ),
    Side.DEGREE: (
        "name", "id_type", "id_number", "sex", "birth_date", "school_code", "school", "major", "level",
        "category", "study_form", "enrolment_date", "graduation_date", "graduation_year", "conclusion",
        "certificate_number", "record_kind", "student_no", "exam_no", "department", "class", "remark",
    ),
    Side.ENROLMENT: (
        "name", "id_number", "school_code", "school", "level", "enrolment_date", "status", "student_no",
        "department", "class", "remark",
    ),
}  # fmt: skip
"""Canonical columns of each side, in the order in which people read them."""

REQUIRED: dict[Side, tuple[str, ...]] = {
    Side.REGISTRATION: ("name", "id_number"),
    Side.DEGREE: ("name", "certificate_number"),
    Side.ENROLMENT: ("name", "id_number"),
}
"""Columns that must exist in every sheet of a side."""

LANGUAGES = ("zh", "en")
