"""Which files are changed, and which tests ought to notice: first the telling ones, then the rest."""

from __future__ import annotations

from pathlib import Path

STAGES = (
    "admit", "accounts", "compare", "judge", "settle", "rank", "conclude", "cross", "repeat", "verify",
)  # fmt: skip
TABLES = ("match_rules", "pair_routes")

Step = tuple[str, ...]
"""Arguments of one pytest run."""

RULES: Step = (
    "tests/properties/test_rule_table.py", "tests/spec/test_rules.py", "tests/spec/test_routes.py",
)  # fmt: skip
PEOPLE: Step = ("tests/properties/test_labelled_people.py",)
PUBLISHING: Step = ("tests/properties/test_replacing.py", "tests/runs/test_publishing.py")

OWN = {
    "certificate_columns": "certificate_number", "placeholders": "certificate_number",
    "id_columns": "id_number", "id_documents": "id_number", "digit_columns": "id_number",
    "name_columns": "person_name", "name_near": "person_name", "pronunciation": "person_name",
    "characters": "person_name", "characters_apart": "person_name", "blank_words": "person_name",
    "dates": "graduation_year", "distinct": "school",
}  # fmt: skip
"""The tests of values that have none under their own name."""

DRAWN = {
    "rules": "01-binding", "match_rules": "06-suggestions", "pair_routes": "13-routes or 06-suggestions",
    "admit": "07-rows or 11-notes or 05-claims", "accounts": "08-accounts or 15-previous",
    "compare": "02-documents or 03-names or 04-numbers or 05-claims", "judge": "04-numbers or 05-claims",
    "settle": "05-claims or 01-binding or 08-accounts or 14-decisions",
    "rank": "12-order or 06-suggestions or 05-claims or 04-numbers",
    "conclude": "not 14-decisions and not 03-names and not 02-documents",
    "cross": "09-crossed", "repeat": "07-rows", "verify": "10-verification or 15-previous",
}  # fmt: skip
"""The drawn cases (`tests/spec/cases`) that are about each file."""

VALUES: Step = ("tests/values", "tests/oracle/test_values_agree.py")
REST: Step = (*RULES, "tests/values", "tests/spec", "tests/oracle", "tests/properties", "tests/decisions")


def files(root: Path) -> list[str]:
    """Every file that is changed."""
    return [
        "chsi_batch/rules.py",
        *(f"chsi_batch/tables/{name}.csv" for name in TABLES),
        *(path.relative_to(root).as_posix() for path in sorted((root / "chsi_batch/values").glob("*.py"))),
        *(f"chsi_batch/stages/{name}.py" for name in STAGES),
        "chsi_batch/publishing.py",
    ]


def steps(file: str) -> list[Step]:
    """The first tests to ask, quickest first."""
    name = Path(file).stem
    if name == "publishing":
        return [PUBLISHING]
    if "/values/" in file:
        return [(f"tests/values/test_{OWN.get(name, name)}.py",), PEOPLE]
    return [RULES, PEOPLE] if name in ("rules", *TABLES) else [PEOPLE]


def second(file: str) -> list[Step]:
    """What is asked about the faults in a file that survive the first tests."""
    name = Path(file).stem
    if name in DRAWN:
        return [("tests/spec/test_cases.py", "-k", DRAWN[name])]
    return [PUBLISHING] if name == "publishing" else [VALUES]
