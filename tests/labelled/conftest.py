import pytest

from chsi_batch.labelled import sample, truth

from .reading_back import records

PEOPLE, SEED = 450, 11


@pytest.fixture(scope="session")
def cohort(tmp_path_factory):
    """One cohort in which every kind occurs: (folder, summary)."""
    folder = tmp_path_factory.mktemp("cohort")
    return folder, sample.make(PEOPLE, SEED, folder)


@pytest.fixture(scope="session")
def labels(cohort):
    return truth.read(cohort[0] / "truth.csv")


@pytest.fixture(scope="session")
def found(cohort):
    """Every record of registrations and degrees, read by simple readers: (side, ref) -> record."""
    sides = {"registrations": "registration", "degrees": "degree"}
    return {
        (side, ref): record
        for name, side in sides.items()
        for path in sorted((cohort[0] / name).iterdir())
        for ref, record in records(path).items()
    }
