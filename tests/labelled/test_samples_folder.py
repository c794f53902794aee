"""The samples that come with the project: told about in their README, labelled row by row."""

from pathlib import Path

import pytest

from chsi_batch.labelled import truth

from .reading_back import records

SAMPLES = Path(__file__).parents[2] / "data" / "samples"
FOLDERS = {"registrations": "registration", "degrees": "degree"}


def test_readme_tells_of_every_file():
    text = (SAMPLES / "README.md").read_text(encoding="utf-8")
    files = [path.name for name in (*FOLDERS, "enrolments") for path in (SAMPLES / name).iterdir()]
    assert files
    assert [file for file in files if f"| `{file}` |" not in text] == []


@pytest.mark.parametrize(("folder", "side"), FOLDERS.items())
def test_truth_names_every_record(folder, side):
    found = {ref for path in (SAMPLES / folder).iterdir() for ref in records(path)}
    assert found == {label.ref for label in truth.read(SAMPLES / "truth.csv") if label.side == side}
